"""A forged, confused, stale or repeated launch never gets in, and each is told why."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from lti_tool.models import LaunchState, Platform, Visit
from lti_tool.models.engine import Database
from tests.lti.acting import ABSENT, TOOL, ActingPlatform, arrive, asked, launch, login


def _seconds(**ago: float) -> int:
    return int((datetime.now(UTC) - timedelta(**ago)).timestamp())


def refused(response: TestResponse, slug: str) -> None:
    """The answer is a refusal with this slug, in a page that says what to do."""
    assert f'data-problem="{slug}"' in response.text, response.text
    assert 'data-launch="refused"' in response.text
    assert 400 <= response.status_code < 500
    assert "What to do" in response.text


def visits(database: Database) -> int:
    """How many visits were ever opened."""
    with database.reading() as session:
        return session.execute(select(func.count()).select_from(Visit)).scalar_one()


CLAIMS: list[tuple[str, dict[str, Any], str]] = [
    ("another issuer", {"iss": "https://evil.example"}, "token-foreign"),
    ("another tool", {"aud": "another-tool"}, "token-foreign"),
    ("no audience", {"aud": ABSENT}, "token-foreign"),
    ("two audiences without azp", {"aud": ["sprig-in-tests", "another"]}, "token-foreign"),
    ("azp another tool", {"aud": ["sprig-in-tests", "another"], "azp": "another"}, "token-foreign"),
    ("azp another tool, one audience", {"azp": "another"}, "token-foreign"),
    ("expired", {"exp": _seconds(seconds=61 + 30), "iat": _seconds(seconds=120)}, "launch-expired"),
    ("made long ago", {"iat": _seconds(hours=2)}, "launch-expired"),
    ("made in the future", {"iat": _seconds(seconds=-3600)}, "clock-skew"),
    ("not valid yet", {"nbf": _seconds(seconds=-3600)}, "clock-skew"),
    ("no exp", {"exp": ABSENT}, "claim-missing"),
    ("no iat", {"iat": ABSENT}, "claim-missing"),
    ("iat a word", {"iat": "yesterday"}, "claim-missing"),
    ("no nonce", {"nonce": ABSENT}, "claim-missing"),
    ("nonce a number", {"nonce": 7}, "claim-missing"),
    ("another nonce", {"nonce": "another"}, "nonce-mismatch"),
    ("no version", {"version": ABSENT}, "message-unsupported"),
    ("LTI 1.1", {"version": "LTI-1p1"}, "message-unsupported"),
    ("no message type", {"message_type": ABSENT}, "message-unsupported"),
    ("unknown message type", {"message_type": "LtiSurpriseRequest"}, "message-unsupported"),
    ("no deployment", {"deployment_id": ABSENT}, "claim-missing"),
    ("empty deployment", {"deployment_id": ""}, "claim-missing"),
    ("long deployment", {"deployment_id": "d" * 256}, "claim-missing"),
    ("no link", {"resource_link": ABSENT}, "claim-missing"),
    ("a link without id", {"resource_link": {"title": "x"}}, "claim-missing"),
    ("a link that is a word", {"resource_link": "link-1"}, "claim-missing"),
    ("long link id", {"resource_link": {"id": "l" * 256}}, "claim-missing"),
    ("no user", {"sub": ABSENT}, "claim-missing"),
    ("user a number", {"sub": 7}, "claim-missing"),
    ("long user", {"sub": "s" * 256}, "claim-missing"),
    ("no roles", {"roles": ABSENT}, "claim-missing"),
    ("roles a word", {"roles": "Learner"}, "claim-missing"),
    ("context a list", {"context": ["x"]}, "claim-missing"),
    ("no target", {"target_link_uri": ABSENT}, "claim-missing"),
    ("a target elsewhere", {"target_link_uri": "https://evil.example/lti/launch?c=tiny"}, "target-foreign"),
    ("a target on another path", {"target_link_uri": f"{TOOL}/metrics"}, "target-foreign"),
    ("content that is not here", {"target_link_uri": f"{TOOL}/lti/launch?c=nothing"}, "content-unknown"),
    ("a lesson that is not here", {"target_link_uri": f"{TOOL}/lti/launch?c=tiny.nothing"}, "content-unknown"),
    ("nothing chosen yet", {"target_link_uri": f"{TOOL}/lti/launch"}, "not-set-up"),
]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # no other engine is asked
@pytest.mark.parametrize(("changes", "slug"), [pytest.param(c, s, id=name) for name, c, s in CLAIMS])
def test_a_token_with_a_wrong_claim_is_refused(
    browser: FlaskClient, platform: ActingPlatform, database: Database, changes: dict[str, Any], slug: str
) -> None:
    """Each required claim is checked, and the refusal names what was wrong."""
    refused(launch(browser, platform, **changes), slug)
    assert visits(database) == 0


def _another_key(platform: ActingPlatform, claims: dict[str, Any]) -> str:
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return jwt.encode(claims, stranger, "RS256", {"kid": "one"})


def _tampered(platform: ActingPlatform, claims: dict[str, Any]) -> str:
    head, _, signature = platform.token(claims).split(".")
    return f"{head}.{jwt.encode(claims | {'sub': 'the-teacher'}, 'k' * 32, 'HS256').split('.')[1]}.{signature}"


def _public_key_as_secret(platform: ActingPlatform, claims: dict[str, Any]) -> str:
    secret = str(platform.keys["one"].public_key().public_numbers().n)
    return jwt.encode(claims, secret, "HS256", {"kid": "one"})


TOKENS: list[tuple[str, Callable[[ActingPlatform, dict[str, Any]], str], str]] = [
    ("signed by somebody else", _another_key, "signature-invalid"),
    ("changed after signing", _tampered, "signature-invalid"),
    ("alg HS256", _public_key_as_secret, "signature-invalid"),
    ("alg none", lambda _, claims: jwt.encode(claims, None, "none", {"kid": "one"}), "signature-invalid"),
    ("no key id", lambda platform, claims: platform.token(claims, kid=None), "signature-invalid"),
    ("an unknown key id", lambda platform, claims: platform.token(claims, kid="two"), "signature-invalid"),
    ("no token", lambda *_: "", "token-malformed"),
    ("two parts", lambda *_: "a.b", "token-malformed"),
    ("not base64", lambda *_: "!.!.!", "token-malformed"),
    ("a list as body", lambda *_: "eyJhbGciOiJSUzI1NiIsImtpZCI6Im9uZSJ9.W10.AA", "token-malformed"),
    ("far too long", lambda *_: "a" * 120_000, "token-malformed"),
]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # no other engine is asked
@pytest.mark.parametrize(("forge", "slug"), [pytest.param(f, s, id=name) for name, f, s in TOKENS])
def test_a_forged_token_is_refused(
    browser: FlaskClient,
    platform: ActingPlatform,
    database: Database,
    forge: Callable[[ActingPlatform, dict[str, Any]], str],
    slug: str,
) -> None:
    """Only what the platform's own key signed with RS256 gets in."""
    begun = asked(login(browser, platform))
    refused(arrive(browser, begun["state"], forge(platform, platform.claims(begun["nonce"]))), slug)
    assert visits(database) == 0


