"""When a gradebook is behind, and when it is not."""

from datetime import timedelta

import pytest

from lti_tool.models import LineItem
from lti_tool.rules.grading import Rule
from lti_tool.services.arrivals import Role
from lti_tool.services.grades import Reason, owe_grades
from tests.services.grades.school import DEBOUNCE, START, Lms, School


def test_a_finished_lesson_is_owed_at_once(school: School) -> None:
    """At 100 % the score is due without any wait."""
    learner = school.learner(school.lms(), "ann")
    assert school.finish(learner) == 1
    assert (school.only().due_at, school.only().reached) == (START, 100)


def test_nothing_is_owed_below_the_completion_rule(school: School) -> None:
    """One lesson of two does not move the grade of the whole course: any grade would tick it off in Moodle."""
    learner = school.learner(school.lms(lesson=None), "ann", lesson=None)
    assert school.finish(learner, "one") == 0
    assert school.finish(learner, "two") == 1


def test_a_lesson_is_owed_to_its_own_column_only(school: School) -> None:
    """Finishing lesson two moves no column of lesson one."""
    learner = school.learner(school.lms(lesson="one"), "ann")
    assert school.finish(learner, "two") == 0


def test_owing_twice_changes_nothing(school: School) -> None:
    """A double click, or a second worker, owes no second score."""
    learner = school.learner(school.lms(), "ann")
    school.finish(learner)
    with school.database.writing() as session:
        assert owe_grades(session, learner, school.clock.now, debounce=DEBOUNCE) == 0
    assert school.only().wanted == 1


@pytest.mark.parametrize("role", [Role.INSTRUCTOR, Role.TEST, Role.GUEST])
def test_only_learners_are_owed(school: School, role: Role) -> None:
    """Whoever finishes everything as staff, test user or guest is never sent to the gradebook."""
    lms = school.lms()
    learner = school.learner(lms, "ann")
    school.launch(lms, "ann", role)
    assert school.finish(learner) == 0


def test_a_link_without_a_column_is_ungraded(school: School) -> None:
    """A column that the LMS has deleted is owed nothing."""
    lms = school.lms()
    learner = school.learner(lms, "ann")
    with school.database.writing() as session:
        session.get_one(LineItem, lms.line_item_id).is_gone = True
    assert school.finish(learner) == 0


def test_a_column_that_is_back_is_owed_anew(school: School) -> None:
    """Once a launch names the column again, what was blocked for its absence goes out."""
    lms = school.lms()
    learner = school.learner(lms, "ann")
    school.finish(learner)
    with school.database.writing() as session:
        session.get_one(LineItem, lms.line_item_id).is_gone = True
        session.merge(school.only()).blocked_reason = Reason.COLUMN_GONE.value
    before = school.only().wanted
    school.launch(lms, "ann")
    school.owe()
    assert school.only().blocked_reason is None
    assert school.only().wanted == before + 1
    with school.database.writing() as session:
        assert owe_grades(session, learner, school.clock.now, debounce=DEBOUNCE) == 0


def test_progress_waits_for_more_of_it(school: School) -> None:
    """Where progress is sent, half a course waits for the debounce time, and the whole is due at once."""
    learner = school.learner(school.lms(lesson=None, rule=Rule.PROGRESS), "ann", lesson=None)
    school.finish(learner, "one")
    assert school.only().due_at == START + DEBOUNCE
    school.finish(learner, "two")
    assert (school.only().due_at, school.only().reached) == (START, 100)


def test_a_class_is_owed_in_one_order(school: School) -> None:
    """Two workers at once that each owe the whole class must not wait for one another crosswise."""
    lms = school.lms()
    enrolments = [school.learner(lms, f"learner-{number}") for number in range(5)]
    _hide_column(school, lms)
    for enrolment in reversed(enrolments):
        school.finish(enrolment)
    school.launch(lms, "somebody-else", Role.INSTRUCTOR)
    school.owe()
    assert [row.enrolment_id for row in school.owed()] == enrolments


def test_whoever_finished_as_a_guest_is_owed_it_as_a_learner(school: School) -> None:
    """The next launch that says "learner" finds the work that is done."""
    lms = school.lms()
    learner = school.learner(lms, "ann")
    school.launch(lms, "ann", Role.GUEST)
    assert school.finish(learner) == 0
    school.launch(lms, "ann")
    assert (school.only().enrolment_id, school.only().due_at) == (learner, START)


def test_what_was_missed_is_owed_at_any_later_launch(school: School) -> None:
    """Even by a launch that says nothing new."""
    lms = school.lms()
    learner = school.learner(lms, "ann")
    school.finish(learner, is_noted=False)  # and nobody notes it
    school.launch(lms, "ann")
    assert school.only().reached == 100
    school.launch(lms, "ann")
    assert school.only().wanted == 1


def test_a_course_that_was_done_stays_done(school: School) -> None:
    """A column that comes when the course has a lesson more is owed the whole that was done before."""
    lms = school.lms(lesson=None)
    learner = school.learner(lms, "ann", lesson=None)
    _hide_column(school, lms)
    school.finish(learner, "one")
    school.clock.pass_by(timedelta(minutes=1))
    school.finish(learner, "two")
    school.publish("one", "two", "three")
    school.launch(lms, "ann", lesson=None)
    school.owe()
    assert school.only().reached == 100


def test_a_course_that_grew_before_its_end_is_done_with_all_of_it(school: School) -> None:
    """Lesson two was opened when there was a lesson three already."""
    learner = school.learner(school.lms(lesson=None), "ann", lesson=None)
    school.finish(learner, "one")
    school.clock.pass_by(timedelta(minutes=1))
    school.publish("one", "two", "three")
    assert school.finish(learner, "two") == 0
    school.clock.pass_by(timedelta(minutes=1))
    assert school.finish(learner, "three") == 1


def test_a_lesson_that_is_taken_out_can_still_be_finished(school: School) -> None:
    """Whoever was in it is owed the grade of the version that she opened."""
    learner = school.learner(school.lms(), "ann")
    school.publish("two")
    assert school.finish(learner, "one") == 1


def _hide_column(school: School, lms: Lms) -> None:
    """As far as we know, the LMS has no column."""
    with school.database.writing() as session:
        session.get_one(LineItem, lms.line_item_id).is_gone = True
