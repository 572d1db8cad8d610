"""One course in three sections of one teacher, each with its own due date, by clicks alone: how many it takes."""

import re
import time
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Frame, Locator, Page, expect

from practice_lms.state.seed import TEACHER
from tests.e2e.driver import Person
from tests.e2e.world import GIT_TITLE, LONELY, World

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e")]
DUE = {"2027-02-01T18:00": "1 Feb", "2027-02-08T18:00": "8 Feb", "2027-02-15T18:00": "15 Feb"}
"""Each section's date, as it is typed and as it is shown."""
MOST_CLICKS, MOST_PAGES = 24, 50


@dataclass
class Work:
    """What a teacher does, and what comes up: pages in frames and the hops of each launch are pages, too."""

    page: Page
    clicks: int = 0
    pages: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("framenavigated", self._came)

    def _came(self, frame: Frame) -> None:
        if frame.url != "about:blank":
            self.pages.append(frame.url)

    def click(self, target: Locator) -> None:
        """One click."""
        target.click()
        self.clicks += 1


def sections(page: Page, world: World) -> list[str]:
    """The titles of three courses of the teacher's in the LMS, made by copying; Sprig knows none of them."""
    Person.arrives(world, page, TEACHER)
    page.goto(f"{world.demo.lms_url}/courses/{LONELY.course}")
    titles = []
    for _ in DUE:
        before = page.url
        page.get_by_role("button", name="Copy this course").click()
        page.wait_for_url(lambda now, before=before: now != before)
        titles.append(page.get_by_role("heading", level=1).inner_text())
    page.goto(world.demo.lms_url)
    return titles


def sets_up(work: Work, title: str, due: str) -> None:
    """From the LMS's first page: the whole course is an activity of this section, graded, due then, and opened once."""
    page = work.page
    work.click(page.locator("a.card").filter(has=page.locator("b").get_by_text(title, exact=True)))
    work.click(page.get_by_role("link", name="Add an activity"))
    chooser = page.frame_locator("iframe[name=chooser]")
    work.click(chooser.get_by_role("group", name=GIT_TITLE).get_by_role("radio", name="Whole course"))
    work.click(chooser.get_by_role("button", name="Name, grade and dates"))
    work.click(chooser.get_by_text("Dates, if you want any"))
    chooser.get_by_label("Is due").fill(due)
    work.click(chooser.get_by_role("button", name="Add this"))
    work.click(page.get_by_role("link", name=GIT_TITLE, exact=True))
    page.frame_locator("iframe[name=activity]").get_by_role("link", name="My courses").wait_for()


def test_three_sections_are_set_up_in_few_clicks(page: Page, world: World) -> None:
    """Then all three stand among *My courses*, each with its date, below one list of what is to do."""
    titles = sections(page, world)
    work, began = Work(page), time.monotonic()
    for title, due in zip(titles, DUE, strict=True):
        if work.clicks:
            work.click(page.get_by_role("link", name="Practice LMS"))
        sets_up(work, title, due)
    frame = page.frame_locator("iframe[name=activity]")
    work.click(frame.get_by_role("link", name="My courses"))
    frame.get_by_role("heading", name="My courses").wait_for()
    took = time.monotonic() - began
    for title, shown in zip(titles, DUE.values(), strict=True):
        heading = re.compile(rf"^{re.escape(title)}( \(you are here\))?$")
        section = frame.get_by_role("region").filter(has=page.locator("h2", has_text=heading))
        row = section.get_by_role("row").filter(has_text=GIT_TITLE)
        expect(row).to_have_count(1)
        expect(row).to_contain_text(shown)
    expect(frame.get_by_role("heading", name="To do")).to_have_count(1)
    print(f"three sections: {work.clicks} clicks, {len(work.pages)} pages, {took:.1f} s")
    assert (work.clicks <= MOST_CLICKS, len(work.pages) <= MOST_PAGES) == (True, True), work
