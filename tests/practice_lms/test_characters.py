"""How Canvas, Brightspace and Blackboard take scores and columns, and who they say they are."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from practice_lms.app import create_app
from practice_lms.config import Config
from practice_lms.differences import DIFFERENCES
from practice_lms.manners import Manners
from practice_lms.state.grades import attempts_of, find_grade
from practice_lms.state.seed import TEACHER
from practice_lms.state.switches import Character, FaultKind
from practice_lms.vocabulary import (
    CANVAS_SUBMISSION,
    CANVAS_SUBMISSION_TYPE,
    CLAIM,
    LINE_ITEM_TYPE,
    RESULTS_TYPE,
    SCORE_TYPE,
)
from practice_lms.wiring import EXTENSION
from tests.practice_lms.acting_tool import Talk

ALL = "/lti/courses/2/lineitems"
ONE = f"{ALL}/1/lineitem"
Be = Callable[[Character], Talk]


def post(talk: Talk, second: int = 0, submission: Any = None, **changes: Any) -> TestResponse:
    """A score of 80 for Ada, at so many seconds past ten."""
    body = {
        "userId": "5",
        "scoreGiven": 80,
        "scoreMaximum": 100,
        "activityProgress": "Completed",
        "gradingProgress": "FullyGraded",
        "timestamp": f"2026-11-20T10:00:{second:02}Z",
    } | changes
    if submission is not None:
        body[CANVAS_SUBMISSION] = submission
    return talk.call("POST", f"{ONE}/scores", talk.bearer(), SCORE_TYPE, body)


def held(talk: Talk, person: int = 5) -> tuple[float | None, int]:
    """The shown grade, and the number of attempts."""
    with talk.client.application.extensions[EXTENSION].store.reading() as db:
        grade = find_grade(db, 1, person)
        return (grade.shown if grade else None), len(attempts_of(db, 1, person))


def test_every_difference_is_one_of_the_manners_with_reason_and_source() -> None:
    """And differs from the strict one."""
    strict = Manners()
    for rows in DIFFERENCES.values():
        assert len({row.what for row in rows}) == len(rows)
        for row in rows:
            assert getattr(strict, row.what) != row.how, row.what
            assert row.why
            assert row.source


def test_the_character_is_chosen_at_the_start(talk: Talk, tmp_path: Path) -> None:
    """It is on the front page, and a reset comes back to it."""
    config = Config(talk.config.base_url, talk.config.tool_url, tmp_path / "other", character="canvas")
    client = create_app(config).test_client()
    assert "<b>Canvas</b>" in client.get("/").text
    client.post("/character", data={"character": "moodle"})
    assert "<b>Moodle</b>" in client.get("/").text
    client.post("/reset")
    assert "<b>Canvas</b>" in client.get("/").text


@pytest.mark.parametrize(
    ("character", "issuer"),
    [(Character.CANVAS, "https://canvas.instructure.com"), (Character.BLACKBOARD, "https://blackboard.com")],
)
def test_two_institutions_share_issuer_and_client(be: Be, character: Character, issuer: str) -> None:
    """They are told apart by deployment and platform instance only."""
    talk = be(character)
    talk.act_as(TEACHER)
    talk.client.post("/courses/3/activities", data={"title": "Bare"})
    seen = []
    for course, link in ((2, 1), (3, 4)):
        path = f"/courses/{course}/activities/{link}/open"
        assert talk.begun(path)["iss"] == issuer
        page = talk.authorize(talk.begun(path))
        claims = talk.verified_for(page, issuer)
        seen.append((claims[CLAIM + "deployment_id"], claims[CLAIM + "tool_platform"]["guid"]))
    (one, first), (other, second) = seen
    assert one != other
    assert first != second
    assert (":" in one) is (character is Character.CANVAS)


def test_brightspaces_assertions_have_a_fixed_audience(be: Be) -> None:
    """The token address is refused."""
    talk = be(Character.BRIGHTSPACE)
    assert talk.ask_token(talk.tool.assertion(talk.config)).status_code == 401
    right = talk.tool.assertion(talk.config, aud="https://api.brightspace.example/auth/token")
    assert talk.ask_token(right).status_code == 200


@pytest.mark.parametrize(
    ("character", "outsider", "unknown", "stale"),
    [
        (Character.STRICT, 400, 400, 409),
        (Character.CANVAS, 422, 422, 400),
        (Character.BRIGHTSPACE, 403, 404, 409),
        (Character.BLACKBOARD, 400, 400, 409),
    ],
)
def test_refused_scores_have_each_platforms_status(
    be: Be, character: Character, outsider: int, unknown: int, stale: int
) -> None:
    """For somebody who is known but no learner here, for nobody, and for what is not newer."""
    talk = be(character)
    assert post(talk, userId="3").status_code == outsider
    assert post(talk, userId="nobody").status_code == unknown
    assert post(talk, 9).status_code == 200
    assert post(talk, 9).status_code == stale
    assert post(talk, 8).status_code == stale


def test_more_than_the_maximum_needs_leave_in_brightspace(be: Be) -> None:
    """Elsewhere it is a bonus."""
    assert post(be(Character.STRICT), 1, scoreGiven=110).status_code == 200
    assert post(be(Character.BRIGHTSPACE), 2, scoreGiven=110).status_code == 400


def test_canvas_counts_an_attempt_for_each_score(be: Be) -> None:
    """Unless it is told that there is no new submission; when no more are allowed, it refuses."""
    talk = be(Character.CANVAS)
    assert post(talk, 1).status_code == 200
    assert post(talk, 2, {"new_submission": False}, scoreGiven=90).status_code == 200
    assert held(talk) == (90, 1)
    talk.act_as(TEACHER)
    talk.client.post("/courses/2/gradebook/1", data={"do": "attempts", "most": "2"})
    assert post(talk, 3, {"submission_type": "external_tool"}).status_code == 200
    assert post(talk, 4).status_code == 422
    assert post(talk, 4, {"new_submission": False}).status_code == 200
    assert held(talk) == (80, 2)
    assert 'data-attempts="2"' in talk.client.get("/courses/2/gradebook").text


def test_canvas_keeps_what_a_tool_says_of_a_submission(be: Be) -> None:
    """Its data and time; a time in the future, or a word that it does not know, is refused."""
    talk = be(Character.CANVAS)
    told = {
        "submission_type": "online_url",
        "submission_data": "https://x.example/1",
        "submitted_at": "2026-11-19T08:00:00Z",
    }
    assert post(talk, 1, told).status_code == 200
    with talk.client.application.extensions[EXTENSION].store.reading() as db:
        (attempt,) = attempts_of(db, 1, 5)
    assert attempt["submitted_at"].startswith("2026-11-19T08:00:00")
    assert "https://x.example/1" in attempt["extension"]
    late = (datetime.now(UTC) + timedelta(minutes=5)).isoformat()
    assert post(talk, 2, {"submitted_at": late}).status_code == 400
    assert post(talk, 2, {"submission_type": "pigeon"}).status_code == 422
    assert post(talk, 2, {"new_submision": False}).status_code == 400
    assert post(talk, 2, {"new_submission": "no"}).status_code == 400


def test_an_unfinished_score_takes_canvas_grades_away(be: Be) -> None:
    """Unless it asks to preserve them."""
    talk = be(Character.CANVAS)
    unfinished = {"gradingProgress": "Pending", "scoreGiven": 10}
    post(talk, 1)
    post(talk, 2, {"preserve_score": True, "new_submission": False}, **unfinished)
    assert held(talk) == (80, 1)
    post(talk, 3, {"new_submission": False}, **unfinished)
    assert held(talk) == (None, 1)


def test_a_teachers_grade_gives_way_in_canvas(be: Be) -> None:
    """Unless the score gives it priority."""
    talk = be(Character.CANVAS)
    talk.act_as(TEACHER)
    talk.client.post("/courses/2/gradebook/1/5", data={"do": "override", "score": "7"})
    assert post(talk, 1, {"prioritize_non_tool_grade": True}).status_code == 200
    assert held(talk)[0] == 7
    post(talk, 2)
    assert held(talk)[0] == 80


def test_canvas_keeps_an_assignments_column_and_makes_assignments(be: Be) -> None:
    """DELETE is 401; a column with the extension opens the tool in an activity of its own."""
    talk = be(Character.CANVAS)
    assert talk.call("DELETE", ONE, talk.bearer(), LINE_ITEM_TYPE).status_code == 401
    url = f"{talk.config.tool_url}/lti/launch?c=new"
    body = {
        "label": "New",
        "scoreMaximum": 5,
        CANVAS_SUBMISSION_TYPE: {"type": "external_tool", "external_tool_url": url},
    }
    made = talk.call("POST", ALL, talk.bearer(), LINE_ITEM_TYPE, body)
    assert made.status_code == 201
    assert (made.json or {})["resourceLinkId"] == "4"
    assert (made.json or {})[CANVAS_SUBMISSION_TYPE]["type"] == "external_tool"
    talk.act_as(TEACHER)
    assert talk.begun("/courses/2/activities/4/open")["target_link_uri"] == url


@pytest.mark.parametrize(
    ("kind", "seconds", "status", "retry"),
    [
        (FaultKind.THROTTLED, 0, 403, None),
        (FaultKind.TOO_MANY, 0, 429, None),
        (FaultKind.TOO_MANY, 7, 429, "7"),
    ],
)
def test_canvas_throttles(be: Be, kind: FaultKind, seconds: int, status: int, retry: str | None) -> None:
    """403 or 429, nothing left, and Retry-After only if the fault says so."""
    talk = be(Character.CANVAS)
    fault = {"kind": kind.value, "target": "scores", "count": 1, "seconds": seconds}
    assert talk.client.post("/faults", json=fault).status_code == 200
    answer = post(talk)
    assert answer.status_code == status
    assert answer.headers["X-Rate-Limit-Remaining"] == "0"
    assert answer.headers.get("Retry-After") == retry


def test_blackboard_leaves_the_remark_out_for_one_user(be: Be) -> None:
    """The whole list has it."""
    talk = be(Character.BLACKBOARD)
    post(talk, 1, comment="Well done")
    for query, has_comment in (("", True), ("?user_id=5", False)):
        (result,) = talk.call("GET", f"{ONE}/results{query}", talk.bearer(), RESULTS_TYPE).json or []
        assert ("comment" in result) is has_comment
    refused = post(talk, 2, userId="777")
    assert "User could not be found:" in refused.text
