"""A browser that keeps no cookie for the tool at all: nobody gets in unbound, unless the registration says so."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from playwright.sync_api import BrowserContext, Frame, Page, Playwright, expect
from sqlalchemy import func, select

from lti_tool.demo import CLIENT_ID
from lti_tool.models import Visit
from practice_lms.state.seed import TEACHER
from tests.e2e.browsers import Cookies, cookies_kept_in_frames, profile
from tests.e2e.driver import Learner, Person
from tests.e2e.world import LESSON, World

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e")]
BO = 6


@pytest.fixture
def forgetful(playwright: Playwright, profile_folder: Path) -> Iterator[BrowserContext]:
    """A browser that keeps no cookie for localhost, which is where the tool is; the LMS's it keeps."""
    with profile(playwright, profile_folder, Cookies.NONE_FOR_LOCALHOST) as context:
        assert cookies_kept_in_frames(context) == set()
        yield context


def _register(world: World, *more: str) -> None:
    lms = world.demo.lms_url
    given = {"issuer": lms, "client-id": CLIENT_ID, "auth-url": f"{lms}/auth", "token-url": f"{lms}/token"}
    given |= {"jwks-url": f"{lms}/jwks", "deployment": "1", "name": "Practice LMS"}
    told = [part for name, value in given.items() for part in (f"--{name}", value)]
    command = [sys.executable, "-m", "lti_tool", "platform", "add", *told, *more]
    subprocess.run(command, env=os.environ | world.demo.environment(), check=True, capture_output=True)


@pytest.fixture
def relaxed(world: World) -> Iterator[None]:
    """The registration admits learners whose browser keeps no cookie."""
    _register(world, "--admit-unbound-learners")
    yield
    _register(world, "--refuse-unbound-learners")


@pytest.fixture
def silent(world: World) -> Iterator[None]:
    """The LMS offers to keep something for us, and never answers, as the apps of some do."""
    faults = f"{world.demo.lms_url}/faults"
    requests.post(faults, json={"kind": "silent", "target": "storage"}, timeout=5).raise_for_status()
    yield
    requests.post(f"{faults}/clear", timeout=5).raise_for_status()


def _visits(world: World) -> int:
    return int(world.rows(select(func.count()).select_from(Visit))[0][0])


def _tab_offered_by(frame: Frame) -> Page:
    """What the offered new tab shows."""
    expect(frame.get_by_role("heading", name="Open your lesson in a new tab")).to_be_visible()
    assert frame.locator("main").get_attribute("data-launch") == "pending"
    with frame.page.expect_popup() as opened:
        frame.get_by_role("link", name="Open in a new tab").click()
    return opened.value


def _says_what_to_do(shown: Page | Frame) -> None:
    expect(shown.locator("main")).to_have_attribute("data-launch", "pending")
    expect(shown.get_by_role("heading", name="What to do")).to_be_visible()


@pytest.mark.parametrize("person", [BO, TEACHER])
def test_the_lms_itself_proves_the_browser_where_it_keeps_a_value_for_us(
    forgetful: BrowserContext, world: World, person: int
) -> None:
    """Nobody has to do anything: the launch opens in the frame, with the visit's secret in its address."""
    frame = Person.arrives(world, forgetful.new_page(), person).enters(LESSON)
    assert "." in frame.url.split("/t/")[1].split("/")[0]


def test_two_tabs_prove_their_browsers_apart(forgetful: BrowserContext, world: World) -> None:
    """Each has a visit of its own, and both stay open."""
    frames = [Person.arrives(world, forgetful.new_page(), BO).enters(LESSON) for _ in range(2)]
    visits = [frame.url.split("/t/")[1].split("/")[0] for frame in frames]
    assert visits[0] != visits[1]
    for frame in frames:
        frame.get_by_role("link", name="Lessons").click()
        expect(frame.get_by_role("heading", name="Lessons")).to_be_visible()


@pytest.mark.usefixtures("silent")
@pytest.mark.parametrize("person", [BO, TEACHER])
def test_nobody_gets_in_unbound_and_the_page_says_what_to_do(
    forgetful: BrowserContext, world: World, person: int
) -> None:
    """A new tab is offered; where that does not help either, the page is pending and tells the next steps."""
    before = _visits(world)
    frame = Person.arrives(world, forgetful.new_page(), person).opens(LESSON)
    _says_what_to_do(_tab_offered_by(frame))
    assert _visits(world) == before


@pytest.mark.usefixtures("relaxed", "silent")
def test_a_relaxed_registration_lets_a_learner_work_with_the_secret_in_the_address(
    forgetful: BrowserContext, world: World
) -> None:
    """The whole first lesson is done without a cookie; no page on the way loses the secret."""
    frame = Person.arrives(world, forgetful.new_page(), BO).enters(LESSON)
    secret = frame.url.split("/t/")[1].split("/")[0]
    assert "." in secret
    learner = Learner(frame, world.git)
    learner.begins("Start lesson 1")
    learner.works_to_the_end()
    expect(frame.get_by_role("heading", name="Lesson done")).to_be_visible()
    assert f"/t/{secret}/" in frame.url


@pytest.mark.usefixtures("relaxed", "silent")
def test_a_relaxed_registration_still_keeps_a_teacher_out(forgetful: BrowserContext, world: World) -> None:
    """What a teacher may see is never opened by an address alone."""
    before = _visits(world)
    frame = Person.arrives(world, forgetful.new_page(), TEACHER).opens(LESSON)
    _says_what_to_do(frame)
    assert _visits(world) == before
