"""The pages on which an LMS is registered and looked after: without scripts, on any screen."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.browsers import patient
from tests.e2e.looking import Looked
from tests.e2e.registering import check, invite, paste, signed_in
from tests.e2e.world import World

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e")]


@pytest.fixture(scope="module")
def desk(world: World, browser: Browser) -> Iterator[Page]:
    """Sprig's administrator."""
    with signed_in(world, browser) as page:
        yield page


def test_the_registration_page_works_without_scripts(page: Page, desk: Page, browser: Browser, world: World) -> None:
    """It has no button that does nothing, and says that the page can be closed."""
    paste(page, world, invite(desk, world))
    opened = page.locator("#registration").get_attribute("src")
    assert opened is not None
    plain = patient(browser.new_context(java_script_enabled=False))
    page = plain.new_page()
    page.goto(opened)
    page.get_by_role("button", name="Register").click()
    expect(page.get_by_role("heading", name="Sprig is registered")).to_be_visible()
    expect(page.get_by_text("You can close this page")).to_be_visible()
    expect(page.get_by_role("button", name="Close")).to_be_hidden()
    plain.close()


def test_the_administrators_pages_fit_and_axe_finds_nothing(desk: Page, world: World) -> None:
    """Light and dark, on a phone and on a desk; and those that an LMS shows."""
    looked, url = Looked(), world.demo.tool_url
    desk.goto(f"{url}/admin/")
    looked.look(desk, "platforms")
    address = invite(desk, world)
    looked.look(desk, "an invite")
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
