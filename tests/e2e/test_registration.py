"""From an administrator's first sign-in to a teacher's choice, by clicks alone."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, FrameLocator, Page, expect

from practice_lms.state.seed import SKILLS
from tests.e2e.browsers import patient
from tests.e2e.looking import Looked
from tests.e2e.world import World, running_world

MOST_LOOKS = 60
pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e")]


@pytest.fixture(scope="module")
def own_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A demo of this module's own: a second registration of one LMS would be in the way of others."""
    with running_world(tmp_path_factory.mktemp("registering"), is_plain=True) as running:
        yield running


@pytest.fixture
def office(browser: Browser) -> Iterator[BrowserContext]:
    """The browser of whoever looks after Sprig."""
    opened = patient(browser.new_context(viewport={"width": 1280, "height": 800}))
    yield opened
    opened.close()


def sprig(world: World, *arguments: str) -> str:
    """What a command prints where Sprig runs."""
    environment = os.environ | world.demo.environment()
    command = [sys.executable, "-m", "lti_tool", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout.strip()


def signed_in(world: World, office: BrowserContext) -> Page:
    """Sprig's administrator, on the first page."""
    page = office.new_page()
    page.goto(sprig(world, "admin", "link"))
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="Learning platforms").wait_for()
    return page


def invite(page: Page) -> str:
    """A new invite's address, as it stands on the page."""
    page.get_by_role("radio", name="Nothing but a number").check()
    page.get_by_role("button", name="Make an invite").click()
    return page.get_by_role("textbox", name="Registration address").input_value()


def check(page: Page) -> None:
    """The worker has looked at the platform on the page."""
    page.get_by_role("button", name=re.compile("^Check (now|again)$")).click()
    came = page.get_by_role("link", name="See what came")
    for _ in range(MOST_LOOKS):
        if not came.count():
            return
        page.wait_for_timeout(500)
        came.click()
    raise AssertionError("the worker never looked")


def act_as(page: Page, world: World, name: str) -> None:
    """The LMS takes the browser for this person."""
    page.goto(world.demo.lms_url)
    page.get_by_role("button", name=name).click()


def be(page: Page, world: World, character: str) -> None:
    """The LMS has these manners."""
    done = page.request.post(f"{world.demo.lms_url}/character", form={"character": character})
    assert done.ok, done.text()


def paste(page: Page, world: World, address: str) -> FrameLocator:
    """The LMS shows Sprig's registration page in its frame."""
    page.goto(f"{world.demo.lms_url}/tools")
    page.get_by_role("textbox", name="Registration address").fill(address)
    page.get_by_role("button", name="Open the registration").click()
    return page.frame_locator("#registration")


@pytest.mark.parametrize("character", ["strict", "moodle"])
def test_an_lms_is_registered_by_clicks(page: Page, office: BrowserContext, own_world: World, character: str) -> None:
    """The invite is pasted, the tool activated, and a teacher chooses content by it."""
    desk = signed_in(own_world, office)
    address = invite(desk)
    act_as(page, own_world, "Abel Admin")
    be(page, own_world, character)
    frame = paste(page, own_world, address)
    expect(frame.get_by_role("radio", name="Nothing but a number")).to_be_checked()
    frame.get_by_role("button", name="Register").click()
    expect(frame.get_by_role("heading", name="Sprig is registered")).to_be_visible()
    client_id = frame.locator("dd code").nth(1).inner_text()
    frame.get_by_role("button", name="Close").click()
    page.wait_for_url("**/tools?registered=1")
    card = page.locator(f'[data-tool="{client_id}"]')
    card.get_by_role("button", name="Activate").click()
    if character == "moodle":
        card.get_by_role("button", name="Show in activity chooser").click()
    expect(card.get_by_text("active", exact=True)).to_be_visible()
    act_as(page, own_world, "Tess Teacher")
    page.goto(f"{own_world.demo.lms_url}/courses/{SKILLS}/add-activity?tool={client_id}")
    chooser = page.frame_locator("iframe[name=chooser]")
    expect(chooser.get_by_role("heading", name="Add to your course")).to_be_visible()
    desk.goto(f"{own_world.demo.tool_url}/admin/")
    row = desk.get_by_role("row").filter(has_text=client_id)
    expect(row.get_by_text("In use")).to_be_visible()
    row.get_by_role("link").click()
    check(desk)
    expect(desk.locator('[data-state="well"]').filter(has_text="An access token")).to_be_visible()
    expect(desk.locator('[data-state="mend"]')).to_have_count(0)


def test_the_registration_page_works_without_scripts(
    browser: Browser, office: BrowserContext, own_world: World
) -> None:
    """It has no button that does nothing, and says that the page can be closed."""
    address = invite(signed_in(own_world, office))
    context = patient(browser.new_context())
    page = context.new_page()
    act_as(page, own_world, "Abel Admin")
    be(page, own_world, "strict")
    page.goto(f"{own_world.demo.lms_url}/tools")
    page.get_by_role("textbox", name="Registration address").fill(address)
    page.get_by_role("button", name="Open the registration").click()
    opened = page.locator("#registration").get_attribute("src")
    assert opened is not None
    context.close()
    plain = patient(browser.new_context(java_script_enabled=False))
    page = plain.new_page()
    page.goto(opened)
    page.get_by_role("button", name="Register").click()
    expect(page.get_by_role("heading", name="Sprig is registered")).to_be_visible()
    expect(page.get_by_text("You can close this page")).to_be_visible()
    expect(page.get_by_role("button", name="Close")).to_be_hidden()
    plain.close()


def test_the_administrators_pages_fit_and_axe_finds_nothing(office: BrowserContext, own_world: World) -> None:
    """Light and dark, on a phone and on a desk; and those that an LMS shows."""
    looked, desk = Looked(), signed_in(own_world, office)
    looked.look(desk, "platforms")
    address = invite(desk)
    looked.look(desk, "an invite")
    url = own_world.demo.tool_url
    for path in (
        "/admin/platforms/1",
        "/admin/sheets/canvas",
        "/admin/sheets/other",
        "/admin/keys",
        "/admin/sign-in?link=x",
    ):
        desk.goto(url + path)
        looked.look(desk, path)
    desk.goto(f"{url}/admin/platforms/1")
    check(desk)
    looked.look(desk, "a checklist")
    for name, page in (("by hand", address), ("the choice", f"{address}&openid_configuration=https://lms.example/c")):
        desk.goto(page)
        looked.look(desk, name)
    desk.goto(f"{url}/lti/register?invite=guess")
    looked.look(desk, "a registration refused")
    assert looked.violations == []
    assert looked.sideways == []
    assert looked.hidden_actions == []
