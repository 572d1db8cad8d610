"""Answers to deep-linking requests, to the letter (Deep Linking 2.0, §4)."""

import sqlite3
from typing import Any

import jwt
from flask import Blueprint, Response, make_response, render_template, request

from practice_lms.content_items import ContentItem, Malformed, read_items
from practice_lms.manners import deployment_of, issuer_of, manners
from practice_lms.signing import ToolUnreachable
from practice_lms.state.courses import Link, find_course, place_link
from practice_lms.state.line_items import LineItem, add_line_item
from practice_lms.state.tools import Tool, find_tool
from practice_lms.state.trust import close_deep_link_request, find_deep_link_request, spend_nonce
from practice_lms.vocabulary import CLAIM, DL
from practice_lms.wiring import lms, now

deep_linking = Blueprint("deep_linking", __name__)

LEEWAY_SECONDS = 60
REQUIRED = ["iss", "aud", "exp", "iat", "nonce"]


def _asked(request_id: str) -> tuple[Tool, str]:
    """Who was asked, and by which issuer."""
    with lms().store.reading() as db:
        asked = find_deep_link_request(db, request_id, now())
        tool = None if asked is None else find_tool(db, lms().config, asked.tool)
        issuer = issuer_of(lms().config, manners(db))
    if asked is None or tool is None:
        raise Malformed("this request was answered before, or is too old")
    return tool, issuer


def _claims(token: str, tool: Tool, issuer: str) -> dict[str, Any]:
    """The claims, if the tool's key signed them for us and they are in time."""
    try:
        header = jwt.get_unverified_header(token)
    except jwt.PyJWTError as error:
        raise Malformed(f"JWT: {error}") from error
    if not isinstance(header.get("kid"), str) or header.get("alg") != "RS256":
        raise Malformed("JWT: its head needs a kid and alg RS256")
    try:
        key = lms().tool_keys.of(tool.jwks_url).key_for(header["kid"])
    except ToolUnreachable as error:
        raise Malformed(f"the tool's key set cannot be fetched: {error}") from error
    if key is None:
        raise Malformed("JWT: the tool's key set has no key with this kid")
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=["RS256"],
            audience=issuer,
            issuer=tool.client_id,
            leeway=LEEWAY_SECONDS,
            options={"require": REQUIRED},
        )
    except jwt.PyJWTError as error:
        raise Malformed(f"JWT: {error}") from error
    return claims


def _check(claims: dict[str, Any], deployment_id: str, data: str | None) -> None:
    wanted = {
        CLAIM + "deployment_id": deployment_id,
        CLAIM + "message_type": "LtiDeepLinkingResponse",
        CLAIM + "version": "1.3.0",
    }
    for name, value in wanted.items():
        if claims.get(name) != value:
            raise Malformed(f"{name} must be {value}")
    if (DL + "data" in claims) != (data is not None) or claims.get(DL + "data") != data:
        raise Malformed("data must come back exactly as it was given")


def _place(db: sqlite3.Connection, course_id: int, item: ContentItem, tool: Tool) -> None:
    dates = item.dates if manners(db).keeps_dates else {}
    link = Link(0, course_id, item.title, item.text, item.url, item.custom, item.opens, tool.key, (), dates)
    link_id = place_link(db, link)
    column = item.column
    if column is not None:
        add_line_item(
            db,
            LineItem(
                course_id,
                column.label or item.title,
                column.score_maximum,
                link_id,
                column.resource_id,
                column.tag,
                grades_released=column.grades_released,
                review=column.review,
                belongs_to_activity=True,
                tool=tool.key,
            ),
        )


def _take(db: sqlite3.Connection, request_id: str, claims: dict[str, Any], tool: Tool) -> tuple[int, int]:
    asked = find_deep_link_request(db, request_id, now())
    course = None if asked is None else find_course(db, asked.course_id)
    if asked is None or course is None:
        raise Malformed("this request was answered before, or is too old")
    _check(claims, deployment_of(lms().config, manners(db), tool.number, course.tenant), asked.data)
    if not spend_nonce(db, str(claims["nonce"]), now()):
        raise Malformed("nonce: was used before")
    items = read_items(claims.get(DL + "content_items", []), tool.target_url)
    for item in items:
        _place(db, asked.course_id, item, tool)
    close_deep_link_request(db, request_id, now())
    return asked.course_id, len(items)


@deep_linking.post("/deep-linking/return")
def take_answer() -> Response:
    """The chosen activities are in the course; without any, the request is closed (cancel).

    Comes from the tool's page, so no cookie of ours comes along: the request's own id says what it answers.
    """
    request_id = request.args.get("request", "")
    try:
        tool, issuer = _asked(request_id)
        claims = _claims(request.form.get("JWT", ""), tool, issuer)
        with lms().store.writing() as db:
            course_id, count = _take(db, request_id, claims, tool)
    except Malformed as problem:
        page = render_template("dead_end.html", title="The tool's answer was refused", detail=str(problem))
        return make_response(page, 400)
    return make_response(render_template("added.html", course_id=course_id, count=count))
