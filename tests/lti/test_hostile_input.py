"""Whatever a launch, an address or a form holds, the answer is a page that says so, never an error of ours."""

import json
from typing import Any

import jwt
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from content.model import Order, Rich
from lti_tool.lti.claims import origin_of
from lti_tool.lti.http import Answer
from lti_tool.models import Context, Learner, ResourceLink, Review, Visit
from lti_tool.models.engine import Database
from lti_tool.web.asking import _places
from tests.lti.acting import AGS, INSTRUCTOR, TOOL, ActingPlatform, arrive, asked, launch, login, visit_of
from tests.web_client import app_over

SETTINGS = "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings"
RETURN = {
    "deep_link_return_url": "https://lms.example/back",
    "accept_types": ["ltiResourceLink"],
    "accept_presentation_document_targets": ["iframe"],
}
HALF = "\ud800"
NUL = "\x00"


def deep_linking(**changes: Any) -> dict[str, Any]:
    """The claims of a teacher who wants to choose."""
    return {"message_type": "LtiDeepLinkingRequest", "roles": [INSTRUCTOR], SETTINGS: RETURN | changes}


def deep(levels: int) -> Any:
    """A list in a list in a list."""
    value: Any = "x"
    for _ in range(levels):
        value = [value]
    return value


CLAIMS: list[tuple[str, dict[str, Any], str]] = [
    ("half a character as nonce", {"nonce": HALF}, "claim-missing"),
    ("half a character in the user", {"sub": "a" + HALF}, "claim-missing"),
    ("NUL in the user", {"sub": "learner-1" + NUL}, "claim-missing"),
    ("NUL in the deployment", {"deployment_id": "1" + NUL}, "claim-missing"),
    ("half a character in the deployment", {"deployment_id": HALF}, "claim-missing"),
    ("NUL in the link", {"resource_link": {"id": "l" + NUL}}, "claim-missing"),
    ("half a character in the link", {"resource_link": {"id": HALF}}, "claim-missing"),
    ("NUL in the context", {"context": {"id": "c" + NUL}}, "claim-missing"),
    ("half a character in the context", {"context": {"id": HALF}}, "claim-missing"),
    ("NUL in the content id", {"target_link_uri": f"{TOOL}/lti/launch?c=%00"}, "content-unknown"),
    ("no address as target", {"target_link_uri": "http://["}, "target-foreign"),
    ("a list as message type", {"message_type": ["LtiResourceLinkRequest"]}, "message-unsupported"),
    ("an object as message type", {"message_type": {}}, "message-unsupported"),
    ("an object as audience", {"aud": {}}, "token-foreign"),
    ("long before all time", {"iat": -1e18}, "launch-expired"),
    ("long after all time", {"iat": 1e18}, "clock-skew"),
    ("issued at infinity", {"iat": float("inf")}, "claim-missing"),
    ("issued at no number", {"iat": float("nan")}, "claim-missing"),
    ("expires at infinity", {"exp": float("inf")}, "claim-missing"),
    ("valid from infinity", {"nbf": float("inf")}, "claim-missing"),
    ("too deep", {"custom": deep(900)}, "token-malformed"),
    ("NaN to send back", deep_linking(data=float("nan")), "claim-missing"),
    ("NUL to send back", deep_linking(data=NUL), "claim-missing"),
    ("half a character to send back", deep_linking(data={HALF: 1}), "claim-missing"),
    ("nowhere to send back to", deep_linking(deep_link_return_url=None), "claim-missing"),
    ("a script to send back to", deep_linking(deep_link_return_url="javascript:alert(1)"), "claim-missing"),
]


@pytest.mark.parametrize(("changes", "slug"), [pytest.param(c, s, id=name) for name, c, s in CLAIMS])
def test_a_claim_that_cannot_be_kept_is_refused(
    browser: FlaskClient, platform: ActingPlatform, database: Database, changes: dict[str, Any], slug: str
) -> None:
    """With a page that says what was wrong; nobody gets in, and no identifier is mended into another's."""
    answer = launch(browser, platform, **changes)
    assert (answer.status_code, f'data-problem="{slug}"' in answer.text) == (400, True), answer.text
    with database.reading() as session:
        assert session.execute(select(func.count()).select_from(Visit)).scalar_one() == 0


