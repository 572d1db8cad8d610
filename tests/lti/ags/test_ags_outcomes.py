"""What an LMS means: each row of the table is one promise."""

from dataclasses import replace
from datetime import timedelta

import pytest

from lti_tool.lti.ags import AgsGradebook
from lti_tool.services.grades import Claimed, Outcome, Reason, Tried
from tests.lti.ags.conftest import NOW, Claiming
from tests.lti.ags.lms import SCORE, Canned, TalkingLms, granted, recorded, said

GONE, NO, REFUSED = Reason.COLUMN_GONE, Reason.NOT_GRADABLE, Reason.REFUSED
HTML = {"Content-Type": "text/html"}


def _blocked(status: int, reason: Reason) -> Tried:
    return Tried(Outcome.BLOCKED, status, reason)


def verdict(gradebook: AgsGradebook, claimed: Claimed) -> Tried:
    """What the score came to; what was seen in the gradebook has tests of its own."""
    return replace(gradebook.send(claimed, NOW), seen=None)


MOODLE = [
    ("ags-score-ok", Tried(Outcome.SENT, 200)),
    ("ags-score-suspended-student", Tried(Outcome.SENT, 200)),
    ("ags-score-overridden-by-teacher", Tried(Outcome.SENT, 200)),
    ("errors-ags-score-unknown-user-prettyprinted-body", _blocked(200, REFUSED)),
    ("errors-ags-score-unknown-user", _blocked(400, NO)),
    ("errors-ags-score-not-enrolled", _blocked(400, NO)),
    ("errors-ags-score-teacher", _blocked(400, NO)),
    ("errors-ags-score-naive-url", _blocked(400, REFUSED)),
    ("errors-ags-score-json-ct", _blocked(400, REFUSED)),
    ("errors-ags-score-deleted-activity", _blocked(404, GONE)),
    ("errors-ags-score-unknown-lineitem", _blocked(404, GONE)),
    ("errors-token-tool-host-blocked-by-moodle", Tried(Outcome.SERVER_TROUBLE, 404)),  # an HTML page of any kind
    ("errors-ags-score-locked-grade", Tried(Outcome.LOCKED, 500)),
    ("errors-ags-score-locked-item", Tried(Outcome.LOCKED, 500)),
    ("errors-ags-score-nonnumeric-user", Tried(Outcome.SERVER_TROUBLE, 502)),
    ("errors-ags-score-bad-token", Tried(Outcome.NO_ACCESS, 401)),
]


@pytest.mark.parametrize(("case", "expected"), MOODLE, ids=[case for case, _ in MOODLE])
def test_moodles_recorded_answers(
    lms: TalkingLms, gradebook: AgsGradebook, claim: Claiming, case: str, expected: Tried
) -> None:
    """What a live Moodle answered is understood for what it was."""
    lms.answers["scores"] = [recorded(case)]
    assert verdict(gradebook, claim()) == expected


MINUTE = timedelta(minutes=1)
OTHERS: list[tuple[str, Canned, Tried]] = [
    ("canvas", said(200, {"resultUrl": "https://c.example/r/1"}), Tried(Outcome.SENT, 200)),
    ("openedx", said(201), Tried(Outcome.SENT, 201)),
    ("other", Canned(200, b"<html>thanks", HTML), Tried(Outcome.SENT, 200)),
    ("other", said(204), Tried(Outcome.SENT, 204)),
    ("moodle", Canned(200, b"<html>maintenance", HTML), Tried(Outcome.SERVER_TROUBLE, 200)),
    ("moodle", said(429, Retry_After="60"), Tried(Outcome.BUSY, 429, retry_after=MINUTE)),
    ("other", said(429), Tried(Outcome.BUSY, 429)),
    ("other", said(429, Retry_After="Tue, 01 Sep 2026 09:01:00 GMT"), Tried(Outcome.BUSY, 429, retry_after=MINUTE)),
    ("other", said(429, Retry_After="soon"), Tried(Outcome.BUSY, 429)),
    ("canvas", Canned(403, b"403 Forbidden (Rate Limit Exceeded)", HTML), Tried(Outcome.BUSY, 403)),
    ("canvas", said(403, {}, X_Rate_Limit_Remaining="0.0"), Tried(Outcome.BUSY, 403)),
    ("canvas", said(403, {}, X_Rate_Limit_Remaining="600.0"), _blocked(403, Reason.NOT_ALLOWED)),
    ("other", said(403, {"errors": "User in requested score is not enrolled in the org unit"}), _blocked(403, NO)),
    ("canvas", said(422, {"errors": "user is not a student"}), _blocked(422, NO)),
    ("other", said(400, {"message": "User could not be found:"}), _blocked(400, NO)),
    ("other", said(404, {}), _blocked(404, GONE)),
    ("canvas", said(410), _blocked(410, GONE)),
    ("other", said(405), _blocked(405, REFUSED)),
    ("other", said(408), Tried(Outcome.SERVER_TROUBLE, 408)),
    ("other", said(500, []), Tried(Outcome.SERVER_TROUBLE, 500)),
    ("moodle", said(500, {"message": "oops"}), Tried(Outcome.SERVER_TROUBLE, 500)),
    ("moodle", said(503, Retry_After="60"), Tried(Outcome.SERVER_TROUBLE, 503, retry_after=MINUTE)),
    ("moodle", Canned(drops=True), Tried(Outcome.NO_ANSWER)),
    ("moodle", Canned(takes=1.5), Tried(Outcome.NO_ANSWER)),
]


