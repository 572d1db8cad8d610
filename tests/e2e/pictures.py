"""`python -m tests.e2e.pictures [FOLDER]`: the README's pictures, taken from a demo that runs for them alone."""

import re
import sys
import tempfile
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, expect, sync_playwright

from content.model import Kind
from practice_lms.state.seed import TEACHER
from tests.e2e.browsers import chromium, patient
from tests.e2e.driver import Learner, Person
from tests.e2e.world import GIT, LESSON, World, running_world

FOLDER = Path(__file__).parent.parent.parent / "docs" / "pictures"
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 720}
GRADE_MS = 20_000
ADA, PRIYA, LAYLA, PRIVATE = 5, 14, 8, 16
Scheme = Literal["light", "dark"]


class Album:
    """Where the pictures go."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def take(self, page: Page, name: str, *, is_whole: bool = False) -> None:
        """What the page shows now (or the whole of it) is a picture."""
        page.evaluate("() => scrollTo(0, 0)")
        page.screenshot(path=self.folder / f"{name}.png", animations="disabled", caret="hide", full_page=is_whole)


def _tab(browser: Browser, size: dict[str, int], scheme: Scheme) -> Page:
    context = browser.new_context(
        viewport=size,  # type: ignore[arg-type]  # its typed dict
        color_scheme=scheme,
        reduced_motion="reduce",
        timezone_id="UTC",
        locale="en-GB",
    )
    return patient(context).new_page()


def _others_have_been_here(world: World, browser: Browser) -> None:
    """So that the teacher's page has something to show."""
    page = _tab(browser, DESK, "light")
    for person in (LAYLA, PRIVATE):
        Person.arrives(world, page, person).enters_alone(GIT)
    frame = Person.arrives(world, page, PRIYA).enters_alone(LESSON)
    priya = Learner(frame, world.git)
    priya.begins("Start lesson 1")
    priya.goes_on()


def _the_learners(world: World, browser: Browser, album: Album, scheme: Scheme) -> None:
    """Her first page in the LMS, then a lesson on a phone."""
    desk = _tab(browser, DESK, scheme)
    Person.arrives(world, desk, ADA).enters(LESSON)
    album.take(desk, "lms-today", is_whole=True)
    page = _tab(browser, PHONE, scheme)
    frame = Person.arrives(world, page, ADA).enters_alone(LESSON)
    album.take(page, "today")
    learner = Learner(frame, world.git)
    learner.begins("Start lesson 1")
    album.take(page, "card")
    _answer_one_by_one(learner, page, album)
    expect(page.get_by_role("heading", name="Lesson done")).to_be_visible()
    expect(page.get_by_text("Sent to your gradebook").or_(page.get_by_text("Your grade is"))).to_be_visible()
    album.take(page, "end")


def _answer_one_by_one(learner: Learner, page: Page, album: Album) -> None:
    taken: set[str] = set()
    while not page.url.endswith("/end"):
        item = learner.item()
        if item is not None and item.kind is Kind.SINGLE_CHOICE and "question" not in taken:
            learner.chooses(item, ("0",))
            page.evaluate("() => document.activeElement.blur()")
            album.take(page, "question")
            learner.hands.press(page.get_by_role("button", name="Check"))
            page.get_by_role("heading", name=re.compile("^(Right|Not yet)$")).wait_for()
            album.take(page, "feedback")
            taken.add("question")
        elif item is not None:
            learner.answers(item)
        learner.goes_on()


def _the_teachers(world: World, browser: Browser, album: Album, scheme: Scheme) -> None:
    """The gradebook with the grade, the lesson at a glance, and the picker."""
    desk = _tab(browser, DESK, scheme)
    teacher = Person.arrives(world, desk, TEACHER)
    expect(Person(world, desk, ADA).grade(LESSON)).to_have_text("100", timeout=GRADE_MS)
    album.take(desk, "gradebook")
    teacher.enters_alone(LESSON)
    expect(desk.get_by_text("Sent: 100 %")).to_be_visible()
    album.take(desk, "teacher")
    desk.goto(f"{world.demo.lms_url}/courses/{GIT.course}/add-activity/open")
    desk.get_by_role("heading", name="Add to your course").wait_for()
    album.take(desk, "picker")


def take(folder: Path, scheme: Scheme = "light") -> None:
    """Every picture is in the folder."""
    with tempfile.TemporaryDirectory() as data, sync_playwright() as playwright:
        browser = chromium(playwright)
        with running_world(Path(data) / "demo", is_plain=True) as world:
            album = Album(folder)
            _others_have_been_here(world, browser)
            _the_learners(world, browser, album, scheme)
            _the_teachers(world, browser, album, scheme)
        browser.close()
    pictures = sorted(folder.glob("*.png"))
    print(f"{len(pictures)} pictures, {sum(one.stat().st_size for one in pictures) // 1000} kB, in {folder}")


if __name__ == "__main__":
    take(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER, "dark" if "--dark" in sys.argv else "light")
