"""The token endpoint: client credentials with a signed assertion (LTI Security 1.0, §4; RFC 7523)."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import jwt
from flask import Blueprint, Response, jsonify, make_response, request

from practice_lms.clients import client_of, granted_scopes
from practice_lms.manners import audience_of, manners
from practice_lms.moodle.tokens import moodle_token
from practice_lms.signing import ToolUnreachable
from practice_lms.state.switches import Character, character
from practice_lms.state.tools import Tool
from practice_lms.state.trust import issue_token, spend_jti, token_body
from practice_lms.vocabulary import JWT_BEARER
from practice_lms.wiring import lms, now

tokens = Blueprint("tokens", __name__)

LEEWAY_SECONDS = 60
LONGEST_ASSERTION_SECONDS = 3600


class Refused(Exception):
    """No token; the OAuth error with what was wrong."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(description)
        self.error, self.description, self.status = error, description, status


@dataclass(frozen=True, slots=True)
class Assertion:
    """A signed statement that the tool is who it says."""

    jti: str
    expires_at: datetime


def _verified(assertion: str) -> tuple[Tool, dict[str, Any]]:
    """The tool and the claims, if its key signed them; times are not looked at here."""
    try:
        header = jwt.get_unverified_header(assertion)
        tool = client_of(assertion)
    except jwt.PyJWTError as error:
        raise Refused("invalid_client", f"the assertion is no JWT: {error}", 401) from error
    kid = header.get("kid")
    if not isinstance(kid, str) or header.get("alg") != "RS256":
        raise Refused("invalid_client", "the assertion needs a kid and alg RS256", 401)
    if tool is None:
        raise Refused("invalid_client", "iss and sub must both be the client_id of an active tool", 401)
    try:
        key = lms().tool_keys.of(tool.jwks_url).key_for(kid)
    except ToolUnreachable as error:
        raise Refused("invalid_client", f"the tool's key set cannot be fetched: {error}", 401) from error
    if key is None:
        raise Refused("invalid_client", "the tool's key set has no key with this kid", 401)
    unchecked = {"verify_aud": False, "verify_exp": False, "verify_iat": False, "verify_nbf": False}
    try:
        claims: dict[str, Any] = jwt.decode(assertion, key, algorithms=["RS256"], options=unchecked)  # type: ignore[arg-type]  # its typed dict names no keys that we need
    except jwt.PyJWTError as error:
        raise Refused("invalid_client", f"the assertion does not verify: {error}", 401) from error
    return tool, claims


def _check(claims: dict[str, Any], client_id: str, wanted_audience: str) -> Assertion:
    at = now().timestamp()
    if claims.get("iss") != client_id or claims.get("sub") != client_id:
        raise Refused("invalid_client", "iss and sub must both be the client_id", 401)
    audience = claims.get("aud")
    if wanted_audience not in (audience if isinstance(audience, list) else [audience]):
        raise Refused("invalid_client", f"aud must be {wanted_audience}", 401)
    issued, expires = claims.get("iat"), claims.get("exp")
    if not isinstance(issued, int | float) or not isinstance(expires, int | float):
        raise Refused("invalid_client", "iat and exp are required numbers", 401)
    if expires <= at - LEEWAY_SECONDS or issued > at + LEEWAY_SECONDS:
        raise Refused("invalid_client", "the assertion has expired or comes from the future", 401)
    if expires - issued > LONGEST_ASSERTION_SECONDS:
        raise Refused("invalid_client", "the assertion lives longer than an hour", 401)
    jti = claims.get("jti")
    if not isinstance(jti, str) or not jti:
        raise Refused("invalid_client", "jti is required", 401)
    return Assertion(jti, datetime.fromtimestamp(expires, UTC))


def _token() -> dict[str, Any]:
    if request.mimetype != "application/x-www-form-urlencoded":
        raise Refused("invalid_request", "the body must be form-encoded")
    form = request.form
    if form.get("grant_type") != "client_credentials":
        raise Refused("unsupported_grant_type", "grant_type must be client_credentials")
    if form.get("client_assertion_type") != JWT_BEARER:
        raise Refused("invalid_request", f"client_assertion_type must be {JWT_BEARER}")
    with lms().store.reading() as db:
        ways = manners(db)
    tool, claims = _verified(form.get("client_assertion", ""))
    assertion = _check(claims, tool.client_id, audience_of(lms().config, ways))
    granted = granted_scopes(tool, ways, form.get("scope", "").split())
    if not granted:
        raise Refused("invalid_scope", "none of these scopes is offered")
    with lms().store.writing() as db:
        if not spend_jti(db, assertion.jti, now(), assertion.expires_at):
            raise Refused("invalid_client", "this jti was used before", 401)
        return token_body(issue_token(db, granted, now(), tool.key), granted)


@tokens.post("/token")
def token() -> Response:
    """An access token for those of the asked scopes that are offered."""
    with lms().store.reading() as db:
        manners = character(db)
    if manners is Character.MOODLE:
        return moodle_token()
    try:
        answer = jsonify(_token())
    except Refused as refused:
        return make_response(jsonify(error=refused.error, error_description=refused.description), refused.status)
    answer.headers["Cache-Control"] = "no-store"
    return answer