@pytest.mark.parametrize(
    "issuer", [["https://lms.example"], {}, 7, None, HALF], ids=["list", "object", "7", "none", "half"]
)
def test_an_issuer_that_is_no_text_is_refused(browser: FlaskClient, platform: ActingPlatform, issuer: Any) -> None:
    """Before the signature is looked at."""
    begun = asked(login(browser, platform))
    head, _, signature = platform.token(platform.claims(begun["nonce"])).split(".")
    body = json.dumps(platform.claims(begun["nonce"]) | {"iss": issuer}).encode()
    token = f"{head}.{jwt.utils.base64url_encode(body).decode()}.{signature}"
    assert 'data-problem="token-foreign"' in arrive(browser, begun["state"], token).text


def test_a_target_with_half_a_character_is_refused(browser: FlaskClient, platform: ActingPlatform) -> None:
    """No login can have named it."""
    begun = asked(login(browser, platform))
    claims = platform.claims(begun["nonce"], target_link_uri=f"{TOOL}/lti/launch?c={HALF}")
    assert 'data-problem="claim-missing"' in arrive(browser, begun["state"], platform.token(claims)).text


def test_texts_to_show_are_mended(browser: FlaskClient, platform: ActingPlatform, database: Database) -> None:
    """A garbled title or name locks nobody out: what cannot be kept is left out."""
    dirt = NUL + HALF
    changes = {
        "name": f"Ada{dirt} Learner",
        "context": {"id": "c", "title": f"A {dirt}course"},
        "resource_link": {"id": "l", "title": f"Ti{dirt}ny"},
        "launch_presentation": {"locale": f"en{dirt}", "return_url": f"https://lms.example/{dirt}"},
        "custom": {"zone": f"Europe/{dirt}"},
        AGS + "claim/endpoint": {"scope": [dirt], "lineitem": "https://lms.example/items/1"},
    }
    assert launch(browser, platform, **changes).status_code == 303
    with database.reading() as session:
        assert session.execute(select(Learner.name)).scalar_one() == "Ada Learner"
        assert session.execute(select(Context.title)).scalar_one() == "A course"
        assert session.execute(select(ResourceLink.title)).scalar_one() == "Tiny"
        row = session.execute(select(Visit.locale, Visit.return_url, Visit.zone)).one()
        assert tuple(row) == ("en", None, None)


def test_a_zone_that_is_too_long_is_none(browser: FlaskClient, platform: ActingPlatform) -> None:
    """Longer than any zone there is."""
    assert launch(browser, platform, custom={"zone": "z" * 500, "content_id": "c" * 5000}).status_code == 303


@pytest.mark.parametrize(
    "address",
    ["https://*", "https://*.example", "https://a;b", "https://a b", "https://a,b", "https://[", "https://é.example",
     "javascript:alert(1)", "https://", "https://a'b", "//a", "https://a:99999", "https://a_b\n",
     "https://evil.example\\@a", "https://u@a", "https://a\\b"],
)  # fmt: skip
def test_a_security_policy_names_hosts_only(address: str) -> None:
    """What is no plain host is no origin."""
    assert origin_of(address) is None


@pytest.mark.parametrize("address", ["https://a-b.example:8443", "http://127.0.0.1:5000", "https://[::1]:8443"])
def test_a_plain_host_is_an_origin(address: str) -> None:
    """With its port, and as IPv6."""
    assert origin_of(f"{address}/path?x=1") == address


def test_a_return_address_widens_no_policy(browser: FlaskClient, platform: ActingPlatform) -> None:
    """`https://*` would let everybody frame the page."""
    visit = visit_of(launch(browser, platform, launch_presentation={"return_url": "https://*"}))
    policy = browser.get(f"/t/{visit}/", base_url=TOOL).headers["Content-Security-Policy"]
    assert "*" not in policy


def test_the_signed_target_is_the_one_that_was_begun(browser: FlaskClient, platform: ActingPlatform) -> None:
    """A launch begun for one lesson opens no other."""
    begun = asked(login(browser, platform))
    claims = platform.claims(begun["nonce"], target_link_uri=f"{TOOL}/lti/launch?c=tiny.first")
    answer = arrive(browser, begun["state"], platform.token(claims))
    assert 'data-problem="target-foreign"' in answer.text


def test_a_target_too_long_to_keep_begins_nothing(browser: FlaskClient, platform: ActingPlatform) -> None:
    """Cut, it would be another."""
    answer = login(browser, platform, target_link_uri=f"{TOOL}/lti/launch?c={'x' * 2000}")
    assert 'data-problem="login-incomplete"' in answer.text


def test_nobodys_words_are_repeated_without_a_launch(browser: FlaskClient, platform: ActingPlatform) -> None:
    """An error that answers no login of ours could say anything."""
    form = {"error": "Call this number at once", "state": "made-up"}
    answer = browser.post("/lti/launch", data=form, base_url=TOOL)
    assert 'data-problem="launch-unknown"' in answer.text
    assert "Call this number" not in answer.text