def test_a_launch_works_once(browser: FlaskClient, platform: ActingPlatform, database: Database) -> None:
    """The same token and state, sent again, are refused; the first visit stands."""
    begun = asked(login(browser, platform))
    token = platform.token(platform.claims(begun["nonce"]))
    assert arrive(browser, begun["state"], token).status_code == 303
    refused(arrive(browser, begun["state"], token), "launch-replayed")
    assert visits(database) == 1


def test_a_used_token_does_not_fit_another_login(browser: FlaskClient, platform: ActingPlatform) -> None:
    """State and nonce belong together: the state of one login with the nonce of another is refused."""
    first, second = asked(login(browser, platform)), asked(login(browser, platform))
    token = platform.token(platform.claims(first["nonce"]))
    refused(arrive(browser, second["state"], token), "nonce-mismatch")


def test_a_refused_token_does_not_use_the_launch_up(browser: FlaskClient, platform: ActingPlatform) -> None:
    """A forged answer cannot spoil somebody's honest one."""
    begun = asked(login(browser, platform))
    claims = platform.claims(begun["nonce"])
    refused(arrive(browser, begun["state"], _another_key(platform, claims)), "signature-invalid")
    assert arrive(browser, begun["state"], platform.token(claims)).status_code == 303


def test_another_browser_is_not_let_in(
    app: Flask, browser: FlaskClient, platform: ActingPlatform, database: Database
) -> None:
    """Whoever catches a launch of somebody else is `pending`, holds no data and changes nothing."""
    begun = asked(login(browser, platform))
    token = platform.token(platform.claims(begun["nonce"]))
    elsewhere = app.test_client()
    answer = arrive(elsewhere, begun["state"], token)
    assert 'data-launch="pending"' in answer.text
    assert "Ada Learner" not in answer.text
    assert visits(database) == 0
    assert arrive(browser, begun["state"], token).status_code == 303


def test_an_unknown_state_is_refused(browser: FlaskClient, platform: ActingPlatform) -> None:
    """A launch that we did not begin goes nowhere."""
    token = platform.token(platform.claims("any"))
    refused(arrive(browser, "made-up", token), "launch-unknown")
    refused(browser.post("/lti/launch", data={"id_token": token}, base_url=TOOL), "launch-unknown")
    refused(browser.post("/lti/launch", data={}, base_url=TOOL), "launch-unknown")


def test_a_launch_ends_within_ten_minutes(browser: FlaskClient, platform: ActingPlatform, database: Database) -> None:
    """What was begun long ago is refused."""
    begun = asked(login(browser, platform))
    with database.writing() as session:
        session.execute(update(LaunchState).values(expires_at=datetime.now(UTC) - timedelta(seconds=1)))
    refused(arrive(browser, begun["state"], platform.token(platform.claims(begun["nonce"]))), "launch-expired")


