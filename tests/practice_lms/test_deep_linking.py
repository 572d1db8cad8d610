"""An answer to a deep-linking request is taken only if it is in order in every point."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import TestResponse

from practice_lms.state.courses import Link, links_of
from practice_lms.state.line_items import LineItem, line_items_of
from practice_lms.state.seed import METHODS, TEACHER
from practice_lms.state.switches import Character
from practice_lms.vocabulary import CLAIM, DL
from practice_lms.wiring import EXTENSION
from tests.practice_lms.acting_tool import ABSENT, Talk

ITEM = {
    "type": "ltiResourceLink",
    "title": "Git basics",
    "text": "A few minutes a day",
    "custom": {"content_id": "git-basics"},
    "lineItem": {"scoreMaximum": 100, "label": "Git", "resourceId": "git-basics", "tag": "completion"},
}


def asked(talk: Talk) -> tuple[str, Any]:
    """Where the answer goes, and the data to echo."""
    talk.act_as(TEACHER)
    settings = talk.launch(f"/courses/{METHODS}/add-activity/open")[DL + "deep_linking_settings"]
    return settings["deep_link_return_url"].removeprefix(talk.config.base_url), settings.get("data", ABSENT)


def answer(talk: Talk, items: Any = (ITEM,), **changes: Any) -> TestResponse:
    """The LMS's answer to an answer in order, but for the changes."""
    path, data = asked(talk)
    items = list(items) if isinstance(items, tuple) else items
    echoed = changes.pop("data", data)
    token = talk.tool.deep_linking_answer(talk.config, items, echoed, **changes)
    return talk.client.application.test_client().post(path, data={"JWT": token})


def placed(talk: Talk) -> tuple[list[Link], list[LineItem]]:
    """What is in the empty course now."""
    with talk.client.application.extensions[EXTENSION].store.reading() as db:
        return links_of(db, METHODS), line_items_of(db, METHODS)


def test_a_chosen_activity_is_placed_with_its_column(talk: Talk) -> None:
    """Without any cookie: the answer comes from the tool's site."""
    url = f"{talk.config.tool_url}/lti/launch?c=git-basics"
    assert answer(talk, ({**ITEM, "url": url},)).status_code == 200
    links, columns = placed(talk)
    assert [(one.title, one.url, one.custom) for one in links] == [("Git basics", url, {"content_id": "git-basics"})]
    column = columns[0]
    assert (column.label, column.score_maximum, column.link_id) == ("Git", 100, links[0].id)
    assert (column.resource_id, column.tag) == ("git-basics", "completion")


def test_several_activities_are_placed_in_order(talk: Talk) -> None:
    """One without a column stays ungraded; one with a window opens in a new tab."""
    second = {"type": "ltiResourceLink", "title": "Second", "window": {}}
    assert answer(talk, (ITEM, second)).status_code == 200
    links, columns = placed(talk)
    assert [(one.title, one.opens) for one in links] == [("Git basics", "iframe"), ("Second", "window")]
    assert len(columns) == 1


@pytest.mark.parametrize("items", [(), ABSENT])
def test_no_items_is_a_cancel(talk: Talk, items: Any) -> None:
    """Nothing is placed, and it is no error."""
    assert answer(talk, items).status_code == 200
    assert placed(talk) == ([], [])


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "somebody-else"},
        {"aud": "https://elsewhere.example"},
        {"aud": ABSENT},
        {"exp": int(time.time()) - 120},
        {"exp": ABSENT},
        {"iat": ABSENT},
        {"nonce": ABSENT},
        {"deployment_id": "2"},
        {"message_type": "LtiDeepLinkingRequest"},
        {"version": "1.1"},
        {"data": "something else"},
        {"data": ABSENT},
        {"kid": None},
        {"kid": "unknown"},
    ],
)
def test_a_claim_out_of_order_is_refused(talk: Talk, changes: dict[str, Any]) -> None:
    """The LMS says so on a page, and nothing is placed."""
    assert answer(talk, **changes).status_code == 400
    assert placed(talk) == ([], [])


