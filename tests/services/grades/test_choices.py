"""A teacher keeps the LMS's grade, sends ours, tries again, or does not wait."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from lti_tool.errors import NotFound
from lti_tool.models import GradeOwed, LineItem
from lti_tool.services.grades import (
    Claimed,
    Outcome,
    Reason,
    Seen,
    Tried,
    hurry,
    keep_lms,
    owe_grades,
    send_again,
    send_ours,
)
from lti_tool.services.grades.story import story_of
from tests.services.grades.gradebook import Gradebook
from tests.services.grades.school import DEBOUNCE, Lms, School

CHANGED = Tried(Outcome.BLOCKED, reason=Reason.CHANGED_IN_LMS, seen=Seen(80.0))
REFUSED = Tried(Outcome.BLOCKED, 400, Reason.NOT_GRADABLE)
Choice = Callable[[Session, int, list[int], datetime], int]
CHOICES: dict[str, Choice] = {
    "keep": keep_lms,
    "send": send_ours,
    "again": send_again,
}


def stopped(school: School, gradebook: Gradebook, verdict: Tried) -> Lms:
    """An LMS course in which one score did not get through, for this reason."""
    lms = school.lms()
    school.graduates(lms, 1)
    gradebook.trouble = lambda claimed, now: verdict
    school.send(gradebook)
    gradebook.trouble = lambda claimed, now: None
    school.clock.pass_by(timedelta(minutes=5))
    return lms


def choose(school: School, lms: Lms, name: str, times: int = 1) -> list[int]:
    """How many scores each of these choices changed."""
    found = []
    for _ in range(times):
        with school.database.writing() as session:
            found.append(CHOICES[name](session, lms.context_id, [school.only().id], school.clock.now))
    return found


def test_what_was_seen_in_the_lms_is_on_record(school: School, gradebook: Gradebook) -> None:
    """So that the teacher can choose between two values."""
    stopped(school, gradebook, CHANGED)
    owed = school.only()
    assert (owed.lms_percent, owed.reached) == (80.0, 100)
    assert owed.lms_read_at is not None


def test_a_kept_grade_is_sent_no_more(school: School, gradebook: Gradebook) -> None:
    """Whatever the learner does then; and keeping it twice is keeping it once."""
    lms = stopped(school, gradebook, CHANGED)
    assert choose(school, lms, "keep", times=2) == [1, 0]
    sent_before = len(gradebook.received)
    with school.database.writing() as session:
        owe_grades(session, school.only().enrolment_id, school.clock.now, debounce=DEBOUNCE)
    school.send_for(gradebook, timedelta(hours=1))
    assert len(gradebook.received) == sent_before
    assert school.only().blocked_reason == Reason.KEPT_IN_LMS


@pytest.mark.parametrize("first", ["keep", "send"])
def test_ours_is_sent_over_a_change_and_known_as_such(school: School, gradebook: Gradebook, first: str) -> None:
    """At once, or after it had been kept; whoever carries it knows that it may replace the change."""
    lms = stopped(school, gradebook, CHANGED)
    carried: list[Claimed] = []

    def note(claimed: Claimed, now: datetime) -> None:
        carried.append(claimed)

    gradebook.trouble = note
    choose(school, lms, first)
    assert choose(school, lms, "send") == [1 if first == "keep" else 0]
    school.send(gradebook)
    assert [(one.overwrites, one.was_changed) for one in carried] == [(True, True)]
    owed = school.only()
    assert (owed.sent_percent, owed.blocked_reason, owed.overwrites, owed.was_changed) == (100, None, False, False)


def test_a_refused_score_is_tried_again_with_a_new_time(school: School, gradebook: Gradebook) -> None:
    """Once, however often the button is pressed."""
    lms = stopped(school, gradebook, REFUSED)
    assert choose(school, lms, "again", times=2) == [1, 0]
    school.send(gradebook)
    first, second = gradebook.times()
    assert second - first == timedelta(minutes=5)
    assert school.only().sent_percent == 100


def test_trying_again_never_goes_over_a_change(school: School, gradebook: Gradebook) -> None:
    """The page may be old: what was refused then may have been changed by a person since."""
    lms = stopped(school, gradebook, CHANGED)
    assert choose(school, lms, "again") == [0]
    assert school.only().blocked_reason == Reason.CHANGED_IN_LMS


@pytest.mark.parametrize("name", ["keep", "send"])
def test_what_nobody_changed_is_not_a_choice(school: School, gradebook: Gradebook, name: str) -> None:
    """Keeping or sending says something of two values; here is only one."""
    lms = stopped(school, gradebook, REFUSED)
    assert choose(school, lms, name) == [0]
    owed = school.only()
    assert (owed.blocked_reason, owed.overwrites) == (Reason.NOT_GRADABLE, False)


@pytest.mark.parametrize("name", CHOICES)
def test_nobody_chooses_for_another_course(school: School, gradebook: Gradebook, name: str) -> None:
    """One foreign number among one's own, and nothing at all is done."""
    lms, other = stopped(school, gradebook, CHANGED), school.lms("other")
    foreign = school.learner(other, "learner-9")
    school.finish(foreign)
    ids = [one.id for one in school.owed()]
    for context_id in (lms.context_id, other.context_id):
        with pytest.raises(NotFound), school.database.writing() as session:
            CHOICES[name](session, context_id, ids, school.clock.now)
    assert [one.blocked_reason for one in school.owed()] == [Reason.CHANGED_IN_LMS, None]


def test_what_waits_can_be_hurried(school: School, gradebook: Gradebook) -> None:
    """Of this link alone; a platform that is left alone stays so."""
    lms, other = school.lms("one"), school.lms("other")
    for place in (lms, other):
        school.finish(school.learner(place, "slow"))
    with school.database.writing() as session:
        later = school.clock.now + timedelta(hours=6)
        session.execute(update(GradeOwed).values(due_at=later))
    with school.database.writing() as session:
        owed = session.get_one(GradeOwed, school.owed()[0].id)
        link = _link_of(session, owed)
        assert [hurry(session, link, school.clock.now) for _ in range(2)] == [1, 0]
    assert school.send(gradebook).sent == 1
    mine, theirs = school.owed()
    assert (mine.sent_percent, theirs.sent_percent) == (100, None)


def _link_of(session: Session, owed: GradeOwed) -> int:
    return session.get_one(LineItem, owed.line_item_id).resource_link_id


def test_each_choice_is_on_record_with_both_grades(school: School, gradebook: Gradebook) -> None:
    """First the LMS's was kept, then ours was sent: whoever asks later sees both, and when."""
    lms = stopped(school, gradebook, CHANGED)
    choose(school, lms, "keep", times=2)
    school.clock.pass_by(timedelta(hours=1))
    choose(school, lms, "send")
    with school.database.reading() as session:
        later, earlier = story_of(session, lms.context_id, school.only().id, school.clock.now).choices
    assert (earlier.is_ours, later.is_ours) == (False, True)
    assert later.chosen_at - earlier.chosen_at == timedelta(hours=1)
    assert (later.lms_percent, later.percent) == (80.0, 100)
