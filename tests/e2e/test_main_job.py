"""The whole job: a lesson in the LMS's frame, the grade in its gradebook, and reviews that come due."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Playwright, expect

from practice_lms.state.seed import TEACHER
from tests.databases import fresh_database
from tests.e2e.browsers import Cookies, cookies_kept_in_frames, profile
from tests.e2e.driver import Learner, Person
from tests.e2e.world import LESSON, NAMES, World, running_world

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e")]
ADA = 5
GRADE_MS = 15_000


def _lesson_one_to_the_grade(world: World, context: BrowserContext) -> Person:
    """The learner's half of the job."""
    ada = Person.arrives(world, context.new_page(), ADA)
    frame = ada.enters(LESSON)
    learner = Learner(frame, world.git)
    learner.begins("Start lesson 1")
    learner.works_to_the_end()
    expect(frame.get_by_role("heading", name="Lesson done")).to_be_visible()
    expect(frame.get_by_role("heading", name="What moved")).to_be_visible()
    Person.arrives(world, ada.page, TEACHER)
    expect(ada.grade(LESSON)).to_have_text("100", timeout=GRADE_MS)
    return ada


def test_a_learner_works_to_a_grade_and_comes_back_to_reviews_without_third_party_cookies(
    playwright: Playwright, world: World, profile_folder: Path
) -> None:
    """A lesson in a frame, 100 in the gradebook, "Sent" for the teacher, and two days later a round of reviews."""
    with profile(playwright, profile_folder, Cookies.NO_THIRD_PARTY) as context:
        assert cookies_kept_in_frames(context) == {"parted"}
        ada = _lesson_one_to_the_grade(world, context)

        teacher = Person.arrives(world, ada.page, TEACHER)
        line = teacher.enters(LESSON).get_by_role("row", name=NAMES[ADA])
        expect(line.get_by_role("cell", name="15 of 15")).to_be_visible()
        expect(line).to_contain_text("Sent: 100 %")
        teacher.jumps_a_day()
        teacher.jumps_a_day()

        ada = Person.arrives(world, ada.page, ADA)
        frame = ada.enters(LESSON)
        learner = Learner(frame, world.git)
        learner.begins(re.compile(r"^Start \d+ reviews?$"))
        learner.works_to_the_end()
        expect(frame.get_by_role("heading", name="Done for today")).to_be_visible()
        expect(frame.get_by_role("heading", name="What moved")).to_be_visible()


def test_the_mirror_tells_a_browser_that_keeps_third_party_cookies_from_one_that_does_not(
    playwright: Playwright, profile_folder: Path
) -> None:
    """What the tests of blocked cookies rest on: where nothing is blocked, both cookies come back."""
    with profile(playwright, profile_folder, Cookies.ALLOWED) as context:
        assert cookies_kept_in_frames(context) == {"plain", "parted"}


def test_on_postgresql_a_learner_works_to_a_grade(context: BrowserContext, tmp_path: Path) -> None:
    """The same lesson comes to the same grade over the other engine."""
    with fresh_database("postgresql") as url, running_world(tmp_path, url) as world:
        _lesson_one_to_the_grade(world, context)
