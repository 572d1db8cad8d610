"""Nothing is written over a grade that is not ours: the LMS is asked what it shows before every score."""

import json
from typing import Any

import pytest

from lti_tool.lti.ags import UNSEEN_TRIES, AgsGradebook
from lti_tool.services.columns import LINE_ITEM_SCOPE
from lti_tool.services.grades import Outcome, Reason, Seen, Tried
from lti_tool.services.grades.model import Place
from lti_tool.services.grades.scores import CANVAS_SUBMISSION, score_body
from tests.lti.ags.conftest import NOW, Claiming
from tests.lti.ags.lms import RESULT, SCORE, Canned, TalkingLms, recorded, said

HTML = {"Content-Type": "text/html"}


def shows(percent: float | None, user: str = "5") -> Canned:
    """A result as an LMS tells it, on a column of 20 points; without a score if it has none."""
    score: dict[str, Any] = {} if percent is None else {"resultScore": percent / 5}
    return said(200, [{"id": "r", "userId": user, "resultMaximum": 20} | score])


def test_a_persons_grade_is_left_alone(lms: TalkingLms, gradebook: AgsGradebook, claim: Claiming) -> None:
    """It is told to the teacher, with what stands there."""
    lms.answers["results"] = [shows(80)]
    tried = gradebook.send(claim(shown=frozenset({60})), NOW)
    assert tried == Tried(Outcome.BLOCKED, reason=Reason.CHANGED_IN_LMS, seen=Seen(80))
    assert lms.asked["scores"] == []


def test_moodles_recorded_override_is_left_alone(lms: TalkingLms, gradebook: AgsGradebook, claim: Claiming) -> None:
    """As a live Moodle tells it."""
    lms.answers["results"] = [recorded("ags-results-overridden")]
    tried = gradebook.send(claim(sub="7"), NOW)
    assert (tried.outcome, tried.reason) == (Outcome.BLOCKED, Reason.CHANGED_IN_LMS)
    assert lms.asked["scores"] == []


@pytest.mark.parametrize(
    "there", [shows(60), shows(60.02), shows(None), said(200, [])], ids=["ours", "rounded", "empty", "none"]
)
def test_our_own_earlier_grade_gives_way(
    lms: TalkingLms, gradebook: AgsGradebook, claim: Claiming, there: Canned
) -> None:
    """So does an empty cell: new work earns a new grade."""
    lms.answers["results"] = [there]
    assert gradebook.send(claim(shown=frozenset({60})), NOW) == Tried(Outcome.SENT, 200, seen=Seen(100))


def test_what_stands_there_already_is_not_sent_again(lms: TalkingLms, gradebook: AgsGradebook, claim: Claiming) -> None:
    """Whoever put it there."""
    lms.answers["results"] = [shows(100)]
    assert gradebook.send(claim(), NOW) == Tried(Outcome.ALREADY_THERE, seen=Seen(100))
    assert lms.asked["scores"] == []


def test_a_teacher_may_say_that_ours_replaces_it(lms: TalkingLms, gradebook: AgsGradebook, claim: Claiming) -> None:
    """Then it is written, and read back: Moodle keeps an overridden grade and says 200."""
    lms.answers["results"] = [shows(80), shows(100)]
    assert gradebook.send(claim(overwrites=True), NOW) == Tried(Outcome.SENT, 200, seen=Seen(100))
    lms.answers["results"] = [shows(80)]
    kept = gradebook.send(claim(overwrites=True), NOW)
    assert kept == Tried(Outcome.BLOCKED, 200, Reason.CHANGED_IN_LMS, seen=Seen(80))


def test_on_canvas_our_grade_goes_on_top_only_if_a_teacher_said_so() -> None:
    """Canvas keeps a person's grade above a tool's, unless it is told otherwise."""
    for overwrites in (False, True):
        body = json.loads(score_body("canvas", "5", 100, NOW, "One", overwrites=overwrites))
        assert body[CANVAS_SUBMISSION]["prioritize_non_tool_grade"] is not overwrites


