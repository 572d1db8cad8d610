"""From an administrator's invite to a learner's first grade, by clicks alone, in each character of the practice LMS."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, Playwright, expect

from practice_lms.state.seed import ACTIVITIES, SKILLS, TEACHER
from practice_lms.state.switches import Character
from tests.e2e.browsers import Cookies, cookies_kept_in_frames, profile
from tests.e2e.driver import Learner, Person
from tests.e2e.registering import asks_for_invite, check, invite, paste, signed_in, sprig
from tests.e2e.world import GIT_TITLE, Activity, World, running_world

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e")]
ADA = 5
GRADE_MS = 15_000
SHARED = {Character.CANVAS, Character.BLACKBOARD}
"""Their institutions share an issuer, so a new one waits for Sprig's administrator."""


@pytest.fixture(scope="module")
def own_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A demo of this module's own: other registrations of one LMS would be in the way of others."""
    with running_world(tmp_path_factory.mktemp("first-grade"), is_plain=True) as running:
        yield running


@pytest.fixture(scope="module")
def desk(own_world: World, browser: Browser) -> Iterator[Page]:
    """Sprig's administrator."""
    with signed_in(own_world, browser) as page:
        yield page


@pytest.fixture
def page(playwright: Playwright, profile_folder: Path) -> Iterator[Page]:
    """A browser that sends no cookie in frames of other sites, unless it is partitioned."""
    with profile(playwright, profile_folder, Cookies.NO_THIRD_PARTY) as context:
        assert cookies_kept_in_frames(context) == {"parted"}
        yield context.new_page()


def becomes(page: Page, world: World, character: Character) -> None:
    """The LMS is as on its first day, with these manners."""
    page.goto(f"{world.demo.lms_url}/settings")
    page.get_by_role("button", name="Reset the LMS").click()
    page.get_by_role("button", name=character.label).click()
    expect(page.get_by_role("button", name=character.label)).to_have_attribute("aria-pressed", "true")


def registers_itself(shown: Page | FrameLocator) -> str:
    """Sprig's own page for registering comes to its end and is closed: the client id."""
    expect(shown.get_by_role("radio", name="Nothing but a number")).to_be_checked()
    shown.get_by_role("button", name="Register").click()
    expect(shown.get_by_role("heading", name="Sprig is registered")).to_be_visible()
    client_id = shown.locator("dd code").nth(1).inner_text()
    shown.get_by_role("button", name="Close").click()
    return client_id


def registers(page: Page, desk: Page, world: World, character: Character) -> None:
    """The invite is pasted, Sprig registers itself in a frame or a new tab, and the LMS lets it in."""
    product = "As the platform says" if character is Character.STRICT else character.label
    paste(page, world, invite(desk, world, product))
    if character is Character.BRIGHTSPACE:
        with page.expect_popup() as opened:
            page.get_by_role("link", name="Open the tool’s registration").click()
        client_id = registers_itself(opened.value)
    else:
        client_id = registers_itself(page.frame_locator("#registration"))
    page.wait_for_url("**/tools?registered=1")
    card = page.locator(f'[data-tool="{client_id}"]')
    card.get_by_role("button", name="Activate").click()
    if character is Character.MOODLE:
        card.get_by_role("button", name="Show in activity chooser").click()
    expect(card.get_by_text("active", exact=True)).to_be_visible()


def shown(page: Page, label: str) -> list[str]:
    """The values that stand beside the label."""
    return page.locator(f'dt:text-is("{label}") + dd code').all_inner_texts()


def is_registered_by_hand(page: Page, desk: Page, world: World, character: Character) -> None:
    """The addresses on Sprig's sheet are in the LMS; the command on it, with what the LMS shows, is run."""
    asks_for_invite(desk, world, character.label)
    desk.get_by_role("heading", name="Addresses to copy").wait_for()
    page.goto(f"{world.demo.lms_url}/settings")
    for address in shown(page, "Tool's login, redirect, keys"):
        expect(desk.get_by_text(address, exact=True).first).to_be_visible()
    auth_url, token_url, jwks_url = shown(page, "Authorization, token, keys")
    given = {"--client-id": shown(page, "Client ID")[0]}
    given |= {"--auth-url": auth_url, "--token-url": token_url, "--jwks-url": jwks_url}
    command = desk.locator("pre").inner_text().replace("\\\n", "").split()
    for option, value in given.items():
        command[command.index(option) + 1] = value
    assert shown(page, "Issuer") == [command[command.index("--issuer") + 1]]
    sprig(world, *command[1:])


