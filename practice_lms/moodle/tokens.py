"""Moodle's token endpoint: it looks at kid, signature, sub, exp and iat, and never at iss, aud or jti (README 32)."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import jwt
from flask import Response, jsonify, make_response, request

from practice_lms.clients import client_of, granted_scopes
from practice_lms.manners import OF_CHARACTER
from practice_lms.moodle.answers import SERVER_ZONE, html_404
from practice_lms.signing import ToolUnreachable
from practice_lms.state.switches import Character
from practice_lms.state.tools import Tool
from practice_lms.state.trust import issue_token, token_body
from practice_lms.wiring import lms, now

NEEDED = ("grant_type", "client_assertion_type", "client_assertion", "scope")


class _Refused(Exception):
    """The text that goes into `error`."""


def moodle_token() -> Response:
    """Moodle's answer.  A key set that cannot be fetched is a page in HTML (README 34)."""
    try:
        return _answer(200, _token())
    except _Refused as refused:
        return _answer(400, {"error": str(refused)})
    except ToolUnreachable:
        return html_404()


def _answer(status: int, body: dict[str, Any]) -> Response:
    """JSON under the name of HTML, as recorded."""
    answer = make_response(jsonify(body), status)
    answer.headers["Content-Type"] = "text/html; charset=utf-8"
    return answer


def _token() -> dict[str, Any]:
    form = request.form
    if any(not form.get(name) for name in NEEDED):
        raise _Refused("invalid_request")
    tool, claims = _claims(form["client_assertion"])
    at = now().timestamp()
    if claims.get("iat", 0) > at:
        moment = datetime.fromtimestamp(claims["iat"], ZoneInfo(SERVER_ZONE)).strftime("%Y-%m-%dT%H:%M:%S%z")
        raise _Refused(f"Cannot handle token with iat prior to {moment}")
    if claims.get("exp", 0) <= at:
        raise _Refused("Expired token")
    granted = granted_scopes(tool, OF_CHARACTER[Character.MOODLE], form["scope"].split())
    if not granted:
        raise _Refused("invalid_scope")
    with lms().store.writing() as db:
        return token_body(issue_token(db, granted, now(), tool.key), granted)


def _claims(assertion: str) -> tuple[Tool, dict[str, Any]]:
    try:
        header = jwt.get_unverified_header(assertion)
        claims: dict[str, Any] = jwt.decode(assertion, options={"verify_signature": False})
        tool = client_of(assertion)
    except jwt.PyJWTError as error:
        raise _Refused("invalid_request") from error
    if tool is None:
        raise _Refused("invalid_client")
    if not header.get("kid"):
        raise _Refused("error/Error: kid must be provided in JWT header.")
    key = lms().tool_keys.of(tool.jwks_url).key_for(str(header["kid"]))
    if key is None:
        raise _Refused("Signature verification failed")
    options = {"verify_aud": False, "verify_exp": False, "verify_iat": False, "verify_nbf": False}
    try:
        jwt.decode(assertion, key, algorithms=["RS256"], options=options)  # type: ignore[arg-type]  # its typed dict
    except jwt.PyJWTError as error:
        raise _Refused("Signature verification failed") from error
    return tool, claims
