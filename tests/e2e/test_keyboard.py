"""Everything can be done with the keyboard, and one always sees where one is."""

import pytest
from playwright.sync_api import Frame, Page, expect

from content.model import Kind
from tests.e2e.driver import VERDICT, Hands, Learner, Person
from tests.e2e.world import KINDS, World

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e")]
JONAS, ADA, BO = 13, 5, 6
FOCUS = """() => {
  const it = document.activeElement, style = getComputedStyle(it.closest(".pick") || it);
  const isVisible = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  return [it === document.body ? "" : it.outerHTML.slice(0, 80), isVisible];
}"""


def _stops(frame: Frame) -> dict[str, bool]:
    """Every place where Tab stops, and whether one sees it."""
    found: dict[str, bool] = {}
    for _ in range(40):
        frame.page.keyboard.press("Tab")
        what, is_visible = frame.evaluate(FOCUS)
        if what in found:
            break
        if what:  # else the focus went round, through the browser's own parts
            found[what] = is_visible
    return found


def _to(learner: Learner, kind: Kind) -> None:
    """The learner is at the question of this kind; what stands before it is passed over."""
    while (item := learner.item()) is None or item.kind is not kind:
        if item is not None:
            learner.hands.press(learner.frame.get_by_role("button", name="I don’t know yet"))
            expect(learner.frame.get_by_role("heading", name=VERDICT)).to_be_visible()
        learner.goes_on()


def _begun(world: World, page: Page, person: int) -> Learner:
    learner = Learner(Person.arrives(world, page, person).enters_alone(KINDS), world.kinds)
    learner.begins("Start lesson 1")
    return learner


def test_a_choice_is_answered_by_keyboard_and_the_feedback_has_the_focus(page: Page, world: World) -> None:
    """Tab, arrows and Enter answer it; every stop on the way is seen; then the focus is on what was said."""
    learner = _begun(world, page, JONAS)
    _to(learner, Kind.SINGLE_CHOICE)
    stops = _stops(learner.frame)
    assert len(stops) >= 6  # the skip link, the way out, the choices, a hint, two buttons
    assert [what for what, is_visible in stops.items() if not is_visible] == []
    item = learner.item()
    assert item is not None
    learner.answers(item)
    said = page.get_by_role("status", name="Right")
    expect(said).to_be_focused()
    Hands(learner.frame).press(page.get_by_role("link", name="Continue"))
    expect(page.get_by_role("heading", name="Question, 2 of 10 done")).to_be_attached()


def test_an_order_is_put_right_with_buttons_and_selects(page: Page, world: World) -> None:
    """A button moves a line, says so, and keeps the focus; a select places it at once; then it is right."""
    learner = _begun(world, page, ADA)
    _to(learner, Kind.ORDER)
    item = learner.item()
    assert item is not None
    lines = page.locator("[data-order] [data-text]")
    first = lines.first.inner_text()
    down = page.get_by_role("button", name=f"Move down: {first}")
    learner.hands.press(down, "Space")
    expect(lines.nth(1)).to_have_text(first)
    expect(page.get_by_role("status").filter(has_text="is now in place 2 of 4")).to_be_attached()
    expect(down).to_be_focused()
    learner.hands.press(page.get_by_role("button", name=f"Move up: {first}"), "Enter")
    expect(lines.first).to_have_text(first)
    learner.answers(item)
    expect(page.get_by_role("heading", name="Right")).to_be_visible()


def test_enter_in_a_field_checks_the_answer(page: Page, world: World) -> None:
    """It opens no hint, and does not say "I don't know yet"."""
    learner = _begun(world, page, BO)
    _to(learner, Kind.SHORT_TEXT)
    learner.hands.write(page.get_by_role("textbox"), "git status")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Right")).to_be_visible()


def test_the_skip_link_leads_to_the_content(page: Page, world: World) -> None:
    """It is the first stop, it is seen while it has the focus, and Enter goes past the navigation."""
    Person.arrives(world, page, JONAS).enters_alone(KINDS)
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    box = skip.bounding_box()
    assert box is not None
    assert box["width"] > 40
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
