"""What people are told about scores, and what they can do."""

from datetime import timedelta

import pytest

from lti_tool.services.grades import (
    GradeLine,
    GradeState,
    Outcome,
    PlatformGrades,
    Reason,
    Tried,
    explain,
    grade_lines,
    grade_status,
    keep_lms,
    retry,
)
from tests.services.grades.gradebook import Gradebook
from tests.services.grades.school import START, Lms, School

BLOCKED = Tried(Outcome.BLOCKED, 409, Reason.CHANGED_IN_LMS)
REFUSED = Tried(Outcome.BLOCKED, 400, Reason.NOT_GRADABLE)


def _line(school: School, lms: Lms) -> GradeLine:
    with school.database.reading() as session:
        (line,) = grade_lines(session, lms.context_id, school.course_id)
    return line


def _status(school: School) -> list[PlatformGrades]:
    with school.database.reading() as session:
        return grade_status(session)


def test_a_score_that_waits_says_so(school: School) -> None:
    """Owed, not tried yet: nothing is wrong, and the time of the next try is known."""
    lms = school.lms()
    school.graduates(lms, 1)
    line = _line(school, lms)
    assert (line.state, line.explained, line.percent, line.next_try_at) == (GradeState.WAITING, None, None, START)


def test_a_score_that_was_sent_says_when_and_what(school: School, gradebook: Gradebook) -> None:
    """The percent that the gradebook took, and the moment."""
    lms = school.lms()
    school.graduates(lms, 1)
    school.send(gradebook)
    line = _line(school, lms)
    assert (line.state, line.percent, line.sent_at, line.next_try_at) == (GradeState.SENT, 100, START, None)


def test_a_score_in_trouble_says_what_and_when_again(school: School, gradebook: Gradebook) -> None:
    """The LMS is down: that is named, and nobody need do anything."""
    lms = school.lms()
    school.graduates(lms, 1)
    gradebook.trouble = lambda claimed, now: Tried(Outcome.NO_ANSWER)
    school.send(gradebook)
    line = _line(school, lms)
    assert line.state is GradeState.TROUBLE
    assert line.explained is not None
    assert line.explained.sentence == "The LMS does not answer."
    assert line.next_try_at is not None
    assert line.next_try_at > START


def test_scores_behind_one_in_trouble_share_its_explanation(school: School, gradebook: Gradebook) -> None:
    """What waits because the platform is left alone says why it waits."""
    lms = school.lms()
    school.graduates(lms, 6)
    gradebook.trouble = lambda claimed, now: Tried(Outcome.BUSY, 429, retry_after=timedelta(hours=1))
    school.send(gradebook, threads=1)
    with school.database.reading() as session:
        lines = grade_lines(session, lms.context_id, school.course_id)
    assert {line.state for line in lines} == {GradeState.TROUBLE}
    assert all(line.next_try_at is not None and line.next_try_at >= START + timedelta(hours=1) for line in lines)


def test_a_blocked_score_says_why_and_what_helps(school: School, gradebook: Gradebook) -> None:
    """The reason is there in words, and no next try is promised."""
    lms = school.lms()
    school.graduates(lms, 1)
    gradebook.trouble = lambda claimed, now: BLOCKED
    school.send(gradebook)
    line = _line(school, lms)
    assert (line.state, line.blocked_reason, line.next_try_at) == (GradeState.BLOCKED, Reason.CHANGED_IN_LMS, None)
    assert line.explained is not None
    assert line.explained.hint


def test_the_status_counts_by_platform(school: School, gradebook: Gradebook) -> None:
    """How much is sent, owed and blocked where, since when, and why."""
    down, fine = school.lms("down"), school.lms("fine")
    school.graduates(down, 3)
    school.graduates(fine, 2)

    gradebook.trouble = lambda claimed, now: (
        Tried(Outcome.NO_ANSWER) if claimed.platform.id == down.platform_id
        else BLOCKED if claimed.sub == "learner-1"
        else None
    )  # fmt: skip
    school.send(gradebook, threads=1)
    ill, well = _status(school)
    assert (ill.issuer, ill.owed, ill.sent, ill.blocked) == ("https://down.example", 3, 0, 0)
    assert (ill.oldest_owed_at, ill.last_error) == (START, "no-answer")
    assert ill.paused_until is not None
    assert (well.owed, well.sent, well.blocked, well.oldest_owed_at) == (0, 1, 1, None)
    assert well.troubles == (("changed-in-lms", 1),)
    assert (well.at_once, well.most_at_once) == (4, 4)


def test_what_a_teacher_keeps_is_nobodys_trouble(school: School, gradebook: Gradebook) -> None:
    """Neither blocked nor owed, nor among the reasons; no retry sends it."""
    lms = school.lms()
    school.graduates(lms, 1)
    gradebook.trouble = lambda claimed, now: BLOCKED
    school.send(gradebook)
    with school.database.writing() as session:
        keep_lms(session, lms.context_id, [school.only().id], school.clock.now)
        assert retry(session, school.clock.now) == 0
    line = _line(school, lms)
    assert (line.state, line.blocked_reason, line.is_changed) == (GradeState.KEPT, None, False)
    (status,) = _status(school)
    assert (status.sent, status.owed, status.blocked, status.troubles) == (0, 0, 0, ())


def test_a_retry_pushes_on_what_stands_still(school: School, gradebook: Gradebook) -> None:
    """Blocked and put-off scores of one platform, or of all, are due at once, and its pause is over."""
    down, other = school.lms("down"), school.lms("other")
    school.graduates(down, 3)
    school.graduates(other, 1)
    gradebook.trouble = lambda claimed, now: (
        REFUSED if claimed.platform.id == other.platform_id else Tried(Outcome.NO_ANSWER)
    )
    school.send(gradebook, threads=1)
    gradebook.trouble = lambda claimed, now: None
    school.clock.pass_by(timedelta(seconds=2))
    with school.database.writing() as session:
        assert retry(session, school.clock.now, down.platform_id) == 1
    assert school.send(gradebook).sent == 3
    with school.database.writing() as session:
        assert retry(session, school.clock.now) == 1
    assert school.send(gradebook).sent == 1


def test_a_retry_leaves_what_a_person_changed(school: School, gradebook: Gradebook) -> None:
    """Only the teacher, row by row, sends over a grade that was changed in the LMS."""
    school.graduates(school.lms(), 1)
    gradebook.trouble = lambda claimed, now: BLOCKED
    school.send(gradebook)
    with school.database.writing() as session:
        assert retry(session, school.clock.now) == 0
    assert school.only().blocked_reason == Reason.CHANGED_IN_LMS


@pytest.mark.parametrize(
    ("reason", "helps"),
    [(Reason.CHANGED_IN_LMS, "remove the change in its gradebook first"), (Reason.NOT_ALLOWED, "unlock it there")],
)
def test_what_helps_is_what_helps_in_moodle(reason: Reason, helps: str) -> None:
    """Sending again does not replace an override there; and a lock may be all there is to a 403."""
    explained = explain(reason, None)
    assert explained is not None
    assert helps in explained.hint
