"""The picker in a browser: it filters while one types, the phone follows the choice, and no mouse is needed."""

import pytest
from playwright.sync_api import Frame, Page, expect

from practice_lms.state.seed import TEACHER
from tests.e2e.driver import Hands, Person
from tests.e2e.looking import Looked
from tests.e2e.world import GIT_TITLE, KINDS_TITLE, LONELY, World

MOST_LOOKS, BETWEEN_LOOKS_MS = 30, 500

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e")]


def picker(world: World, page: Page) -> Frame:
    """The picker, alone in the window."""
    Person.arrives(world, page, TEACHER)
    page.goto(f"{world.demo.lms_url}/courses/{LONELY.course}/add-activity/open")
    page.get_by_role("heading", name="Add to your course").wait_for()
    return page.main_frame


def test_the_list_is_filtered_while_one_types_and_the_phone_shows_what_is_chosen(page: Page, world: World) -> None:
    """Nothing is loaded for it but the phone's page; what is chosen can always be seen."""
    picker(world, page)
    phone = page.frame_locator(".phone iframe")
    expect(phone.get_by_role("heading", name="Nine ways to ask")).to_be_visible()
    page.get_by_label("Search courses and lessons").fill("  WHY keep")
    expect(page.get_by_role("radio")).to_have_count(2)
    expect(page.get_by_role("radio", name="Whole course")).to_be_checked()
    expect(phone.get_by_text("Lesson 1 · Why keep a history")).to_be_visible()
    page.get_by_label("Search courses and lessons").fill("cabbage")
    expect(page.get_by_text("Nothing has these words.")).to_be_visible()
    page.get_by_label("Search courses and lessons").fill("")
    expect(page.get_by_text("Nothing has these words.")).to_have_count(0)
    expect(page.get_by_role("group", name=KINDS_TITLE)).to_be_visible()


def look_again_until_it_is_there(page: Page) -> None:
    """The worker looks every second."""
    status, again = page.get_by_role("status"), page.get_by_role("link", name="Look again")
    made = status.filter(has_text="The gradebook column is there.")
    for _ in range(MOST_LOOKS):
        expect(made.or_(status.filter(has_text="The gradebook column is being made."))).to_be_visible()
        if made.is_visible():
            return
        page.wait_for_timeout(BETWEEN_LOOKS_MS)
        Hands(page.main_frame).press(again)
    expect(made).to_be_visible()


def test_a_lesson_is_added_and_given_a_column_by_keyboard(page: Page, world: World) -> None:
    """Chosen, named, added without a column; then the column is asked for on the teacher's page."""
    looked = Looked()
    hands = Hands(picker(world, page))
    hands.choose_one(page.get_by_role("group", name=GIT_TITLE).get_by_role("radio", name="Lesson 2"))
    hands.press(page.get_by_role("button", name="Name, grade and dates"))
    expect(page.get_by_label("Title in your course")).to_have_value("Three places")
    looked.look(page, "details")
    hands.press(page.get_by_label("Grade column of 100 points"), "Space")
    hands.tab_to(page.get_by_label("Title in your course"))
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("Places, by keyboard")
    hands.press(page.get_by_role("button", name="Add this"))
    page.wait_for_url(f"{world.demo.lms_url}/**")
    page.goto(f"{world.demo.lms_url}/courses/{LONELY.course}")
    address = page.get_by_role("link", name="Places, by keyboard", exact=True).get_attribute("href") or ""
    page.goto(f"{world.demo.lms_url}{address.partition('#')[0]}/open?in=window")
    expect(page.get_by_role("button", name="Make a grade column")).to_be_visible()
    looked.look(page, "a course without a column")
    Hands(page.main_frame).press(page.get_by_role("button", name="Make a grade column"))
    look_again_until_it_is_there(page)
    looked.look(page, "a column was made")
    page.goto(f"{world.demo.lms_url}/courses/{LONELY.course}/gradebook")
    expect(page.get_by_role("columnheader", name="Places, by keyboard")).to_be_visible()
    assert (looked.violations, looked.sideways, looked.hidden_actions) == ([], [], [])


def test_the_preview_is_a_page_of_its_own_on_a_phone(page: Page, world: World) -> None:
    """Where there is no room for a phone beside the list."""
    looked = Looked()
    page.set_viewport_size({"width": 390, "height": 844})
    picker(world, page)
    expect(page.locator(".phone")).to_be_hidden()
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_text("Preview: nothing is kept")).to_be_visible()
    looked.look(page, "a card in the preview")
    page.get_by_role("link", name="Next").click()
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("alert")).to_be_visible()
    looked.look(page, "a question in the preview")
    page.get_by_role("link", name="Back to the choice").click()
    expect(page.get_by_role("heading", name="Add to your course")).to_be_visible()
    assert (looked.violations, looked.sideways, looked.hidden_actions) == ([], [], [])