@pytest.mark.parametrize(
    "change",
    [
        {"type": "html"},
        {"title": ""},
        {"title": "x" * 256},
        {"url": "https://elsewhere.example/launch"},
        {"url": 7},
        {"custom": {"number": 7}},
        {"custom": {"nothing": None}},
        {"custom": "text"},
        {"colour": "green"},
        {"available": {"startDateTime": "tomorrow"}},
        {"submission": {"endDateTime": "2026-12-24T12:00:00"}},
        {"submission": {"due": "2026-12-24T12:00:00Z"}},
        {"lineItem": {}},
        {"lineItem": {"scoreMaximum": 0}},
        {"lineItem": {"scoreMaximum": 101}},
        {"lineItem": {"scoreMaximum": 12.5}},
        {"lineItem": {"scoreMaximum": True}},
        {"lineItem": {"scoreMaximum": 10, "colour": "green"}},
    ],
)
def test_an_item_out_of_order_spoils_the_answer(talk: Talk, change: dict[str, Any]) -> None:
    """All or nothing: the good item beside it is not placed either."""
    assert answer(talk, (ITEM, {**ITEM, **change})).status_code == 400
    assert placed(talk) == ([], [])


def test_a_request_is_answered_once(talk: Talk) -> None:
    """A second answer, with a nonce of its own, places nothing."""
    path, data = asked(talk)
    for status in (200, 400):
        token = talk.tool.deep_linking_answer(talk.config, [ITEM], data)
        assert talk.client.post(path, data={"JWT": token}).status_code == status
    assert len(placed(talk)[0]) == 1


def test_a_nonce_serves_once(talk: Talk) -> None:
    """The same answer to another request is a replay."""
    for status in (200, 400):
        assert answer(talk, nonce="once").status_code == status


def test_moodle_sends_no_data_and_wants_none(moodle: Talk) -> None:
    """What was not sent cannot be echoed."""
    assert asked(moodle)[1] is ABSENT
    assert answer(moodle).status_code == 200
    assert answer(moodle, data="made up").status_code == 400
    assert answer(moodle, data=None).status_code == 400


def test_dates_of_an_activity_are_kept(talk: Talk) -> None:
    """Under the names of the variables that tell them; Moodle drops them (README 29)."""
    opens, closes = {"startDateTime": "2026-12-01T08:00:00Z"}, {"endDateTime": "2026-12-24T12:00:00Z"}
    assert answer(talk, (ITEM | {"available": opens, "submission": closes},)).status_code == 200
    assert placed(talk)[0][0].dates == {
        "ResourceLink.available.startDateTime": "2026-12-01T08:00:00Z",
        "ResourceLink.submission.endDateTime": "2026-12-24T12:00:00Z",
    }


def test_moodle_drops_an_activitys_dates(moodle: Talk) -> None:
    """As it was recorded (README 29)."""
    assert answer(moodle, (ITEM | {"submission": {"endDateTime": "2026-12-24T12:00:00Z"}},)).status_code == 200
    assert placed(moodle)[0][0].dates == {}


def test_an_answer_is_made_for_the_shared_issuer(be: Callable[[Character], Talk]) -> None:
    """And names the deployment of the course's institution."""
    talk = be(Character.CANVAS)
    talk.act_as(TEACHER)
    claims = talk.claims_of(talk.authorize(talk.begun(f"/courses/{METHODS}/add-activity/open")))
    settings = claims[DL + "deep_linking_settings"]
    path = settings["deep_link_return_url"].removeprefix(talk.config.base_url)
    deployment = claims[CLAIM + "deployment_id"]
    for aud, deployed, status in (
        (talk.config.base_url, deployment, 400),
        ("https://canvas.instructure.com", "1", 400),
        ("https://canvas.instructure.com", deployment, 200),
    ):
        token = talk.tool.deep_linking_answer(talk.config, [ITEM], settings["data"], aud=aud, deployment_id=deployed)
        assert talk.client.post(path, data={"JWT": token}).status_code == status
