"""Dynamic Registration 1.0: what the LMS is, and how a tool becomes known to it."""

import json
import secrets
import sqlite3
from typing import Any

from flask import Blueprint, Response, jsonify, make_response, request

from practice_lms.manners import Manners, deployment_of, issuer_of, manners, offered_scopes
from practice_lms.state.switches import Character, character
from practice_lms.state.tools import Stage, Tool, all_tools, put_tool
from practice_lms.state.trust import may_register, spend_registration_token
from practice_lms.tool_configuration import Described, Unacceptable, read_registration
from practice_lms.variables import known_variables
from practice_lms.vocabulary import CLAIMS, CONTEXT_COPY_NOTICE, PLATFORM_CONFIGURATION, TOOL_CONFIGURATION
from practice_lms.ways import Registers
from practice_lms.wiring import lms, now

registration = Blueprint("registration", __name__)

CONFIGURATION_PATH = "/.well-known/openid-configuration"


def _bearer() -> str:
    return request.headers.get("Authorization", "").removeprefix("Bearer ")


def _refused(ways: Manners, status: int, code: str, detail: str, moodles_code: str = "") -> Response:
    """JSON; Moodle says a bare word, as HTML (README 5)."""
    if ways.is_domain_exact:
        answer = make_response(moodles_code or code, status)
        answer.headers["Content-Type"] = "text/html; charset=utf-8"
        return answer
    return make_response(jsonify(error=code, error_description=detail), status)


def _platform(ways: Manners) -> dict[str, Any]:
    messages = [
        {"type": name, **({"placements": list(placements)} if placements else {})}
        for name, placements in ways.messages.items()
    ]
    told = {
        "product_family_code": ways.family,
        "version": ways.version,
        "messages_supported": messages,
        "variables": known_variables(ways),
    }
    return told | {"notice_types_supported": [CONTEXT_COPY_NOTICE]} if ways.sends_notices else told


@registration.get(CONFIGURATION_PATH)
def configuration() -> Response:
    """The LMS in the words of OpenID Connect Discovery; to Canvas's manners, only for who has a registration token."""
    config = lms().config
    with lms().store.reading() as db:
        ways = manners(db)
        is_known = may_register(db, _bearer(), now()) is not None
    if ways.registers is Registers.BY_HAND:
        return _refused(ways, 404, "not_found", "tools are registered by hand here")
    if ways.config_needs_token and not is_known:
        return _refused(ways, 401, "invalid_token", "the registration token is missing, used, or too old")
    told = {
        "issuer": issuer_of(config, ways),
        "authorization_endpoint": f"{config.base_url}/auth",
        "registration_endpoint": f"{config.base_url}/registration",
        "token_endpoint": config.token_url,
        "jwks_uri": f"{config.base_url}/jwks",
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["RS256"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "scopes_supported": ["openid", *offered_scopes(ways)],
        "response_types_supported": ["id_token"],
        "subject_types_supported": ["public"],
        "claims_supported": list(CLAIMS),
        PLATFORM_CONFIGURATION: _platform(ways),
    }
    if ways.token_audience:
        told["authorization_server"] = ways.token_audience
    return jsonify(told)


def _keep(db: sqlite3.Connection, described: Described, ways: Manners, own_id: str) -> Tool:
    """A new tool; or one that registers again and keeps its client id, deployment and stage (README 9)."""
    others = [one for one in all_tools(db, lms().config) if one.client_id != own_id]
    if ways.one_tool_per_domain and any(one.domain == described.domain for one in others):
        raise Unacceptable("domain: a tool of this domain is registered already", "invalid_domain")
    client_id = own_id or secrets.token_hex(8)
    return put_tool(
        db,
        Tool(
            client_id,
            client_id,
            described.name,
            described.login_url,
            described.redirect_urls,
            described.jwks_url,
            described.target_url,
            domain=described.domain,
            stage=Stage.PENDING,
            scopes=described.scopes,
            claims=described.claims,
            custom=described.custom,
            message_urls=described.message_urls,
        ),
    )


def _told(tool: Tool, described: Described, ways: Manners) -> dict[str, Any]:
    """What was kept of what was sent; a tool must look at it."""
    configuration: dict[str, Any] = {
        "version": "1.3.0",
        "domain": described.domain,
        "target_link_uri": described.target_url,
        "custom_parameters": described.custom,
        "claims": sorted(described.claims),
        "messages": list(described.messages),
    }
    if ways.tells_deployment:
        configuration["deployment_id"] = deployment_of(lms().config, ways, tool.number)
    return {
        "client_id": tool.client_id,
        "application_type": "web",
        "response_types": ["id_token"],
        "grant_types": ["client_credentials", "implicit"],
        "initiate_login_uri": described.login_url,
        "redirect_uris": list(described.redirect_urls),
        "client_name": described.name,
        "jwks_uri": described.jwks_url,
        "token_endpoint_auth_method": "private_key_jwt",
        "scope": " ".join(described.scopes),
        TOOL_CONFIGURATION: configuration,
    }


@registration.post("/registration")
def register() -> Response:
    """The tool is known, and pending; the token is used up.  A refusal keeps the token good."""
    with lms().store.writing() as db:
        ways = manners(db)
        token = _bearer()
        if ways.registers is Registers.BY_HAND:
            return _refused(ways, 404, "not_found", "tools are registered by hand here")
        if not token:
            return _refused(ways, 401, "invalid_token", "a registration token is needed", "missing_registration_token")
        own_id = may_register(db, token, now())
        if own_id is None:
            return _refused(ways, 401, "invalid_token", "the registration token is unknown, used, or too old")
        if request.mimetype != "application/json" and character(db) is not Character.MOODLE:
            return _refused(ways, 415, "invalid_request", "the body must be application/json")
        try:
            described = read_registration(json.loads(request.get_data()), ways)
            tool = _keep(db, described, ways, own_id)
        except ValueError as error:
            return _refused(ways, 400, "invalid_request", f"the body is no JSON: {error}")
        except Unacceptable as problem:
            return _refused(ways, 400, "invalid_client_metadata", problem.detail, problem.moodles_code)
        spend_registration_token(db, token, now())
    return make_response(jsonify(_told(tool, described, ways)), ways.registration_status)
