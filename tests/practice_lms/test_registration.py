"""A tool registers itself: it is told what the LMS is, checked in every point, and let in by an administrator."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from practice_lms.state.seed import TEACHER
from practice_lms.state.switches import Character
from practice_lms.vocabulary import (
    PLATFORM_CONFIGURATION,
    SCOPES,
    TOOL_CONFIGURATION,
)
from tests.practice_lms.acting_tool import ABSENT, Talk
from tests.practice_lms.conftest import Clock
from tests.practice_lms.registering_tool import description, opened, send

WELL_KNOWN = "/.well-known/openid-configuration"
Be = Callable[[Character], Talk]


def test_the_tools_page_is_opened_with_what_it_needs(talk: Talk) -> None:
    """The address keeps its own query, and gets the configuration's address and a token."""
    told = opened(talk)
    assert told["from"] == "us"
    assert told["openid_configuration"] == talk.config.base_url + WELL_KNOWN
    assert len(told["registration_token"]) > 20


def test_only_administrators_register_tools(talk: Talk) -> None:
    """Not teachers; and an address must be one."""
    talk.act_as(TEACHER)
    assert talk.client.get("/tools").status_code == 403
    assert talk.client.post("/tools/register", data={"address": "http://x.example/"}).status_code == 403
    opened(talk)
    assert talk.client.post("/tools/register", data={"address": "javascript:alert(1)"}).status_code == 400


def test_the_configuration_says_what_the_lms_is(talk: Talk) -> None:
    """Endpoints, scopes, claims, messages with placements, variables, notices."""
    told = talk.client.get(WELL_KNOWN).json or {}
    assert told["issuer"] == talk.config.base_url
    assert told["registration_endpoint"] == f"{talk.config.base_url}/registration"
    assert told["token_endpoint"] == talk.config.token_url
    assert set(SCOPES) < set(told["scopes_supported"])
    platform = told[PLATFORM_CONFIGURATION]
    assert platform["product_family_code"] == "practice-lms"
    assert {"type": "LtiDeepLinkingRequest", "placements": ["ContentArea"]} in platform["messages_supported"]
    assert {"ResourceLink.id.history", "Context.id.history"} < set(platform["variables"])
    assert platform["notice_types_supported"] == ["LtiContextCopyNotice"]


def test_moodles_configuration_is_as_it_was_recorded(be: Be) -> None:
    """No reviews, no notices, no history of links."""
    platform = (be(Character.MOODLE).client.get(WELL_KNOWN).json or {})[PLATFORM_CONFIGURATION]
    assert [one["type"] for one in platform["messages_supported"]] == [
        "LtiResourceLinkRequest",
        "LtiDeepLinkingRequest",
    ]
    assert "ResourceLink.id.history" not in platform["variables"]
    assert "notice_types_supported" not in platform


def test_canvas_tells_its_configuration_to_the_tokens_bearer(be: Be) -> None:
    """The issuer is shared; the token is still good afterwards."""
    talk = be(Character.CANVAS)
    assert talk.client.get(WELL_KNOWN).status_code == 401
    token = opened(talk)["registration_token"]
    told = talk.client.get(WELL_KNOWN, headers={"Authorization": f"Bearer {token}"}).json or {}
    assert told["issuer"] == "https://canvas.instructure.com"
    assert told["authorization_endpoint"] == f"{talk.config.base_url}/auth"
    answer = send(talk, token, description(talk))
    assert answer.status_code == 201
    assert "deployment_id" not in (answer.json or {})[TOOL_CONFIGURATION]


def test_a_tool_is_told_what_was_kept(talk: Talk) -> None:
    """A client id and a deployment of its own."""
    answer = send(talk, opened(talk)["registration_token"], description(talk))
    assert answer.status_code == 201
    told = answer.json or {}
    assert told["client_id"] not in {"", talk.config.client_id}
    assert told["scope"] == " ".join(SCOPES[:3])
    assert told[TOOL_CONFIGURATION]["deployment_id"] == "2"
    assert told[TOOL_CONFIGURATION]["messages"][1]["placements"] == ["ContentArea"]


def test_a_token_registers_one_tool_within_an_hour(talk: Talk, clock: Clock) -> None:
    """A refusal keeps it good; a registration uses it up; time does, too."""
    token = opened(talk)["registration_token"]
    assert send(talk, token, description(talk, application_type="native")).status_code == 400
    assert send(talk, token, description(talk)).status_code == 201
    assert send(talk, token, description(talk)).status_code == 401
    assert send(talk, "", description(talk)).status_code == 401
    late = opened(talk)["registration_token"]
    clock.ahead = timedelta(minutes=61)
    assert send(talk, late, description(talk)).status_code == 401


