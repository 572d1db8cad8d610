"""Notices of copied courses: verified as launches are, harmless when repeated, asked for where they are offered."""

import time
from typing import Any

import jwt
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from lti_tool.models import Context, Deployment
from lti_tool.models.engine import Database
from tests.lti.acting import ABSENT, TOOL, ActingPlatform, launch

COPY = "LtiContextCopyNotice"
PROBLEM = {"Accept": "application/problem+json"}


def copied(platform: ActingPlatform, **changes: Any) -> dict[str, Any]:
    """The claims of a notice, in order but for the changes."""
    known = {"context": {"id": "context-2", "title": "A copy"}, "origin_contexts": ["context-1"]}
    notice = {"id": "n1", "timestamp": "2026-11-01T00:00:00Z", "type": COPY}
    left_out = dict.fromkeys(("sub", "roles", "resource_link", "target_link_uri", "message_type"), ABSENT)
    return platform.claims("a nonce", **{"notice": notice, **known, **left_out, **changes})


def tell(browser: FlaskClient, *tokens: object) -> TestResponse:
    """The platform sends these."""
    body = {"notices": [{"jwt": token} for token in tokens]}
    return browser.post("/lti/notices", json=body, base_url=TOOL, headers=PROBLEM)


def contexts(database: Database) -> dict[str, str | None]:
    """What each LMS course is a copy of, by the LMS's ids."""
    with database.reading() as session:
        rows = session.scalars(select(Context)).all()
        return {row.lms_id: next((o.lms_id for o in rows if o.id == row.copied_from_id), None) for row in rows}


@pytest.fixture
def known(browser: FlaskClient, platform: ActingPlatform) -> ActingPlatform:
    """The platform, after a launch from context-1."""
    launch(browser, platform)
    return platform


def test_a_copy_is_noted(browser: FlaskClient, known: ActingPlatform, database: Database) -> None:
    """Before anybody came from it; told once more, nothing changes."""
    token = known.token(copied(known))
    for _ in range(3):
        assert tell(browser, token, token).status_code == 204
    assert contexts(database) == {"context-1": None, "context-2": "context-1"}
    with database.reading() as session:
        assert session.scalar(select(Context.title).where(Context.lms_id == "context-2")) == "A copy"


def test_a_copy_that_is_known_already_learns_its_origin(
    browser: FlaskClient, known: ActingPlatform, database: Database
) -> None:
    """A launch was quicker; the title stays its own."""
    launch(browser, known, context={"id": "context-2", "title": "Mine"})
    assert tell(browser, known.token(copied(known))).status_code == 204
    assert contexts(database)["context-2"] == "context-1"
    with database.reading() as session:
        assert session.scalar(select(Context.title).where(Context.lms_id == "context-2")) == "Mine"


@pytest.mark.parametrize(
    "changes",
    [
        {"origin_contexts": ["elsewhere"]},
        {"origin_contexts": []},
        {"notice": {"id": "n", "timestamp": "t", "type": "LtiHelloWorldNotice"}},
        {"context": {"id": "context-1"}},
    ],
)
def test_what_does_not_concern_us_is_taken_and_not_kept(
    browser: FlaskClient, known: ActingPlatform, database: Database, changes: dict[str, Any]
) -> None:
    """Copies of courses that we do not know, kinds of notices that we do not know, a course as its own copy."""
    assert tell(browser, known.token(copied(known, **changes))).status_code == 204
    assert contexts(database) == {"context-1": None}


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "another issuer": ({"iss": "https://evil.example"}, "unknown-platform"),
    "another audience": ({"aud": "somebody-else"}, "unknown-platform"),
    "many audiences": ({"aud": ["sprig-in-tests", "x"]}, "token-foreign"),
    "another party": ({"azp": "x"}, "token-foreign"),
    "no audience": ({"aud": ABSENT}, "token-foreign"),
    "no issuer": ({"iss": ABSENT}, "token-foreign"),
    "expired": ({"exp": int(time.time()) - 3600}, "launch-expired"),
    "from the future": ({"iat": int(time.time()) + 3600}, "clock-skew"),
    "old": ({"iat": int(time.time()) - 7200}, "launch-expired"),
    "without end": ({"exp": ABSENT}, "claim-missing"),
    "without beginning": ({"iat": ABSENT}, "claim-missing"),
    "another version": ({"version": "1.1"}, "message-unsupported"),
    "no deployment": ({"deployment_id": ABSENT}, "claim-missing"),
    "an unknown deployment": ({"deployment_id": "77"}, "deployment-unknown"),
    "no notice": ({"notice": ABSENT}, "claim-missing"),
    "no context": ({"context": ABSENT}, "claim-missing"),
    "an endless context": ({"context": {"id": "x" * 256}}, "claim-missing"),
    "a context with NUL": ({"context": {"id": "a\x00"}}, "token-malformed"),
    "origins that are none": ({"origin_contexts": "context-1"}, "claim-missing"),
    "an origin that is none": ({"origin_contexts": [7]}, "claim-missing"),
}


