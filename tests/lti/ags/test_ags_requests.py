"""What goes out to an LMS."""

import json

import pytest

from lti_tool.lti.ags import AgsGradebook
from lti_tool.lti.ags_urls import address, may_take_token
from lti_tool.services.grades import Outcome, Reason, Seen, Tried
from tests.lti.ags.conftest import NOW, Claiming
from tests.lti.ags.lms import RESULT, SCORE, TalkingLms, said


def test_a_score_goes_to_the_columns_scores_with_its_exact_media_type(
    lms: TalkingLms, gradebook: AgsGradebook, claim: Claiming
) -> None:
    """`/scores` stands before the query, the bytes are those that were claimed."""
    claimed = claim()
    assert gradebook.send(claimed, NOW) == Tried(Outcome.SENT, 200, seen=Seen(100))
    (asked,) = lms.asked["scores"]
    assert (asked.method, asked.path, asked.query) == (
        "POST",
        "/mod/lti/services.php/2/lineitems/2/lineitem/scores",
        "type_id=1",
    )
    assert asked.headers["content-type"] == "application/vnd.ims.lis.v1.score+json"
    assert asked.headers["authorization"] == "Bearer a-token"
    assert asked.headers["user-agent"].startswith("Sprig/")
    assert asked.body == claimed.body


def test_results_are_asked_for_one_person_without_a_limit(
    lms: TalkingLms, gradebook: AgsGradebook, claim: Claiming
) -> None:
    """Moodle crashes on `limit` beside its own query, and takes nothing but the exact media type."""
    gradebook.send(claim(), NOW)
    (asked,) = lms.asked["results"]
    assert (asked.method, asked.query) == ("GET", "type_id=1&user_id=5")
    assert asked.path.endswith("/lineitem/results")
    assert asked.headers["accept"] == "application/vnd.ims.lis.v2.resultcontainer+json"


@pytest.mark.parametrize(
    ("line_item", "expected"),
    [
        ("https://l.example/items/1", "https://l.example/items/1/scores"),
        ("https://l.example/items/1/", "https://l.example/items/1/scores"),
        ("https://l.example/items/1?a=b&c=%2F", "https://l.example/items/1/scores?a=b&c=%2F"),
        ("https://l.example/items/1?a=b#top", "https://l.example/items/1/scores?a=b"),
    ],
)
def test_scores_belong_to_the_path(line_item: str, expected: str) -> None:
    """Whatever the line item's address looks like, its query is kept as it is."""
    assert address(line_item, "scores") == expected


@pytest.mark.parametrize(
    "url",
    ["http://elsewhere.example/items/1", "ftp://lms.example/items/1", "https:items/1", "http://127.0.0.1:1/items"],
)
def test_no_token_goes_in_the_clear_to_a_strange_address(
    lms: TalkingLms, gradebook: AgsGradebook, claim: Claiming, url: str
) -> None:
    """A column on http that is not the LMS's own is blocked before anything is said."""
    tried = gradebook.send(claim(url=url), NOW)
    assert tried == Tried(Outcome.BLOCKED, reason=Reason.FOREIGN_ADDRESS)
    assert lms.asked == {"token": [], "scores": [], "results": []}


@pytest.mark.parametrize(
    "url", ["https://school.instructure.com/api/lti/courses/1/line_items/1", "https://lms.example"]
)
def test_over_tls_a_token_goes_wherever_the_signed_launch_said(claim: Claiming, url: str) -> None:
    """Canvas and Blackboard have one issuer for all institutions, and a gradebook at each: no list of hosts holds."""
    assert may_take_token(url, claim(family="canvas").platform)


def test_a_column_that_we_may_not_write_to_is_left_alone(
    lms: TalkingLms, gradebook: AgsGradebook, claim: Claiming
) -> None:
    """The launch did not offer the score scope: nothing is sent, and the teacher is told."""
    assert gradebook.send(claim(scopes=(RESULT,)), NOW) == Tried(Outcome.BLOCKED, reason=Reason.NOT_ALLOWED)
    assert lms.asked["scores"] == []


def test_only_scopes_that_the_launch_offered_are_asked_for(
    lms: TalkingLms, gradebook: AgsGradebook, claim: Claiming
) -> None:
    """Asking for more makes some platforms refuse everything."""
    gradebook.send(claim(family="canvas", scopes=(SCORE, SCORE + ".other")), NOW)
    assert [asked.form["scope"] for asked in lms.asked["token"]] == [SCORE]


def test_redirects_are_not_followed(lms: TalkingLms, gradebook: AgsGradebook, claim: Claiming) -> None:
    """A token is for the address that the launch gave, not for where that points."""
    lms.answers["scores"] = [said(307, Location=f"{lms.origin}/elsewhere/scores")]
    assert gradebook.send(claim(), NOW) == Tried(Outcome.SERVER_TROUBLE, 307)
    assert len(lms.asked["scores"]) == 1


def test_the_whole_score_is_one_line_of_ascii(claim: Claiming) -> None:
    """Moodle repeats a refused body in its status line."""
    body = claim().body
    assert body.isascii()
    assert b"\n" not in body
    assert json.loads(body)["gradingProgress"] == "FullyGraded"
