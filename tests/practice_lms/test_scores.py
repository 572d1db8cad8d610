"""A strict platform takes a score that is in order in every point, and no other."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from practice_lms.state.grades import find_grade
from practice_lms.state.people import enrol
from practice_lms.state.seed import STUDENT_VIEW, TEACHER
from practice_lms.vocabulary import LINE_ITEM, RESULT_READ, RESULTS_TYPE, SCORE, SCORE_TYPE
from practice_lms.wiring import EXTENSION
from tests.practice_lms.acting_tool import ABSENT, Talk

COLUMN = "/lti/courses/2/lineitems/1/lineitem"
ADA = 5


def stamp(seconds: float = 0) -> str:
    """A timestamp this far from now."""
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()


def post(talk: Talk, bearer: dict[str, str] | None = None, media: str = SCORE_TYPE, **changes: Any) -> TestResponse:
    """A score in order, but for the changes."""
    honest: dict[str, Any] = {
        "userId": "5",
        "scoreGiven": 80,
        "scoreMaximum": 100,
        "activityProgress": "Completed",
        "gradingProgress": "FullyGraded",
        "timestamp": stamp(),
        "comment": "Well done",
    }
    body = {name: value for name, value in (honest | changes).items() if value is not ABSENT}
    return talk.call("POST", f"{COLUMN}/scores", bearer or talk.bearer(SCORE), media, body)


def results(talk: Talk, query: str = "") -> Any:
    """What the column's results say."""
    return talk.call("GET", f"{COLUMN}/results{query}", talk.bearer(RESULT_READ), RESULTS_TYPE).json


def test_a_score_arrives(talk: Talk) -> None:
    """It is in the results with its remark, on the column's scale."""
    assert post(talk, scoreGiven=4, scoreMaximum=5).status_code == 200
    assert results(talk) == [
        {
            "id": f"{talk.config.base_url}{COLUMN}/results/5",
            "scoreOf": f"{talk.config.base_url}{COLUMN}",
            "userId": "5",
            "resultScore": 80,
            "resultMaximum": 100,
            "comment": "Well done",
        }
    ]


def test_zero_is_a_score(talk: Talk) -> None:
    """Nothing reached is something to show."""
    assert post(talk, scoreGiven=0).status_code == 200
    assert results(talk)[0]["resultScore"] == 0


def test_more_than_the_maximum_is_allowed(talk: Talk) -> None:
    """AGS 2.0 says so."""
    assert post(talk, scoreGiven=110).status_code == 200
    assert results(talk)[0]["resultScore"] == 110


def test_extensions_are_named_by_a_url(talk: Talk) -> None:
    """Canvas's own member is taken, and means nothing here."""
    extension: dict[str, Any] = {"https://canvas.instructure.com/lti/submission": {"new_submission": False}}
    assert post(talk, **extension).status_code == 200


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"userId": ABSENT}, "userId"),
        ({"userId": 5}, "userId"),
        ({"userId": "99999"}, "userId"),
        ({"userId": "abc"}, "userId"),
        ({"userId": str(TEACHER)}, "userId"),
        ({"userId": str(STUDENT_VIEW)}, "userId"),
        ({"timestamp": ABSENT}, "timestamp"),
        ({"timestamp": "2026-11-23T15:28:28"}, "timestamp"),
        ({"timestamp": "1795447711"}, "timestamp"),
        ({"timestamp": 1795447711}, "timestamp"),
        ({"timestamp": "2026-13-23T15:28:28Z"}, "timestamp"),
        ({"timestamp": stamp(3600)}, "timestamp"),
        ({"activityProgress": ABSENT}, "activityProgress"),
        ({"activityProgress": "Wibble"}, "activityProgress"),
        ({"gradingProgress": ABSENT}, "gradingProgress"),
        ({"gradingProgress": "fullygraded"}, "gradingProgress"),
        ({"scoreGiven": -1}, "scoreGiven"),
        ({"scoreGiven": "80"}, "scoreGiven"),
        ({"scoreGiven": True}, "scoreGiven"),
        ({"scoreMaximum": ABSENT}, "scoreMaximum"),
        ({"scoreMaximum": 0}, "scoreMaximum"),
        ({"scoreMaximum": "100"}, "scoreMaximum"),
        ({"comment": 7}, "comment"),
        ({"submission": "today"}, "submission"),
        ({"submission": {"startedAt": "today"}}, "startedAt"),
        ({"colour": "green"}, "colour"),
    ],
)
def test_a_member_out_of_order_is_named(talk: Talk, changes: dict[str, Any], word: str) -> None:
    """The answer is 400, says which member, and nothing is kept."""
    answer = post(talk, **changes)
    assert answer.status_code == 400
    assert word in answer.json["detail"]  # type: ignore[index]  # a problem is an object
    assert results(talk) == []


@pytest.mark.parametrize("body", ["", "not json", "[]", '"a text"'])
def test_a_body_that_is_no_object_is_refused(talk: Talk, body: str) -> None:
    """Nothing is guessed."""
    assert talk.call("POST", f"{COLUMN}/scores", talk.bearer(), SCORE_TYPE, body).status_code == 400


@pytest.mark.parametrize("media", ["application/json", "application/vnd.ims.lis.v2.lineitem+json", "text/plain"])
def test_the_media_type_is_the_scores_own(talk: Talk, media: str) -> None:
    """Another type is 415."""
    assert post(talk, media=media).status_code == 415


