"""The study day."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.day import study_day, zone_from

zone_from()  # reads the list of zones once, so that no single example is charged for it
BERLIN = ZoneInfo("Europe/Berlin")
ZONES = st.sampled_from(sorted(available_timezones() - {"localtime", "Factory"})).map(ZoneInfo)
INSTANTS = st.datetimes(datetime(1975, 1, 1), datetime(2037, 12, 1), timezones=st.just(UTC))  # noqa: DTZ001 (bounds)


def berlin(month: int, day: int, hour: int, minute: int = 0, fold: int = 0) -> datetime:
    """The instant at which the wall in Berlin shows this, in 2026."""
    return datetime(2026, month, day, hour, minute, tzinfo=BERLIN, fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    "name", ["99", "", None, "$User.timezone", "Nowhere/Town", "../UTC", "/etc/localtime", "Europe", "localtime",
             "europe/berlin", "posix/Europe/Berlin", "UTC\0", "ä", "x" * 5000],
)  # fmt: skip
def test_what_is_no_zone_is_passed_over(name: str | None) -> None:
    """A name that IANA does not list, however it looks, is none: the next one is asked, and then UTC."""
    assert zone_from(name, "Asia/Tokyo").key == "Asia/Tokyo"
    assert zone_from(name).key == "UTC"


def test_the_first_known_zone_wins() -> None:
    """Of several zones the first one holds."""
    assert zone_from("Asia/Tokyo", "Europe/Berlin").key == "Asia/Tokyo"


def test_no_name_is_utc() -> None:
    """With nothing known it is UTC."""
    assert zone_from().key == "UTC"


@given(st.text(max_size=70))
def test_any_text_can_be_asked(name: str) -> None:
    """Whatever a platform sends as a zone, there is one."""
    assert zone_from(name).key in {name, "UTC"}


@pytest.mark.parametrize(("hour", "minute", "day"), [(3, 59, 9), (4, 0, 10), (23, 59, 10), (0, 0, 9)])
def test_the_day_turns_at_four(hour: int, minute: int, day: int) -> None:
    """Until 03:59 it is still yesterday's study day."""
    assert study_day(berlin(6, 10, hour, minute), BERLIN) == date(2026, 6, day)


def test_it_is_the_learners_day() -> None:
    """The same instant is another study day elsewhere."""
    at = datetime(2026, 6, 10, 20, tzinfo=UTC)
    assert study_day(at, ZoneInfo("Asia/Tokyo")) == date(2026, 6, 11)
    assert study_day(at, ZoneInfo("America/New_York")) == date(2026, 6, 10)


@pytest.mark.parametrize(("month", "day"), [(3, 29), (10, 25)])
def test_the_day_turns_at_four_by_the_wall_when_clocks_change(month: int, day: int) -> None:
    """In the night of a change, too, the day turns when the wall shows four: no hour early, no hour late."""
    assert study_day(berlin(month, day, 3, 59), BERLIN) == date(2026, month, day - 1)
    assert study_day(berlin(month, day, 4, 0), BERLIN) == date(2026, month, day)


def test_the_hour_that_comes_twice_is_in_one_day() -> None:
    """Both 02:30 of an autumn night belong to the day before."""
    assert {study_day(berlin(10, 25, 2, 30, fold), BERLIN) for fold in (0, 1)} == {date(2026, 10, 24)}


@given(ZONES, INSTANTS, st.timedeltas(timedelta(0), timedelta(days=3)))
def test_it_never_goes_back(zone: ZoneInfo, at: datetime, later: timedelta) -> None:
    """In one zone, whichever, a later instant is never in an earlier study day."""
    assert study_day(at, zone) <= study_day(at + later, zone)


@given(ZONES, INSTANTS)
def test_it_is_the_local_date_or_the_one_before(zone: ZoneInfo, at: datetime) -> None:
    """The study day is the date on the wall from four on, and the one before until then."""
    local = at.astimezone(zone)
    assert study_day(at, zone) == local.date() - timedelta(days=local.hour < 4)


def test_a_time_without_a_zone_is_refused() -> None:
    """A naive datetime is no instant."""
    with pytest.raises(ValueError, match="zone"):
        study_day(datetime(2026, 6, 10, 12), BERLIN)  # noqa: DTZ001 (the point of the test)