@pytest.mark.parametrize(
    ("family", "said", "expected"), OTHERS, ids=[f"{who}-{what.status}-{n}" for n, (who, what, _) in enumerate(OTHERS)]
)
def test_what_an_answer_means(
    lms: TalkingLms, gradebook: AgsGradebook, claim: Claiming, family: str, said: Canned, expected: Tried
) -> None:
    """Status, body and headers, as this product means them."""
    lms.answers["scores"] = [said]
    assert verdict(gradebook, claim(family)) == expected


def _result(percent: float, user: str = "5") -> Canned:
    return said(200, [{"id": "r", "userId": user, "resultScore": percent / 5, "resultMaximum": 20}])


NOTHING = said(200, [])
STALE = recorded("errors-ags-score-same-timestamp")
OLDER, HAND = recorded("errors-ags-score-older-timestamp"), recorded("errors-ags-score-after-teacher-older")
ALREADY, CHANGED = Tried(Outcome.ALREADY_THERE, 409), _blocked(409, Reason.CHANGED_IN_LMS)
SHOWN: list[tuple[str, Canned, Canned, Tried]] = [
    ("what we are sending", STALE, _result(100), ALREADY),
    ("the same, rounded", STALE, _result(99.99), ALREADY),
    ("what we sent last", OLDER, _result(60), Tried(Outcome.OLDER_THERE, 409)),
    ("a teacher's grade", HAND, recorded("ags-results-overridden"), CHANGED),
    ("another figure", HAND, _result(45), CHANGED),
    ("somebody else's", STALE, _result(100, user="6"), CHANGED),
    ("nothing", STALE, recorded("ags-results-unknown-user"), CHANGED),
    ("no JSON", STALE, recorded("errors-ags-results-limit"), Tried(Outcome.UNREAD, 409)),
    ("an error", STALE, said(500), Tried(Outcome.UNREAD, 409)),
    ("no answer", STALE, Canned(drops=True), Tried(Outcome.UNREAD, 409)),
    ("no access", STALE, recorded("errors-ags-results-wrong-scope"), CHANGED),
]


@pytest.mark.parametrize(("_what", "refused", "shown", "expected"), SHOWN, ids=[row[0] for row in SHOWN])
def test_a_stale_score_is_judged_by_what_the_lms_shows(
    lms: TalkingLms,
    gradebook: AgsGradebook,
    claim: Claiming,
    _what: str,
    refused: Canned,
    shown: Canned,
    expected: Tried,
) -> None:
    """Ours: done.  Our earlier one: a newer time.  Anything else: somebody changed it, and it is left alone."""
    lms.answers["scores"], lms.answers["results"] = [refused], [NOTHING, shown]
    assert verdict(gradebook, claim(shown=frozenset({60}))) == expected


@pytest.mark.parametrize(("is_resend", "expected"), [(True, ALREADY), (False, CHANGED)])
def test_without_leave_to_read_only_our_own_bytes_explain_a_stale_score(
    lms: TalkingLms, gradebook: AgsGradebook, claim: Claiming, *, is_resend: bool, expected: Tried
) -> None:
    """The same bytes went out before: they had arrived.  Otherwise a person was there."""
    lms.answers["scores"] = [STALE]
    assert verdict(gradebook, claim(scopes=(SCORE,), is_resend=is_resend)) == expected
    assert lms.asked["results"] == []


@pytest.mark.parametrize("family", ["canvas", "openedx"])
def test_some_say_stale_with_400(lms: TalkingLms, gradebook: AgsGradebook, claim: Claiming, family: str) -> None:
    """Canvas and Open edX name the timestamp instead of answering 409."""
    message = "Score timestamp is older than the existing timestamp"
    lms.answers["scores"], lms.answers["results"] = [said(400, {"errors": message})], [NOTHING, _result(100)]
    assert verdict(gradebook, claim(family)) == Tried(Outcome.ALREADY_THERE, 400)


