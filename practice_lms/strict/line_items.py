"""Line items, to the letter (AGS 2.0, §3.2)."""

import json
import sqlite3
from dataclasses import replace
from typing import Any

from flask import Response, request

from practice_lms.canvas.assignments import as_assignment
from practice_lms.manners import manners
from practice_lms.scene import line_item_url
from practice_lms.state.courses import Link, find_course, find_link
from practice_lms.state.line_items import (
    LineItem,
    add_line_item,
    find_line_item,
    line_items_of,
    remove_line_item,
    replace_line_item,
)
from practice_lms.state.switches import Character
from practice_lms.state.trust import Grant
from practice_lms.strict.door import check_accept, check_members, check_token, page_of, read_body, told
from practice_lms.strict.problems import Problem
from practice_lms.strict.values import moment, positive, text, tidy
from practice_lms.vocabulary import LINE_ITEM, LINE_ITEM_READ, LINE_ITEM_TYPE, LINE_ITEMS_TYPE
from practice_lms.wiring import lms

MEMBERS = frozenset(
    {
        "id",
        "label",
        "scoreMaximum",
        "resourceLinkId",
        "resourceId",
        "tag",
        "startDateTime",
        "endDateTime",
        "gradesReleased",
        "submissionReview",
    }
)


def _url(item: LineItem) -> str:
    return line_item_url(lms().config.base_url, item.course_id, item.id, Character.STRICT)


def _told(item: LineItem) -> dict[str, Any]:
    all_of_it: dict[str, Any] = {
        "id": _url(item),
        "label": item.label,
        "scoreMaximum": tidy(item.score_maximum),
        "resourceLinkId": None if item.link_id is None else str(item.link_id),
        "resourceId": item.resource_id or None,
        "tag": item.tag or None,
        "startDateTime": item.starts_at,
        "endDateTime": item.ends_at,
        "gradesReleased": item.grades_released,
        "submissionReview": None if item.review is None else json.loads(item.review),
    }
    told_of_it = {name: value for name, value in all_of_it.items() if value is not None}
    told_of_it.update(json.loads(item.extensions))
    return told_of_it


def line_items(db: sqlite3.Connection, course_id: int) -> Response:
    """The container: listed, or added to."""
    grant = check_token(db, *((LINE_ITEM, LINE_ITEM_READ) if request.method == "GET" else (LINE_ITEM,)))
    if find_course(db, course_id) is None:
        raise Problem(404, "there is no such course")
    return _list(db, course_id, grant.tool) if request.method == "GET" else _create(db, course_id, grant.tool)


def _list(db: sqlite3.Connection, course_id: int, tool: str) -> Response:
    check_accept(LINE_ITEMS_TYPE)
    asked = request.args
    found = [
        item
        for item in line_items_of(db, course_id)
        if item.tool == tool
        and asked.get("resource_id") in {None, item.resource_id}
        and asked.get("tag") in {None, item.tag}
        and asked.get("resource_link_id") in {None, str(item.link_id)}
    ]
    page, following = page_of(found, manners(db))
    answer = told(LINE_ITEMS_TYPE, [_told(item) for item in page])
    if following:
        answer.headers["Link"] = following
    return answer


def _described(body: dict[str, Any], course_id: int) -> LineItem:
    check_members(body, MEMBERS)
    released = body.get("gradesReleased")
    if released is not None and not isinstance(released, bool):
        raise Problem(400, "gradesReleased: must be true or false")
    moment(body, "startDateTime")
    moment(body, "endDateTime")
    review = body.get("submissionReview")
    return LineItem(
        course_id,
        text(body, "label", required=True),
        positive(body, "scoreMaximum"),
        None,
        text(body, "resourceId"),
        text(body, "tag"),
        body.get("startDateTime"),
        body.get("endDateTime"),
        released,
        None if review is None else json.dumps(review),
        extensions=json.dumps({name: value for name, value in body.items() if name.startswith("https://")}),
    )


def _link_named(db: sqlite3.Connection, course_id: int, wanted: str, tool: str) -> Link:
    link = find_link(db, course_id, int(wanted)) if wanted.isdigit() and len(wanted) < 18 else None
    if link is None or link.tool != tool:
        raise Problem(404, "resourceLinkId: there is no such link in this course")
    return link


def _create(db: sqlite3.Connection, course_id: int, tool: str) -> Response:
    check_accept(LINE_ITEM_TYPE)
    body = read_body(LINE_ITEM_TYPE)
    item = replace(_described(body, course_id), tool=tool)
    wanted = text(body, "resourceLinkId")
    if wanted:
        item = replace(item, link_id=_link_named(db, course_id, wanted, tool).id)
    elif manners(db).makes_assignments:
        item = as_assignment(db, item, body)
    item = replace(item, id=add_line_item(db, item))
    return told(LINE_ITEM_TYPE, _told(item), 201)


def existing(db: sqlite3.Connection, course_id: int, line_item_id: int, grant: Grant) -> LineItem:
    """The column, if it is in this course and belongs to the tool that asks."""
    item = find_line_item(db, line_item_id)
    if item is None or item.course_id != course_id or item.tool != grant.tool:
        raise Problem(404, "there is no such line item")
    return item


def line_item(db: sqlite3.Connection, course_id: int, line_item_id: int) -> Response:
    """One column: read, replaced, removed."""
    grant = check_token(db, *((LINE_ITEM, LINE_ITEM_READ) if request.method == "GET" else (LINE_ITEM,)))
    item = existing(db, course_id, line_item_id, grant)
    match request.method:
        case "GET":
            check_accept(LINE_ITEM_TYPE)
            return told(LINE_ITEM_TYPE, _told(item))
        case "PUT":
            return _replace(db, item)
        case "DELETE":
            return _remove(db, item)
    raise Problem(405, "a line item knows GET, PUT and DELETE")


def _remove(db: sqlite3.Connection, item: LineItem) -> Response:
    if item.belongs_to_activity and not manners(db).deletes_coupled:
        raise Problem(401, "the column belongs to an assignment")
    remove_line_item(db, item.id)
    return Response("", 204)


def _replace(db: sqlite3.Connection, item: LineItem) -> Response:
    """What is left out is cleared; id and link must not change."""
    body = read_body(LINE_ITEM_TYPE)
    described = _described(body, item.course_id)
    if body.get("id", _url(item)) != _url(item):
        raise Problem(400, "id: must not change")
    own_link = "" if item.link_id is None else str(item.link_id)
    if text(body, "resourceLinkId") not in {"", own_link}:
        raise Problem(400, "resourceLinkId: must not change")
    changed = replace(
        described,
        id=item.id,
        link_id=item.link_id,
        belongs_to_activity=item.belongs_to_activity,
        is_locked=item.is_locked,
        tool=item.tool,
        most_attempts=item.most_attempts,
    )
    replace_line_item(db, changed)
    return told(LINE_ITEM_TYPE, _told(changed))
