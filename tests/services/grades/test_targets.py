"""A link that opens something else, a person who is somebody else: no score goes where it does not belong."""

import json

import pytest
from sqlalchemy import select, update

from lti_tool.models import ResourceLink, Visit
from lti_tool.services.arrivals import Role
from lti_tool.services.grades import Delivered, GradeLine, Outcome, Tried, grade_lines, grade_status
from lti_tool.services.launches import digest
from lti_tool.services.visits import set_target, visitor
from tests.services.grades.gradebook import Gradebook
from tests.services.grades.school import LEASE, Lms, School


def _retarget(school: School, lms: Lms, lesson: str | None) -> None:
    """The teacher comes by a link that opens this lesson now."""
    school.launch(lms, "somebody-else", Role.INSTRUCTOR, lesson)


def _lines(school: School, lms: Lms) -> list[GradeLine]:
    with school.database.reading() as session:
        return grade_lines(session, lms.context_id, school.course_id)


def _comments(gradebook: Gradebook) -> list[str]:
    return [json.loads(body)["comment"] for _, body in gradebook.received]


def test_a_link_that_opens_another_lesson_is_owed_that_one(school: School, gradebook: Gradebook) -> None:
    """Lesson two was done before the link opened it."""
    lms = school.lms()
    assert school.finish(school.learner(lms, "ann"), "two") == 0
    _retarget(school, lms, "two")
    school.owe()
    assert school.send(gradebook) == Delivered(sent=1)
    assert _comments(gradebook) == ["Two: 100 %"]


def test_a_choice_in_the_picker_is_owed_what_was_done_before(school: School) -> None:
    """The teacher sets the link up after learners have finished."""
    lms = school.lms()
    learner = school.learner(lms, "ann")
    school.finish(learner, "two")
    with school.database.writing() as session:
        session.execute(update(Visit).values(binding_hash=digest("browser")))
        keys = select(Visit.key).where(Visit.role == Role.INSTRUCTOR.value)
        teacher = visitor(session, session.scalars(keys).all()[0], "browser", school.clock.now)
        set_target(session, teacher, school.course_id, "two")
    assert school.owed() == []
    school.owe()
    assert (school.only().enrolment_id, school.only().lesson_key) == (learner, "two")


def test_the_score_of_one_lesson_is_not_sent_for_another(school: School, gradebook: Gradebook) -> None:
    """Lesson one is done and owed; the link opens lesson two now, which is not."""
    lms = school.lms()
    school.finish(school.learner(lms, "ann"), "one")
    _retarget(school, lms, "two")
    assert school.send(gradebook) == Delivered()
    assert gradebook.received == []
    assert _lines(school, lms) == []
    with school.database.reading() as session:
        (status,) = grade_status(session)
    assert (status.sent, status.owed, status.blocked) == (0, 0, 0)


def test_a_score_that_may_have_arrived_is_not_sent_for_another_lesson(school: School, gradebook: Gradebook) -> None:
    """The bytes of lesson one do not go again."""
    lms = school.lms()
    school.finish(school.learner(lms, "ann"), "one")
    gradebook.trouble = lambda claimed, now: Tried(Outcome.SERVER_TROUBLE, 500)
    school.send(gradebook)
    _retarget(school, lms, "two")
    school.clock.pass_by(LEASE)
    assert school.send(gradebook) == Delivered()
    assert len(gradebook.received) == 1


def test_what_is_done_goes_for_what_the_link_opens_now(school: School, gradebook: Gradebook) -> None:
    """Both lessons are done: the score that goes is lesson two's."""
    lms = school.lms()
    learner = school.learner(lms, "ann")
    school.finish(learner, "one")
    school.finish(learner, "two")
    with school.database.writing() as session:
        session.execute(update(ResourceLink).values(lesson_key="two"))  # and nobody owes it
    assert school.send(gradebook) == Delivered(sent=1)
    assert _comments(gradebook) == ["Two: 100 %"]
    assert school.only().lesson_key == "two"


def test_a_sent_score_is_shown_with_its_own_lesson_only(school: School, gradebook: Gradebook) -> None:
    """100 % for lesson one says nothing about lesson two; once two is done, it is sent in its own name."""
    lms = school.lms()
    learner = school.learner(lms, "ann")
    school.finish(learner, "one")
    school.send(gradebook)
    assert [line.percent for line in _lines(school, lms)] == [100]
    _retarget(school, lms, "two")
    assert _lines(school, lms) == []
    school.clock.pass_by(LEASE)
    assert school.finish(learner, "two") == 1
    assert [line.percent for line in _lines(school, lms)] == [None]
    school.send(gradebook)
    assert _comments(gradebook) == ["One: 100 %", "Two: 100 %"]


@pytest.mark.parametrize("role", [Role.INSTRUCTOR, Role.GUEST])
def test_whoever_is_no_learner_any_more_gets_no_grade(school: School, gradebook: Gradebook, role: Role) -> None:
    """Finished as a learner, now staff: nothing goes out, until a launch says "learner" again."""
    lms = school.lms()
    school.finish(school.learner(lms, "ann"))
    school.launch(lms, "ann", role)
    assert school.send(gradebook) == Delivered()
    assert gradebook.received == []
    assert _lines(school, lms) == []
    school.launch(lms, "ann")
    assert school.send(gradebook) == Delivered(sent=1)


def test_the_same_target_again_is_owed_once(school: School) -> None:
    """Later launches that name it change nothing."""
    lms = school.lms()
    learner = school.learner(lms, "ann")
    school.finish(learner, "one")
    school.finish(learner, "two")
    _retarget(school, lms, "two")
    school.owe()
    before = school.only().wanted
    _retarget(school, lms, "two")
    school.launch(lms, "ann", lesson="two")
    school.owe()
    assert (school.only().wanted, school.only().lesson_key) == (before, "two")
