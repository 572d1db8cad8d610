"""How long it takes until what waits is through."""

from datetime import UTC, datetime, timedelta

import pytest

from lti_tool.services.grades import Outcome, Tried
from lti_tool.services.grades.estimate import MANY, backlog, time_for
from tests.services.grades.gradebook import Gradebook
from tests.services.grades.school import School

NOW = datetime(2026, 9, 1, 9, tzinfo=UTC)


def tries(count: int, apart: timedelta) -> list[datetime]:
    """When the latest were tried, the newest first."""
    return [NOW - n * apart for n in range(count)]


@pytest.mark.parametrize(
    ("waiting", "seconds_apart", "at_once", "takes"),
    [
        (1200, 2.0, 1, timedelta(minutes=40)),
        (1200, 0.5, 4, timedelta(minutes=10)),
        (0, 2.0, 4, timedelta(0)),
    ],
)
def test_it_is_the_pace_of_the_latest(waiting: int, seconds_apart: float, at_once: int, takes: timedelta) -> None:
    """What lies between two tries counts the ones under way at once already."""
    assert time_for(waiting, tries(50, timedelta(seconds=seconds_apart)), at_once) == takes


@pytest.mark.parametrize("known", [[], [NOW], [NOW, NOW - timedelta(minutes=20)]])
def test_without_a_pace_it_is_two_seconds_each(known: list[datetime]) -> None:
    """None tried, one tried, or a long time between them: nothing was to be sent then."""
    assert time_for(100, known, 4) == timedelta(seconds=50)
    assert time_for(100, known, 1) == timedelta(seconds=200)


def test_people_are_told_where_many_wait(school: School) -> None:
    """Of the whole platform, whoever they are from; not where few do."""
    lms, other = school.lms("one"), school.lms("other")
    school.graduates(lms, MANY + 1)
    school.graduates(other, 2)
    with school.database.reading() as session:
        many = backlog(session, lms.platform_id, school.clock.now)
        few = backlog(session, other.platform_id, school.clock.now)
    assert (many.waiting, many.takes) == (MANY + 1, timedelta(seconds=(MANY + 1) / 2))  # two seconds, four at once
    assert (few.waiting, few.takes) == (2, None)


def test_a_pause_is_part_of_it(school: School, gradebook: Gradebook) -> None:
    """The platform asked for an hour."""
    lms = school.lms()
    school.graduates(lms, MANY + 5)
    gradebook.trouble = lambda claimed, now: Tried(Outcome.BUSY, 429, retry_after=timedelta(hours=1))
    school.send(gradebook, threads=1)
    with school.database.reading() as session:
        found = backlog(session, lms.platform_id, school.clock.now)
    assert found.takes is not None
    assert found.takes >= timedelta(hours=1)
    assert found.paused_until == school.clock.now + timedelta(hours=1)
