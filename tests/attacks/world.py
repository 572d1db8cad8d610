"""What every attack is tried against: a platform, the tool with a course in it, and a check that nobody got in."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from lti_tool.models import Visit
from lti_tool.models.engine import Database
from tests.lti.acting import TOOL, ActingPlatform, arrive, asked, launch, login

Forge = Callable[[ActingPlatform, dict[str, Any]], str]
"""A token made of an honest launch's claims."""
STRANGER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
"""The key of somebody who is no platform of ours."""
DL = "https://purl.imsglobal.org/spec/lti-dl/claim/"
_PROBLEM = re.compile(r'data-problem="([a-z-]+)"')


def part(value: Any) -> str:
    """One part of a token: bytes as they are, anything else as JSON."""
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return jwt.utils.base64url_encode(raw).decode()


def sealed(platform: ActingPlatform, header: Any, body: Any, key: rsa.RSAPrivateKey | None = None) -> str:
    """Header and body, whatever they are, with a good RS256 signature: the platform's, or that of `key`."""
    signed = f"{part(header)}.{part(body)}"
    signature = jwt.algorithms.RSAAlgorithm(jwt.algorithms.RSAAlgorithm.SHA256).sign(
        signed.encode(), key or platform.keys["one"]
    )
    return f"{signed}.{part(signature)}"


@dataclass(frozen=True)
class World:
    """One tool that all attacks of a module share: each must leave it as it was."""

    app: Flask
    database: Database
    platform: ActingPlatform

    def browser(self) -> FlaskClient:
        """A browser of its own."""
        return self.app.test_client()

    def visits(self) -> int:
        """How many visits were ever opened."""
        with self.database.reading() as session:
            return session.execute(select(func.count()).select_from(Visit)).scalar_one()

    def attempt(self, forge: Forge, **changes: Any) -> TestResponse:
        """An honest login, answered with a forged token."""
        browser = self.browser()
        begun = asked(login(browser, self.platform))
        return arrive(browser, begun["state"], forge(self.platform, self.platform.claims(begun["nonce"], **changes)))

    def refuses(self, answer: Callable[[], TestResponse], slug: str) -> TestResponse:
        """The answer is a refusal with this slug, and nobody got in by it."""
        before = self.visits()
        found = answer()
        refused(found, slug)
        assert self.visits() == before
        return found

    def refuses_token(self, forge: Forge, slug: str) -> None:
        """A token so forged is refused, and does not spoil the honest launch that it was meant to replace."""
        self.refuses(lambda: self.attempt(forge), slug)

    def refuses_claims(self, changes: dict[str, Any], slug: str) -> None:
        """An otherwise honest launch with these claims is refused."""
        self.refuses(lambda: launch(self.browser(), self.platform, **changes), slug)


def slug_of(answer: TestResponse) -> str | None:
    """The problem that an answer's page names."""
    return slug_in(answer.text)


def slug_in(page: str) -> str | None:
    """The problem that a page names."""
    found = _PROBLEM.search(page)
    return found[1] if found else None


def refused(answer: TestResponse, slug: str) -> None:
    """A page that says so, with its slug and what to do; no way into a visit."""
    assert 400 <= answer.status_code < 500, (answer.status_code, answer.text)
    assert slug_of(answer) == slug, answer.text
    assert 'data-launch="refused"' in answer.text
    assert "What to do" in answer.text
    assert "Location" not in answer.headers


def deep_linking(**changes: Any) -> dict[str, Any]:
    """The claims of a teacher who wants to choose."""
    wanted = {
        "deep_link_return_url": "https://lms.example/back",
        "accept_types": ["ltiResourceLink"],
        "accept_presentation_document_targets": ["iframe"],
    }
    return {
        "message_type": "LtiDeepLinkingRequest",
        "roles": ["http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"],
        DL + "deep_linking_settings": wanted | changes,
    }


def door(world: World, **params: str) -> TestResponse:
    """A login by somebody who says this, and nothing else."""
    return world.browser().post("/lti/login", data=params, base_url=TOOL)