def test_what_the_lms_makes_of_ours_is_no_persons_grade(
    lms: TalkingLms, gradebook: AgsGradebook, claim: Claiming
) -> None:
    """It takes off for lateness: 45 stood there, and 90 after ours of 100; that is noted, and nobody is asked."""
    lms.answers["results"] = [shows(45), shows(90)]
    assert gradebook.send(claim(overwrites=True), NOW) == Tried(Outcome.SENT, 200, seen=Seen(90))
    lms.answers["results"] = [shows(45), shows(90)]
    altered = claim(shown=frozenset({50.0, 45.0}), is_altered=True)
    assert gradebook.send(altered, NOW) == Tried(Outcome.SENT, 200, seen=Seen(90))


@pytest.mark.parametrize(
    ("family", "earlier", "is_written"), [("canvas", (), True), ("canvas", (60,), False), ("moodle", (), False)]
)
def test_only_canvas_puts_zeros_by_itself(
    lms: TalkingLms,
    gradebook: AgsGradebook,
    claim: Claiming,
    family: str,
    earlier: tuple[int, ...],
    *,
    is_written: bool,
) -> None:
    """A zero for missing work is nobody's grade; a zero after ours is."""
    lms.answers["results"] = [shows(0)]
    gradebook.send(claim(family, shown=frozenset(earlier)), NOW)
    assert bool(lms.asked["scores"]) is is_written


def test_without_leave_to_read_the_score_goes(lms: TalkingLms, gradebook: AgsGradebook, claim: Claiming) -> None:
    """By the launch's scopes, or by the LMS's own word."""
    assert gradebook.send(claim(scopes=(SCORE,)), NOW).outcome is Outcome.SENT
    assert lms.asked["results"] == []
    lms.answers["results"] = [recorded("errors-ags-results-wrong-scope")]
    assert gradebook.send(claim(), NOW).outcome is Outcome.SENT


def test_an_lms_that_cannot_tell_is_asked_again_before_anything_goes(
    lms: TalkingLms, gradebook: AgsGradebook, claim: Claiming
) -> None:
    """A few times; then a grade that is not sent is the greater harm."""
    lms.answers["results"] = [said(500)]
    assert gradebook.send(claim(), NOW) == Tried(Outcome.UNSEEN, 500)
    assert lms.asked["scores"] == []
    assert gradebook.send(claim(unseen=UNSEEN_TRIES), NOW).outcome is Outcome.SENT


def test_a_throttle_at_the_reading_is_a_throttle(lms: TalkingLms, gradebook: AgsGradebook, claim: Claiming) -> None:
    """However often: the LMS asked for less."""
    lms.answers["results"] = [Canned(403, b"403 Forbidden (Rate Limit Exceeded)", HTML)]
    assert gradebook.send(claim("canvas", unseen=9), NOW) == Tried(Outcome.BUSY, 403)
    assert lms.asked["scores"] == []


def test_an_lms_that_does_not_answer_was_not_told_anything(
    lms: TalkingLms, gradebook: AgsGradebook, claim: Claiming
) -> None:
    """The score never left, and nobody needs to wonder."""
    lms.answers["results"] = [Canned(drops=True)]
    assert gradebook.send(claim(), NOW) == Tried(Outcome.UNREACHED)
    assert lms.asked["scores"] == []


def listed(lms: TalkingLms, *names: str, link: str = "9") -> Canned:
    """Columns of the link."""
    return said(200, [{"id": f"{lms.origin}/columns/{name}", "resourceLinkId": link} for name in names])


@pytest.mark.parametrize(("names", "moved_to"), [(("new",), "new"), (("new", "newer"), None), ((), None)])
def test_a_column_that_is_gone_is_looked_for_once(
    lms: TalkingLms, gradebook: AgsGradebook, claim: Claiming, names: tuple[str, ...], moved_to: str | None
) -> None:
    """A restored activity has a new one; where there are several we do not guess."""
    lms.answers["scores"] = [recorded("errors-ags-score-deleted-activity")]
    lms.asked["columns"], lms.answers["columns"] = [], [listed(lms, *names)]
    place = Place(f"{lms.origin}/columns", (LINE_ITEM_SCOPE, SCORE, RESULT), "9")
    tried = gradebook.send(claim(place=place), NOW)
    if moved_to:
        assert tried == Tried(Outcome.MOVED, 404, moved_to=f"{lms.origin}/columns/{moved_to}")
    else:
        assert (tried.outcome, tried.reason) == (Outcome.BLOCKED, Reason.COLUMN_GONE)
