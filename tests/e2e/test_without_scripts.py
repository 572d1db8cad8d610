"""Scripts are an extra: every page works without them."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from content.model import Kind
from practice_lms.state.seed import TEACHER
from tests.e2e.browsers import patient
from tests.e2e.driver import Learner, Person
from tests.e2e.world import KINDS, World

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e")]
ZANETA = 7
GRADE_MS = 15_000


@pytest.fixture
def scriptless(browser: Browser) -> Iterator[BrowserContext]:
    """A browser with JavaScript off."""
    opened = patient(browser.new_context(java_script_enabled=False))
    yield opened
    opened.close()


def test_without_scripts_a_lesson_with_every_kind_of_question_comes_to_a_grade(
    scriptless: BrowserContext, page: Page, world: World
) -> None:
    """Each of the nine kinds can be answered and is marked, and the gradebook shows 100."""
    frame = Person.arrives(world, scriptless.new_page(), ZANETA).opens(KINDS)
    frame.get_by_role("button", name="Continue").click()
    frame.wait_for_url(f"{world.demo.lms_url}/auth**")
    frame.get_by_role("button", name="Continue").click()
    frame.wait_for_url(f"{world.demo.tool_url}/t/**")
    seen: list[str] = []
    learner = Learner(frame, world.kinds)
    learner.begins("Start lesson 1")
    learner.works_to_the_end(seen.append)
    expect(frame.get_by_role("heading", name="Lesson done")).to_be_visible()
    expect(frame.get_by_text("9 of 9 right at first try.")).to_be_visible()
    assert set(Kind) <= set(seen)
    Person.arrives(world, page, TEACHER)
    expect(Person(world, page, ZANETA).grade(KINDS)).to_have_text(re.compile("^100$"), timeout=GRADE_MS)
