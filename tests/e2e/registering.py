"""What the administrators of Sprig and of an LMS press, until the two know each other."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page

from practice_lms.state.seed import ADMINISTRATOR
from tests.e2e.browsers import patient
from tests.e2e.driver import Person
from tests.e2e.world import World

MOST_LOOKS = 60


def sprig(world: World, *arguments: str) -> str:
    """What a command prints where Sprig runs."""
    environment = os.environ | world.demo.environment()
    command = [sys.executable, "-m", "lti_tool", *arguments]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.strip()


@contextmanager
def signed_in(world: World, browser: Browser) -> Iterator[Page]:
    """Sprig's administrator, in a browser of their own, on the first page."""
    context = patient(browser.new_context(viewport={"width": 1280, "height": 800}))
    desk = context.new_page()
    desk.goto(sprig(world, "admin", "link"))
    desk.get_by_role("button", name="Sign in").click()
    desk.get_by_role("heading", name="Learning platforms").wait_for()
    yield desk
    context.close()


def asks_for_invite(desk: Page, world: World, product: str) -> None:
    """The page that comes of it: an invite's address, or the sheet of a product that could not use one."""
    desk.goto(f"{world.demo.tool_url}/admin/")
    desk.get_by_label("Product").select_option(label=product)
    desk.get_by_role("radio", name="Nothing but a number").check()
    desk.get_by_role("button", name="Make an invite").click()


def invite(desk: Page, world: World, product: str = "As the platform says") -> str:
    """A new invite's address, as it stands on the page."""
    asks_for_invite(desk, world, product)
    return desk.get_by_role("textbox", name="Registration address").input_value()


def paste(page: Page, world: World, address: str) -> None:
    """The LMS's administrator is where Sprig's own page for registering can be seen or opened."""
    Person.arrives(world, page, ADMINISTRATOR)
    page.get_by_role("link", name="Tools", exact=True).click()
    page.get_by_role("textbox", name="Registration address").fill(address)
    page.get_by_role("button", name="Open the registration").click()


def check(desk: Page) -> None:
    """The worker has looked at the platform on the page."""
    desk.get_by_role("button", name=re.compile("^Check (now|again)$")).click()
    came = desk.get_by_role("link", name="See what came")
    for _ in range(MOST_LOOKS):
        if not came.count():
            return
        desk.wait_for_timeout(500)
        came.click()
    raise AssertionError("the worker never looked")