@pytest.mark.parametrize("name", ["iss", "client_id", "login_hint", "target_link_uri"])
def test_a_login_with_a_nul_is_refused(browser: FlaskClient, platform: ActingPlatform, name: str) -> None:
    """In the form and in the query."""
    assert login(browser, platform, **{name: "a" + NUL}).status_code == 404
    assert browser.get(f"/lti/login?{name}=%00", base_url=TOOL).status_code == 404


GETS = ["s/99999999999999999999/1", "s/4294967296/1", "s/1/4294967296", f"s/{'9' * 5000}/1", "s/0/1",
        "s/4294967296/end", "s/2147483647/1", "?x=%00", "%00"]  # fmt: skip


@pytest.mark.parametrize("path", GETS, ids=[one[:30] for one in GETS])
def test_an_address_that_names_nothing_has_a_page(browser: FlaskClient, platform: ActingPlatform, path: str) -> None:
    """However large its numbers are."""
    visit = visit_of(launch(browser, platform))
    browser.post(f"/t/{visit}/sittings", data={"lesson": "first"}, base_url=TOOL)
    assert browser.get(f"/t/{visit}/{path}", base_url=TOOL).status_code == 404


def test_a_visit_with_a_nul_is_none(browser: FlaskClient) -> None:
    """Before any database is asked."""
    assert browser.get("/t/%00/", base_url=TOOL).status_code == 404


POSTS: list[tuple[str, dict[str, str]]] = [
    ("grades/4294967296/send", {}),
    (f"grades/{'9' * 5000}/send", {}),
    ("sittings", {"lesson": NUL}),
    ("pick", {"c": NUL}),
]


@pytest.mark.parametrize(("path", "form"), POSTS, ids=["large", "huge", "lesson", "pick"])
def test_a_form_that_names_nothing_has_a_page(
    browser: FlaskClient, platform: ActingPlatform, path: str, form: dict[str, str]
) -> None:
    """Nothing is changed by it."""
    visit = visit_of(launch(browser, platform, roles=[INSTRUCTOR]))
    assert browser.post(f"/t/{visit}/{path}", data=form, base_url=TOOL).status_code == 404


@pytest.mark.parametrize("name", ["off", "goal"])
def test_settings_take_no_endless_number(browser: FlaskClient, platform: ActingPlatform, name: str) -> None:
    """Python reads no more than 4300 digits."""
    visit = visit_of(launch(browser, platform))
    browser.post(f"/t/{visit}/sittings", data={"lesson": "first"}, base_url=TOOL)
    form = {"goal": "3", "theme": "auto"} | {name: "9" * 5000}
    assert browser.post(f"/t/{visit}/settings", data=form, base_url=TOOL).status_code < 500


@pytest.mark.parametrize("number", ["9" * 5000, "9" * 30, "-" + "9" * 30], ids=["endless", "huge", "below"])
def test_a_hint_is_one_of_those_there_are(browser: FlaskClient, platform: ActingPlatform, number: str) -> None:
    """Whatever number was asked for."""
    visit = visit_of(launch(browser, platform))
    browser.post(f"/t/{visit}/sittings", data={"lesson": "first"}, base_url=TOOL)
    browser.post(f"/t/{visit}/s/1/1", base_url=TOOL)
    answer = browser.post(f"/t/{visit}/s/1/2", data={"hint": number, "t": number, "a": number}, base_url=TOOL)
    assert (answer.status_code, "What is 2 + 2?" in answer.text) == (200, True)


def test_a_place_that_is_no_number_is_the_one_it_has() -> None:
    """A line of an ordering comes back where it stood, even when its place has more digits than Python reads."""
    body = Order((Rich("first", ""), Rich("second", "")))
    options = _places(body, (1, 0), None, {"a0": "9" * 5000, "a1": "2"}, ())
    assert [(option.value, option.place) for option in options] == [("1", 2), ("0", 2)]


def test_an_answer_does_not_move_the_day(browser: FlaskClient, platform: ActingPlatform, database: Database) -> None:
    """Only the form that begins a sitting tells the browser's zone."""
    visit = visit_of(launch(browser, platform))
    browser.post(f"/t/{visit}/sittings", data={"lesson": "first", "zone": "Europe/Vienna"}, base_url=TOOL)
    browser.post(f"/t/{visit}/s/1/1", base_url=TOOL)
    browser.post(f"/t/{visit}/s/1/2", data={"unsure": "1", "zone": "Pacific/Kiritimati"}, base_url=TOOL)
    with database.reading() as session:
        assert session.execute(select(Review.zone)).scalar_one() == "Europe/Vienna"