@pytest.mark.parametrize(("changes", "slug"), BAD.values(), ids=BAD.keys())
def test_a_bad_notice_is_refused(
    browser: FlaskClient, known: ActingPlatform, database: Database, changes: dict[str, Any], slug: str
) -> None:
    """With its slug, and a good one beside it is not taken either."""
    good, bad = known.token(copied(known)), known.token(copied(known, **changes))
    answer = tell(browser, good, bad)
    assert (answer.status_code, answer.json["type"]) == (400, f"about:blank#{slug}")  # type: ignore[index]  # it is JSON
    assert contexts(database) == {"context-1": None}


def forged(platform: ActingPlatform) -> dict[str, tuple[object, str]]:
    """Tokens that are not the platform's."""
    claims = copied(platform)
    secret = jwt.encode(claims, "a secret that is long enough for HS256", "HS256", {"kid": "one"})
    return {
        "unsigned": (jwt.encode(claims, "", "none", {"kid": "one"}), "signature-invalid"),
        "another algorithm": (secret, "signature-invalid"),
        "no key": (platform.token(claims, kid=None), "signature-invalid"),
        "an unknown key": (platform.token(claims, kid="two"), "signature-invalid"),
        "a changed end": (platform.token(claims)[:-6] + "AAAAAA", "signature-invalid"),
        "no token": ("x", "token-malformed"),
        "a number": (7, "token-malformed"),
        "nothing": (None, "token-malformed"),
        "letters beyond ASCII": ("é.é.é", "token-malformed"),
        "endless": ("x" * 100_001, "token-malformed"),
    }


@pytest.mark.parametrize("name", [
    "unsigned", "another algorithm", "no key", "an unknown key", "a changed end", "no token", "a number", "nothing",
    "letters beyond ASCII", "endless",
])  # fmt: skip
def test_a_forged_notice_is_refused(browser: FlaskClient, known: ActingPlatform, database: Database, name: str) -> None:
    """Whatever it looks like."""
    token, slug = forged(known)[name]
    answer = tell(browser, token)
    assert (answer.status_code, answer.json["type"]) == (400, f"about:blank#{slug}")  # type: ignore[index]  # it is JSON
    assert contexts(database) == {"context-1": None}


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b'{"notices": []}', b'{"notices": {}}', b"[" * 100_000, b'{"notices": [1]}', b"\xff"]
)
def test_a_body_that_is_none_is_refused(browser: FlaskClient, known: ActingPlatform, body: bytes) -> None:
    """And too many notices, and too large a body."""
    assert browser.post("/lti/notices", data=body, base_url=TOOL, headers=PROBLEM).status_code == 400
    assert tell(browser, *["x"] * 51).status_code == 400
    assert browser.post("/lti/notices", data=b"x" * 300_000, base_url=TOOL).status_code == 413
    assert browser.get("/lti/notices", base_url=TOOL).status_code == 405


def test_a_held_deployment_is_told_nothing(browser: FlaskClient, known: ActingPlatform, database: Database) -> None:
    """Until its institution is confirmed."""
    with database.writing() as session:
        session.scalars(select(Deployment)).one().is_held = True
    answer = tell(browser, known.token(copied(known)))
    assert (answer.json or {})["type"] == "about:blank#deployment-held"
    assert contexts(database) == {"context-1": None}
