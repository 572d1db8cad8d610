"""A tool whose every token is under the test's control: honest unless told otherwise."""

import html
import json
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from practice_lms.config import Config
from practice_lms.manners import audience_of, manners
from practice_lms.vocabulary import CLAIM, DL, JWT_BEARER, SCOPES
from practice_lms.wiring import EXTENSION
from tests.practice_lms.serving import on_a_socket


class _Absent:
    def __repr__(self) -> str:
        return "absent"  # in the names of tests, which must be the same in every process


ABSENT: Any = _Absent()
"""In place of a value: leave it out."""


def new_key() -> rsa.RSAPrivateKey:
    """A key for one test run."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def public_jwk(key: rsa.RSAPrivateKey, kid: str) -> dict[str, Any]:
    """The public half, as a tool publishes it."""
    jwk: dict[str, Any] = jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    return {"kty": "RSA", "n": jwk["n"], "e": jwk["e"], "kid": kid, "alg": "RS256", "use": "sig"}


@dataclass
class ActingTool:
    """What it publishes, and how often it was asked for it."""

    url: str
    keys: dict[str, rsa.RSAPrivateKey] = field(default_factory=dict)
    fetches: int = 0
    is_down: bool = False

    def app(self) -> Flask:
        """Its key set, over HTTP."""
        app = Flask("acting_tool")

        @app.get("/lti/jwks")
        def jwks() -> Any:
            self.fetches += 1
            if self.is_down:
                return "down", 503
            return {"keys": [public_jwk(key, kid) for kid, key in self.keys.items()]}

        return app

    def sign(self, claims: dict[str, Any], kid: str | None = "one", signed_by: str = "one") -> str:
        """The claims as a JWT."""
        kept = {name: value for name, value in claims.items() if value is not ABSENT}
        return jwt.encode(kept, self.keys[signed_by], "RS256", {"kid": kid} if kid is not None else {})

    def assertion(self, config: Config, kid: str | None = "one", signed_by: str = "one", **changes: Any) -> str:
        """A client assertion in order, but for the changes."""
        now = int(datetime.now(UTC).timestamp())
        honest = {
            "iss": config.client_id,
            "sub": config.client_id,
            "aud": config.token_url,
            "iat": now - 5,
            "exp": now + 60,
            "jti": secrets.token_urlsafe(12),
        }
        return self.sign(honest | changes, kid, signed_by)

    def deep_linking_answer(
        self, config: Config, items: Any, data: Any, kid: str | None = "one", **changes: Any
    ) -> str:
        """A deep-linking answer in order, but for the changes; names without a colon are short for those of LTI."""
        now = int(datetime.now(UTC).timestamp())
        honest = {
            "iss": config.client_id,
            "aud": config.base_url,
            "iat": now,
            "exp": now + 60,
            "nonce": secrets.token_urlsafe(12),
            CLAIM + "deployment_id": config.deployment_id,
            CLAIM + "message_type": "LtiDeepLinkingResponse",
            CLAIM + "version": "1.3.0",
            DL + "content_items": items,
            DL + "data": data,
        }
        short = {"deployment_id": CLAIM, "message_type": CLAIM, "version": CLAIM, "content_items": DL}
        return self.sign(honest | {short.get(name, "") + name: value for name, value in changes.items()}, kid)


@contextmanager
def acting_tool() -> Iterator[ActingTool]:
    """The tool, listening."""
    made: list[ActingTool] = []

    def build(url: str) -> Flask:
        made.append(ActingTool(url, {"one": new_key()}))
        return made[0].app()

    with on_a_socket(build):
        yield made[0]


def fields_of(page: str) -> dict[str, str]:
    """The hidden fields of a page that posts itself."""
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page)
    return {html.unescape(name): html.unescape(value) for name, value in found}


def address_of(page: str) -> str:
    """Where such a page posts to."""
    found = re.search(r'<form method="post" action="([^"]*)" id="on">', page)
    assert found, page
    return html.unescape(found[1])


@dataclass
class Talk:
    """One LMS in this process, and the tool that talks to it."""

    client: FlaskClient
    config: Config
    tool: ActingTool

    def act_as(self, person_id: int) -> None:
        """The browser acts as somebody."""
        assert self.client.post("/act-as", data={"person": person_id}).status_code == 303

    def begun(self, path: str) -> dict[str, str]:
        """The login initiation of an activity or of deep linking."""
        page = self.client.get(path)
        assert page.status_code == 200, page.text
        assert address_of(page.text) == self.config.login_url
        return fields_of(page.text)

    def asks(self, login: dict[str, str], **changes: str) -> dict[str, str]:
        """The authorization request that answers a login initiation, but for the changes."""
        honest = {
            "scope": "openid",
            "response_type": "id_token",
            "response_mode": "form_post",
            "prompt": "none",
            "client_id": login["client_id"],
            "redirect_uri": self.config.launch_url,
            "login_hint": login["login_hint"],
            "lti_message_hint": login["lti_message_hint"],
            "state": "the state",
            "nonce": "the nonce",
        }
        return {name: value for name, value in (honest | changes).items() if value is not ABSENT}

    def authorize(self, login: dict[str, str], **changes: Any) -> TestResponse:
        """What the LMS answers to it."""
        return self.client.get("/auth", query_string=self.asks(login, **changes))

    def launch(self, path: str) -> dict[str, Any]:
        """The verified claims of a launch."""
        page = self.authorize(self.begun(path))
        return self.verified(fields_of(page.text)["id_token"])

    def verified(self, id_token: str) -> dict[str, Any]:
        """The claims, if the LMS's published key signed them for us."""
        kid = jwt.get_unverified_header(id_token)["kid"]
        keys = {key["kid"]: jwt.PyJWK(key) for key in self.client.get("/jwks").json["keys"]}  # type: ignore[index]  # it is JSON
        claims: dict[str, Any] = jwt.decode(
            id_token, keys[kid], algorithms=["RS256"], audience=self.config.client_id, issuer=self.config.base_url
        )
        return claims

    def verified_for(self, page: TestResponse, issuer: str) -> dict[str, Any]:
        """The claims of a page that posts a token, if this issuer says that it signed them."""
        claims = self.claims_of(page)
        assert claims["iss"] == issuer
        return claims

    def claims_of(self, page: TestResponse) -> dict[str, Any]:
        """The claims of a page that posts a token, whoever issued it; the signature is the LMS's all the same."""
        token = fields_of(page.text)["id_token"]
        key = jwt.PyJWK(self.client.get("/jwks").json["keys"][0])  # type: ignore[index]  # it is JSON
        claims: dict[str, Any] = jwt.decode(token, key, algorithms=["RS256"], audience=self.config.client_id)
        return claims

    def ask_token(self, assertion: str, *scopes: str, **changes: Any) -> TestResponse:
        """What the token endpoint answers."""
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": JWT_BEARER,
            "client_assertion": assertion,
            "scope": " ".join(scopes or SCOPES),
        }
        return self.client.post("/token", data={k: v for k, v in (form | changes).items() if v is not ABSENT})

    def bearer(self, *scopes: str) -> dict[str, str]:
        """The head of a call with a good token."""
        with self.client.application.extensions[EXTENSION].store.reading() as db:
            audience = audience_of(self.config, manners(db))
        answer = self.ask_token(self.tool.assertion(self.config, aud=audience), *scopes)
        assert answer.status_code == 200, answer.text
        return {"Authorization": f"Bearer {json.loads(answer.text)['access_token']}"}

    def call(self, method: str, url: str, bearer: dict[str, str], media_type: str, body: Any = None) -> TestResponse:
        """A service call with its media type; the address may be absolute."""
        parts = urlsplit(url)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        if body is None:
            return self.client.open(path, method=method, headers={**bearer, "Accept": media_type})
        text = body if isinstance(body, str) else json.dumps(body)
        headers = {**bearer, "Content-Type": media_type, "Accept": "*/*"}
        return self.client.open(path, method=method, headers=headers, data=text)