def test_an_error_of_the_platform_is_shown(browser: FlaskClient, platform: ActingPlatform) -> None:
    """The platform may answer with an error form; its words reach the person, escaped."""
    begun = asked(login(browser, platform))
    form = {"error": "login_required", "error_description": "<script>", "state": begun["state"]}
    answer = browser.post("/lti/launch", data=form, base_url=TOOL)
    refused(answer, "platform-refused")
    assert "login_required" in answer.text
    assert "<script>" not in answer.text


def test_a_disabled_registration_lets_nobody_in(
    browser: FlaskClient, platform: ActingPlatform, database: Database
) -> None:
    """Not even a launch that had begun before."""
    begun = asked(login(browser, platform))
    with database.writing() as session:
        session.execute(update(Platform).values(is_enabled=False))
    refused(arrive(browser, begun["state"], platform.token(platform.claims(begun["nonce"]))), "unknown-platform")
    refused(login(browser, platform), "unknown-platform")


def test_a_listed_deployment_admits_only_itself(
    browser: FlaskClient, platform: ActingPlatform, database: Database
) -> None:
    """A platform with listed deployments lets no other in."""
    platform.register(database, deployments=("1",))
    assert launch(browser, platform).status_code == 303
    refused(launch(browser, platform, deployment_id="2"), "deployment-unknown")


@pytest.mark.parametrize("missing", ["iss", "login_hint", "target_link_uri"])
def test_an_incomplete_login_is_refused(browser: FlaskClient, platform: ActingPlatform, missing: str) -> None:
    """A login initiation without a required parameter is told which one."""
    answer = login(browser, platform, **{missing: ""})
    refused(answer, "login-incomplete")
    assert missing in answer.text


@pytest.mark.parametrize("changes", [{"iss": "https://other.example"}, {"client_id": "other"}], ids=["iss", "client"])
def test_a_stranger_cannot_begin(browser: FlaskClient, platform: ActingPlatform, changes: dict[str, str]) -> None:
    """Only registered platforms begin launches."""
    refused(login(browser, platform, **changes), "unknown-platform")


def test_a_role_that_does_not_teach_cannot_pick(browser: FlaskClient, platform: ActingPlatform) -> None:
    """A learner with a deep-linking request is refused."""
    settings = {
        "deep_link_return_url": "https://lms.example/back",
        "accept_types": ["ltiResourceLink"],
        "accept_presentation_document_targets": ["iframe"],
    }
    changes = {
        "message_type": "LtiDeepLinkingRequest",
        "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings": settings,
    }
    refused(launch(browser, platform, **changes), "role-unfit")


def test_too_many_logins_from_one_address_wait(database_url: str, platform: ActingPlatform, database: Database) -> None:
    """One network address may begin only so many launches a minute."""
    from tests.web_client import app_over

    app = app_over(database_url, LOGIN_RATE="3")
    answers = [login(app.test_client(), platform).status_code for _ in range(4)]
    app.extensions["sprig"].database.engine.dispose()
    assert answers == [302, 302, 302, 429]


UNCOUNTED: dict[str, dict[str, str]] = {
    "unknown platform": {"iss": "https://other.example"},
    "incomplete": {"login_hint": ""},
}


@pytest.mark.parametrize("changes", UNCOUNTED.values(), ids=UNCOUNTED.keys())
def test_refused_logins_count(
    database_url: str, platform: ActingPlatform, database: Database, changes: dict[str, str]
) -> None:
    """Whoever tries in vain is a try, too."""
    from tests.web_client import app_over

    app = app_over(database_url, LOGIN_RATE="3")
    answers = [login(app.test_client(), platform, **changes).status_code for _ in range(4)]
    app.extensions["sprig"].database.engine.dispose()
    assert answers == [400, 400, 400, 429]


@pytest.mark.parametrize("probe", ["", "&probe=1"], ids=["first hop", "new tab"])
def test_logins_in_a_frame_count(database_url: str, platform: ActingPlatform, database: Database, probe: str) -> None:
    """The hop that looks for a cookie, and the page that offers a new tab."""
    from tests.web_client import app_over

    app = app_over(database_url, LOGIN_RATE="3")
    address = f"/lti/login?iss={platform.issuer}&login_hint=h&target_link_uri={TOOL}{probe}"
    frame = {"Sec-Fetch-Dest": "iframe"}
    answers = [app.test_client().get(address, headers=frame, base_url=TOOL).status_code for _ in range(4)]
    app.extensions["sprig"].database.engine.dispose()
    assert answers[3] == 429
    assert 429 not in answers[:3]


def test_the_launch_address_explains_itself(browser: FlaskClient) -> None:
    """Somebody who types the address is told to come from a course."""
    answer = browser.get("/lti/launch", base_url=TOOL)
    assert answer.status_code == 405
    assert 'data-problem="opened-by-hand"' in answer.text