def test_a_timestamp_must_be_newer(talk: Talk) -> None:
    """The same or an older one is 409, whatever else changed; a millisecond more is enough."""
    first = datetime.now(UTC) - timedelta(seconds=30)
    assert post(talk, timestamp=first.isoformat()).status_code == 200
    assert post(talk, timestamp=first.isoformat(), scoreGiven=90).status_code == 409
    assert post(talk, timestamp=(first - timedelta(seconds=1)).isoformat(), scoreGiven=90).status_code == 409
    assert results(talk)[0]["resultScore"] == 80
    assert post(talk, timestamp=(first + timedelta(milliseconds=1)).isoformat(), scoreGiven=90).status_code == 200
    assert results(talk)[0]["resultScore"] == 90


def test_offsets_are_times_too(talk: Talk) -> None:
    """15:00+02:00 is older than 13:30Z."""
    assert post(talk, timestamp="2026-11-20T13:30:00Z").status_code == 200
    assert post(talk, timestamp="2026-11-20T15:00:00+02:00").status_code == 409


def test_what_is_not_fully_graded_is_not_shown(talk: Talk) -> None:
    """A pending score has no result."""
    assert post(talk, gradingProgress="PendingManual").status_code == 200
    assert results(talk) == []


def test_a_score_without_points_clears(talk: Talk) -> None:
    """An earlier result is gone, and its remark."""
    assert post(talk).status_code == 200
    assert post(talk, scoreGiven=ABSENT, scoreMaximum=ABSENT, comment=ABSENT).status_code == 200
    assert results(talk) == []


def test_a_remark_left_out_is_cleared(talk: Talk) -> None:
    """The newest score says everything."""
    assert post(talk).status_code == 200
    assert post(talk, comment=ABSENT).status_code == 200
    assert "comment" not in results(talk)[0]


def test_only_the_score_scope_posts(talk: Talk) -> None:
    """Line-item and result scopes are 403, no token is 401."""
    assert post(talk, talk.bearer(LINE_ITEM, RESULT_READ)).status_code == 403
    assert post(talk, {"Authorization": "Bearer nope"}).status_code == 401


def test_suspended_learners_take_no_scores(talk: Talk) -> None:
    """They are in the course, and not active."""
    with talk.client.application.extensions[EXTENSION].store.writing() as db:
        enrol(db, 2, ADA, "Learner", is_active=False)
    assert post(talk).status_code == 400


def test_a_teachers_grade_stays(talk: Talk) -> None:
    """The tool's score is kept under it, and shown when the teacher lifts it."""
    assert post(talk).status_code == 200
    talk.act_as(TEACHER)
    cell = f"/courses/2/gradebook/1/{ADA}"
    assert talk.client.post(cell, data={"do": "override", "score": "55", "comment": "By hand"}).status_code == 303
    assert post(talk, scoreGiven=90).status_code == 200
    assert [(one["resultScore"], one["comment"]) for one in results(talk)] == [(55, "By hand")]
    talk.client.post(cell, data={"do": "lift"})
    assert results(talk)[0]["resultScore"] == 90


@pytest.mark.parametrize("place", ["/courses/2/gradebook/1/5", "/courses/2/gradebook/1"])
def test_what_is_locked_takes_no_scores(talk: Talk, place: str) -> None:
    """A cell or a whole column: 403 until it is unlocked."""
    talk.act_as(TEACHER)
    talk.client.post(place, data={"do": "lock"})
    assert post(talk).status_code == 403
    talk.client.post(place, data={"do": "unlock"})
    assert post(talk).status_code == 200


def test_a_removed_grade_is_as_if_never_given(talk: Talk) -> None:
    """Even an older score is taken after it."""
    assert post(talk).status_code == 200
    talk.act_as(TEACHER)
    talk.client.post("/courses/2/gradebook/1/5", data={"do": "remove"})
    assert results(talk) == []
    assert post(talk, timestamp=stamp(-3600)).status_code == 200


def test_scores_are_not_read_where_they_are_posted(talk: Talk) -> None:
    """GET is 405; an unknown column and one of another course are 404."""
    assert talk.call("GET", f"{COLUMN}/scores", talk.bearer(), SCORE_TYPE).status_code == 405
    for path in ("/lti/courses/2/lineitems/4242/lineitem/scores", "/lti/courses/3/lineitems/1/lineitem/scores"):
        assert talk.call("POST", path, talk.bearer(), SCORE_TYPE, "{}").status_code == 404


def test_every_call_is_on_record(talk: Talk) -> None:
    """Taken or refused: teachers see what came."""
    post(talk, comment="the first")
    post(talk, comment="the second", userId="99999")
    talk.act_as(TEACHER)
    page = talk.client.get("/courses/2/gradebook").text
    assert "the first" in page
    assert "the second" in page


def test_moodle_shows_the_wiped_grade_as_none(moodle: Talk) -> None:
    """There, a progress-only score erases what was fully graded before."""
    url = f"{COLUMN}/scores?type_id=1"
    score = {
        "userId": "5",
        "scoreGiven": 80,
        "scoreMaximum": 100,
        "activityProgress": "Completed",
        "gradingProgress": "FullyGraded",
        "timestamp": "2026-11-23T10:00:00Z",
    }
    bearer = moodle.bearer()
    assert moodle.call("POST", url, bearer, SCORE_TYPE, score).text == ""
    progress = score | {"gradingProgress": "Pending", "timestamp": "2026-11-23T10:00:01Z"}
    assert moodle.call("POST", url, bearer, SCORE_TYPE, progress).text == ""
    with moodle.client.application.extensions[EXTENSION].store.reading() as db:
        grade = find_grade(db, 1, ADA)
    assert grade is not None
    assert grade.shown is None
