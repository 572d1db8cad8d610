"""An LMS's administrator in front of Sprig's registration page, without scripts."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from flask import Flask, Response, request
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from lti_tool.models import Deployment, Invite, Platform
from lti_tool.models.engine import Database
from lti_tool.services.invites import make_invite
from tests.lti.acting import TOOL
from tests.practice_lms.serving import RunningLms, on_a_socket

CONFIGURATION = "/.well-known/openid-configuration"
PLATFORM_SAYS = "https://purl.imsglobal.org/spec/lti-platform-configuration"
TOOL_SAYS = "https://purl.imsglobal.org/spec/lti-tool-configuration"


def invited(database: Database, family: str = "", asks_for: str = "name") -> str:
    """A new invite."""
    with database.writing() as session:
        return make_invite(session, datetime.now(UTC), family, asks_for)


def press(
    client: FlaskClient, invite: str, configuration: str, token: str = "", asks_for: str = "name", **headers: str
) -> TestResponse:
    """The button on the page is pressed."""
    form = {
        "invite": invite,
        "openid_configuration": configuration,
        "registration_token": token,
        "asks_for": asks_for,
    }
    return client.post("/lti/register", data=form, base_url=TOOL, headers=headers)


def register_with(client: FlaskClient, lms: RunningLms, invite: str, asks_for: str = "name") -> TestResponse:
    """The same, sent by a practice LMS."""
    return press(client, invite, lms.url + CONFIGURATION, lms.registration_token(), asks_for)


def problem(response: TestResponse) -> str:
    """The slug of a page that refuses."""
    assert response.status_code in {400, 403, 422, 429}, (response.status_code, response.text)
    return response.text.partition('data-problem="')[2].partition('"')[0]


def is_spent(database: Database) -> bool:
    """Whether the one invite was used."""
    with database.reading() as session:
        return session.scalars(select(Invite.used_at)).one() is not None


def platforms(database: Database) -> list[Platform]:
    """What is registered."""
    with database.reading() as session:
        return list(session.scalars(select(Platform).order_by(Platform.id)))


def deployments(database: Database) -> list[tuple[str, bool]]:
    """Each, and whether it is held."""
    with database.reading() as session:
        return [(one.lms_id, one.is_held) for one in session.scalars(select(Deployment).order_by(Deployment.id))]


@dataclass
class Scripted:
    """A platform that says what a test wants, and remembers what it was asked."""

    url: str = ""
    changes: dict[str, Any] = field(default_factory=dict)
    """In its description; None leaves a part out."""
    answer: tuple[int, Any] = (201, {"client_id": "given"})
    asked: list[dict[str, Any]] = field(default_factory=list)
    authorised: list[str] = field(default_factory=list)
    raw: Response | None = None
    """In place of its description."""

    def description(self) -> dict[str, Any]:
        """What it says of itself."""
        told: dict[str, Any] = {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/auth",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/jwks",
            "registration_endpoint": f"{self.url}/reg",
            "scopes_supported": ["openid"],
            PLATFORM_SAYS: {"product_family_code": "acme", "version": "3"},
        } | self.changes
        return {name: value for name, value in told.items() if value is not None}


@contextmanager
def scripted() -> Iterator[Scripted]:
    """It listens."""
    platform = Scripted()
    app = Flask("scripted")

    @app.get(CONFIGURATION)
    def configuration() -> Response:
        platform.authorised.append(request.headers.get("Authorization", ""))
        return platform.raw or Response(json.dumps(platform.description()), mimetype="application/json")

    @app.post("/reg")
    def reg() -> Response:
        platform.authorised.append(request.headers.get("Authorization", ""))
        platform.asked.append(request.get_json())
        status, body = platform.answer
        return Response(body if isinstance(body, str) else json.dumps(body), status)

    def front(url: str) -> Flask:
        platform.url = url
        return app

    with on_a_socket(front):
        yield platform


def query_of(address: str) -> dict[str, str]:
    """What an address asks with."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
