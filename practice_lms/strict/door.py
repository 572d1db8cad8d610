"""What a strict platform checks before a service does anything, and how it words a refusal (RFC 9457)."""

import base64
import binascii
import json
import re
import sqlite3
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import Response, request

from practice_lms.state.trust import scopes_of_token
from practice_lms.wiring import lms, now

CURSOR = re.compile(r"row:(\d{1,9}):ÄÖ")


class Problem(Exception):
    """A refusal with a text that says what was wrong."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status, self.detail = status, detail

    def response(self) -> Response:
        """The refusal as it is sent."""
        body = {"status": self.status, "title": "Refused by the practice LMS", "detail": self.detail}
        answer = Response(json.dumps(body), self.status, content_type="application/problem+json")
        if self.status == 401:
            answer.headers["WWW-Authenticate"] = 'Bearer error="invalid_token"'
        return answer


def check_token(db: sqlite3.Connection, *scopes: str) -> None:
    """A good token (else 401) with one of these scopes (else 403)."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    granted = scopes_of_token(db, token, now()) if kind == "Bearer" and token else None
    if granted is None:
        raise Problem(401, "the access token is missing, unknown, or has expired")
    if granted.isdisjoint(scopes):
        raise Problem(403, f"the access token lacks the scope {' or '.join(scopes)}")


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


def page_of(rows: list[Any]) -> tuple[list[Any], str | None]:
    """The rows of the asked page, and the Link header to the next.

    The cursor is opaque and depends on its case, so that a client that rewrites addresses is found out.
    """
    asked = request.args.get("limit")
    if asked is None:
        return rows, None
    if not (asked.isdigit() and int(asked) > 0):
        raise Problem(400, "limit must be a positive whole number")
    limit, start = int(asked), _start()
    following = None
    if start + limit < len(rows):
        cursor = base64.urlsafe_b64encode(f"row:{start + limit}:ÄÖ".encode()).decode()
        query = [pair for pair in parse_qsl(request.query_string.decode()) if pair[0] != "after"]
        address = f"{lms().config.base_url}{request.path}?{urlencode([*query, ('after', cursor)])}"
        following = f'<{address}>; rel="next"'
    return rows[start : start + limit], following


def _start() -> int:
    cursor = request.args.get("after")
    if cursor is None:
        return 0
    try:
        told = CURSOR.fullmatch(base64.urlsafe_b64decode(cursor).decode())
    except (ValueError, binascii.Error):
        told = None
    if told is None:
        raise Problem(400, "after: this cursor was not given out here")
    return int(told[1])
