"""Ten thousand tokens that are almost the platform's, and a thousand that it signed and that say anything."""

import base64
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import jwt
import pytest

from bench.browser import Answer, Browser, drive
from tests.attacks.conftest import a_world
from tests.attacks.line import Line, a_line
from tests.attacks.world import STRANGER, World, part, refused, sealed, slug_in, slug_of
from tests.lti.acting import AGS, CLAIM, TOOL, ActingPlatform, arrive, asked, login

EACH = 850
BROWSERS = 4
"""They send at the same time, each over one connection."""
REASONS = {"token-malformed", "signature-invalid", "token-foreign", "nonce-mismatch", "claim-missing", "not-found"}
SIGNED = 1000
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
LOOK_ALIKES = dict(zip("aceiopsxyAEKMHOPCTX.-_", "асеіорѕхуАЕКМНОРСТХ․‐＿", strict=True))


@dataclass(frozen=True)
class Begun:
    """A login that waits for its answer, the browser's cookies, and the honest answer."""

    platform: ActingPlatform
    state: str
    cookies: str
    claims: dict[str, Any]
    token: str

    def answer(self, browser: Browser, token: str) -> Answer:
        """What comes of answering with this token, over the wire."""
        return browser.post("/lti/launch", {"state": self.state, "id_token": token}, self.cookies)


@pytest.fixture(scope="module")
def line() -> Iterator[Line]:
    """The production server; nobody is turned away for coming often."""
    with a_line() as made:
        yield made


@pytest.fixture
def begun(line: Line) -> Begun:
    """One for all tokens of a kind: none may use it up."""
    cookies, said, token = line.begun(exp=int(datetime.now(UTC).timestamp()) + 3000)
    claims = jwt.decode(token, options={"verify_signature": False})
    return Begun(line.platform, said["state"], cookies, claims, token)


Luck = random.Random
Mutate = Callable[[Luck, Begun], str]


def _flipped(luck: Luck, begun: Begun) -> str:
    """Some bits of what the base64 stands for are others."""
    parts = [bytearray(base64.urlsafe_b64decode(one + "==")) for one in begun.token.split(".")]
    for _ in range(luck.choice((1, 1, 1, 2, 9))):
        chosen = luck.choice(parts)
        chosen[luck.randrange(len(chosen))] ^= 1 << luck.randrange(8)
    return ".".join(part(bytes(one)) for one in parts)


def _other_sign(luck: Luck, begun: Begun) -> str:
    """One character is another; at the end of a part that may stand for the same bytes."""
    ends = [at for at, sign in enumerate(begun.token + ".") if sign == "."]
    at = luck.choice([luck.randrange(len(begun.token)), luck.choice(ends) - 1])
    return begun.token[:at] + luck.choice(ALPHABET.replace(begun.token[at], "")) + begun.token[at + 1 :]


def _cut(luck: Luck, begun: Begun) -> str:
    """Something is missing at an end, or within."""
    start = luck.randrange(len(begun.token))
    stop = min(len(begun.token), start + luck.choice((1, 2, 3, 4, 300)))
    return luck.choice((begun.token[:start], begun.token[start + 1 :], begun.token[:start] + begun.token[stop:]))


def _added(luck: Luck, begun: Begun) -> str:
    """Something stands there that does not belong: a sign of some alphabet, white space, padding."""
    at = luck.choice((0, len(begun.token), luck.randrange(len(begun.token))))
    more: str = luck.choice([*" \n\t=./+!%Aé\x00\u200b\ufeff", "\r\n", "==", "==="])
    return begun.token[:at] + more * luck.choice((1, 1, 2, 4)) + begun.token[at:]


def _look_alike(luck: Luck, begun: Begun) -> str:
    """A letter is one that looks like it."""
    at = luck.choice([at for at, sign in enumerate(begun.token) if sign in LOOK_ALIKES])
    return begun.token[:at] + LOOK_ALIKES[begun.token[at]] + begun.token[at + 1 :]


