"""What changes something is sent by a page of ours, and a page of ours is framed by nobody but the platform."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.attacks.test_strangers import COOKIE, FORM, VALUES, addresses
from tests.attacks.world import World, slug_of
from tests.lti.acting import INSTRUCTOR, LEARNER, TOOL, asked, launch, login, visit_of

FOREIGN: dict[str, dict[str, str]] = {
    "another origin": {"Origin": "https://evil.example"},
    "the platform's origin": {"Origin": "https://lms.example"},
    "our origin over http": {"Origin": "http://tool.example"},
    "our origin at another port": {"Origin": "https://tool.example:8443"},
    "our origin as a part": {"Origin": "https://tool.example.evil.example"},
    "our origin as a user": {"Origin": "https://tool.example@evil.example"},
    "our origin and another": {"Origin": "https://tool.example, https://evil.example"},
    "our origin in capitals": {"Origin": "HTTPS://TOOL.EXAMPLE"},
    "an empty origin": {"Origin": ""},
    "another site": {"Sec-Fetch-Site": "cross-site"},
    "a neighbour": {"Sec-Fetch-Site": "same-site"},
    "a site of no name": {"Sec-Fetch-Site": "x"},
    "another site that hides its origin": {"Sec-Fetch-Site": "cross-site", "Origin": "null"},
    "another site that says it is ours": {"Sec-Fetch-Site": "cross-site", "Origin": TOOL},
    "another origin that says it is ours": {"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"},
}
FOR_PLATFORMS = {"lti.login", "lti.launch", "notices.take"}
"""Sent by other sites, on purpose; each proves itself otherwise."""


@pytest.fixture(scope="module")
def teacher(world: World) -> tuple[FlaskClient, str]:
    """Somebody inside who may do everything."""
    browser = world.browser()
    return browser, visit_of(launch(browser, world.platform, sub="teacher", roles=[INSTRUCTOR]))


def _other_posts(world: World) -> list[str]:
    """Every address outside of visits that takes a form from our own pages."""
    bound = world.app.url_map.bind("tool.example", url_scheme="https")
    return [
        bound.build(rule.endpoint, {name: VALUES.get(name, 1) for name in rule.arguments}, method="POST")
        for rule in world.app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and "visit" not in rule.arguments and rule.endpoint not in FOR_PLATFORMS
    ]


@pytest.mark.parametrize("name", FOREIGN)
def test_a_form_from_elsewhere_does_nothing(world: World, teacher: tuple[FlaskClient, str], name: str) -> None:
    """At no address, though the right browser sends it with its cookie."""
    browser, visit = teacher
    posts = addresses(world, visit, "POST")
    assert len(posts) > 4
    for address in (*posts, *_other_posts(world)):
        answer = browser.post(address, data=FORM, base_url=TOOL, headers=FOREIGN[name])
        assert 400 <= answer.status_code < 500, (address, answer.status_code)
        assert slug_of(answer) is not None, address
        if address in posts:
            # Some look first for what the form names, and find nothing.
            assert slug_of(answer) in {"visit-over", "not-found"}, address


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "OPTIONS", "PROPFIND", "HEAD"])
def test_no_other_method_does_anything(world: World, teacher: tuple[FlaskClient, str], method: str) -> None:
    """Not even for the right browser."""
    browser, visit = teacher
    for address in (*addresses(world, visit, "POST"), "/lti/launch", "/lti/login"):
        answer = browser.open(address, method=method, data=FORM, base_url=TOOL)
        assert answer.status_code < 500, (method, address)
        assert "Set-Cookie" not in answer.headers or address == "/lti/login"


PAGES: dict[str, str] = {"a learner": LEARNER, "a teacher": INSTRUCTOR}


def _policy(answer: Any) -> dict[str, list[str]]:
    parts = [part.split() for part in answer.headers["Content-Security-Policy"].split(";")]
    return {name: values for name, *values in parts}


@pytest.mark.parametrize("who", PAGES)
def test_a_stranger_frames_no_page_of_a_visit(world: World, who: str) -> None:
    """Only the platform does; and no page runs or loads anything that is not ours."""
    browser = world.browser()
    visit = visit_of(launch(browser, world.platform, sub=who, roles=[PAGES[who]]))
    browser.post(f"/t/{visit}/sittings", data=FORM, base_url=TOOL)
    seen = 0
    for address in addresses(world, visit, "GET"):
        answer = browser.get(address, base_url=TOOL, follow_redirects=True)
        assert answer.status_code < 500, address
        assert "Access-Control-Allow-Origin" not in answer.headers
        if answer.mimetype != "text/html" or answer.status_code != 200:
            continue
        seen += 1
        policy = _policy(answer)
        assert policy["frame-ancestors"] == ["'self'", "https://lms.example"], address
        assert policy["default-src"] == ["'none'"], address
        assert policy["script-src"] == policy["form-action"] == ["'self'"], address
        assert not re.search(r"<script(?![^>]*\ssrc=\"/static/)", answer.text), address
        assert not re.search(r'\son\w+=|<iframe src="(?!/t/)|<object|<embed|javascript:', answer.text), address
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert seen >= 3


WIDENING: dict[str, str] = {
    "everybody": "https://*",
    "a wildcard": "https://*.example",
    "a second source": "https://evil.example *",
    "another directive": "https://evil.example; script-src *",
    "a quote": "https://'unsafe-inline'",
    "a line": "https://evil.example\r\nX-Frame-Options: ALLOWALL",
    "a scheme": "https:",
    "data": "data:text/html,x",
    "a comma": "https://a.example,https://evil.example",
    "a user": "https://lms.example;@evil.example/",
}


@pytest.mark.parametrize("name", WIDENING)
def test_a_return_address_widens_no_policy(world: World, name: str) -> None:
    """What it adds is one plain origin, or nothing."""
    browser = world.browser()
    come = launch(browser, world.platform, sub="widening", launch_presentation={"return_url": WIDENING[name]})
    answer = browser.get(come.location, base_url=TOOL)
    policy = _policy(answer)
    assert policy["frame-ancestors"][:2] == ["'self'", "https://lms.example"]
    assert all(re.fullmatch(r"https://[a-z.]+", one) for one in policy["frame-ancestors"][2:])
    assert policy["script-src"] == ["'self'"]
    assert "X-Frame-Options" not in answer.headers


TABLES = (FOREIGN, PAGES, WIDENING)


def test_pages_that_anybody_may_frame_hold_nothing(world: World) -> None:
    """Refused and pending pages have no cookie to set, no form, and no name (DECISIONS, Visits)."""
    begun = asked(login(world.browser(), world.platform))
    token = world.platform.token(world.platform.claims(begun["nonce"]))
    for state in ("made-up", begun["state"]):
        stranger = world.browser()
        answer = stranger.post("/lti/launch", data={"state": state, "id_token": token}, base_url=TOOL)
        assert "Ada Learner" not in answer.text
        assert "Set-Cookie" not in answer.headers
        assert "<form" not in answer.text


def test_a_cookie_of_ours_is_for_this_host_alone(world: World) -> None:
    """Not for its neighbours, not for scripts, not in the clear."""
    cookies = login(world.browser(), world.platform).headers.getlist("Set-Cookie")
    assert cookies
    for cookie in cookies:
        assert cookie.startswith(COOKIE)
        assert "Domain=" not in cookie
        for part in ("Secure", "HttpOnly", "Path=/", "Partitioned"):
            assert part in cookie
