"""What is sent in place of a token, or is one of another kind: each has one spelling, and every other is none."""

import json
from typing import Any

import jwt
import pytest

from tests.attacks.world import Forge, World, part, sealed
from tests.lti.acting import CLAIM, ActingPlatform

HEADER = {"alg": "RS256", "kid": "one"}
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def _text(token: str) -> Forge:
    return lambda *_: token


def _changed(change: Any) -> Forge:
    """The honest token, spelt otherwise."""
    return lambda platform, claims: change(platform.token(claims))


def _parts(change: Any) -> Forge:
    """The honest token's three parts, put together otherwise."""
    return _changed(lambda token: ".".join(change(*token.split("."))))


def _loose_end(text: str) -> str:
    """The same bytes in base64, but with other bits where the last character has some to spare."""
    spare = ALPHABET.index(text[-1])
    assert len(text) % 4 != 0
    return text[:-1] + ALPHABET[spare ^ 1]


ENCRYPTED = {"alg": "RSA-OAEP", "enc": "A256GCM", "kid": "one"}
SHAPES: dict[str, Forge] = {
    "nothing": _text(""),
    "a space": _text(" "),
    "dots": _text(".."),
    "many dots": _text("." * 90_000),
    "one part": _text("eyJhbGciOiJSUzI1NiJ9"),
    "two parts": _parts(lambda head, body, _: (head, body)),
    "four parts": _parts(lambda head, body, end: (head, body, end, end)),
    "encrypted, five parts": lambda *_: ".".join([part(ENCRYPTED), *[part(b"x" * 32)] * 4]),
    "encrypted, no key": lambda *_: (
        f"{part({'alg': 'dir', 'enc': 'A256GCM'})}..{part(b'iv')}.{part(b'x')}.{part(b'tag')}"
    ),
    "flattened JSON": _changed(
        lambda token: json.dumps(dict(zip(("protected", "payload", "signature"), token.split("."), strict=True)))
    ),
    "general JSON": _changed(lambda token: json.dumps({"payload": token.split(".")[1], "signatures": [{}]})),
    "a bearer": _changed(lambda token: f"Bearer {token}"),
    "a quoted token": _changed(lambda token: f'"{token}"'),
    "two tokens": _changed(lambda token: f"{token},{token}"),
    "no header": _parts(lambda _, body, end: ("", body, end)),
    "no body": _parts(lambda head, _, end: (head, "", end)),
    "backwards": _parts(lambda head, body, end: (end, body, head)),
    "upper case": _changed(str.upper),
    "twice encoded": _changed(lambda token: part(token.encode())),
    "a list as header": lambda platform, claims: sealed(platform, [HEADER], claims),
    "a text as header": lambda platform, claims: sealed(platform, "RS256", claims),
    "a list as body": lambda platform, claims: sealed(platform, HEADER, [claims]),
    "a text as body": lambda platform, claims: sealed(platform, HEADER, json.dumps(claims)),
    "null as body": lambda platform, _: sealed(platform, HEADER, None),
    "a number as body": lambda platform, _: sealed(platform, HEADER, 7),
    "a body in UTF-16": lambda platform, claims: sealed(platform, HEADER, json.dumps(claims).encode("utf-16")),
    "a body with a mark": lambda platform, claims: sealed(
        platform, HEADER, b"\xef\xbb\xbf" + json.dumps(claims).encode()
    ),
    "a body that is no UTF-8": lambda platform, claims: sealed(platform, HEADER, b'{"\xff": 1}'),
    "a body with a tail": lambda platform, claims: sealed(platform, HEADER, json.dumps(claims).encode() + b"{}"),
    "a body with a comment": lambda platform, claims: sealed(platform, HEADER, json.dumps(claims).encode() + b"//x"),
    "an endless number": lambda platform, claims: sealed(platform, HEADER, b'{"iat": ' + b"9" * 5000 + b"}"),
    "a deep header": lambda platform, claims: sealed(platform, b"[" * 9000, claims),
    "a whole token as body": lambda platform, claims: sealed(platform, HEADER, platform.token(claims).encode()),
}
SPELLINGS: dict[str, Forge] = {
    "padded signature": _changed(lambda token: token + "=="),
    "padded header": _parts(lambda head, body, end: (head + "=" * (-len(head) % 4 or 4), body, end)),
    "padded body": _parts(lambda head, body, end: (head, body + "=" * (-len(body) % 4 or 4), end)),
    "one sign too few": _changed(lambda token: token + "="),
    "a space before": _changed(lambda token: " " + token),
    "a space after": _changed(lambda token: token + " "),
    "a line after": _changed(lambda token: token + "\n"),
    "lines within": _changed(lambda token: "\r\n".join(token[at : at + 76] for at in range(0, len(token), 76))),
    "a tab within": _parts(lambda head, body, end: (head, body, end[:9] + "\t" + end[9:])),
    "a sign of no alphabet": _parts(lambda head, body, end: (head, body, end[:9] + "!" + end[9:])),
    "a zero-width space": _changed(lambda token: token + "\u200b"),
    "a full-width dot": _changed(lambda token: token.replace(".", "\uff0e")),
    "a look-alike": _changed(lambda token: token.replace("e", "\u0435", 1)),
    "percent signs": _changed(lambda token: token.replace(".", "%2E")),
    "loose bits at the end": _parts(lambda head, body, end: (head, body, _loose_end(end))),
    "a longer signature": _parts(lambda head, body, end: (head, body, part(jwt.utils.base64url_decode(end) + b"\x00"))),
    "a shorter signature": _parts(lambda head, body, end: (head, body, part(jwt.utils.base64url_decode(end)[:-1]))),
    "a signature with a zero before": _parts(
        lambda head, body, end: (head, body, part(b"\x00" + jwt.utils.base64url_decode(end)))
    ),
    "the standard alphabet": _parts(
        lambda head, body, end: (head, body, "+/" + end[2:] if end[:2] == "-_" else end.replace("-", "+") + "/")
    ),
}
NUMBERS = {"zero": b"\x00" * 256, "one": b"\x00" * 255 + b"\x01", "ones": b"\xff" * 256, "nothing": b""}


