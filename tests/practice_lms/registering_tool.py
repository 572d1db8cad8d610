"""A tool that registers itself, in order but for what a test changes."""

import html
import re
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

from werkzeug.test import TestResponse

from practice_lms.state.seed import ADMINISTRATOR
from practice_lms.vocabulary import SCOPES, TOOL_CONFIGURATION
from tests.practice_lms.acting_tool import ABSENT, Talk


def description(talk: Talk, configuration: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """What the tool says of itself."""
    url = talk.config.tool_url
    own = {
        "domain": urlsplit(url).netloc,
        "target_link_uri": f"{url}/lti/launch",
        "description": "Lessons that come back",
        "claims": ["sub", "iss", "name"],
        "custom_parameters": {"course": "$Context.id", "copied_from": "$ResourceLink.id.history"},
        "messages": [
            {"type": "LtiResourceLinkRequest"},
            {
                "type": "LtiDeepLinkingRequest",
                "target_link_uri": f"{url}/lti/choose",
                "placements": ["ContentArea"],
                "label": "Choose a lesson",
            },
        ],
    } | (configuration or {})
    honest = {
        "application_type": "web",
        "response_types": ["id_token"],
        "grant_types": ["client_credentials", "implicit"],
        "initiate_login_uri": f"{url}/lti/login",
        "redirect_uris": [f"{url}/lti/launch", f"{url}/lti/choose"],
        "client_name": "A second tool",
        "jwks_uri": f"{url}/lti/jwks",
        "token_endpoint_auth_method": "private_key_jwt",
        "scope": " ".join(SCOPES[:3]),
        TOOL_CONFIGURATION: {name: value for name, value in own.items() if value is not ABSENT},
    }
    return {name: value for name, value in (honest | changes).items() if value is not ABSENT}


def opened(talk: Talk, again: str = "") -> dict[str, str]:
    """What the tool's registration page is opened with, by the administrator; maybe for a tool that is known."""
    talk.act_as(ADMINISTRATOR)
    form = {"address": f"{talk.config.tool_url}/register?from=us", "again": again}
    page = talk.client.post("/tools/register", data=form)
    assert page.status_code == 200, page.text
    found = re.search(r'(?:src|href)="(http[^"]*registration_token=[^"]*)"', page.text)
    assert found, page.text
    query = parse_qs(urlsplit(html.unescape(found[1])).query)
    return {name: values[0] for name, values in query.items()}


def send(talk: Talk, token: str, body: Any) -> TestResponse:
    """The registration, to the address that the configuration names."""
    head = {"Authorization": f"Bearer {token}"} if token else {}
    return talk.client.post("/registration", json=body, headers=head)


def registered(talk: Talk, *, active: bool = True, **changes: Any) -> Talk:
    """The talk of a tool that has registered, seen from its side."""
    answer = send(talk, opened(talk)["registration_token"], description(talk, **changes))
    assert answer.status_code in {200, 201}, answer.text
    told = answer.json or {}
    client_id = told["client_id"]
    deployment_id = told[TOOL_CONFIGURATION].get("deployment_id", "")
    if active:
        for step in ("activate", "show"):
            assert talk.client.post(f"/tools/{client_id}/{step}").status_code == 303
    return Talk(talk.client, replace(talk.config, client_id=client_id, deployment_id=deployment_id), talk.tool)
