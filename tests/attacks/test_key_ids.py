"""The key that signed is one of the platform's own set, named by its id; a token brings no key along."""

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import NameOID
from sqlalchemy import select

from lti_tool.models import PlatformKeySet
from tests.attacks.world import STRANGER, Forge, World, part, sealed
from tests.lti.acting import ActingPlatform, public_jwk


def _under(kid: Any) -> Forge:
    """Signed by a stranger, under this key id."""

    def forge(platform: ActingPlatform, claims: dict[str, Any]) -> str:
        return sealed(platform, {"alg": "RS256", "kid": kid}, claims, STRANGER)

    return forge


def _ours_under(kid: Any) -> Forge:
    """Signed by the platform, under an id that it does not publish."""

    def forge(platform: ActingPlatform, claims: dict[str, Any]) -> str:
        return sealed(platform, {"alg": "RS256", "kid": kid}, claims)

    return forge


IDS: dict[str, Any] = {
    "empty": "", "a space": " ", "in capitals": "ONE", "with a space": "one ", "with a NUL": "one\x00",
    "with a line": "one\r\nX: y", "half a character": "\ud800", "a look-alike": "\u043fne",
    "a path": "../../../../dev/null",
    "a file": "/proc/sys/kernel/randomize_va_space", "a file address": "file:///etc/passwd",
    "a windows path": "C:\\nul",
    "an address": "https://evil.example/jwks", "a quote": "one' OR '1'='1", "a statement": "one'; DROP TABLE visit;--",
    "a union": "x' UNION SELECT 'key'--", "a command": "one|sleep 5", "a template": "{{7*7}}", "a format": "%s%n%(x)s",
    "a script": "<script>alert(1)</script>", "huge": "k" * 60_000, "null": None, "a number": 1, "zero": 0, "true": True,
    "a list": ["one"], "an object": {"one": 1}, "a fraction": 1.5, "the prototype": "__proto__",
    "an attribute": "__class__",
}  # fmt: skip


def _certificate() -> str:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "lms.example")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(STRANGER.public_key())
    made = made.serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    der = made.sign(STRANGER, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
    return base64.b64encode(der).decode()


EMBEDDED: dict[str, dict[str, Any]] = {
    "jwk": {"jwk": public_jwk(STRANGER, "one")},
    "jwk under an own id": {"jwk": public_jwk(STRANGER, "mine"), "kid": "mine"},
    "jku": {"jku": "https://evil.example/jwks"},
    "jku under an own id": {"jku": "https://evil.example/jwks", "kid": "mine"},
    "jku within the machine": {"jku": "http://127.0.0.1:1/jwks", "kid": "mine"},
    "jku that looks like the platform's": {"jku": "https://lms.example@evil.example/jwks"},
    "x5u": {"x5u": "https://evil.example/chain.pem"},
    "x5c": {"x5c": [_certificate()]},
    "x5c under an own id": {"x5c": [_certificate()], "kid": "mine"},
    "x5t": {"x5t": "AAAA", "x5t#S256": "AAAA"},
    "iss in the header": {"iss": "https://evil.example"},
    "cty": {"cty": "JWT"},
    "typ none": {"typ": "none"},
}
CRITICAL: dict[str, dict[str, Any]] = {
    "crit of something unknown": {"crit": ["exp"], "exp": 1},
    "crit of something that is not there": {"crit": ["http://example.com/x"]},
    "empty crit": {"crit": []},
    "crit a word": {"crit": "b64"},
    "crit an object": {"crit": {"b64": 1}},
    "crit a number": {"crit": 7},
    "crit of numbers": {"crit": [1, None, {}]},
    "b64 false": {"b64": False},
    "b64 false, and crit": {"b64": False, "crit": ["b64"]},
}
TABLES = (IDS, EMBEDDED, CRITICAL)


@pytest.mark.parametrize("name", IDS)
def test_a_key_id_opens_nothing(world: World, name: str) -> None:
    """Neither for a stranger's key, nor for the platform's own under an id that is not in its set."""
    world.refuses_token(_under(IDS[name]), "signature-invalid")
    world.refuses_token(_ours_under(IDS[name]), "signature-invalid")


@pytest.mark.parametrize("name", EMBEDDED)
def test_a_token_brings_no_key(world: World, name: str) -> None:
    """Whatever it says of where its key is, nothing is fetched from there and nothing of it is used."""
    header = {"alg": "RS256", "kid": "one"} | EMBEDDED[name]
    world.refuses_token(lambda platform, claims: sealed(platform, header, claims, STRANGER), "signature-invalid")
    with world.database.reading() as session:
        kept = session.scalars(select(PlatformKeySet.jwks)).all()
    assert kept in ([], [world.platform.key_set()])


@pytest.mark.parametrize("name", CRITICAL)
def test_what_must_be_understood_is_not_passed_over(world: World, name: str) -> None:
    """A header that a verifier must understand, and ours does not, is refused though it is signed (RFC 7515)."""
    header = {"alg": "RS256", "kid": "one"} | CRITICAL[name]
    world.refuses_token(lambda platform, claims: sealed(platform, header, claims), "signature-invalid")


def test_a_detached_body_is_none(world: World) -> None:
    """Signed over the body as it is (RFC 7797), which no platform does."""

    def forge(platform: ActingPlatform, claims: dict[str, Any]) -> str:
        header = part({"alg": "RS256", "kid": "one", "b64": False, "crit": ["b64"]})
        return f"{header}..{sealed(platform, {}, claims).rpartition('.')[2]}"

    world.refuses_token(forge, "token-malformed")
