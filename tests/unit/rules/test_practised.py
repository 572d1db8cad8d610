"""Sittings kept on schedule, the best N - k of N."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lti_tool.rules.practised import Practised, Round, practised, stretches
from lti_tool.rules.rhythm import Span

MONDAY = date(2026, 9, 7)
TERM_ENDS = MONDAY + timedelta(days=69)
TEN = stretches(MONDAY, TERM_ENDS, 10)
"""Ten weeks."""


def day(week: int, weekday: int = 0) -> date:
    """A day of the term, from week 0 and Monday 0."""
    return MONDAY + timedelta(days=7 * week + weekday)


def stood(
    *days: date, first: date = MONDAY, today: date = TERM_ENDS, clear: tuple[Span, ...] = (), allowed: int | None = None
) -> Practised:
    """How somebody stands who practised on these days."""
    rounds = [Round(on, datetime.combine(on, time(18), UTC)) for on in days]
    return practised(TEN, rounds, clear, first, 2, today, allowed)


def percent(found: Practised) -> int:
    """The grade."""
    return max((step.percent for step in found.steps()), default=0)


def test_the_time_between_opening_and_close_is_cut_into_as_many_parts() -> None:
    """All of it, without a gap."""
    assert len(TEN) == 10
    assert (TEN[0].begins, TEN[-1].ends) == (MONDAY, TERM_ENDS + timedelta(days=1))
    assert all(one.ends == two.begins for one, two in pairwise(TEN))


def test_without_a_close_each_sitting_has_a_week() -> None:
    """From the first day on."""
    assert [(one.ends - one.begins).days for one in stretches(MONDAY, None, 3)] == [7, 7, 7]


def test_a_window_shorter_than_the_sittings_offers_one_a_day() -> None:
    """Nobody is asked for two on one day."""
    assert len(stretches(MONDAY, MONDAY + timedelta(days=2), 10)) == 3


def test_eight_of_ten_are_the_full_grade() -> None:
    """Two may be missed at no loss."""
    assert percent(stood(*(day(week) for week in range(8)))) == 100
    assert percent(stood(*(day(week) for week in range(7)))) == 87


def test_many_sittings_in_one_week_are_one() -> None:
    """Cramming is not practice, and nothing was missed yet."""
    assert percent(stood(*(day(0, n) for n in range(7)), today=day(0, 6))) == 12


def test_a_second_round_on_one_day_changes_nothing() -> None:
    """It is one sitting."""
    assert stood(day(0), day(0)) == stood(day(0))


def test_what_was_missed_can_be_made_up_for_before_the_close() -> None:
    """On a further day of a later week, for the full credit."""
    in_time = [day(week) for week in range(4)]
    late = [day(6, n) for n in range(4)]
    assert percent(stood(*in_time, *late)) == 87  # weeks 4 and 5 made up for; week 6 itself
    assert percent(stood(*in_time, *late, day(7))) == 100


def test_sittings_ahead_of_time_make_up_for_nothing() -> None:
    """A week that is missed later was not kept earlier."""
    assert len(stood(day(0, 0), day(0, 1), day(0, 2), today=day(3)).kept) == 1


def test_a_week_in_which_nothing_was_due_is_kept() -> None:
    """Nobody is punished for being finished."""
    clear = Span(day(1), day(1, 6))
    assert len(stood(day(0), day(2), clear=(clear,), today=day(3)).kept) == 3


def test_a_week_in_which_something_was_due_on_one_day_is_not_clear() -> None:
    """Six clear days are not seven."""
    assert len(stood(day(0), day(2), clear=(Span(day(1), day(1, 5)),), today=day(3)).kept) == 2


def test_a_day_on_which_something_was_done_leaves_a_week_clear() -> None:
    """A lesson was due to nobody, and was done all the same."""
    clear = (Span(day(1), day(1, 1)), Span(day(1, 3), day(1, 6)))
    kept = [len(practised(TEN, [], clear, day(1), 2, day(2), None, busy).kept) for busy in ({day(1, 2)}, ())]
    assert kept == [1, 0]


def test_a_week_of_lessons_is_no_sitting() -> None:
    """Every day something was done, and on none of them was nothing due."""
    assert practised(TEN, [], [], MONDAY, 2, day(2), None, {day(0, n) for n in range(7)}).kept == ()


def test_a_clear_week_is_kept_just_before_its_end_where_the_learner_is() -> None:
    """So that the last one lies before the close."""
    ends = datetime(2026, 9, 14, 1, tzinfo=UTC)
    (at,) = practised(TEN, [], [Span(MONDAY, day(0, 6))], MONDAY, 2, day(1), None, (), lambda _: ends).kept
    assert at < ends


def test_who_comes_late_is_offered_what_is_left() -> None:
    """And can have all of it."""
    found = stood(*(day(week) for week in (5, 6, 7, 8)), first=day(5))
    assert (found.offered, found.needed, percent(found)) == (5, 4, 100)


def test_who_is_allowed_fewer_needs_fewer() -> None:
    """An accommodation; why is nobody's business here."""
    found = stood(day(0), day(3), day(6), day(9), allowed=5)
    assert (found.offered, found.needed, percent(found)) == (5, 4, 100)


@given(some.lists(some.integers(0, 69), max_size=40), some.integers(0, 69), some.integers(0, 60))
def test_the_grade_never_falls_with_time_or_work(offsets: list[int], more: int, first: int) -> None:
    """Neither a further sitting nor a further day takes anything away."""
    days = [MONDAY + timedelta(days=n) for n in offsets if n >= first]
    begun = MONDAY + timedelta(days=first)
    before = percent(stood(*days, first=begun, today=MONDAY + timedelta(days=69)))
    extra = MONDAY + timedelta(days=max(more, first))
    assert percent(stood(*days, extra, first=begun, today=MONDAY + timedelta(days=69))) >= before
    assert before <= 100


@pytest.mark.parametrize("zone_day", [0, 6])
def test_any_weekday_is_as_good(zone_day: int) -> None:
    """Friday and Saturday weekends, too."""
    assert percent(stood(*(day(week, zone_day) for week in range(8)))) == 100
