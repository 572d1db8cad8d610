"""Reviews and the checkpoint of a course are chosen as its lessons are."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from lti_tool.models import ResourceLink
from lti_tool.models.engine import Database
from lti_tool.services.courses import publish
from tests.lti.acting import CLAIM, INSTRUCTOR, TOOL, ActingPlatform, launch, visit_of
from tests.services.probing import holding_back, probe
from tests.web.choosing import at_the_picker, goes_on, items
from tests.web.paper import Paper

CHECK, REVIEWS = "tiny.~checkpoint", "tiny.~reviews"


def holds_back(database: Database, count: int) -> None:
    """The tiny course's newest edition holds so many questions back."""
    with database.writing() as session:
        publish(session, holding_back(*map(probe, range(count))), datetime.now(UTC))


def choices(page: Paper) -> list[str]:
    """What can be ticked."""
    return [one.value for one in page.forms["p"].choices]


@pytest.mark.parametrize(("count", "is_offered"), [(0, False), (4, False), (5, True), (24, True)])
def test_a_checkpoint_is_offered_where_enough_is_held_back(
    browser: FlaskClient, platform: ActingPlatform, database: Database, count: int, is_offered: bool
) -> None:
    """Reviews always; a checkpoint from five questions on, with how many it asks."""
    holds_back(database, count)
    page = at_the_picker(browser, platform)
    assert REVIEWS in choices(page)
    assert (CHECK in choices(page)) == is_offered
    assert (f"Checkpoint {min(count, 10)} unseen questions" in page.words) == is_offered
    assert ("A checkpoint gives the share that was right." in page.words) == is_offered
    refused = page.press("Add this", c=CHECK)
    assert (refused.response.status_code == 422) != is_offered


@pytest.mark.parametrize(
    ("content_id", "title"), [(CHECK, "Tiny course: checkpoint"), (REVIEWS, "Tiny course: reviews")]
)
def test_the_lms_gets_a_title_and_an_address(
    browser: FlaskClient, platform: ActingPlatform, database: Database, content_id: str, title: str
) -> None:
    """In one step, and by way of the details, where the title stands to be changed."""
    holds_back(database, 10)
    picker = at_the_picker(browser, platform)
    (item,) = items(picker.press("Add this", c=content_id), database)
    assert (item["title"], item["url"]) == (title, f"{TOOL}/lti/launch?c={content_id}")
    assert item["lineItem"]["resourceId"] == content_id
    details = goes_on(picker, "/pick/details", c=content_id)
    assert details.forms["p"].fields[f"title:{content_id}"] == title
    assert items(details.press("Add this"), database)[0]["title"] == title


def test_the_preview_tells_in_words_what_learners_find(
    browser: FlaskClient, platform: ActingPlatform, database: Database
) -> None:
    """No question that is held back is on the page."""
    holds_back(database, 10)
    picker = at_the_picker(browser, platform)
    check = goes_on(picker, "/preview/" + CHECK)
    assert "10 questions, about 8 min" in check.words
    assert "Held back" not in check.response.text
    assert "What learners find" in goes_on(picker, "/preview/" + REVIEWS, panel=1).words
    assert goes_on(picker, "/preview/tiny.~nothing").response.status_code == 404


def test_a_link_that_is_there_opens_it_from_now_on(
    app: Flask, browser: FlaskClient, platform: ActingPlatform, database: Database
) -> None:
    """Chosen on the link itself; what is not offered is refused there, too."""
    plain = {"target_link_uri": f"{TOOL}/lti/launch"}
    page = Paper.open(browser, f"/t/{visit_of(launch(browser, platform, sub='t', roles=[INSTRUCTOR], **plain))}/")
    assert page.press("Add this", c=CHECK).response.status_code == 422
    holds_back(database, 10)
    assert "Tiny course: checkpoint" in page.press("Add this", c=CHECK).words
    with database.reading() as session:
        assert session.execute(select(ResourceLink.lesson_key)).scalar_one() == "~checkpoint"
    client = app.test_client()
    learner = Paper.open(client, f"/t/{visit_of(launch(client, platform, **plain))}/")
    assert "Start the checkpoint" in learner.form_with("Start the checkpoint")[1][2]


def test_a_copied_link_opens_what_its_original_does(
    browser: FlaskClient, platform: ActingPlatform, database: Database
) -> None:
    """The copy's suggestions call it by its name."""
    holds_back(database, 10)
    teacher = {"sub": "teacher", "roles": [INSTRUCTOR]}
    launch(browser, platform, **teacher, target_link_uri=f"{TOOL}/lti/launch?c={CHECK}")
    copied = {
        "context": {"id": "context-2", "title": "Next year"},
        "resource_link": {"id": "link-9", "title": "Check"},
        "target_link_uri": f"{TOOL}/lti/launch",
        CLAIM + "custom": {"context_history": "context-1"},
    }
    page = Paper.open(browser, f"/t/{visit_of(launch(browser, platform, **teacher, **copied))}/")
    assert "Opens Tiny course: checkpoint" in page.words
    assert "Tiny course: checkpoint" in page.press("Use this").words