BROKEN: list[tuple[dict[str, Any], str, str]] = [
    ({"application_type": "native"}, "application_type", "invalid_application_type"),
    ({"response_types": ["code"]}, "response_types", "invalid_response_types"),
    ({"grant_types": ["implicit"]}, "grant_types", "invalid_grant_types"),
    ({"token_endpoint_auth_method": "client_secret_post"}, "token_endpoint", "invalid_token_endpoint_auth_method"),
    ({"initiate_login_uri": ABSENT}, "initiate_login_uri", "missing required attribute initiate_login_uri"),
    ({"initiate_login_uri": "/lti/login"}, "initiate_login_uri", "invalid_initiate_login_uri"),
    ({"jwks_uri": ABSENT}, "jwks_uri", "missing required attribute jwks_uri"),
    ({"redirect_uris": []}, "redirect_uris", "missing required attribute redirect_uris"),
    ({"redirect_uris": ["ftp://x.example/"]}, "redirect_uris", "invalid_redirect_uris"),
    ({"client_name": " "}, "client_name", "missing required attribute client_name"),
    ({"scope": ABSENT}, "scope", "missing required attribute scope"),
    ({"logo_uri": "logo.png"}, "logo_uri", "invalid_logo_uri"),
    ({TOOL_CONFIGURATION: ABSENT}, "tool-configuration", f"missing required attribute {TOOL_CONFIGURATION}"),
    ({"configuration": {"domain": ABSENT}}, "domain", "missing_domain"),
    ({"configuration": {"domain": "elsewhere.example"}}, "domain", "domain_targetlinkuri_mismatch"),
    ({"configuration": {"target_link_uri": ABSENT}}, "target_link_uri", "missing required attribute target_link_uri"),
    ({"configuration": {"messages": "all"}}, "messages", "invalid_messages"),
    ({"configuration": {"messages": [{"label": "x"}]}}, "messages", "invalid_messages"),
    ({"configuration": {"claims": "name"}}, "claims", "invalid_claims"),
    ({"configuration": {"custom_parameters": {"a": 1}}}, "custom_parameters", "invalid_custom_parameters"),
]


@pytest.mark.parametrize(("changes", "named", "moodles"), BROKEN, ids=lambda one: str(one)[:40])
def test_what_is_not_in_order_is_refused(talk: Talk, changes: dict[str, Any], named: str, moodles: str) -> None:
    """With the field's name."""
    answer = send(talk, opened(talk)["registration_token"], description(talk, **changes))
    assert answer.status_code == 400
    assert (answer.json or {})["error"] == "invalid_client_metadata"
    assert named in (answer.json or {})["error_description"]


@pytest.mark.parametrize(("changes", "named", "moodles"), BROKEN, ids=lambda one: str(one)[:40])
def test_moodle_refuses_in_a_word(be: Be, changes: dict[str, Any], named: str, moodles: str) -> None:
    """As HTML, and not JSON (README 5)."""
    talk = be(Character.MOODLE)
    answer = send(talk, opened(talk)["registration_token"], description(talk, **changes))
    assert (answer.status_code, answer.text, answer.mimetype) == (400, moodles, "text/html")


@pytest.mark.parametrize(
    "changes",
    [
        {"scope": "https://purl.imsglobal.org/spec/lti/scope/everything"},
        {"configuration": {"claims": ["sub", "shoe_size"]}},
        {"configuration": {"messages": [{"type": "LtiEulaRequest"}]}},
        {"configuration": {"messages": [{"type": "LtiDeepLinkingRequest", "placements": ["RichTextEditor"]}]}},
    ],
    ids=["scope", "claim", "message", "placement"],
)
def test_what_was_never_offered_is_refused_or_left_out(talk: Talk, be: Be, changes: dict[str, Any]) -> None:
    """Strict refuses; Moodle drops it in silence."""
    assert send(talk, opened(talk)["registration_token"], description(talk, **changes)).status_code == 400
    moodle = be(Character.MOODLE)
    answer = send(moodle, opened(moodle)["registration_token"], description(moodle, **changes))
    assert answer.status_code == 200
    for unknown in ("everything", "shoe_size", "LtiEulaRequest", "RichTextEditor"):
        assert unknown not in answer.text
