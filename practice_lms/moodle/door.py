"""What Moodle checks before a service does anything: path, media types, token."""

import sqlite3

from flask import request

from practice_lms.moodle.answers import Fails, accepted
from practice_lms.state.trust import Grant, grant_of_token
from practice_lms.wiring import now

PREFIX = "/lti/courses"


def check_types(formats: tuple[str, ...]) -> None:
    """Named types must be the service's own (README 37)."""
    accept = "" if accepted() == "*/*" else accepted()
    sent = request.mimetype
    if (accept and accept not in formats) or (sent and sent not in formats):
        path = request.path.removeprefix(PREFIX)
        raise Fails(400, f"No handler found for {path} {accept} {sent}")


def check_method(*allowed: str) -> None:
    """A method that the service has."""
    if request.method not in allowed:
        raise Fails(405, "Method Not Allowed")


def check_token(db: sqlite3.Connection, *scopes: str) -> Grant:
    """A good token with one of these scopes; all failures are 401, a missing scope too (README 35)."""
    header = request.headers.get("Authorization", "")
    grant = grant_of_token(db, header.removeprefix("Bearer "), now()) if header.startswith("Bearer ") else None
    if grant is None or grant.scopes.isdisjoint(scopes):
        raise Fails(401, "Unauthorized")
    return grant


def check_accept_named() -> None:
    """`*/*` passes the first check and fails this one (README 37)."""
    if request.method == "GET" and accepted() in {"*/*", ""}:
        raise Fails(400, "No context or unsupported content type")