def _shuffled(luck: Luck, begun: Begun) -> str:
    """The three parts in another order, number or place."""
    parts = begun.token.split(".")
    while True:
        chosen = [luck.choice((*parts, "")) for _ in range(luck.choice((1, 2, 3, 3, 3, 4, 5)))]
        if chosen != parts:
            return luck.choice((".", ".", ".", "..", ",", "")).join(chosen)


def _blocks(luck: Luck, begun: Begun) -> str:
    """Two stretches have changed places."""
    one, two, three = sorted(luck.sample(range(len(begun.token)), 3))
    found = begun.token[:one] + begun.token[two:three] + begun.token[one:two] + begun.token[three:]
    return found if found != begun.token else found[::-1]


def _anything(luck: Luck) -> Any:
    """A value of any kind."""
    return luck.choice([
        None, True, False, 0, 1, -1, 1.5, 10**400, -(10**18), float("inf"), "", " ", "x", "1", "x" * 300, "x" * 5000,
        "\x00", "\ud800", "$Variable", "../../x", "<script>", "' OR 1=1", "https://evil.example", "javascript:x", TOOL,
        "Europe/Vienna", "../../etc/passwd", "de_AT", [], {}, [[]], [None], ["x"], {"id": "x"}, {"id": 7}, {"": ""},
        [[[[]]]], {"a": {"b": {"c": []}}}, "2026-11-27T10:00:00Z", "9999-12-31T23:59:59-14:00", "0001-01-01", "%", "{}",
        luck.random(), luck.getrandbits(70), "".join(chr(luck.randrange(0x3000)) for _ in range(9)), list(range(50)),
    ])  # fmt: skip


def _changed(luck: Luck, claims: dict[str, Any]) -> dict[str, Any]:
    """Some claims are gone, of another kind, or new; also within claims."""
    found: dict[str, Any] = json.loads(json.dumps(claims))
    for _ in range(luck.choice((1, 1, 2, 3))):
        inner = luck.choice([found, *(one for one in found.values() if isinstance(one, dict))])
        name = luck.choice([*inner, luck.choice(NAMES)])
        if luck.random() < 0.15:
            inner.pop(name, None)
        else:
            inner[name] = _anything(luck)
    return found


NAMES = ["azp", "nbf", "email", "given_name", "family_name", "zoneinfo", "id", "title", "label", "type", "locale",
         "zone",
         "return_url", "lineitem", "lineitems", "scope", "content_id", "context_history", "link_history", "opens_at",
         "due_at", "closes_at", "role_scope_mentor", CLAIM + "custom", CLAIM + "lis", CLAIM + "role_scope_mentor",
         CLAIM + "for_user", CLAIM + "tool_platform", CLAIM + "launch_presentation", AGS + "claim/endpoint",
         "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice", CLAIM + "platformnotificationservice",
         "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings"]  # fmt: skip


def _body(luck: Luck, begun: Begun) -> str:
    """Other claims under the old signature."""
    header, _, signature = begun.token.split(".")
    return f"{header}.{part(_changed(luck, begun.claims | {'sub': 'the-teacher'}))}.{signature}"


def _same_body(luck: Luck, begun: Begun) -> str:
    """The same claims, written otherwise: spaces, order, escapes."""
    header, _, signature = begun.token.split(".")
    names = luck.sample(list(begun.claims), len(begun.claims))
    text = json.dumps({name: begun.claims[name] for name in names}, indent=luck.choice((None, 1, 2)))
    return f"{header}.{part(text.encode() + b' ' * luck.randrange(1, 9))}.{signature}"


def _header(luck: Luck, begun: Begun) -> str:
    """Another header over the old signature."""
    _, body, signature = begun.token.split(".")
    header = {"alg": "RS256", "kid": "one", "typ": luck.choice(("JWT", "jwt", "JOSE", "x"))}
    name = luck.choice(
        ("alg", "kid", "typ", "jwk", "jku", "x5u", "x5c", "crit", "b64", "enc", "zip", "cty", "iss", "x")
    )
    return f"{part(header | {name: _anything(luck)})}.{body}.{signature}"


