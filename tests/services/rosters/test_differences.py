"""Where an LMS tells what changed, only that is noted; and once a day the list is read whole."""

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from lti_tool.models import Context
from lti_tool.services.arrivals import Role
from lti_tool.services.roster_reasons import Unread
from lti_tool.services.rosters import Listed, Reading
from tests.services.rosters.conftest import TEACHER, Course, listed

HOUR = timedelta(hours=1)
TOLD = "https://moodle.example/7/members?since=1"


@pytest.fixture
def telling(course: Course) -> Course:
    """Its list, with two learners, was read an hour ago; its LMS tells differences."""
    course.list.differences = TOLD
    course.read(*listed("ann", "bob"))
    course.school.clock.pass_by(HOUR)
    return course


def asks_for_changes(course: Course) -> bool:
    """Whether the last reading asked for changes, at the address that was told."""
    last = course.list.asked[-1]
    assert last.url == "https://moodle.example/7/members"
    assert last.differences in {None, course.list.differences}
    return last.differences is not None


def is_gone(course: Course) -> set[str]:
    """Who has left."""
    return {sub for sub, (_, is_gone, _) in course.people().items() if is_gone}


def test_the_next_reading_asks_what_changed(telling: Course) -> None:
    """The first one cannot."""
    assert not asks_for_changes(telling)
    telling.read_changes()
    assert asks_for_changes(telling)


def test_changes_touch_nobody_else(telling: Course) -> None:
    """Who came is there, who was deleted or suspended is gone, the others stay; who was never here leaves no trace."""
    gone = listed("ann", "never", is_active=False)
    assert telling.read_changes(*listed("cem"), *gone) == Reading(2, 1, 1)
    assert is_gone(telling) == {"ann"}
    assert set(telling.people()) == {"somebody-else", "ann", "bob", "cem"}
    telling.school.clock.pass_by(HOUR)
    assert telling.read_changes() == Reading(2, 0, 0)
    assert telling.read_changes(*listed("ann")) == Reading(3, 1, 0)
    assert is_gone(telling) == set()


def test_who_left_keeps_the_work(telling: Course) -> None:
    """As with a whole list."""
    telling.school.finish(telling.school.learner(telling.lms, "ann"))
    telling.school.clock.pass_by(HOUR)
    telling.read_changes(*listed("ann", is_active=False))
    assert (telling.enrolments(), len(telling.school.owed())) == (1, 1)


def test_whoever_comes_while_changes_are_read_has_not_left(telling: Course) -> None:
    """The launch is newer."""
    telling.list.meanwhile = lambda: telling.school.launch(telling.lms, "ann")
    telling.read_changes(*listed("ann", is_active=False))
    assert is_gone(telling) == set()


def test_changes_that_broke_off_mark_nobody(telling: Course) -> None:
    """And are asked for again from the same moment."""
    telling.read_changes(*listed("ann", is_active=False), unread=Unread.BUSY)
    assert is_gone(telling) == set()
    telling.read_changes(*listed("ann", is_active=False))
    assert asks_for_changes(telling)
    assert is_gone(telling) == {"ann"}


def test_each_answer_says_where_to_ask_next(telling: Course) -> None:
    """One that does not is followed by a whole reading."""
    telling.list.differences = f"{TOLD}2"
    telling.read_changes()
    telling.read_changes()
    assert telling.list.asked[-1].differences == f"{TOLD}2"
    telling.list.differences = None
    telling.read_changes()
    telling.read_changes()
    assert not asks_for_changes(telling)


def test_once_a_day_the_list_is_read_whole(telling: Course) -> None:
    """However often changes are read in between: what an LMS forgot to tell heals."""
    asked = []
    telling.list.people = (*TEACHER, *listed("ann"))
    for _ in range(30):
        telling.read_changes()
        asked.append(asks_for_changes(telling))
        telling.school.clock.pass_by(HOUR)
    assert asked == [True] * 23 + [False] + [True] * 6
    assert is_gone(telling) == {"bob"}
    with telling.database.reading() as session:
        place = session.scalars(select(Context).where(Context.id == telling.lms.context_id)).one()
        assert place.roster_read_at == telling.school.clock.now - HOUR


SUBS = "abcd"
STATES = st.dictionaries(
    st.sampled_from(SUBS), st.sampled_from([Role.LEARNER, Role.INSTRUCTOR, Role.GUEST, Role.TEST]), max_size=4
)


def on_list(state: dict[str, Role]) -> tuple[Listed, ...]:
    """These people, as a whole list has them."""
    return tuple(one for sub, role in state.items() for one in listed(sub, role=role))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STATES, min_size=2, max_size=4))
def test_changes_come_to_the_same_as_whole_lists(course: Course, states: list[dict[str, Role]]) -> None:
    """Reading everything afterwards changes nothing more."""
    course.list.differences = TOLD
    course.read(*on_list(states[0]))
    for before, after in pairwise(states):
        course.school.clock.pass_by(HOUR / 2)
        came = {sub: role for sub, role in after.items() if before.get(sub) is not role}
        left = [one for sub in before.keys() - after.keys() for one in listed(sub, is_active=False)]
        course.read_changes(*on_list(came), *left)
        found = course.people()
        again = course.read(*on_list(after))
        assert (again.new, again.left, course.people()) == (0, 0, found)
