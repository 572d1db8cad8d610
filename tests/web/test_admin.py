"""The administrator's pages: who comes in, and what can be done there without scripts."""

import re
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from lti_tool.lti.checks import check_asked
from lti_tool.models import Platform, Tenant, ToolKey
from lti_tool.models.engine import Database
from tests.lti.acting import TOOL, ActingPlatform, launch, login
from tests.lti.inviting import deployments, invited, platforms
from tests.web.administrator import paper, sign_in_address, signed_in

PAGES = ["/admin/", "/admin/platforms/1", "/admin/sheets/moodle", "/admin/keys"]
DEEDS = [
    "/admin/invites",
    "/admin/invites/0123456789ab/withdraw",
    "/admin/platforms/1/check",
    "/admin/platforms/1/switches",
    "/admin/platforms/1/enabled",
    "/admin/platforms/1/deployments/1/confirm",
    "/admin/platforms/1/key",
    "/admin/keys/rotate",
    "/admin/sign-out",
]
ALL = {"asks_for": "name", "institution": "North", "on": "1", "pin": "1"}


def test_a_link_signs_in_by_a_button_and_once(browser: FlaskClient, app: Flask, database: Database) -> None:
    """A program that only looks at the address does not use it up."""
    address = sign_in_address(database)
    for _ in range(2):
        assert browser.get(address, base_url=TOOL).status_code == 200
    link = address.partition("link=")[2]
    done = browser.post("/admin/sign-in", data={"link": link}, base_url=TOOL)
    assert done.status_code == 303
    cookie = done.headers["Set-Cookie"]
    assert cookie.startswith("__Host-sprig-admin=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=28800"} <= set(cookie.split("; "))
    assert browser.get("/admin/", base_url=TOOL).status_code == 200
    other = app.test_client()
    again = other.post("/admin/sign-in", data={"link": link}, base_url=TOOL)
    assert (again.status_code, "sign-in-link-spent" in again.text) == (403, True)
    assert other.get("/admin/", base_url=TOOL).status_code == 403


@pytest.mark.parametrize("path", PAGES)
def test_nobody_else_sees_a_page(browser: FlaskClient, platform: ActingPlatform, path: str) -> None:
    """Neither without a cookie, nor with a guessed one, nor a learner."""
    launch(browser, platform)
    assert browser.get(path, base_url=TOOL).status_code == 403
    browser.set_cookie("__Host-sprig-admin", "guess", domain="tool.example", secure=True)
    refused = browser.get(path, base_url=TOOL)
    assert refused.status_code == 403
    assert 'data-problem="not-signed-in"' in refused.text


