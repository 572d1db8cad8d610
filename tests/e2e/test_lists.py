"""The list of learners, my courses, and a link in a copied course, in the browser: looked at, and by keyboard."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from practice_lms.state.courses import links_of
from practice_lms.state.people import enrol
from practice_lms.state.seed import LEARNERS, TEACHER, place
from practice_lms.state.store import Store
from tests.e2e.driver import Hands, Person
from tests.e2e.looking import Looked
from tests.e2e.world import GIT, KINDS, Activity, World

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e")]
LEAVER, STAYER = 12, 13
MOST_LOOKS = 80
PICTURES = os.environ.get("LOOK_AT")


def seen(looked: Looked, page: Page, name: str) -> None:
    """It was looked at; and kept as pictures, where somebody wants to look, too."""
    looked.look(page, name)
    for width in (390, 1280) if PICTURES else ():
        for scheme in ("light", "dark"):
            page.set_viewport_size({"width": width, "height": 844})
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of its two
            page.screenshot(path=Path(PICTURES or "") / f"{name}-{width}-{scheme}.png", full_page=True)
    page.set_viewport_size({"width": 1280, "height": 800})
    assert (looked.violations, looked.sideways, looked.hidden_actions) == ([], [], [])


def lms(world: World) -> Store:
    """The LMS's file."""
    return Store(world.demo.data / "lms" / "practice_lms.sqlite3")


def reads(page: Page, hands: Hands, words: str) -> None:
    """The teacher asks, looks again until it is done, and sees these words."""
    hands.press(page.get_by_role("button", name=re.compile("^Read the list")))
    expect(page.get_by_role("status")).to_contain_text("The list is being read.")
    again = page.get_by_role("link", name="Look again")
    for _ in range(MOST_LOOKS):
        page.wait_for_timeout(250)
        if not again.count():
            break
        again.click()
    expect(page.get_by_role("status")).to_contain_text(words)


def test_the_list_is_read_and_changes_are_told(page: Page, world: World) -> None:
    """Who never came is on it; who left stands apart."""
    looked = Looked()
    for person in (LEAVER, STAYER):
        Person.arrives(world, page, person).enters_alone(GIT)
    frame = Person.arrives(world, page, TEACHER).enters_alone(GIT)
    hands = Hands(frame)
    hands.press(page.get_by_role("link", name="List"))
    page.get_by_role("heading", name="List of learners").wait_for()
    reads(page, hands, f"{len(LEARNERS)} learners on the list")
    expect(page.get_by_role("row", name="Ada Okafor")).to_contain_text("Not started")
    with lms(world).writing() as db:
        enrol(db, GIT.course, LEAVER, "Learner", is_active=False)
    reads(page, hands, f"{len(LEARNERS) - 1} learners on the list, 0 new, 1 left.")
    gone = page.get_by_role("region", name="No longer in this course")
    expect(gone.get_by_role("row", name=re.compile("Nguyễn"))).to_be_visible()
    seen(looked, page, "the list")
    with lms(world).writing() as db:
        enrol(db, GIT.course, LEAVER, "Learner")
    reads(page, hands, "1 new, 0 left.")


def copied(world: World, page: Page, course: int) -> int:
    """The number of the LMS course's copy, made by the teacher."""
    answer = page.request.post(f"{world.demo.lms_url}/courses/{course}/copy", max_redirects=0)
    return int(answer.headers["location"].rpartition("/")[2])


def test_a_copied_course_is_opened_and_stands_among_mine(page: Page, world: World) -> None:
    """Its links open what they did; one that was placed anew is chosen among the original's."""
    looked = Looked()
    teacher = Person.arrives(world, page, TEACHER)
    for activity in (GIT, KINDS):
        teacher.enters_alone(activity)
    number = copied(world, page, GIT.course)
    with lms(world).writing() as db:
        place(db, number, "Git basics, new", f"{world.demo.tool_url}/lti/launch", "", "window")
        links = links_of(db, number)
    teacher.enters_alone(Activity(number, links[0].id, GIT.title))
    page.get_by_role("heading", name="Git basics", level=1).wait_for()
    frame = teacher.enters_alone(Activity(number, links[-1].id, "Git basics, new"))
    page.get_by_role("heading", name="This course is a copy").wait_for()
    seen(looked, page, "a copy")
    Hands(frame).press(page.get_by_role("link", name="My courses"))
    page.get_by_role("heading", name="My courses").wait_for()
    expect(page.get_by_role("heading", name=re.compile(r"Digital skills \(copy\)"))).to_be_visible()
    seen(looked, page, "my courses")
    page.go_back()
    Hands(frame).press(page.get_by_role("button", name="Use this").first)
    page.get_by_role("heading", name="This course is a copy").wait_for(state="hidden")
    Hands(frame).press(page.get_by_role("link", name="My courses"))
    Hands(frame).press(page.get_by_role("button", name="Open Every kind of question, Research methods"))
    page.get_by_role("heading", name="Every kind of question", level=1).wait_for()
    expect(page.get_by_text("Research methods")).to_be_visible()
