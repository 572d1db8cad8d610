"""What a strict platform checks before a service does anything."""

import base64
import binascii
import json
import re
import sqlite3
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import Response, request

from practice_lms.manners import Manners
from practice_lms.state.trust import Grant, grant_of_token
from practice_lms.strict.problems import Problem
from practice_lms.ways import Refusal
from practice_lms.wiring import lms, now

CURSOR = re.compile(r"row:(\d{1,9}):ÄÖ")


def refused(refusal: Refusal) -> Problem:
    """A refusal in the words of the character in force."""
    return Problem(refusal.status, refusal.detail)


def check_token(db: sqlite3.Connection, *scopes: str) -> Grant:
    """What a good token (else 401) with one of these scopes (else 403) is good for."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    grant = grant_of_token(db, token, now()) if kind == "Bearer" and token else None
    if grant is None:
        raise Problem(401, "the access token is missing, unknown, or has expired")
    if grant.scopes.isdisjoint(scopes):
        raise Problem(403, f"the access token lacks the scope {' or '.join(scopes)}")
    return grant


def check_accept(media_type: str) -> None:
    """The caller can read what is about to be told."""
    accept = request.accept_mimetypes
    if accept and accept.best_match([media_type]) is None:
        raise Problem(406, f"this is only told as {media_type}")


def read_body(media_type: str) -> dict[str, Any]:
    """The body as a JSON object, sent under its exact media type."""
    if request.mimetype != media_type:
        raise Problem(415, f"Content-Type must be {media_type}, not {request.mimetype or 'absent'}")
    try:
        body = json.loads(request.get_data())
    except ValueError as error:
        raise Problem(400, f"the body is no JSON: {error}") from error
    if not isinstance(body, dict):
        raise Problem(400, "the body must be a JSON object")
    return body


def check_members(body: dict[str, Any], known: frozenset[str]) -> None:
    """Only what the standard names; extensions are named by a URL."""
    for name in body:
        if name not in known and not name.startswith("https://"):
            raise Problem(400, f"{name}: unknown member")


def told(media_type: str, body: object, status: int = 200) -> Response:
    """An answer under its media type."""
    return Response(json.dumps(body, ensure_ascii=False), status, content_type=media_type)


def page_of(rows: list[Any], ways: Manners) -> tuple[list[Any], str | None]:
    """The rows of the asked page, and the Link header to the next.

    The cursor is opaque and depends on its case, so that a client that rewrites addresses is found out.
    """
    asked = request.args.get("limit", "" if ways.page_size is None else str(ways.page_size))
    if not asked and "limit" not in request.args:
        return rows, None
    if not (asked.isdigit() and int(asked) > 0):
        raise Problem(400, "limit must be a positive whole number")
    limit, start = int(asked), _start(ways)
    following = None
    if start + limit < len(rows):
        name, prefix = ways.cursor
        cursor = prefix + base64.urlsafe_b64encode(f"row:{start + limit}:ÄÖ".encode()).decode()
        query = [pair for pair in parse_qsl(request.query_string.decode()) if pair[0] != name]
        address = f"{lms().config.base_url}{request.path}?{urlencode([*query, (name, cursor)])}"
        following = f'<{address}>; rel="next"'
    return rows[start : start + limit], following


def _start(ways: Manners) -> int:
    name, prefix = ways.cursor
    cursor = request.args.get(name)
    if cursor is None:
        return 0
    try:
        told = CURSOR.fullmatch(base64.urlsafe_b64decode(cursor.removeprefix(prefix)).decode())
    except (ValueError, binascii.Error):
        told = None
    if told is None:
        raise Problem(400, f"{name}: this cursor was not given out here")
    return int(told[1])
