"""The Platform Notification Service 1.0: tools say where, and are told when a course is copied."""

import json
import secrets
import sqlite3
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import requests
from flask import Blueprint, Response, jsonify, request

from practice_lms.manners import deployment_of, issuer_of, manners, tenants_of
from practice_lms.state.courses import Course
from practice_lms.state.notices import Handler, Sent, handlers_of, note_sent, set_handler
from practice_lms.state.tools import Tool, all_tools, find_tool
from practice_lms.strict.door import check_token
from practice_lms.strict.problems import Problem
from practice_lms.vocabulary import CLAIM, CONTEXT_COPY_NOTICE, COURSE_SECTION, NOTICE_HANDLERS
from practice_lms.wiring import lms, now

notices = Blueprint("notices", __name__)

LONGEST_WAIT_SECONDS = 5
NOTICE_LIFE = timedelta(hours=1)


@notices.route("/lti/notice-handlers/<deployment_id>", methods=["GET", "PUT"])
def notice_handlers(deployment_id: str) -> Response:
    """The deployment's handlers: told, or one of them set."""
    try:
        return _told(deployment_id) if request.method == "GET" else _set(deployment_id)
    except Problem as problem:
        return problem.response()


def _tool_of(db: sqlite3.Connection, deployment_id: str) -> Tool:
    """The tool whose token this is, if the deployment is its own."""
    grant, ways, config = check_token(db, NOTICE_HANDLERS), manners(db), lms().config
    tool = find_tool(db, config, grant.tool)
    if tool is None or not ways.sends_notices:
        raise Problem(404, "there are no notices here")
    if deployment_id not in {deployment_of(config, ways, tool.number, tenant) for tenant in tenants_of(ways)}:
        raise Problem(404, "this is no deployment of the tool")
    return tool


def _told(deployment_id: str) -> Response:
    with lms().store.reading() as db:
        tool = _tool_of(db, deployment_id)
        found = handlers_of(db, tool.key, deployment_id)
    return jsonify(
        client_id=tool.client_id,
        deployment_id=deployment_id,
        notice_handlers=[{"handler": one.url, "notice_type": one.notice_type} for one in found],
    )


def _set(deployment_id: str) -> Response:
    with lms().store.writing() as db:
        tool = _tool_of(db, deployment_id)
        try:
            body = json.loads(request.get_data())
        except ValueError as error:
            raise Problem(400, f"the body is no JSON: {error}") from error
        if not isinstance(body, dict) or body.get("notice_type") != CONTEXT_COPY_NOTICE:
            raise Problem(400, f"notice_type: must be {CONTEXT_COPY_NOTICE}")
        handler = body.get("handler")
        if not isinstance(handler, str):
            raise Problem(400, "handler: must be an address, or empty")
        if handler and urlsplit(handler).netloc != urlsplit(tool.target_url).netloc:
            raise Problem(400, "handler: must be on the tool's own host")
        set_handler(db, Handler(tool.key, deployment_id, CONTEXT_COPY_NOTICE, handler))
    return jsonify(handler=handler, notice_type=CONTEXT_COPY_NOTICE)


@dataclass(frozen=True, slots=True)
class Notice:
    """What is about to be sent."""

    handler: str
    claims: dict[str, Any]


def notices_of_copy(db: sqlite3.Connection, original: Course, copy: Course) -> list[Notice]:
    """For each tool that wants to know: the new course, and the one it comes from."""
    config, ways = lms().config, manners(db)
    if not ways.sends_notices:
        return []
    found = []
    for tool in all_tools(db, config):
        deployment_id = deployment_of(config, ways, tool.number, copy.tenant)
        for handler in handlers_of(db, tool.key, deployment_id):
            at = now()
            claims = {
                "iss": issuer_of(config, ways),
                "aud": tool.client_id,
                "azp": tool.client_id,
                "iat": int(at.timestamp()),
                "exp": int((at + NOTICE_LIFE).timestamp()),
                "nonce": secrets.token_urlsafe(12),
                CLAIM + "version": "1.3.0",
                CLAIM + "deployment_id": deployment_id,
                CLAIM + "notice": {"id": str(uuid.uuid4()), "timestamp": _stamp(at), "type": CONTEXT_COPY_NOTICE},
                CLAIM + "context": {
                    "id": str(copy.id),
                    "label": copy.label,
                    "title": copy.title,
                    "type": [COURSE_SECTION],
                },
                CLAIM + "origin_contexts": [str(original.id)],
            }
            found.append(Notice(handler.url, claims))
    return found


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def send(waiting: list[Notice]) -> None:
    """Each is sent once, and never again, whatever the answer.  No transaction may be open."""
    for notice in waiting:
        try:
            body = {"notices": [{"jwt": lms().key.sign(notice.claims)}]}
            answer = requests.post(notice.handler, json=body, timeout=LONGEST_WAIT_SECONDS, allow_redirects=False)
            outcome = str(answer.status_code)
        except requests.RequestException as error:
            outcome = type(error).__name__
        with lms().store.writing() as db:
            note_sent(db, Sent(now(), CONTEXT_COPY_NOTICE, notice.handler, outcome))
