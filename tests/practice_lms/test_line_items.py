"""Columns, results and members, to the letter."""

from typing import Any

import pytest

from practice_lms.state.people import enrol
from practice_lms.vocabulary import (
    CLAIM,
    LINE_ITEM_READ,
    LINE_ITEM_TYPE,
    LINE_ITEMS_TYPE,
    MEMBERS_READ,
    MEMBERS_TYPE,
    RESULTS_TYPE,
    SCORE_TYPE,
)
from practice_lms.wiring import EXTENSION
from tests.practice_lms.acting_tool import Talk

ALL = "/lti/courses/2/lineitems"
ONE = f"{ALL}/1/lineitem"
MEMBERS = "/lti/courses/2/members"


def create(talk: Talk, **body: Any) -> Any:
    """A new column's answer."""
    return talk.call("POST", ALL, talk.bearer(), LINE_ITEM_TYPE, {"label": "New", "scoreMaximum": 10} | body)


def pages(talk: Talk, url: str, media: str) -> list[Any]:
    """All pages, by following the links as they are."""
    bearer, found = talk.bearer(), []
    while url:
        answer = talk.call("GET", url, bearer, media)
        assert answer.status_code == 200, answer.text
        found.append(answer.json)
        link = answer.headers.get("Link", "")
        url = link.partition(">")[0].removeprefix("<") if 'rel="next"' in link else ""
    return found


def test_columns_are_listed_and_filtered(talk: Talk) -> None:
    """By link, by resource, by tag."""
    bearer = talk.bearer(LINE_ITEM_READ)
    found = talk.call("GET", ALL, bearer, LINE_ITEMS_TYPE).json
    assert next(one["label"] for one in found or []) == "Git basics"
    assert len(found or []) == 3
    for query, count in (
        ("resource_link_id=2", 1),
        ("resource_id=git-basics", 2),
        ("resource_id=git-basics&resource_link_id=1", 1),
        ("tag=completion", 3),
        ("tag=nope", 0),
    ):
        assert len(talk.call("GET", f"{ALL}?{query}", bearer, LINE_ITEMS_TYPE).json or []) == count, query


def test_pages_are_linked_by_opaque_cursors(talk: Talk) -> None:
    """Following `next` as it is brings every column once; a cursor in the wrong case is refused."""
    found = pages(talk, f"{ALL}?limit=2", LINE_ITEMS_TYPE)
    assert [len(page) for page in found] == [2, 1]
    link = talk.call("GET", f"{ALL}?limit=2", talk.bearer(), LINE_ITEMS_TYPE).headers["Link"]
    url = link.partition(">")[0].removeprefix("<")
    assert talk.call("GET", url.lower(), talk.bearer(), LINE_ITEMS_TYPE).status_code == 400
    assert talk.call("GET", f"{ALL}?limit=0", talk.bearer(), LINE_ITEMS_TYPE).status_code == 400


def test_a_column_is_made_read_replaced_and_removed(talk: Talk) -> None:
    """What is left out of a replacement is cleared, but never the link."""
    made = create(talk, resourceId="r", tag="t", resourceLinkId="1", startDateTime="2026-11-01T00:00:00Z")
    assert made.status_code == 201
    url, bearer = made.json["id"], talk.bearer()
    assert talk.call("GET", url, bearer, LINE_ITEM_TYPE).json == made.json
    put = talk.call("PUT", url, bearer, LINE_ITEM_TYPE, {"label": "Other", "scoreMaximum": 20})
    assert put.json == {"id": url, "label": "Other", "scoreMaximum": 20, "resourceLinkId": "1"}
    assert talk.call("DELETE", url, bearer, LINE_ITEM_TYPE).status_code == 204
    assert talk.call("GET", url, bearer, LINE_ITEM_TYPE).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {"label": " "},
        {"label": 7},
        {"scoreMaximum": 0},
        {"scoreMaximum": "10"},
        {"startDateTime": "tomorrow"},
        {"gradesReleased": "yes"},
        {"tag": 7},
        {"colour": "green"},
    ],
)
def test_a_column_out_of_order_is_refused(talk: Talk, body: dict[str, Any]) -> None:
    """400, and no column."""
    assert create(talk, **body).status_code == 400
    assert len(talk.call("GET", ALL, talk.bearer(), LINE_ITEMS_TYPE).json or []) == 3


def test_an_unknown_link_is_not_found(talk: Talk) -> None:
    """Nor one of another course."""
    assert create(talk, resourceLinkId="999").status_code == 404


def test_a_replacement_keeps_id_and_link(talk: Talk) -> None:
    """Changing either is refused."""
    body = {"label": "Git basics", "scoreMaximum": 100}
    for change in ({"id": "https://elsewhere.example/1"}, {"resourceLinkId": "2"}):
        assert talk.call("PUT", ONE, talk.bearer(), LINE_ITEM_TYPE, body | change).status_code == 400