def _twice(name: str, first: Any, *, escaped: bool = False) -> Forge:
    """A claim that stands there twice, first with another's value; the platform signed it all."""

    def forge(platform: ActingPlatform, claims: dict[str, Any]) -> str:
        shown = json.dumps(name) if not escaped else '"' + "".join(f"\\u{ord(sign):04x}" for sign in name) + '"'
        body = f"{{{shown}: {json.dumps(first)}, {json.dumps(claims)[1:]}"
        return sealed(platform, HEADER, body.encode())

    return forge


TWICE: dict[str, Forge] = {
    "sub": _twice("sub", "the-teacher"),
    "sub, escaped": _twice("sub", "the-teacher", escaped=True),
    "the same sub": _twice("sub", "learner-1"),
    "iss": _twice("iss", "https://evil.example"),
    "aud": _twice("aud", "another-tool"),
    "exp": _twice("exp", 4_000_000_000),
    "nonce": _twice("nonce", "another"),
    "roles": _twice(CLAIM + "roles", ["http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"]),
    "deployment": _twice(CLAIM + "deployment_id", "2"),
    "target": _twice(CLAIM + "target_link_uri", "https://evil.example/"),
    "a claim within a claim": lambda platform, claims: sealed(
        platform, HEADER, json.dumps(claims).replace('"id": "context-1"', '"id": "c", "id": "context-1"').encode()
    ),
    "alg": lambda platform, claims: sealed(platform, b'{"alg": "none", "alg": "RS256", "kid": "one"}', claims),
    "kid": lambda platform, claims: sealed(platform, b'{"alg": "RS256", "kid": "two", "kid": "one"}', claims),
}
TABLES = (SHAPES, SPELLINGS, NUMBERS, TWICE)


@pytest.mark.parametrize("name", SHAPES)
def test_what_is_no_token_is_refused(world: World, name: str) -> None:
    """Nothing else is taken for one."""
    world.refuses_token(SHAPES[name], "token-malformed")


@pytest.mark.parametrize("name", SPELLINGS)
def test_a_token_has_one_spelling(world: World, name: str) -> None:
    """Another spelling of the same bytes is another token, which nobody signed (RFC 7515, 2)."""
    before = world.visits()
    answer = world.attempt(SPELLINGS[name])
    assert answer.status_code == 400
    assert any(f'data-problem="{slug}"' in answer.text for slug in ("token-malformed", "signature-invalid"))
    assert world.visits() == before


@pytest.mark.parametrize("name", NUMBERS)
def test_a_number_is_no_signature(world: World, name: str) -> None:
    """Not even one of those for which RSA has an answer of its own."""
    forge = _parts(lambda head, body, _: (head, body, part(NUMBERS[name])))
    world.refuses_token(forge, "signature-invalid")


@pytest.mark.parametrize("name", TWICE)
def test_a_claim_stands_there_once(world: World, name: str) -> None:
    """Two readers could each believe another one (RFC 7519, 4)."""
    world.refuses_token(TWICE[name], "token-malformed")
