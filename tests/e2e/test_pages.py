"""Every page, in light and dark, on a phone and on a desk: axe finds nothing, and everything fits."""

from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, Page, Playwright, expect

from content.model import Kind
from practice_lms.state.seed import TEACHER
from tests.e2e.browsers import Cookies, patient, profile
from tests.e2e.driver import Learner, Person
from tests.e2e.looking import Looked
from tests.e2e.world import GIT, KINDS, LONELY, World

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e")]
JONAS, LAYLA = 13, 8


def _learner_pages(looked: Looked, world: World, page: Page) -> None:
    frame = Person.arrives(world, page, JONAS).enters_alone(GIT)
    looked.look(page, "today, before the first lesson")
    for name in ("Lessons", "Settings"):
        page.get_by_role("link", name=name).click()
        page.get_by_role("heading", name=name, level=1).wait_for()
        looked.look(page, name)
    page.get_by_role("link", name="Today").click()
    learner = Learner(frame, world.git)
    learner.begins("Start lesson 1")
    learner.goes_on()
    page.get_by_role("button", name="Show a hint").click()
    expect(page.get_by_text("Hint", exact=True)).to_be_visible()
    looked.look(page, "a hint")
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("alert")).to_be_visible()
    looked.look(page, "a slip")
    page.route("**/s/**", lambda route: route.abort())
    page.get_by_role("button", name="I don’t know yet").click()
    expect(page.get_by_role("button", name="Send again")).to_be_visible()
    looked.look(page, "the line is down")
    page.unroute("**/s/**")
    page.get_by_role("button", name="Send again").click()
    expect(page.get_by_role("heading", name="Not yet")).to_be_visible()
    looked.look(page, "feedback: not yet")


def _every_kind(looked: Looked, world: World, page: Page) -> None:
    frame = Person.arrives(world, page, LAYLA).enters_alone(KINDS)
    learner = Learner(frame, world.kinds)
    learner.begins("Start lesson 1")
    learner.works_to_the_end(lambda name: looked.look(page, name))
    looked.look(page, "end")
    page.get_by_role("link", name="Finish").click()
    expect(page.get_by_role("heading", name="Nothing due today")).to_be_visible()
    looked.look(page, "today, all done")


def _teacher_pages(looked: Looked, world: World, page: Page) -> None:
    teacher = Person.arrives(world, page, TEACHER)
    teacher.enters_alone(LONELY)
    expect(page.get_by_role("heading", name="Nobody has come yet")).to_be_visible()
    looked.look(page, "the teacher's page without learners")
    teacher.enters_alone(KINDS)
    expect(page.get_by_role("table")).to_be_visible()
    looked.look(page, "the teacher's page with learners")
    for link, heading in (("Grades", "Grades"), ("Preview", "What would be sent now")):
        page.get_by_role("link", name=link, exact=True).click()
        page.get_by_role("heading", name=heading, level=1).wait_for()
        looked.look(page, f"grades: {heading}")
    page.goto(f"{world.demo.lms_url}/courses/{KINDS.course}/add-activity/open")
    page.get_by_role("heading", name="Add to your course").wait_for()
    looked.look(page, "the picker")


def _refused_pages(looked: Looked, world: World, page: Page) -> None:
    for name, path in (
        ("a refused launch", "/lti/login?iss=https://nobody.example"),
        ("opened by hand", "/lti/launch"),
        ("a visit that is over", "/t/none/"),
    ):
        page.goto(f"{world.demo.tool_url}{path}")
        looked.look(page, name)


def _pending_pages(looked: Looked, world: World, page: Page) -> None:
    faults = f"{world.demo.lms_url}/faults"  # else the LMS's own storage would let the browser in
    requests.post(faults, json={"kind": "silent", "target": "storage"}, timeout=5).raise_for_status()
    frame = Person.arrives(world, page, JONAS).opens(GIT)
    link = frame.get_by_role("link", name="Open in a new tab")
    link.wait_for()
    looked.look(page, "a new tab is offered", frame)
    with page.expect_popup() as opened:
        link.click()
    opened.value.get_by_role("heading", name="What to do").wait_for()
    looked.look(opened.value, "pending")
    requests.post(f"{faults}/clear", timeout=5).raise_for_status()


@pytest.fixture(scope="module")
def looked(playwright: Playwright, browser: Browser, world: World, tmp_path_factory: pytest.TempPathFactory) -> Looked:
    """Every page was looked at."""
    seen = Looked()
    context = patient(browser.new_context())
    page = context.new_page()
    for part in (_learner_pages, _every_kind, _teacher_pages, _refused_pages):
        part(seen, world, page)
    context.close()
    folder: Path = tmp_path_factory.mktemp("forgetful") / "profile"
    with profile(playwright, folder, Cookies.NONE_FOR_LOCALHOST) as forgetful:
        _pending_pages(seen, world, forgetful.new_page())
    return seen


def test_axe_finds_nothing_on_any_page(looked: Looked) -> None:
    """Learner's, teacher's and refused pages, each kind of question and its feedback, light and dark."""
    assert {kind.value for kind in Kind} | {f"feedback: {kind}" for kind in Kind} <= looked.pages
    assert looked.violations == []


def test_no_page_scrolls_sideways(looked: Looked) -> None:
    """At 320, 390 and 1280 px, and in a frame 400 px high."""
    assert looked.sideways == []


def test_the_action_is_in_view_on_every_page(looked: Looked) -> None:
    """Without scrolling, also in a frame 400 px high."""
    assert looked.hidden_actions == []