def opens_the_chooser(page: Page, world: World, character: Character) -> FrameLocator:
    """The teacher is where Sprig's picker is shown."""
    Person.arrives(world, page, TEACHER)
    page.goto(f"{world.demo.lms_url}/courses/{SKILLS}")
    page.get_by_role("link", name="Add an activity").click()
    if character is not Character.BLACKBOARD:
        page.get_by_role("navigation", name="Tools").get_by_role("link", name="Sprig").click()
    return page.frame_locator("iframe[name=chooser]")


def is_confirmed(desk: Page, world: World) -> None:
    """Sprig's administrator says whose people they are who came."""
    desk.goto(f"{world.demo.tool_url}/admin/")
    desk.get_by_label("Institution").fill("Practice school")
    desk.get_by_role("button", name="Confirm").click()
    expect(desk.get_by_role("status")).to_have_text("Saved.")


def adds(page: Page, chooser: FrameLocator, number: int, title: str) -> Activity:
    """The lesson is an activity of the course, with a column."""
    lesson = chooser.get_by_role("group", name=GIT_TITLE).get_by_role("radio", name=f"Lesson {number}, {title}")
    lesson.check()
    chooser.get_by_role("button", name="Add this").click()
    page.wait_for_url(f"**/courses/{SKILLS}")
    added = Activity(SKILLS, len(ACTIVITIES) + 1, title)
    expect(page.locator(f'[data-activity="{added.link}"]')).to_contain_text("Graded, 100 points")
    return added


def does_the_lesson(world: World, page: Page, activity: Activity, number: int) -> None:
    """Ada opens it, and answers until there is nothing left of it."""
    frame = Person.arrives(world, page, ADA).enters(activity)
    learner = Learner(frame, world.git)
    learner.begins(f"Start lesson {number}")
    learner.works_to_the_end()
    expect(frame.get_by_role("heading", name="Lesson done")).to_be_visible()


def works_well(desk: Page, world: World) -> None:
    """The newest registration is in use, and Sprig finds nothing to mend in it."""
    desk.goto(f"{world.demo.tool_url}/admin/")
    row = desk.get_by_role("table", name="Registrations, and when").get_by_role("row").last
    expect(row.get_by_text("In use")).to_be_visible()
    row.get_by_role("link").click()
    check(desk)
    expect(desk.locator('[data-state="well"]').filter(has_text="An access token")).to_be_visible()
    expect(desk.locator('[data-state="mend"]')).to_have_count(0)


@pytest.mark.parametrize(("character", "number"), list(zip(Character, range(1, 6), strict=True)))
def test_an_lms_is_registered_and_comes_to_its_first_grade(
    page: Page, desk: Page, own_world: World, character: Character, number: int
) -> None:
    """Sprig is registered, a teacher adds a lesson, a learner does the whole of it, and the gradebook shows 100.

    Each character takes another of the shipped course's lessons, so that each of these is done once, too.
    """
    becomes(page, own_world, character)
    if character is Character.BLACKBOARD:
        is_registered_by_hand(page, desk, own_world, character)
    else:
        registers(page, desk, own_world, character)
    chooser = opens_the_chooser(page, own_world, character)
    if character in SHARED:
        expect(chooser.locator('[data-problem="deployment-held"]')).to_be_visible()
        is_confirmed(desk, own_world)
        page.reload()
    added = adds(page, chooser, number, own_world.git.lessons[number - 1].title)
    does_the_lesson(own_world, page, added, number)
    Person.arrives(own_world, page, TEACHER)
    expect(Person(own_world, page, ADA).grade(added)).to_have_text("100", timeout=GRADE_MS)
    works_well(desk, own_world)
