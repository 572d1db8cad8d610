"""Line items as Moodle 4.5.6 has them."""

import json
import sqlite3
from dataclasses import replace
from typing import Any

from flask import Response, request

from practice_lms.moodle.answers import Fails, answer, bad_gateway, number, paging_links
from practice_lms.moodle.door import check_accept_named, check_method, check_token, check_types
from practice_lms.scene import line_item_url
from practice_lms.state.courses import find_course, find_link
from practice_lms.state.line_items import (
    LineItem,
    add_line_item,
    find_line_item,
    line_items_of,
    remove_line_item,
    replace_line_item,
)
from practice_lms.state.switches import Character
from practice_lms.vocabulary import LINE_ITEM, LINE_ITEM_READ, LINE_ITEM_TYPE, LINE_ITEMS_TYPE
from practice_lms.wiring import lms

LONGEST_TEXT = 255


def _url(item: LineItem) -> str:
    return line_item_url(lms().config.base_url, item.course_id, item.id, Character.MOODLE)


def _told(item: LineItem) -> dict[str, Any]:
    told: dict[str, Any] = {
        "id": _url(item),
        "label": item.label,
        "scoreMaximum": number(item.score_maximum),
        "resourceId": item.resource_id,
        "tag": item.tag,
    }
    if item.link_id is not None:
        told |= {"resourceLinkId": str(item.link_id), "ltiLinkId": str(item.link_id)}
    if item.review is not None:
        told["submissionReview"] = json.loads(item.review)
    return told


def line_items(db: sqlite3.Connection, course_id: int) -> Response:
    """The container: listed, or added to."""
    check_types((LINE_ITEMS_TYPE, LINE_ITEM_TYPE))
    check_method("GET", "POST")
    readers = (LINE_ITEM, LINE_ITEM_READ) if request.method == "GET" else (LINE_ITEM,)
    grant = check_token(db, *readers)
    check_accept_named()
    if find_course(db, course_id) is None:
        raise Fails(404, f"Not Found: Course {course_id} doesn't exist")
    return _list(db, course_id, grant.tool) if request.method == "GET" else _create(db, course_id, grant.tool)


def _list(db: sqlite3.Connection, course_id: int, tool: str) -> Response:
    asked = request.args
    found = [
        item
        for item in line_items_of(db, course_id)
        if item.tool == tool
        and asked.get("resource_id") in {None, item.resource_id}
        and asked.get("tag") in {None, item.tag}
        and asked.get("resource_link_id") in {None, str(item.link_id)}
    ]
    limit, start = asked.get("limit", 0, type=int), asked.get("from", 0, type=int)
    page = found[start : start + limit] if limit else found
    made = answer(200, LINE_ITEMS_TYPE, [_told(item) for item in page])
    following = paging_links(limit, start, len(found)) if limit else None
    if following:
        made.headers["Link"] = following
    return made


def _body() -> dict[str, Any]:
    body = request.get_json(force=True, silent=True)
    if not isinstance(body, dict) or "label" not in body or "scoreMaximum" not in body:
        raise Fails(400, "No label or Score Maximum")
    return body


def _text(body: dict[str, Any], name: str) -> str:
    return str(body.get(name) or "")


def _create(db: sqlite3.Connection, course_id: int, tool: str) -> Response:
    """Some failing calls have made the column already (README 45)."""
    body = _body()
    link_id = body.get("resourceLinkId")
    if link_id is not None and (not str(link_id).isdigit() or find_link(db, course_id, int(link_id)) is None):
        raise Fails(403, "Forbidden")
    if len(_text(body, "label")) > LONGEST_TEXT:
        return bad_gateway()
    item = LineItem(
        course_id,
        _text(body, "label"),
        float(body["scoreMaximum"]),
        None if link_id is None else int(link_id),
        _text(body, "resourceId")[:LONGEST_TEXT],
        _text(body, "tag")[:LONGEST_TEXT],
        tool=tool,
    )
    made = replace(item, id=add_line_item(db, item))
    if max(len(_text(body, "resourceId")), len(_text(body, "tag"))) > LONGEST_TEXT:
        return bad_gateway()
    return answer(201, LINE_ITEM_TYPE, {**body, "id": _url(made)})


def line_item(db: sqlite3.Connection, course_id: int, line_item_id: int) -> Response:
    """One column: read, replaced, removed."""
    check_types((LINE_ITEM_TYPE,))
    check_method("GET", "PUT", "DELETE")
    readers = (LINE_ITEM, LINE_ITEM_READ) if request.method == "GET" else (LINE_ITEM,)
    check_token(db, *readers)
    check_accept_named()
    item = existing(db, course_id, line_item_id)
    if request.method == "PUT":
        return _replace(db, item)
    if request.method == "DELETE":
        remove_line_item(db, item.id)
        gone = Response("", 204)
        gone.status = "204 OK"
        gone.headers["Content-Type"] = "text/html; charset=utf-8"
        return gone
    return answer(200, LINE_ITEM_TYPE, _told(item))


def existing(db: sqlite3.Connection, course_id: int, line_item_id: int) -> LineItem:
    """The column, in whatever course it is (README 35); 404 in JSON if there is none."""
    if find_course(db, course_id) is None:
        raise Fails(404, f"Not Found: Course {course_id} doesn't exist")
    item = find_line_item(db, line_item_id)
    if item is None:
        raise Fails(404, f"Not Found: Grade item {line_item_id} doesn't exist")
    return item


def _replace(db: sqlite3.Connection, item: LineItem) -> Response:
    """What is left out is cleared, the coupling with the activity, too (README 47)."""
    body = _body()
    link_id = body.get("resourceLinkId")
    replace_line_item(
        db,
        replace(
            item,
            label=_text(body, "label")[:LONGEST_TEXT],
            score_maximum=float(body["scoreMaximum"]),
            link_id=None if link_id is None else int(link_id),
            resource_id=_text(body, "resourceId")[:LONGEST_TEXT],
            tag=_text(body, "tag")[:LONGEST_TEXT],
            review=json.dumps(body["submissionReview"]) if "submissionReview" in body else None,
        ),
    )
    return answer(200, LINE_ITEM_TYPE, {**body, "id": _url(item)})
