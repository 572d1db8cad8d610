"""A platform for tests that need every token under their control: honest unless told otherwise."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lti_tool.models.engine import Database
from lti_tool.services.platforms import AddPlatform, add_platform

TOOL = "https://tool.example"
ISSUER = "https://lms.example"
CLIENT_ID = "sprig-in-tests"
CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership#"
LEARNER, INSTRUCTOR = MEMBERSHIP + "Learner", MEMBERSHIP + "Instructor"
AGS = "https://purl.imsglobal.org/spec/lti-ags/"


class _Absent:
    def __repr__(self) -> str:
        return "absent"  # in the names of tests, which must be the same in every process


ABSENT: Any = _Absent()
"""In place of a claim: leave it out."""


def public_jwk(key: rsa.RSAPrivateKey, kid: str) -> dict[str, Any]:
    """The public half, as a platform publishes it."""
    jwk: dict[str, Any] = jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    return {"kty": "RSA", "n": jwk["n"], "e": jwk["e"], "kid": kid, "alg": "RS256", "use": "sig"}


@dataclass
class ActingPlatform:
    """What it publishes, and how often it was asked for it."""

    jwks_url: str
    keys: dict[str, rsa.RSAPrivateKey] = field(default_factory=dict)
    fetches: int = 0
    is_down: bool = False
    issuer: str = ISSUER
    client_id: str = CLIENT_ID
    publishes: bytes | None = None
    """In place of its key set."""

    def __post_init__(self) -> None:
        self.keys["one"] = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def key_set(self) -> dict[str, Any]:
        """What it publishes if it is honest."""
        return {"keys": [public_jwk(key, kid) for kid, key in self.keys.items()]}

    def registration(self, **changes: Any) -> AddPlatform:
        """How Sprig knows it."""
        known: dict[str, Any] = {
            "issuer": self.issuer,
            "client_id": self.client_id,
            "auth_url": f"{self.issuer}/auth",
            "token_url": f"{self.issuer}/token",
            "jwks_url": self.jwks_url,
        }
        return AddPlatform(**known | changes)

    def register(self, database: Database, **changes: Any) -> int:
        """It is registered; returns the row's id."""
        with database.writing() as session:
            row, _ = add_platform(session, self.registration(**changes), datetime.now(UTC))
            return row.id

    def claims(self, nonce: str, /, **changes: Any) -> dict[str, Any]:
        """An honest launch's claims.  Names without a colon are short for those of LTI; `ABSENT` leaves one out."""
        now = datetime.now(UTC)
        body: dict[str, Any] = {
            "iss": self.issuer,
            "aud": self.client_id,
            "sub": "learner-1",
            "iat": int(now.timestamp()),
            "exp": int((now + timedelta(seconds=60)).timestamp()),
            "nonce": nonce,
            "name": "Ada Learner",
            CLAIM + "version": "1.3.0",
            CLAIM + "message_type": "LtiResourceLinkRequest",
            CLAIM + "deployment_id": "1",
            CLAIM + "target_link_uri": f"{TOOL}/lti/launch?c=tiny",
            CLAIM + "resource_link": {"id": "link-1", "title": "Tiny"},
            CLAIM + "context": {"id": "context-1", "title": "A course"},
            CLAIM + "roles": [LEARNER],
            CLAIM + "launch_presentation": {"return_url": f"{self.issuer}/course/1", "locale": "en"},
            AGS + "claim/endpoint": {
                "scope": [AGS + "scope/score", AGS + "scope/result.readonly"],
                "lineitem": f"{self.issuer}/items/1",
            },
        }
        openid = {"iss", "aud", "sub", "iat", "exp", "nonce", "azp", "nbf"}
        standard = openid | {"name", "given_name", "family_name", "email"}
        for name, value in changes.items():
            full = name if name in standard or ":" in name else CLAIM + name
            body[full] = value
        return {name: value for name, value in body.items() if value is not ABSENT}

    def token(self, claims: dict[str, Any], *, kid: str | None = "one", signed_by: str = "one") -> str:
        """The claims, signed."""
        headers = {"kid": kid} if kid is not None else {}
        return jwt.encode(claims, self.keys[signed_by], "RS256", headers)


def login(client: FlaskClient, platform: ActingPlatform, **changes: str) -> TestResponse:
    """The first step of a launch."""
    params = {
        "iss": platform.issuer,
        "client_id": platform.client_id,
        "login_hint": "hint",
        "target_link_uri": f"{TOOL}/lti/launch?c=tiny",
    }
    return client.post("/lti/login", data=params | changes, base_url=TOOL)


def asked(response: TestResponse) -> dict[str, str]:
    """What the login asks of the platform."""
    assert response.status_code == 302, response.text
    return {name: values[0] for name, values in parse_qs(urlsplit(response.location).query).items()}


def launch(client: FlaskClient, platform: ActingPlatform, **changes: Any) -> TestResponse:
    """A whole launch, up to the answer to its last step."""
    target = changes.get("target_link_uri")
    begun = asked(login(client, platform, **({"target_link_uri": target} if isinstance(target, str) else {})))
    token = platform.token(platform.claims(begun["nonce"], **changes))
    return arrive(client, begun["state"], token)


def arrive(client: FlaskClient, state: str, token: str) -> TestResponse:
    """The platform's answer reaches the tool."""
    return client.post("/lti/launch", data={"state": state, "id_token": token}, base_url=TOOL)


def visit_of(response: TestResponse) -> str:
    """The address part of the visit that a launch opened."""
    assert response.status_code == 303, response.text
    return urlsplit(response.location).path.split("/")[2]


def client_of(app: Flask) -> FlaskClient:
    """A browser of its own."""
    return app.test_client()


@contextmanager
def acting_platform() -> Iterator[ActingPlatform]:
    """A platform whose key set really is fetched over HTTP."""
    holder: list[ActingPlatform] = []

    class Keys(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            platform = holder[0]
            platform.fetches += 1
            if platform.is_down:
                self.send_error(503)
                return
            body = platform.publishes if platform.publishes is not None else json.dumps(platform.key_set()).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Keys)
    holder.append(ActingPlatform(f"http://127.0.0.1:{server.server_port}/jwks"))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield holder[0]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