def test_the_demo_goes_back_to_this_machine_only(database_url: str, platform: ActingPlatform) -> None:
    """And to no address that is none."""
    demo = app_over(database_url, DEMO="1", PUBLIC_URL="http://127.0.0.1:5000")
    answer = demo.test_client().post("/demo/jump", data={"days": "9" * 5000, "back": "http://["}, base_url=TOOL)
    demo.extensions["sprig"].database.engine.dispose()
    assert answer.status_code == 200


def test_figures_are_refused_to_any_authorization(database_url: str, platform: ActingPlatform) -> None:
    """Even one that no ASCII holds."""
    guarded = app_over(database_url, METRICS_TOKEN="a-token")
    answer = guarded.test_client().get("/metrics", base_url=TOOL, headers={"Authorization": "Bearer é"})
    guarded.extensions["sprig"].database.engine.dispose()
    assert answer.status_code == 404


BODIES = [b"[" * 100_000, b'{"keys": NaN}', b'{"keys": [Infinity]}', b"\xff", b"", b'{"a": ' + b"1" * 5000 + b"}"]


@pytest.mark.parametrize("body", BODIES, ids=["deep", "nan", "infinity", "not UTF-8", "empty", "long number"])
def test_an_answer_that_is_no_json_is_none(body: bytes) -> None:
    """Neither is what Python alone takes for JSON."""
    assert Answer(200, body).json() is None


KEY_SETS = [
    b"[" * 100_000,
    b'{"keys": NaN}',
    b'{"keys": [{"kty": "RSA", "kid": "one", "n": [], "e": {}}]}',
    b"[]",
    b"7",
]


@pytest.mark.parametrize("body", KEY_SETS, ids=["deep", "nan", "no key", "list", "number"])
def test_a_key_set_that_is_none_lets_nobody_in(
    browser: FlaskClient, platform: ActingPlatform, monkeypatch: pytest.MonkeyPatch, body: bytes
) -> None:
    """The page says that the platform's keys are out of reach."""
    monkeypatch.setattr(platform, "publishes", body)
    assert 'data-problem="platform-keys-unavailable"' in launch(browser, platform).text


def test_a_key_set_that_no_database_keeps_lets_nobody_in(
    browser: FlaskClient, platform: ActingPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though its keys are good."""
    keys = platform.key_set() | {"note": NUL + HALF}
    monkeypatch.setattr(platform, "publishes", json.dumps(keys).encode())
    assert 'data-problem="platform-keys-unavailable"' in launch(browser, platform).text


@pytest.mark.parametrize("part", [0, 1], ids=["header", "body"])
def test_a_token_too_deep_to_read_is_refused(browser: FlaskClient, platform: ActingPlatform, part: int) -> None:
    """It is read by recursion, more than once."""
    begun = asked(login(browser, platform))
    parts = platform.token(platform.claims(begun["nonce"])).split(".")
    parts[part] = jwt.utils.base64url_encode(b"[" * 40_000 + b"]" * 10_000).decode()
    assert 'data-problem="token-malformed"' in arrive(browser, begun["state"], ".".join(parts)).text


def test_two_frames_at_first_contact_both_open(app: Flask, platform: ActingPlatform) -> None:
    """Each begins before any cookie is there; the lasting cookie is the last one's, and both visits are bound to it."""
    browser, without = app.test_client(), app.test_client(use_cookies=False)
    begun = []
    for _ in range(2):
        response = login(without, platform)
        begun.append(asked(response))
        for header in response.headers.getlist("Set-Cookie"):
            name, _, value = header.partition(";")[0].partition("=")
            browser.set_cookie(name, value, domain="tool.example", secure=True)
    visits = [visit_of(arrive(browser, one["state"], platform.token(platform.claims(one["nonce"])))) for one in begun]
    assert [browser.get(f"/t/{visit}/", base_url=TOOL).status_code for visit in visits] == [200, 200]


def test_a_launchs_own_cookie_ends_with_it(browser: FlaskClient, platform: ActingPlatform) -> None:
    """It binds one launch, for ten minutes at most; the lasting cookie stays."""
    own = login(browser, platform).headers.getlist("Set-Cookie")[1]
    assert own.startswith("__Host-sprig-")
    assert "Max-Age=600" in own
    for part in ("Secure", "HttpOnly", "Path=/", "SameSite=None", "Partitioned"):
        assert part in own
    assert len(login(browser, platform).headers.getlist("Set-Cookie")) == 1
