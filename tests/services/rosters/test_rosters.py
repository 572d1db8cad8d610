"""Everybody on the list is on record, whoever is not has left, and nobody's work is touched."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from lti_tool.models import Context, Learner, Platform, Tenant
from lti_tool.services.arrivals import Role
from lti_tool.services.privacy import erase_learner
from lti_tool.services.roster_reasons import Unread
from lti_tool.services.rosters import (
    Listed,
    Reading,
    read_roster,
)
from tests.services.rosters.conftest import Course, listed

HOUR = timedelta(hours=1)


def test_who_never_came_is_on_the_list(course: Course) -> None:
    """Without an enrolment, since there is no work."""
    course.school.learner(course.lms, "ann")
    assert course.read(*listed("ann", "bob", "cem")) == Reading(3, 2, 0)
    assert course.people()["bob"] == ("learner", False, False)
    assert course.people()["ann"] == ("learner", False, True)
    assert course.enrolments() == 1


def test_who_left_is_marked_and_keeps_the_work(course: Course) -> None:
    """And is there again when the list says so, or a launch does."""
    enrolment = course.school.learner(course.lms, "ann")
    course.school.finish(enrolment)
    course.read(*listed("ann", "bob"))
    course.school.clock.pass_by(HOUR)
    assert course.read(*listed("bob")) == Reading(1, 0, 1)
    assert course.people()["ann"] == ("learner", True, True)
    assert (course.enrolments(), len(course.school.owed())) == (1, 1)
    assert course.read(*listed("ann", "bob")) == Reading(2, 1, 0)
    course.school.clock.pass_by(HOUR)
    course.read(*listed("bob"))
    assert course.school.launch(course.lms, "ann") == enrolment
    assert course.people()["ann"] == ("learner", False, True)


def test_a_list_that_broke_off_marks_nobody(course: Course) -> None:
    """Those who were read are there all the same, and when it was last whole stays."""
    course.read(*listed("ann", "bob"))
    course.school.clock.pass_by(HOUR)
    assert course.read(*listed("cem"), unread=Unread.NO_ANSWER) == Reading(3, 1, 0, Unread.NO_ANSWER)
    assert {sub for sub, (_, is_gone, _) in course.people().items() if is_gone} == set()
    with course.database.reading() as session:
        assert session.scalar(select(Context.roster_read_at)) == course.school.clock.now - HOUR


def test_an_empty_list_is_a_mistake(course: Course) -> None:
    """It must not empty a course."""
    course.read(*listed("ann"))
    course.list.people, course.list.unread = (), None
    course.school.clock.pass_by(HOUR)
    came = read_roster(course.database, course.list, course.lms.context_id, course.school.clock)
    assert came == Reading(1, 0, 0, Unread.EMPTY)


def test_whoever_comes_while_the_list_is_read_has_not_left(course: Course) -> None:
    """The launch is newer than the list."""
    course.list.meanwhile = lambda: course.school.launch(course.lms, "ann")
    course.read(*listed("bob"))
    assert course.people()["ann"] == ("learner", False, True)


def test_the_suspended_are_not_there(course: Course) -> None:
    """A new one leaves no trace; one who worked has left for now."""
    course.school.learner(course.lms, "ann")
    course.school.clock.pass_by(HOUR)
    assert course.read(*listed("ann", "bob", is_active=False)) == Reading(0, 0, 1)
    assert "bob" not in course.people()


def test_staff_and_test_users_never_become_learners(course: Course) -> None:
    """A test user of the list is left out; staff is on record, and does not count."""
    staff = (*listed("tea", role=Role.INSTRUCTOR), *listed("dev", role=Role.DEVELOPER), *listed("gus", role=Role.GUEST))
    assert course.read(*staff, *listed("test", role=Role.TEST)) == Reading(0, 0, 0)
    assert {role for role, _, _ in course.people().values()} == {"instructor", "developer", "guest"}
    course.school.launch(course.lms, "view", Role.TEST)
    course.school.clock.pass_by(HOUR)
    course.read(*staff)
    assert course.people()["view"] == ("test", False, True)


def test_a_launch_knows_better_what_somebody_is(course: Course) -> None:
    """Moodle lists its assistants as learners (README 17, 55)."""
    course.school.launch(course.lms, "asa", Role.INSTRUCTOR)
    assert course.read(*listed("asa")) == Reading(0, 0, 0)
    assert course.people()["asa"][0] == "instructor"
    course.read(*listed("new"))
    course.read(*listed("new", role=Role.INSTRUCTOR))
    assert course.people()["new"][0] == "instructor"


def test_names_of_those_who_never_came_are_the_lists(course: Course) -> None:
    """A name that the list withholds is forgotten; of those who came, launches tell."""
    course.school.learner(course.lms, "ann")
    course.read(*listed("ann", "bob", name="A Name", email="one@school.example"))
    assert course.names()["bob"] == ("A Name", "one@school.example")
    assert course.names()["ann"] == (None, None)
    course.read(*listed("bob"))
    assert course.names()["bob"] == (None, None)


def test_an_address_tells_nobody_who_somebody_is(course: Course) -> None:
    """Two people may share one."""
    course.read(*listed("ann", "bob", email="family@home.example"))
    assert len(course.people()) == 3


def test_the_same_id_in_another_institution_is_another_person(course: Course) -> None:
    """Where one platform serves both."""
    with course.database.writing() as session:
        other = Tenant(name="Other")
        session.add(other)
        session.flush()
        platform = session.scalars(select(Platform)).one()
        stranger = Learner(
            platform_id=platform.id, tenant_id=other.id, sub="ann", name="Ann Other", created_at=platform.created_at
        )
        session.add(stranger)
    course.read(*listed("ann", name="Ann Here"))
    with course.database.reading() as session:
        assert set(session.scalars(select(Learner.name).where(Learner.sub == "ann"))) == {"Ann Other", "Ann Here"}


def test_the_erased_come_back_without_work(course: Course) -> None:
    """As long as the LMS lists them, they are on the list; nothing of theirs is there."""
    course.school.finish(course.school.learner(course.lms, "ann"))
    with course.database.writing() as session:
        erase_learner(session, session.scalars(select(Learner.id).where(Learner.sub == "ann")).one())
    assert course.read(*listed("ann")) == Reading(1, 1, 0)
    assert course.people()["ann"] == ("learner", False, False)
    assert course.enrolments() == 0


def test_a_large_course_is_read_whole(course: Course) -> None:
    """More than fit in one transaction."""
    subs = [f"learner-{number}" for number in range(450)]
    assert course.read(*listed(*subs)) == Reading(450, 450, 0)
    course.school.clock.pass_by(HOUR)
    assert course.read(*listed(*subs[200:])) == Reading(250, 0, 200)


ROLES = st.sampled_from([Role.LEARNER, Role.INSTRUCTOR, Role.TEST, Role.GUEST])
PEOPLE = st.lists(
    st.builds(Listed, st.sampled_from("abcde"), ROLES, st.booleans(), st.sampled_from([None, "A Name"])), max_size=7
)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(PEOPLE, min_size=1, max_size=3))
def test_reading_again_changes_nothing(course: Course, lists: list[list[Listed]]) -> None:
    """Whatever the lists were; and what is there afterwards is what the last one says."""
    for people in lists:
        course.school.clock.pass_by(HOUR)
        course.read(*people)
        first = course.people(), course.names()
        again = course.read(*people)
        assert (course.people(), course.names()) == first
        assert (again.new, again.left, again.unread) == (0, 0, None)
        there = {one.sub for one in people if one.is_active and one.role is not Role.TEST}
        is_here = {sub for sub, (_, is_gone, _) in course.people().items() if not is_gone}
        assert is_here == there | {"somebody-else"}
