"""A token of the platform's own that is confused: out of its time, for somebody else, or not what it says it is."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.attacks.world import World
from tests.lti.acting import ABSENT, CLIENT_ID, ISSUER

YEAR = 31_536_000
MANY = 10**400
"""More than any float."""


def _now(seconds: float = 0) -> int:
    return int(datetime.now(UTC).timestamp() + seconds)


EXPIRED, SKEWED, GARBLED, FOREIGN = "launch-expired", "clock-skew", "claim-missing", "token-foreign"
TIMES: dict[str, tuple[dict[str, Any], str]] = {
    "expired a minute and a half ago": ({"exp": _now(-120), "iat": _now(-180)}, EXPIRED),
    "expired a year ago": ({"exp": _now(-YEAR)}, EXPIRED),
    "expired at the beginning": ({"exp": 0}, EXPIRED),
    "expired before it": ({"exp": -1}, EXPIRED),
    "expired long before it": ({"exp": -(10**18)}, EXPIRED),
    "expired in a fraction": ({"exp": 0.5}, EXPIRED),
    "made an hour and more ago": ({"iat": _now(-3700)}, EXPIRED),
    "made at the beginning": ({"iat": 0}, EXPIRED),
    "made before it": ({"iat": -1}, EXPIRED),
    "made before any number": ({"iat": -MANY}, EXPIRED),
    "expired before any number": ({"exp": -MANY}, EXPIRED),
    "made in a fraction": ({"iat": 0.5}, EXPIRED),
    "made in minus a fraction": ({"iat": -0.0}, EXPIRED),
    "made long ago, valid for ever": ({"iat": _now(-YEAR), "exp": _now(YEAR)}, EXPIRED),
    "made in five minutes": ({"iat": _now(600)}, SKEWED),
    "made in a year": ({"iat": _now(YEAR), "exp": _now(2 * YEAR)}, SKEWED),
    "made in milliseconds": ({"iat": _now() * 1000, "exp": _now(60) * 1000}, SKEWED),
    "made after any number": ({"iat": MANY, "exp": MANY}, SKEWED),
    "not before five minutes": ({"nbf": _now(600)}, SKEWED),
    "not before any number": ({"nbf": MANY}, SKEWED),
    **{
        f"{name} {word}": ({name: value}, GARBLED)
        for name in ("exp", "iat", "nbf")
        for word, value in {
            "a text": str(_now(60)), "an empty text": "", "a date": "2026-01-01T00:00:00Z", "hexadecimal": "0x7fffffff",
            "yes": True, "no": False, "a list": [_now(60)], "an object": {"$date": 1}, "null": None,
            "no number": float("nan"), "infinite": float("inf"),
        }.items()
    },
}  # fmt: skip
ANOTHER = "another-tool"
WHOSE: dict[str, tuple[dict[str, Any], str]] = {
    "nobody's": ({"aud": []}, FOREIGN),
    "null's": ({"aud": None}, FOREIGN),
    "an empty text's": ({"aud": ""}, FOREIGN),
    "another's": ({"aud": ANOTHER}, FOREIGN),
    "others'": ({"aud": [ANOTHER, "third"]}, FOREIGN),
    "ours in capitals": ({"aud": CLIENT_ID.upper()}, FOREIGN),
    "ours with a space": ({"aud": f"{CLIENT_ID} "}, FOREIGN),
    "ours and more": ({"aud": f"{CLIENT_ID}2"}, FOREIGN),
    "ours in part": ({"aud": CLIENT_ID[:-1]}, FOREIGN),
    "ours in a list in a list": ({"aud": [[CLIENT_ID]]}, FOREIGN),
    "ours as a name": ({"aud": {CLIENT_ID: True}}, FOREIGN),
    "ours among spaces": ({"aud": f"{ANOTHER} {CLIENT_ID}"}, FOREIGN),
    "our address": ({"aud": "https://tool.example"}, FOREIGN),
    "a number": ({"aud": 7}, FOREIGN),
    "ours twice, for nobody": ({"aud": [CLIENT_ID, CLIENT_ID]}, FOREIGN),
    "ours and another's, for nobody": ({"aud": [ANOTHER, CLIENT_ID]}, FOREIGN),
    "ours and another's, for the other": ({"aud": [CLIENT_ID, ANOTHER], "azp": ANOTHER}, FOREIGN),
    "ours and a number, for us": ({"aud": [CLIENT_ID, 7], "azp": CLIENT_ID}, FOREIGN),
    "another's, for us": ({"aud": ANOTHER, "azp": CLIENT_ID}, FOREIGN),
    "ours, for another": ({"azp": ANOTHER}, FOREIGN),
    "ours, for an empty text": ({"azp": ""}, FOREIGN),
    "ours, for a list with us": ({"azp": [CLIENT_ID]}, FOREIGN),
    "ours, for no": ({"azp": False}, FOREIGN),
    "another issuer": ({"iss": "https://evil.example"}, FOREIGN),
    "the issuer with a stroke": ({"iss": f"{ISSUER}/"}, FOREIGN),
    "the issuer in capitals": ({"iss": ISSUER.upper()}, FOREIGN),
    "the issuer over http": ({"iss": ISSUER.replace("https", "http")}, FOREIGN),
    "the issuer as a user": ({"iss": f"{ISSUER}@evil.example"}, FOREIGN),
    "the issuer as a part": ({"iss": f"{ISSUER}.evil.example"}, FOREIGN),
    "the issuer with its port": ({"iss": f"{ISSUER}:443"}, FOREIGN),
    "the issuer with a space": ({"iss": f" {ISSUER}"}, FOREIGN),
    "the issuer with a NUL": ({"iss": f"{ISSUER}\x00"}, FOREIGN),
    "no issuer": ({"iss": ABSENT}, FOREIGN),
    "an empty issuer": ({"iss": ""}, FOREIGN),
    "ourselves": ({"iss": CLIENT_ID, "sub": CLIENT_ID}, FOREIGN),
}
MISMATCH, UNSUPPORTED = "nonce-mismatch", "message-unsupported"
PARTS: dict[str, tuple[dict[str, Any], str]] = {
    "no nonce": ({"nonce": ABSENT}, GARBLED),
    "an empty nonce": ({"nonce": ""}, GARBLED),
    "a null nonce": ({"nonce": None}, GARBLED),
    "a list of nonces": ({"nonce": ["x"]}, GARBLED),
    "a nonce yes": ({"nonce": True}, GARBLED),
    "another nonce": ({"nonce": "x" * 43}, MISMATCH),
    "a huge nonce": ({"nonce": "x" * 50_000}, MISMATCH),
    "a message of the tool's": ({"message_type": "LtiDeepLinkingResponse"}, UNSUPPORTED),
    "a start proctoring": ({"message_type": "LtiStartProctoring"}, UNSUPPORTED),
    "a message in small letters": ({"message_type": "ltiresourcelinkrequest"}, UNSUPPORTED),
    "a null message": ({"message_type": None}, UNSUPPORTED),
    "version a number": ({"version": 1.3}, UNSUPPORTED),
    "version longer": ({"version": "1.3.0.0"}, UNSUPPORTED),
    "a null version": ({"version": None}, UNSUPPORTED),
    "deployment a number": ({"deployment_id": 1}, GARBLED),
    "deployment null": ({"deployment_id": None}, GARBLED),
    "deployment a list": ({"deployment_id": ["1"]}, GARBLED),
    "deployment huge": ({"deployment_id": "1" * 50_000}, GARBLED),
    "an empty user": ({"sub": ""}, GARBLED),
    "a null user": ({"sub": None}, GARBLED),
    "a user who is a list": ({"sub": ["learner-1"]}, GARBLED),
    "a user who is an object": ({"sub": {"id": "learner-1"}}, GARBLED),
    "roles null": ({"roles": None}, GARBLED),
    "roles an object": ({"roles": {"Instructor": 1}}, GARBLED),
    "a link with a number": ({"resource_link": {"id": 7}}, GARBLED),
    "a link with an empty id": ({"resource_link": {"id": ""}}, GARBLED),
    "links": ({"resource_link": [{"id": "link-1"}]}, GARBLED),
    "a context with a number": ({"context": {"id": 7}}, GARBLED),
    "a context with a huge id": ({"context": {"id": "c" * 256}}, GARBLED),
    "a title that is a list": ({"resource_link": {"id": "link-1", "title": ["x"]}}, GARBLED),
    "a presentation that is a text": ({"launch_presentation": "iframe"}, GARBLED),
}
TABLES = (TIMES, WHOSE, PARTS)


@pytest.mark.parametrize("name", TIMES)
def test_a_token_has_its_time(world: World, name: str) -> None:
    """And its times are numbers."""
    world.refuses_claims(*TIMES[name])


@pytest.mark.parametrize("name", WHOSE)
def test_a_token_is_from_the_platform_and_for_us(world: World, name: str) -> None:
    """Exactly, and for nobody else."""
    world.refuses_claims(*WHOSE[name])


@pytest.mark.parametrize("name", PARTS)
def test_a_token_is_whole(world: World, name: str) -> None:
    """Each part that it must have is what it must be."""
    world.refuses_claims(*PARTS[name])


def test_a_listed_deployment_is_no_others(world: World) -> None:
    """Neither one that looks like it, nor one of another platform."""
    world.platform.register(world.database, deployments=("1",))
    try:
        for name in ("01", "1 ", "\uff11", "1.0", "2"):
            world.refuses_claims({"deployment_id": name}, "deployment-unknown")
    finally:
        world.platform.register(world.database, any_deployment=True)
