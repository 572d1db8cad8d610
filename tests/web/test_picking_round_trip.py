"""From the LMS to the picker and back, and from a column that is missing to a grade: over real HTTP, both ways."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from lti_tool.lti.claims import ASKED
from lti_tool.models import LineItem
from lti_tool.models.engine import Database
from practice_lms.state.line_items import remove_line_item
from practice_lms.state.seed import METHODS, TEACHER
from practice_lms.state.switches import Character, FaultKind
from practice_lms.wiring import EXTENSION, Lms
from tests.lti.acting import TOOL
from tests.web.choosing import goes_on
from tests.web.columns import BUTTON, MADE, WAITING, look_again, made, work
from tests.web.paper import Paper
from tests.web.practice import Practice, practice
from tests.web.test_learning import finish_first

ADA = 5
EVERY = [Character.STRICT, Character.MOODLE, Character.CANVAS, Character.BRIGHTSPACE, Character.BLACKBOARD]
Start = Callable[[Character], Practice]


@pytest.fixture
def start(tmp_path: Path, database: Database, database_url: str) -> Iterator[Start]:
    """Starts the two, with the LMS in this character."""
    with ExitStack() as stack:
        yield lambda character: stack.enter_context(practice(tmp_path / "lms", database, database_url, character))


@pytest.mark.parametrize("character", EVERY)
def test_the_whole_course_arrives_with_its_column(start: Start, character: Character) -> None:
    """One link, one column; the link opens the course for a learner."""
    world = start(character)
    assert world.takes(world.chooses(METHODS).press("Add this")).status_code == 200
    (link,), (column,) = world.links(METHODS), world.columns(METHODS)
    assert (link.title, link.url) == ("Tiny course", f"{world.lms.config.tool_url}/lti/launch?c=tiny")
    assert link.custom == {"content_id": "tiny", **ASKED}
    assert (column.link_id, column.label, column.score_maximum) == (link.id, "Tiny course", 100)
    assert (column.resource_id, column.tag) == ("tiny", "completion")
    assert world.opens(ADA, link).form_with("Start lesson 1")


def test_several_arrive_with_a_column_each(start: Start) -> None:
    """In their order, each opening its own lesson, with the dates that the teacher set."""
    world = start(Character.STRICT)
    details = goes_on(world.chooses(METHODS), "/pick/details", c=["tiny.first", "tiny.second"])
    typed: dict[str, str | list[str]] = {
        "c": ["tiny.first", "tiny.second"],
        "graded": ["tiny.first", "tiny.second"],
        "tab": ["tiny.second"],
        "due:tiny.first": "2026-12-08T23:59",
    }
    assert world.takes(details.press("Add these", **typed)).status_code == 200
    first, second = world.links(METHODS)
    assert [(one.title, one.opens) for one in (first, second)] == [
        ("First lesson", "iframe"),
        ("Second lesson", "window"),
    ]
    assert first.dates == {"ResourceLink.submission.endDateTime": "2026-12-08T23:59:00Z"}
    assert [one.link_id for one in world.columns(METHODS)] == [first.id, second.id]


@pytest.mark.parametrize("character", [Character.STRICT, Character.MOODLE])
def test_cancelling_closes_the_request(start: Start, character: Character) -> None:
    """Nothing arrives, and the LMS does not wait for another answer."""
    world = start(character)
    picker = world.chooses(METHODS)
    assert world.takes(picker.press("Cancel")).status_code == 200
    assert world.links(METHODS) == []
    assert world.takes(picker.press("Add this")).status_code == 400


def without_column(world: Practice) -> Paper:
    """The teacher's page of an activity that was added without a column."""
    details = goes_on(world.chooses(METHODS), "/pick/details", c="tiny.first")
    assert world.takes(details.press("Add this", graded=[])).status_code == 200
    (link,) = world.links(METHODS)
    return world.opens(TEACHER, link)


@pytest.mark.parametrize("character", EVERY)
def test_a_missing_column_is_made_and_filled(start: Start, character: Character) -> None:
    """A learner was done before: her grade is sent once the teacher has asked for the column."""
    world = start(character)
    page = without_column(world)
    assert world.columns(METHODS) == []
    finish_first(world.opens(ADA, world.links(METHODS)[0]))
    assert MADE in made(page, world.database).words
    (column,) = world.columns(METHODS)
    assert (column.label, column.score_maximum, column.link_id) == ("First lesson", 100, world.links(METHODS)[0].id)
    assert (column.resource_id, column.tag) == ("tiny.first", "completion")
    assert world.delivers().sent == 1
    grade = world.lms.grade(column.id, ADA)
    assert grade is not None
    assert grade.raw == 100


