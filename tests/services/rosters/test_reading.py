"""When a list is read: at a teacher's wish, or while its course is in use; by one reader at a time."""

from datetime import timedelta

from sqlalchemy import update

from lti_tool.models import Context, Platform
from lti_tool.services.roster_reasons import Unread
from lti_tool.services.rosters import (
    Listed,
    Reading,
    RosterState,
    ask_for_roster,
    read_asked_rosters,
    read_roster,
    read_rosters,
    roster_state,
)
from tests.services.rosters.conftest import TEACHER, Course, listed

HOUR = timedelta(hours=1)


def test_without_an_address_nothing_is_asked(course: Course) -> None:
    """Nor of a platform that is switched off."""
    with course.database.writing() as session:
        session.execute(update(Platform).values(is_enabled=False))
    assert course.read() == Reading(unread=Unread.NO_LIST)
    with course.database.writing() as session:
        session.execute(update(Platform).values(is_enabled=True))
        session.execute(update(Context).values(memberships_url=None))
    assert course.read() == Reading(unread=Unread.NO_LIST)
    assert course.list.asked == []


def test_one_list_is_read_by_one_at_a_time(course: Course) -> None:
    """Whoever asks meanwhile is told so."""
    meanwhile: list[Reading] = []
    course.list.meanwhile = lambda: meanwhile.append(
        read_roster(course.database, course.list, course.lms.context_id, course.school.clock)
    )
    assert course.read(*listed("ann")) == Reading(1, 1, 0)
    assert meanwhile == [Reading(unread=Unread.UNDER_WAY)]


def read_by_worker(course: Course, *people: Listed, unread: Unread | None = None) -> int:
    """How often the LMS was asked in one run of the worker."""
    course.list.people, course.list.unread = (*TEACHER, *people), unread
    before = len(course.list.asked)
    read_rosters(course.database, course.list, course.school.clock)
    return len(course.list.asked) - before


def test_the_worker_reads_lists_of_courses_in_use(course: Course) -> None:
    """Every six hours, as long as somebody came within the day."""
    asked = []
    for _ in range(31):
        asked.append(read_by_worker(course, *listed("ann")))
        course.school.clock.pass_by(HOUR)
    assert asked == [1, 0, 0, 0, 0, 0] * 4 + [0] * 7
    course.school.launch(course.lms, "ann")
    assert read_by_worker(course, *listed("ann")) == 1


def test_a_list_that_cannot_be_read_is_tried_each_hour(course: Course) -> None:
    """By one of all workers."""
    assert read_by_worker(course, unread=Unread.NO_ANSWER) == 1
    assert read_by_worker(course, unread=Unread.NO_ANSWER) == 0
    course.school.clock.pass_by(HOUR)
    assert read_by_worker(course) == 1


def test_what_a_teacher_asks_for_is_read_at_once(course: Course) -> None:
    """By one worker, once; what it came to is told until the next time."""

    def state() -> RosterState:
        with course.database.reading() as session:
            return roster_state(session, course.lms.context_id, course.school.clock.now)

    course.list.people = (*TEACHER, *listed("ann"))
    assert state() == RosterState(None, is_waiting=False, last=None)
    for _ in range(2):
        with course.database.writing() as session:
            ask_for_roster(session, course.lms.context_id, course.school.clock.now)
    assert state().is_waiting
    course.list.meanwhile = lambda: meanwhile.append(state().is_waiting)
    meanwhile: list[bool] = []
    for _ in range(2):
        read_asked_rosters(course.database, course.list, course.school.clock)
    assert meanwhile == [True]
    assert state() == RosterState(course.school.clock.now, is_waiting=False, last=Reading(1, 1, 0))
    course.list.unread = Unread.BUSY
    with course.database.writing() as session:
        ask_for_roster(session, course.lms.context_id, course.school.clock.now)
    read_asked_rosters(course.database, course.list, course.school.clock)
    last = state().last
    assert last is not None
    assert last.unread is Unread.BUSY


def test_one_list_that_fails_stops_no_other(course: Course) -> None:
    """Whatever goes wrong."""
    other = course.school.lms("canvas", family="canvas")
    with course.database.writing() as session:
        session.execute(update(Context).values(memberships_url="https://lms.example/members"))

    def fail() -> None:
        if len(course.list.asked) == 1:
            raise RuntimeError("not this one")

    course.list.meanwhile = fail
    assert read_by_worker(course, *listed("ann")) == 2
    course.lms = other
    assert "ann" in course.people()
