"""A platform that publishes nonsense, a bomb, or somebody else's address lets nobody in and harms nobody else."""

import gzip
import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from copy import copy
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from tests.attacks.world import World, part, refused, slug_of
from tests.lti.acting import ActingPlatform, arrive, asked, launch, login, public_jwk
from tests.lti.test_http import Talk, drip, server

MOST_SECONDS = 6.0
"""For a launch whose platform does not answer: three for the keys, and a busy machine."""
UNAVAILABLE, INVALID = "platform-keys-unavailable", "signature-invalid"


def _said(body: bytes, status: str = "200 OK", *headers: str) -> Talk:
    """One HTTP answer."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Content-Type: application/json", *headers]
    whole = "\r\n".join([*lines, "Connection: close", "", ""]).encode() + body

    def talk(connection: socket.socket) -> None:
        connection.recv(4096)
        with suppress(OSError):  # who has enough hangs up
            connection.sendall(whole)

    return talk


def _json(value: Any) -> Talk:
    return _said(json.dumps(value).encode())


Publish = Callable[[ActingPlatform], Talk]


def _whole(value: Any) -> Publish:
    """This, in place of a key set."""
    return lambda _: _said(value) if isinstance(value, bytes) else _json(value)


def _own(platform: ActingPlatform) -> dict[str, Any]:
    return public_jwk(platform.keys["one"], "one")


def _changed(**changes: Any) -> Publish:
    """The platform's true key, described otherwise; None leaves a part out."""

    def publish(platform: ActingPlatform) -> Talk:
        jwk = _own(platform) | changes
        return _json({"keys": [{name: value for name, value in jwk.items() if value is not None}]})

    return publish


def _private(platform: ActingPlatform) -> Talk:
    return _json({"keys": [RSAAlgorithm.to_jwk(platform.keys["one"], as_dict=True) | {"kid": "one"}]})


def _small(bits: int) -> dict[str, Any]:
    return {"keys": [public_jwk(rsa.generate_private_key(public_exponent=65537, key_size=bits), "one")]}


def _drip(first: bytes, drop: bytes) -> Publish:
    return lambda _: lambda connection: drip(connection, first, drop)


HEAD = b"HTTP/1.1 200 OK\r\n"
CURVE = ECAlgorithm.to_jwk(ec.generate_private_key(ec.SECP256R1()).public_key(), as_dict=True)
BOMB = gzip.compress(b" " * 30_000_000)
ZIPPED = "Content-Encoding: gzip"
SETS: dict[str, Publish] = {
    "nothing": _whole(b""),
    "a page": _whole(b"<!doctype html><title>Log in</title>"),
    "an empty set": _whole({"keys": []}),
    "no set": _whole({}),
    "null": _whole(None),
    "keys null": _whole({"keys": None}),
    "keys a text": _whole({"keys": "one"}),
    "keys an object": _whole({"keys": {"one": {"kty": "RSA"}}}),
    "keys texts": _whole({"keys": ["one", 1, None, [], True]}),
    "a bare key": lambda platform: _json(_own(platform)),
    "a list of keys": lambda platform: _json([_own(platform)]),
    "bits": _whole(b"\x00\xff\xfe" * 100),
    "deep": _whole(b'{"keys":' + b"[" * 200_000),
    "deep and whole": _whole(b'{"keys":' + b"[" * 5000 + b"]" * 5000 + b"}"),
    "an endless number": _whole(b'{"keys": [' + b"9" * 100_000 + b"]}"),
    "not found": lambda platform: _said(json.dumps(platform.key_set()).encode(), "404 Not Found"),
    "an error with keys": lambda platform: _said(json.dumps(platform.key_set()).encode(), "500 Oops"),
    "three million bytes": lambda platform: _said(json.dumps(platform.key_set()).encode() + b" " * 3_000_000),
    "a bomb": lambda _: _said(BOMB, "200 OK", ZIPPED),
    "a bomb in a bomb": lambda _: _said(gzip.compress(BOMB), "200 OK", "Content-Encoding: gzip, gzip"),
    "a broken archive": lambda _: _said(b"no gzip", "200 OK", ZIPPED),
    "less than it said": lambda _: _said(b"{}", "200 OK", "Content-Length: 2000"),
    "no HTTP": lambda _: lambda connection: connection.sendall(b"220 mail.example ESMTP\r\n"),
    "dripping headers": _drip(HEAD, b"X: y\r\n"),
    "a dripping body": _drip(HEAD + b"Content-Length: 9999\r\n\r\n", b" "),
    "its private key": _private,
    "half of its private key": _changed(d="AQAB"),
    "1024 bits": _whole(_small(1024)),
    "a modulus of one": _changed(n="AQ"),
    "no modulus": _changed(n=None),
    "an empty modulus": _changed(n=""),
    "a modulus that is a number": _changed(n=7),
    "a modulus of zeros": _changed(n=part(b"\x00" * 256)),
    "an exponent of one": _changed(e="AQ"),
    "an exponent of two": _changed(e="Ag"),
    "an exponent of zero": _changed(e="AA"),
    "no exponent": _changed(e=None),
    "a key to encrypt with": _changed(use="enc"),
    "another algorithm": _changed(alg="RS512"),
    "an algorithm of its own": _changed(alg="none"),
    "a secret": _whole({"keys": [{"kty": "oct", "kid": "one", "k": part(b"k" * 32), "alg": "HS256"}]}),
    "a curve": _whole({"keys": [CURVE | {"kid": "one"}]}),
    "another kind": _changed(kty="rsa"),
    "a kind that is a list": _changed(kty=["RSA"]),
    "no id": _changed(kid=None),
    "an id that is a number": _changed(kid=1),
    "an id that is a list": _changed(kid=["one"]),
}
KEYS: dict[str, Publish] = {
    "a modulus of a million bits": _changed(n=part(b"\xff" * 125_000)),
    "a modulus of 16,400 bits": _changed(n=part(b"\xff" * 2050)),
    "an exponent of 2,000 bits": _changed(e=part(b"\xff" * 250)),
    "an exponent as large as the modulus": lambda platform: _changed(e=_own(platform)["n"])(platform),
    "a modulus that is even": _changed(n=part(b"\xff" * 255 + b"\xfe")),
    "another id": _changed(kid="two"),
    "an id in capitals": _changed(kid="ONE"),
    "four thousand others": lambda platform: _json(
        {"keys": [_own(platform) | {"kid": f"k{number}"} for number in range(4000)]}
    ),
}
"""Keys that are none of the one that signed; some cannot be used at all."""
TARGET = "http://127.0.0.1:{port}/latest/meta-data"
REDIRECTS = ("301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent", "300 Many")
TABLES = (SETS, KEYS, dict.fromkeys(REDIRECTS))
_number = iter(range(10**6))