def test_moodles_tick_appears_at_completion_and_not_before(start: Start) -> None:
    """There any grade ticks “receive a grade”: so none is sent while something is left to do."""
    world = start(Character.MOODLE)
    world.takes(world.chooses(METHODS).press("Add this"))
    (link,) = world.links(METHODS)
    ada = world.lms.browser(ADA)

    def ticked() -> bool:
        world.delivers()
        return "done: grade received" in ada.get(f"{world.lms.url}/courses/{METHODS}", timeout=10).text

    finish_first(world.opens(ADA, link))
    assert not ticked()
    world.opens(ADA, link).press("Start lesson 2").press("Continue").press("Check", a="6")
    assert ticked()


@pytest.mark.parametrize("character", EVERY)
def test_a_second_column_tells_something_else(start: Start, character: Character, database: Database) -> None:
    """Completion in the first, progress in the second: each gets its own score, and asking twice makes no third."""
    world = start(character)
    page = without_column(world)
    finish_first(world.opens(ADA, world.links(METHODS)[0]))
    made(page, database)
    grading = Paper.open(page.client, page.path.replace("/course", "/grading"))
    for _ in range(2):
        sent = page.client.post(f"{grading.path}/second", data={"second": "progress"}, base_url=TOOL)
        assert sent.status_code in {303, 422}
        work(database)
    assert "There is one: Progress." in Paper.open(page.client, grading.path).words
    first, second = sorted(world.columns(METHODS), key=lambda one: one.id)
    assert (first.tag, second.tag, second.label) == ("completion", "progress", "First lesson (progress)")
    assert world.delivers().sent == 2
    assert [world.lms.grade(one.id, ADA).raw for one in (first, second)] == [100, 100]  # type: ignore[union-attr]  # both are there


def test_pressing_again_makes_no_second_column(start: Start, database: Database) -> None:
    """From a page that is old, and after an answer of the LMS was lost on its way."""
    world = start(Character.STRICT)
    page = without_column(world)
    world.lms.fail(FaultKind.DROP_AFTER, "line items")
    assert "does not answer" in made(page, database).words
    for _ in range(2):
        assert MADE in made(page, database).words
    assert len(world.columns(METHODS)) == 1
    assert BUTTON not in world.opens(TEACHER, world.links(METHODS)[0]).words
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(LineItem)) == 1


def test_a_column_that_the_teacher_removed_is_made_anew(start: Start) -> None:
    """The gradebook says that it is gone when a grade comes; after that the button is there again."""
    world = start(Character.STRICT)
    page = without_column(world)
    made(page, world.database)
    with world.lms.state.writing() as db:
        remove_line_item(db, world.columns(METHODS)[0].id)
    finish_first(world.opens(ADA, world.links(METHODS)[0]))
    assert world.delivers().sent == 0
    assert MADE in made(world.opens(TEACHER, world.links(METHODS)[0]), world.database).words
    assert world.delivers().sent == 1


def test_an_lms_that_is_down_is_told_in_words(start: Start) -> None:
    """What it means, and that trying again is harmless; nothing is broken by it."""
    world = start(Character.STRICT)
    page = without_column(world)
    world.lms.fail(FaultKind.SERVER_ERROR, "line items", count=None)
    told = made(page, world.database)
    assert "The LMS does not answer, so there may be no gradebook column yet." in told.words
    world.lms.mend()
    assert MADE in made(told, world.database).words


def test_one_web_process_is_enough(start: Start) -> None:
    """It serves one request at a time, and the LMS fetches our key set from it before it gives a token."""
    world = start(Character.STRICT)
    page = without_column(world)
    lms: Lms = world.lms.app.extensions[EXTENSION]
    lms.tool_keys.forget()
    alone, inner = threading.Lock(), world.app.wsgi_app

    def one_at_a_time(environ: Any, start_response: Any) -> Any:
        with alone:
            return inner(environ, start_response)

    world.app.wsgi_app = one_at_a_time  # type: ignore[method-assign]  # how Flask's documentation wraps one
    assert WAITING in page.press(BUTTON).words
    assert world.columns(METHODS) == []
    work(world.database)
    assert MADE in look_again(page).words
    assert len(world.columns(METHODS)) == 1
