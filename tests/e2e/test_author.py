"""A teacher brings a course of her own, by clicks alone."""

import pytest
from playwright.sync_api import Frame, Page, expect

from practice_lms.state.seed import TEACHER
from tests.e2e.driver import Hands, Person
from tests.e2e.looking import Looked
from tests.e2e.world import LONELY, World

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e")]
TABLE = (
    "question,right,wrong 1,hint,outcome,lesson\n"
    "What is 2 + 2?,4,3,Count on from two.,Add,Sums\n"
    "Git's `status` says?,What changed,Nothing,,Look,Sums\n"
    "Six plus {{one|1}} is seven.,,,,Add,Gaps\n"
    "Odd?,,,,,\n"
)


def _opens_her_courses(frame: Frame) -> None:
    frame.get_by_role("link", name="Your own courses").click()
    expect(frame.get_by_role("heading", name="Your own courses", level=1)).to_be_visible()


def _uploads(frame: Frame, name: str, text: str, title: str) -> None:
    file = {"name": name, "mimeType": "text/csv", "buffer": text.encode()}
    frame.get_by_label("File", exact=True).set_input_files(file)
    Hands(frame).write(frame.get_by_label("Title, for a table"), title)
    Hands(frame).press(frame.get_by_role("button", name="Upload", exact=True))


def test_a_table_is_uploaded_looked_at_and_published(page: Page, world: World) -> None:
    """From the course page to the picker; every page is in order at each size, light and dark."""
    frame = Person.arrives(world, page, TEACHER).enters_alone(LONELY)
    looked = Looked()
    _opens_her_courses(frame)
    looked.look(page, "uploads", frame)
    _uploads(frame, "nothing.csv", "a,b\n1,2\n", "Nothing")
    expect(frame.get_by_role("heading", name="“nothing.csv” was not taken: 1 thing to mend")).to_be_focused()
    looked.look(page, "refused upload", frame)
    _uploads(frame, "sums.csv", TABLE, "Sums of mine")
    expect(frame.get_by_role("heading", name="3 questions were taken")).to_be_visible()
    frame.get_by_text("1 was left out").click()
    expect(frame.get_by_text("line 5")).to_be_visible()
    looked.look(page, "draft", frame)
    frame.get_by_text("Lesson 1, Sums").click()
    frame.get_by_role("link", name="What is 2 + 2?").click()
    expect(frame.get_by_role("radio", name="4")).to_be_disabled()
    looked.look(page, "question", frame)
    frame.get_by_role("link", name="Next").click()
    frame.get_by_role("link", name="Next").click()
    looked.look(page, "gaps", frame)
    frame.get_by_role("link", name="All of the course").click()
    Hands(frame).press(frame.get_by_role("button", name="Publish"))
    expect(frame.get_by_text("Published. Teachers of your institution can now choose it.")).to_be_focused()
    looked.look(page, "published", frame)
    frame.get_by_role("link", name="Choose a course").click()
    expect(frame.get_by_role("group", name="Sums of mine")).to_be_visible()
    assert looked.violations == []
    assert looked.sideways == []
    assert looked.hidden_actions == []