def test_readers_do_not_write(talk: Talk) -> None:
    """The read-only scope lists, and neither makes, changes nor removes."""
    bearer = talk.bearer(LINE_ITEM_READ)
    body = {"label": "x", "scoreMaximum": 1}
    assert talk.call("POST", ALL, bearer, LINE_ITEM_TYPE, body).status_code == 403
    assert talk.call("PUT", ONE, bearer, LINE_ITEM_TYPE, body).status_code == 403
    assert talk.call("DELETE", ONE, bearer, LINE_ITEM_TYPE).status_code == 403


def test_media_types_are_exact(talk: Talk) -> None:
    """Plain JSON is neither taken (415) nor told (406)."""
    body = {"label": "x", "scoreMaximum": 1}
    assert talk.call("POST", ALL, talk.bearer(), "application/json", body).status_code == 415
    assert talk.call("GET", ALL, talk.bearer(), "application/json").status_code == 406


def test_scores_behind_the_query_are_no_address(talk: Talk) -> None:
    """A tool that appends `/scores` to the whole URL posts to the column itself."""
    assert talk.call("POST", f"{ONE}?a=b/scores", talk.bearer(), SCORE_TYPE, "{}").status_code == 405


def test_results_are_paged_and_filtered(talk: Talk) -> None:
    """By user; page by page."""
    bearer = talk.bearer()
    for number, user_id in enumerate(("5", "6", "7")):
        score = {
            "userId": user_id,
            "scoreGiven": number,
            "scoreMaximum": 10,
            "activityProgress": "Completed",
            "gradingProgress": "FullyGraded",
            "timestamp": "2026-11-20T10:00:00Z",
        }
        assert talk.call("POST", f"{ONE}/scores", bearer, SCORE_TYPE, score).status_code == 200
    found = pages(talk, f"{ONE}/results?limit=2", RESULTS_TYPE)
    assert [[one["userId"] for one in page] for page in found] == [["5", "6"], ["7"]]
    only = talk.call("GET", f"{ONE}/results?user_id=6", bearer, RESULTS_TYPE).json
    assert [one["resultScore"] for one in only or []] == [10]


def test_members_are_paged_and_filtered_by_role(talk: Talk) -> None:
    """Everybody once; the student view never; the role may be short or in full."""
    found = [one for page in pages(talk, f"{MEMBERS}?limit=5", MEMBERS_TYPE) for one in page["members"]]
    assert len(found) == len({one["user_id"] for one in found}) == 13
    assert "99" not in {one["user_id"] for one in found}
    for role in ("Instructor", "http%3A%2F%2Fpurl.imsglobal.org%2Fvocab%2Flis%2Fv2%2Fmembership%23Instructor"):
        only = talk.call("GET", f"{MEMBERS}?role={role}", talk.bearer(), MEMBERS_TYPE).json
        assert [one["name"] for one in (only or {})["members"]] == ["Tess Teacher"]


def test_members_tell_no_more_than_launches(talk: Talk) -> None:
    """Who withholds the name is there with an id and roles alone; suspended ones are inactive."""
    with talk.client.application.extensions[EXTENSION].store.writing() as db:
        enrol(db, 2, 16, "Learner", is_active=False)
    found = talk.call("GET", MEMBERS, talk.bearer(), MEMBERS_TYPE).json
    last = next(one for one in (found or {})["members"] if one["user_id"] == "16")
    assert set(last) == {"status", "user_id", "roles"}
    assert last["status"] == "Inactive"


def test_members_of_a_link_bring_their_custom_values(talk: Talk) -> None:
    """With `rlid` each member has the message that a launch would have; an unknown link is 404."""
    found = talk.call("GET", f"{MEMBERS}?rlid=1", talk.bearer(), MEMBERS_TYPE).json
    message = (found or {})["members"][0]["message"][0]
    assert message[CLAIM + "custom"]["content_id"] == "git-basics"
    assert talk.call("GET", f"{MEMBERS}?rlid=999", talk.bearer(), MEMBERS_TYPE).status_code == 404


def test_members_need_their_own_scope(talk: Talk) -> None:
    """Scopes of the grade services do not open the roster."""
    assert talk.call("GET", MEMBERS, talk.bearer(LINE_ITEM_READ), MEMBERS_TYPE).status_code == 403
    assert talk.call("GET", MEMBERS, talk.bearer(MEMBERS_READ), MEMBERS_TYPE).status_code == 200


def test_moodle_shortens_roles_and_leaves_suspended_ones_out(moodle: Talk) -> None:
    """As its roster was recorded."""
    with moodle.client.application.extensions[EXTENSION].store.writing() as db:
        enrol(db, 2, 16, "Learner", is_active=False)
    found = (moodle.call("GET", MEMBERS, moodle.bearer(), MEMBERS_TYPE).json or {})["members"]
    assert {role for one in found for role in one["roles"]} == {"Instructor", "Learner"}
    assert "16" not in {one["user_id"] for one in found}
