"""Copies of courses and activities, and the tools that are told of them."""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask, request

from practice_lms.config import Config
from practice_lms.state.courses import Link, links_of
from practice_lms.state.line_items import LineItem, line_items_of
from practice_lms.state.seed import TEACHER
from practice_lms.state.switches import Character
from practice_lms.vocabulary import CLAIM, LINE_ITEM_TYPE, NOTICE_HANDLERS, NOTICES_CLAIM, SCOPES
from practice_lms.wiring import EXTENSION
from tests.practice_lms.acting_tool import ActingTool, Talk
from tests.practice_lms.serving import on_a_socket

Be = Callable[[Character], Talk]
TYPE = "LtiContextCopyNotice"


def copied(talk: Talk, course: int = 2) -> int:
    """The number of the course's copy."""
    talk.act_as(TEACHER)
    answer = talk.client.post(f"/courses/{course}/copy")
    assert answer.status_code == 303, answer.text
    return int(answer.headers["Location"].rpartition("/")[2])


def inside(talk: Talk, course: int) -> tuple[list[Link], list[LineItem]]:
    """The course's activities and columns."""
    with talk.client.application.extensions[EXTENSION].store.reading() as db:
        return links_of(db, course), line_items_of(db, course)


def test_a_copied_course_has_new_ids_and_the_same_content(talk: Talk) -> None:
    """Addresses, custom parameters, resource ids and tags are kept; columns are coupled with the new links."""
    made = copied(talk)
    old_links, old_items = inside(talk, 2)
    links, items = inside(talk, made)
    assert [one.url for one in links] == [one.url for one in old_links]
    assert [one.custom for one in links] == [one.custom for one in old_links]
    assert {one.id for one in links}.isdisjoint(one.id for one in old_links)
    assert [(one.resource_id, one.tag) for one in items] == [(one.resource_id, one.tag) for one in old_items]
    assert [one.link_id for one in items] == [one.id for one in links]


def test_learners_and_grades_stay_behind(talk: Talk) -> None:
    """The teacher comes along."""
    made = copied(talk)
    page = talk.client.get(f"/courses/{made}/members").text
    assert re.findall(r'<li data-person="(\d+)"', page) == ["3"]
    assert "data-score" not in talk.client.get(f"/courses/{made}/gradebook").text


def test_histories_grow_with_each_copy(talk: Talk) -> None:
    """Newest first, separated by commas."""
    second = copied(talk, copied(talk))
    links, _ = inside(talk, second)
    custom = talk.launch(f"/courses/{second}/activities/{links[0].id}/open")[CLAIM + "custom"]
    assert custom["context_history"] == "4,2"
    assert custom["link_history"] == "4,1"


@pytest.mark.parametrize(
    ("character", "link_history"),
    [
        (Character.MOODLE, "$ResourceLink.id.history"),
        (Character.CANVAS, "$ResourceLink.id.history"),
        (Character.BRIGHTSPACE, "1"),
        (Character.BLACKBOARD, "1"),
    ],
)
def test_not_every_platform_knows_a_links_history(be: Be, character: Character, link_history: str) -> None:
    """The course's history they all do."""
    talk = be(character)
    made = copied(talk)
    page = talk.authorize(talk.begun(f"/courses/{made}/activities/4/open"))
    custom = talk.claims_of(page)[CLAIM + "custom"]
    assert custom["context_history"] == "2"
    assert custom["link_history"] == link_history


def test_only_strict_copies_the_tools_own_columns(be: Be) -> None:
    """Those that belong to no activity."""
    talk = be(Character.STRICT)
    body = {"label": "Own", "scoreMaximum": 5, "resourceId": "own"}
    talk.call("POST", "/lti/courses/2/lineitems", talk.bearer(), LINE_ITEM_TYPE, body)
    assert "own" in {one.resource_id for one in inside(talk, copied(talk))[1]}
    be(Character.MOODLE)
    assert "own" not in {one.resource_id for one in inside(talk, copied(talk))[1]}


def test_a_duplicated_activity_has_a_column_of_the_same_name(be: Be) -> None:
    """So resource id and tag do not tell columns apart (README 31)."""
    talk = be(Character.MOODLE)
    talk.act_as(TEACHER)
    assert talk.client.post("/courses/2/activities/2/duplicate").status_code == 303
    links, items = inside(talk, 2)
    assert links[-1].title == "Lesson 1: Why keep a history (copy)"
    assert links[-1].custom == links[1].custom
    assert (items[-1].resource_id, items[-1].tag) == (items[1].resource_id, items[1].tag)
    assert items[-1].link_id == links[-1].id