@pytest.mark.parametrize("path", DEEDS)
def test_nobody_else_does_anything(
    browser: FlaskClient, platform: ActingPlatform, database: Database, path: str
) -> None:
    """Nor does a page of another site in an administrator's browser."""
    assert browser.post(path, data=ALL, base_url=TOOL).status_code == 403
    signed_in(browser, database)
    for headers in ({"Origin": "https://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert browser.post(path, data=ALL, base_url=TOOL, headers=headers).status_code == 403
    assert browser.get("/admin/", base_url=TOOL).status_code == 200, "still signed in"


def test_signing_out_ends_it(browser: FlaskClient, app: Flask, database: Database) -> None:
    """Also for whoever copied the cookie."""
    home = signed_in(browser, database)
    cookie = browser.get_cookie("__Host-sprig-admin", domain="tool.example")
    assert cookie is not None
    home.press("Sign out")
    browser.set_cookie("__Host-sprig-admin", cookie.value, domain="tool.example", secure=True)
    assert browser.get("/admin/", base_url=TOOL).status_code == 403


def test_no_page_may_be_framed(browser: FlaskClient, app: Flask, database: Database) -> None:
    """A click there is worth something."""
    page = signed_in(browser, database)
    policy = page.response.headers["Content-Security-Policy"]
    assert re.search(r"frame-ancestors 'self'\s*$", policy)
    assert page.response.headers["Cache-Control"] == "no-store"


def test_an_invite_is_made_and_shown_once(browser: FlaskClient, app: Flask, database: Database) -> None:
    """With the way to paste it; the LMS's administrator finds the choice as it was made here."""
    shown = signed_in(browser, database).press("Make an invite", family="moodle", asks_for="nothing")
    assert "Manage tools" in shown.words
    found = re.search(r'value="(https://tool\.example/lti/register\?invite=[\w-]+)"', shown.response.text)
    assert found
    asked = {"openid_configuration": "https://lms.example/c"}
    page = browser.get(found[1].removeprefix(TOOL), query_string=None, base_url=TOOL)
    assert page.status_code == 200
    page = browser.get("/lti/register", query_string={"invite": found[1].partition("=")[2]} | asked, base_url=TOOL)
    assert 'value="nothing" checked' in page.text


def test_an_invite_is_listed_and_withdrawn(browser: FlaskClient, app: Flask, database: Database) -> None:
    """What it is for, until when; afterwards its address opens nothing, and a second press changes nothing."""
    token = invited(database, "moodle", "nothing")
    opened = {"invite": token, "openid_configuration": "https://lms.example/c"}
    home = signed_in(browser, database)
    assert re.search(r"UTC [0-9a-f]{12} Moodle Nothing but a number Open until ", home.words)
    form, _ = home.form_with("Withdraw")
    assert browser.get("/lti/register", query_string=opened, base_url=TOOL).status_code == 200
    for _ in range(2):
        assert browser.post(form.action, base_url=TOOL).status_code == 303
        assert "Withdraw" not in paper(browser, "/admin/").words
    refused = browser.get("/lti/register", query_string=opened, base_url=TOOL)
    assert (refused.status_code, "invite-unknown" in refused.text) == (400, True)


def test_a_held_deployment_is_confirmed(
    browser: FlaskClient, app: Flask, acting: ActingPlatform, database: Database
) -> None:
    """The first launch waits; the one after the button comes in, as the institution's."""
    acting.register(database, issuer="https://blackboard.com")
    shared = "https://blackboard.com"
    own, acting.issuer = acting.issuer, shared
    try:
        assert launch(app.test_client(), acting).status_code == 400
        home = signed_in(browser, database)
        assert "Waits for you" in home.words
        page = home.press("Confirm", institution="North College")
        assert "North College" in page.words
        assert deployments(database) == [("1", False)]
        assert launch(app.test_client(), acting).status_code == 303
    finally:
        acting.issuer = own
    with database.reading() as session:
        assert session.scalars(select(Tenant.name).order_by(Tenant.id)).all()[-1] == "North College"


def test_the_switches_are_set_and_explained(browser: FlaskClient, platform: ActingPlatform, database: Database) -> None:
    """What is not ticked is off."""
    signed_in(browser, database)
    page = paper(browser, "/admin/platforms/1")
    assert "sees every look, and can end it" in page.words
    page = page.press("Save", asks_for="nothing", admits_mentors="1", admits_unbound_learners="1")
    [row] = platforms(database)
    assert (row.asks_for, row.admits_mentors, row.admits_unbound_learners, row.admits_anonymous) == (
        "nothing",
        True,
        True,
        False,
    )
    page.press("Save", asks_for="name")
    assert not platforms(database)[0].admits_mentors
    assert browser.post("/admin/platforms/1/switches", data={"asks_for": "all"}, base_url=TOOL).status_code == 422


def test_a_registration_is_switched_off_and_on(
    browser: FlaskClient, app: Flask, platform: ActingPlatform, database: Database
) -> None:
    """Visits that came by it end; a new launch comes in when it is on again."""
    learner = app.test_client()
    visit = launch(learner, platform).location
    signed_in(browser, database)
    page = paper(browser, "/admin/platforms/1").press("Switch off")
    assert "nobody comes in by it" in page.words
    assert learner.get(visit, base_url=TOOL).status_code == 403
    assert login(learner, platform).status_code == 400
    page.press("Switch on")
    assert launch(learner, platform).status_code == 303


def test_a_check_is_asked_for_and_shown(
    browser: FlaskClient, app: Flask, platform: ActingPlatform, database: Database
) -> None:
    """The page says that it waits, then what the worker found, in words."""
    signed_in(browser, database)
    page = paper(browser, "/admin/platforms/1").press("Check now")
    assert "asking the platform" in page.words
    check_asked(database, app.extensions["sprig"].key_box, lambda: datetime.now(UTC))
    page = paper(browser, "/admin/platforms/1")
    assert f"Its public keys, at {platform.jwks_url}" in page.words
    assert "Check again" in page.words
    assert {"well", "waits"} <= set(re.findall(r'data-state="(\w+)"', page.response.text))


def test_a_key_is_kept_for_an_lms_with_a_pasted_one(
    browser: FlaskClient, platform: ActingPlatform, database: Database
) -> None:
    """And given up again; the page shows what to paste."""
    signed_in(browser, database)
    keys = paper(browser, "/admin/keys")
    assert "BEGIN PUBLIC KEY" in keys.words
    with database.reading() as session:
        present = session.scalars(select(ToolKey.kid)).one()
    page = paper(browser, "/admin/platforms/1").press("Keep the present key")
    assert platforms(database)[0].pinned_kid == present
    rotated = keys.press("Make a new key")
    assert "Pasted into:" in rotated.words
    with database.reading() as session:
        assert session.scalars(select(ToolKey.retired_at)).all() == [None, None]
    page.press("It reads our key set now")
    assert platforms(database)[0].pinned_kid is None


def test_each_lms_has_its_sheet(browser: FlaskClient, app: Flask, database: Database) -> None:
    """With all addresses, and the command to run; an unknown product gets the general one."""
    signed_in(browser, database)
    for family in ("moodle", "canvas", "brightspace", "blackboard", "sakai", "openedx", "other", "nothing"):
        words = paper(browser, f"/admin/sheets/{family}").words
        for path in ("/lti/login", "/lti/launch", "/lti/jwks"):
            assert TOOL + path in words
        assert "sprig platform add --family" in words
        assert "--jwks-url" in words


@pytest.mark.parametrize(("asks_for", "level"), [("", "name_only"), ("nothing", "anonymous"), ("mail", "public")])
def test_canvas_finds_its_json(browser: FlaskClient, app: Flask, asks_for: str, level: str) -> None:
    """Without signing in, as Canvas fetches it."""
    found = browser.get("/lti/canvas.json", query_string={"asks_for": asks_for} if asks_for else {}, base_url=TOOL)
    told = found.json or {}
    assert told["oidc_initiation_url"] == f"{TOOL}/lti/login"
    assert told["public_jwk_url"] == f"{TOOL}/lti/jwks"
    [extension] = told["extensions"]
    assert extension["privacy_level"] == level
    placed = {one["placement"]: one["message_type"] for one in extension["settings"]["placements"]}
    assert placed == {"assignment_selection": "LtiDeepLinkingRequest", "link_selection": "LtiDeepLinkingRequest"}
    assert browser.get("/lti/canvas.json?asks_for=all", base_url=TOOL).status_code == 422


def test_a_name_with_markup_is_only_a_name(browser: FlaskClient, platform: ActingPlatform, database: Database) -> None:
    """Whatever an LMS calls itself."""
    with database.writing() as session:
        row = session.scalars(select(Platform)).one()
        row.name, row.product, row.family = "<script>alert(1)</script>", "<b>x</b>", "unheard-of"
    home = signed_in(browser, database)
    for page in (home, paper(browser, "/admin/platforms/1")):
        assert "alert(1)" in page.words
        assert "<script>alert" not in page.response.text
        assert "<b>x</b>" not in page.response.text