@pytest.fixture
def known(world: World) -> Iterator[Callable[[str], ActingPlatform]]:
    """Registers the platform once more, with its keys at this address."""

    def register(jwks_url: str) -> ActingPlatform:
        made = copy(world.platform)  # its key, too: making one is slow
        made.jwks_url, made.issuer, made.client_id = jwks_url, "https://bombs.example", f"client-{next(_number)}"
        made.register(world.database)
        return made

    yield register
    # Nobody else noticed.
    assert launch(world.browser(), world.platform).status_code == 303


def _tried(world: World, platform: ActingPlatform, slugs: set[str]) -> None:
    before, browser = world.visits(), world.browser()
    begun = asked(login(browser, platform))
    token = platform.token(platform.claims(begun["nonce"]))
    began = time.monotonic()
    answer = arrive(browser, begun["state"], token)
    assert time.monotonic() - began < MOST_SECONDS
    slug = slug_of(answer)
    assert slug in slugs, answer.text
    refused(answer, slug)
    assert world.visits() == before


@pytest.mark.parametrize("name", SETS)
def test_what_is_no_key_set_lets_nobody_in(world: World, known: Callable[[str], ActingPlatform], name: str) -> None:
    """Within the time that a launch may take, and without a word of what came."""
    with server(SETS[name](world.platform)) as url:
        _tried(world, known(url), {UNAVAILABLE})


@pytest.mark.parametrize("name", KEYS)
def test_a_key_that_did_not_sign_lets_nobody_in(
    world: World, known: Callable[[str], ActingPlatform], name: str
) -> None:
    """However many there are, and whatever they are made of."""
    with server(KEYS[name](world.platform)) as url:
        _tried(world, known(url), {UNAVAILABLE, INVALID})


@pytest.mark.parametrize("status", REDIRECTS)
def test_keys_are_fetched_from_where_they_are_said_to_be(
    world: World, known: Callable[[str], ActingPlatform], status: str
) -> None:
    """No answer of a platform sends us anywhere else: neither within our own network nor to a file."""
    visited: list[socket.socket] = []

    def inside(connection: socket.socket) -> None:
        visited.append(connection)
        _json(world.platform.key_set())(connection)

    with server(inside) as private:
        for address in (f"{private}keys", "file:///etc/passwd"):
            with server(_said(b"{}", status, f"Location: {address}")) as url:
                _tried(world, known(url), {UNAVAILABLE})
    assert visited == []


def test_an_outage_is_asked_about_once_a_minute(world: World, known: Callable[[str], ActingPlatform]) -> None:
    """Whoever sends many tokens with made-up key ids makes us no weapon against the platform."""
    asked_for: list[socket.socket] = []

    def keys(connection: socket.socket) -> None:
        asked_for.append(connection)
        _json(world.platform.key_set())(connection)

    with server(keys) as url:
        platform = known(url)
        for number in range(20):
            browser = world.browser()
            begun = asked(login(browser, platform))
            token = platform.token(platform.claims(begun["nonce"]), kid=f"made-up-{number}")
            refused(arrive(browser, begun["state"], token), INVALID)
    assert len(asked_for) == 1