def test_learners_copy_nothing(talk: Talk) -> None:
    """Teachers and administrators do."""
    talk.act_as(5)
    assert talk.client.post("/courses/2/copy").status_code == 403
    assert talk.client.post("/courses/2/activities/1/duplicate").status_code == 403


@contextmanager
def listening(tool: ActingTool) -> Iterator[list[Any]]:
    """What the tool's host is told, on an address of its own."""
    told: list[Any] = []
    lock = threading.Lock()

    def build(_: str) -> Flask:
        app = tool.app()

        @app.post("/notices")
        def notices() -> tuple[str, int]:
            with lock:
                told.append(request.get_json())
            return "", 200

        return app

    address = tool.url
    with on_a_socket(build) as url:
        tool.url = url
        yield told
    tool.url = address


def handlers(talk: Talk, deployment: str, **body: str) -> Any:
    """The handlers after setting one, or as they are."""
    head = talk.bearer(NOTICE_HANDLERS)
    url = f"/lti/notice-handlers/{deployment}"
    if body:
        return talk.client.put(url, json={"notice_type": TYPE} | body, headers=head)
    return talk.client.get(url, headers=head)


def test_a_tool_is_told_of_a_copy_once(talk: Talk) -> None:
    """Signed, with the new course and the old one's id; the answer is on the administrator's page."""
    claim = talk_as_teacher(talk)[NOTICES_CLAIM]
    assert claim["notice_types_supported"] == [TYPE]
    deployment = claim["platform_notification_service_url"].rpartition("/")[2]
    with listening(talk.tool) as told:
        config = Config(talk.config.base_url, talk.tool.url, talk.config.data)
        talk.client.application.extensions[EXTENSION] = replaced(talk, config)
        handler = f"{talk.tool.url}/notices"
        assert handlers(talk, deployment, handler=handler).json == {"handler": handler, "notice_type": TYPE}
        assert handlers(talk, deployment).json["notice_handlers"] == [{"handler": handler, "notice_type": TYPE}]
        made = copied(talk)
    (batch,) = told
    claims = talk.verified(batch["notices"][0]["jwt"])
    assert claims[CLAIM + "notice"]["type"] == TYPE
    assert claims[CLAIM + "context"]["id"] == str(made)
    assert claims[CLAIM + "origin_contexts"] == ["2"]
    assert claims[CLAIM + "deployment_id"] == deployment
    talk.act_as(2)
    assert "<b>200</b>" in talk.client.get("/tools").text
    copied(talk)
    assert len(told) == 1
    talk.act_as(2)
    assert "<b>ConnectionError</b>" in talk.client.get("/tools").text


def replaced(talk: Talk, config: Config) -> Any:
    """The running LMS, with a tool that moved."""
    return replace(talk.client.application.extensions[EXTENSION], config=config)


def talk_as_teacher(talk: Talk) -> dict[str, Any]:
    """A launch's claims."""
    talk.act_as(TEACHER)
    return talk.launch("/courses/2/activities/1/open")


def test_handlers_are_the_tools_own(talk: Talk) -> None:
    """On its host, for its deployment, of a known type, with the scope; an empty address takes it away."""
    url = talk.config.tool_url
    assert handlers(talk, "1", handler="https://elsewhere.example/n").status_code == 400
    assert handlers(talk, "7", handler=f"{url}/n").status_code == 404
    assert handlers(talk, "1", handler=f"{url}/n", notice_type="LtiHelloWorldNotice").status_code == 400
    assert handlers(talk, "1", handler=f"{url}/n").status_code == 200
    assert handlers(talk, "1", handler="").status_code == 200
    assert handlers(talk, "1").json["notice_handlers"] == []
    answer = talk.client.get("/lti/notice-handlers/1", headers=talk.bearer(SCOPES[0]))
    assert answer.status_code == 403


@pytest.mark.parametrize("character", [Character.MOODLE, Character.BLACKBOARD])
def test_some_platforms_have_no_notices(be: Be, character: Character) -> None:
    """Neither claim nor scope."""
    talk = be(character)
    talk.act_as(TEACHER)
    assert NOTICES_CLAIM not in talk.claims_of(talk.authorize(talk.begun("/courses/2/activities/1/open")))
    assert talk.ask_token(talk.tool.assertion(talk.config), NOTICE_HANDLERS).status_code == 400