def _resigned(luck: Luck, begun: Begun) -> str:
    """Signed by a stranger, with any header."""
    header = {"alg": "RS256", "kid": luck.choice(("one", "two", "", "x" * 90)), luck.choice("xyz"): _anything(luck)}
    claims = _changed(luck, begun.claims) if luck.random() < 0.5 else begun.claims
    return sealed(begun.platform, header, claims, STRANGER)


def _noise(luck: Luck, begun: Begun) -> str:
    """A signature of chance, or the whole of it."""
    header, body, _ = begun.token.split(".")
    noise = part(luck.randbytes(luck.choice((0, 1, 64, 255, 256, 256, 257, 512))))
    return luck.choice((f"{header}.{body}.{noise}", f"{noise}.{body}.{noise}", f"{header}.{noise}.{noise}"))


KINDS: dict[str, Mutate] = {
    "bits flipped": _flipped,
    "another character": _other_sign,
    "cut": _cut,
    "something added": _added,
    "look-alikes": _look_alike,
    "parts shuffled": _shuffled,
    "stretches swapped": _blocks,
    "other claims": _body,
    "the same claims, written otherwise": _same_body,
    "another header": _header,
    "a stranger's signature": _resigned,
    "noise": _noise,
}
TABLES = (KINDS,)


def test_there_are_ten_thousand() -> None:
    """As many as were promised."""
    assert len(KINDS) * EACH >= 10_000


def _refusal(token: str, answer: Answer) -> str | None:
    """The slug of a page that lets nobody in."""
    page = answer.body.decode()
    assert 400 <= answer.status < 500, (answer.status, page)
    assert not answer.location
    if "\x00" not in token:  # with one, no view is reached, and the page is that of an address that is not there
        assert 'data-launch="refused"' in page
        assert "What to do" in page
    return slug_in(page)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_almost_a_token_is_none(line: Line, begun: Begun, kind: str) -> None:
    """None gets in over the wire, each is told why, and the honest answer is as good as before."""
    luck, before = random.Random(f"{kind} 1"), line.visits()
    tokens = [KINDS[kind](luck, begun) for _ in range(EACH)]
    assert begun.token not in tokens
    answers = [answer for _, answer in drive(line.port, BROWSERS, tokens, begun.answer)]
    assert {_refusal(*pair) for pair in zip(tokens, answers, strict=True)} <= REASONS
    assert line.visits() == before
    browser = Browser(line.port)
    assert begun.answer(browser, begun.token).status == 303
    browser.close()


def _says_anything(world: World, luck: Luck) -> None:
    """One launch that the platform signed: its answer is a page that opens, or one that says why not."""
    browser, before = world.browser(), world.visits()
    said = asked(login(browser, world.platform))
    claims = _changed(luck, world.platform.claims(said["nonce"]))
    answer = arrive(browser, said["state"], sealed(world.platform, {"alg": "RS256", "kid": "one"}, claims))
    if answer.status_code == 303:
        page = browser.get(answer.location, base_url=TOOL, follow_redirects=True) if luck.random() < 0.1 else answer
        assert page.status_code < 500, claims
        assert world.visits() == before + 1
        return
    slug = slug_of(answer)
    assert slug is not None, (answer.status_code, claims)
    refused(answer, slug)
    assert world.visits() == before, claims


@pytest.mark.parametrize(("engine", "times"), [("sqlite", SIGNED), ("postgresql", SIGNED // 25)])
def test_a_platform_may_say_anything(engine: str, times: int) -> None:
    """Whatever stands in a token that it signed, no database and no page breaks."""
    luck = random.Random("anything")
    with a_world(engine) as world:
        for _ in range(times):
            _says_anything(world, luck)