def test_an_expired_token_is_renewed_once(lms: TalkingLms, gradebook: AgsGradebook, claim: Claiming) -> None:
    """401, a new token, and the same score again: nobody notices."""
    gradebook.send(claim(), NOW)
    lms.reset()
    lms.answers["token"] = [granted("newer")]
    lms.answers["scores"] = [recorded("errors-ags-score-expired-token"), Canned()]
    assert verdict(gradebook, claim()) == Tried(Outcome.SENT, 200)
    assert [asked.headers["authorization"] for asked in lms.asked["scores"]] == ["Bearer a-token", "Bearer newer"]


def test_a_token_that_is_refused_anew_ends_it(lms: TalkingLms, gradebook: AgsGradebook, claim: Claiming) -> None:
    """Two refusals: no third try now, and the next one begins with another token."""
    lms.answers["scores"] = [recorded("errors-ags-score-bad-token")]
    assert verdict(gradebook, claim()) == Tried(Outcome.NO_ACCESS, 401)
    assert len(lms.asked["scores"]) == 2
    lms.reset()
    assert verdict(gradebook, claim()) == Tried(Outcome.SENT, 200)
    assert len(lms.asked["token"]) == 1


def test_a_token_that_is_lost_before_the_results_are_read_is_renewed(
    lms: TalkingLms, gradebook: AgsGradebook, claim: Claiming
) -> None:
    """The LMS forgot it between two calls: that says nothing about who changed the grade."""
    lms.answers["token"] = [granted("old"), granted("newer")]
    lms.answers["scores"] = [STALE]
    lms.answers["results"] = [NOTHING, recorded("errors-ags-score-expired-token"), _result(100)]
    assert verdict(gradebook, claim()) == ALREADY
    assert [one.headers["authorization"] for one in lms.asked["results"]] == [
        "Bearer old",
        "Bearer old",
        "Bearer newer",
    ]


def test_a_throttle_before_the_results_says_nothing_about_them(
    lms: TalkingLms, gradebook: AgsGradebook, claim: Claiming
) -> None:
    """Canvas's 403 means "later", not "you may not"."""
    lms.answers["scores"] = [STALE]
    lms.answers["results"] = [NOTHING, Canned(403, b"403 Forbidden (Rate Limit Exceeded)", HTML)]
    assert verdict(gradebook, claim("canvas")) == Tried(Outcome.UNREAD, 409)


KEPT: list[tuple[str, Canned, Tried]] = [
    ("ours", _result(100, user="7"), Tried(Outcome.SENT, 200)),
    ("the override", recorded("ags-results-overridden"), _blocked(200, Reason.CHANGED_IN_LMS)),
    ("another figure", _result(55, user="7"), _blocked(200, Reason.CHANGED_IN_LMS)),
    ("nothing yet", said(200, []), Tried(Outcome.SENT, 200)),
    ("an error", said(500), Tried(Outcome.UNREAD, 200)),
    ("no access", recorded("errors-ags-results-wrong-scope"), Tried(Outcome.SENT, 200)),
]


@pytest.mark.parametrize(("_what", "shown", "expected"), KEPT, ids=[row[0] for row in KEPT])
def test_a_score_sent_over_a_change_is_read_back(
    lms: TalkingLms, gradebook: AgsGradebook, claim: Claiming, _what: str, shown: Canned, expected: Tried
) -> None:
    """Moodle says 200 and keeps the override: that is no grade sent."""
    lms.answers["scores"] = [recorded("ags-score-overridden-by-teacher")]
    lms.answers["results"] = [NOTHING, shown]
    assert verdict(gradebook, claim(sub="7", was_changed=True)) == expected


def test_an_ordinary_score_is_not_read_back(lms: TalkingLms, gradebook: AgsGradebook, claim: Claiming) -> None:
    """One request to look, and one to write."""
    assert verdict(gradebook, claim()) == Tried(Outcome.SENT, 200)
    assert (len(lms.asked["results"]), len(lms.asked["scores"])) == (1, 1)


def test_not_on_the_first_page_is_not_changed(lms: TalkingLms, gradebook: AgsGradebook, claim: Claiming) -> None:
    """An LMS that ignores `user_id` gives everybody's results in pages; the learner's may be on another."""
    results = [{"id": "r", "userId": "6", "resultScore": 1, "resultMaximum": 1}]
    pages = f'<{lms.origin}/results?page=1>; rel="first", <{lms.origin}/results?page=2>; rel="next"'
    lms.answers["scores"], lms.answers["results"] = [STALE], [NOTHING, said(200, results, Link=pages)]
    assert verdict(gradebook, claim()) == Tried(Outcome.UNREAD, 409)
