"""A link that opens reviews: those of its course that are due, and no lessons."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from lti_tool.models import ResourceLink, Sitting
from lti_tool.models.engine import Database
from tests.lti.acting import INSTRUCTOR, TOOL, ActingPlatform, launch, visit_of
from tests.web.paper import Paper
from tests.web.test_learning import days_pass, finish_first, visit

HUB = {
    "target_link_uri": f"{TOOL}/lti/launch?c=tiny.~reviews",
    "resource_link": {"id": "link-2", "title": "Reviews"},
}


def hub(client: FlaskClient, platform: ActingPlatform, **changes: object) -> Paper:
    """The first page of such a link."""
    return Paper.open(client, f"/t/{visit_of(launch(client, platform, **HUB | changes))}/")


@pytest.fixture
def learned(browser: FlaskClient, platform: ActingPlatform) -> FlaskClient:
    """The browser of a learner who has done the first lesson today."""
    finish_first(Paper.open(browser, f"/t/{visit_of(launch(browser, platform))}/"))
    return browser


def test_before_anything_was_learned_it_says_where_lessons_are(browser: FlaskClient, platform: ActingPlatform) -> None:
    """Kindly, with one way on."""
    page = hub(browser, platform)
    assert "Nothing to review yet" in page.words
    assert "Begin with a lesson" in page.words
    assert "Start lesson" not in page.words
    assert f'class="btn go" href="/t/{visit(page)}/lessons"' in page.response.text


def test_when_nothing_is_due_it_says_when(learned: FlaskClient, platform: ActingPlatform) -> None:
    """The day and how many; and the way back to the LMS course."""
    page = hub(learned, platform)
    assert "Nothing due today" in page.words
    assert "The next ones come" in page.words
    assert "Back to A course" in page.words
    assert "Second lesson" not in page.words


def test_what_is_due_is_one_press_away(learned: FlaskClient, platform: ActingPlatform, database: Database) -> None:
    """Begun, left, gone on with, and done: at its end no lesson is offered either."""
    days_pass(database, 3)
    page = hub(learned, platform)
    assert "2 reviews, about 2 min" in page.words
    assert "Second lesson" not in page.words
    page.press("Start 2 reviews")
    home = hub(learned, platform)
    assert "Go on where you stopped." in home.words
    for number in (1, 2):
        question = Paper.open(learned, f"/t/{visit(home)}/s/2/{number}")
        question.press("Check", a="Paris" if "France" in question.words else question.choice("4"))
    end = Paper.open(learned, f"/t/{visit(home)}/s/2/end")
    assert "Done for today" in end.words
    assert "Next lesson" not in end.words


def test_a_teacher_sees_the_rounds_that_were_done(
    learned: FlaskClient, app: Flask, platform: ActingPlatform, database: Database
) -> None:
    """One line for each learner: rounds begun and finished, and what the link opens by name."""
    days_pass(database, 3)
    home = hub(learned, platform)
    home.press("Start 2 reviews")
    teacher = {"sub": "teacher", "name": "Tea Cher", "roles": [INSTRUCTOR]}
    room = hub(app.test_client(), platform, **teacher)
    assert "Tiny course: reviews" in room.words
    assert "Started 1 of 1" in room.words
    assert "Finished 0 of 1" in room.words
    assert "Rounds done" in room.words
    for number in (1, 2):
        question = Paper.open(learned, f"/t/{visit(home)}/s/2/{number}")
        question.press("Check", a="Paris" if "France" in question.words else question.choice("4"))
    assert "Finished 1 of 1" in Paper.open(room.client, room.path).words
    assert "Reviews Tiny course: reviews 1 of 1 1 of 1" in Paper.open(room.client, f"/t/{visit(room)}/courses").words


def test_the_link_keeps_what_it_opens(browser: FlaskClient, platform: ActingPlatform, database: Database) -> None:
    """In the place of a lesson's key, and nothing is begun by looking."""
    hub(browser, platform)
    with database.reading() as session:
        assert session.execute(select(ResourceLink.lesson_key)).scalar_one() == "~reviews"
        assert session.execute(select(Sitting.id)).all() == []
