"""The instructor's first pages: seeing who did what, and what failed."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from lti_tool.models import GradeOwed
from lti_tool.models.engine import Database
from lti_tool.services.grades import owe_classes
from tests.lti.acting import ABSENT, INSTRUCTOR, LEARNER, TOOL, ActingPlatform, launch, visit_of
from tests.web.paper import Paper
from tests.web.test_learning import finish_first


def teacher(browser: FlaskClient, platform: ActingPlatform, **changes: Any) -> Paper:
    """The page on which a teacher arrives."""
    visit = visit_of(launch(browser, platform, sub="teacher", name="Tea Cher", roles=[INSTRUCTOR], **changes))
    return Paper.open(browser, f"/t/{visit}/")


def test_the_page_says_who_did_what(app: Flask, browser: FlaskClient, platform: ActingPlatform) -> None:
    """Come, started, finished; names as the LMS gives them, and ids where it gives none."""
    people = [("learner-1", "Ada Learner"), ("learner-2", ABSENT), ("learner-3", "مريم")]
    for sub, name in people:
        client = app.test_client()
        page = Paper.open(client, f"/t/{visit_of(launch(client, platform, sub=sub, name=name))}/")
        if sub == "learner-1":
            finish_first(page)
        if sub == "learner-2":
            page.press("Start lesson 1")
    room = teacher(browser, platform)
    assert "Opened it 3" in room.words
    assert "Started 2" in room.words
    assert "Finished 0" in room.words
    assert "Ada Learner 1 of 2" in room.words
    assert "No name shared user id in your platform: learner-2" in room.words
    assert "<bdi>مريم</bdi>" in room.response.text
    assert "Tea Cher" not in room.words


def test_nobody_yet_is_said_in_words(browser: FlaskClient, platform: ActingPlatform) -> None:
    """An empty course is no empty table."""
    assert "Nobody has come yet" in teacher(browser, platform).words


def test_a_link_without_a_column_is_pointed_out(browser: FlaskClient, platform: ActingPlatform) -> None:
    """Grades cannot be sent where the LMS made no column."""
    ags = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
    room = teacher(browser, platform, **{ags: ABSENT})
    assert "has made no gradebook column" in room.words


@pytest.fixture
def blocked(app: Flask, browser: FlaskClient, platform: ActingPlatform, database: Database) -> Paper:
    """The teacher's page with one score that could not be sent."""
    client = app.test_client()
    start = Paper.open(client, f"/t/{visit_of(launch(client, platform))}/")
    finish_first(start)
    Paper.open(client, start.path).press("Start lesson 2").press("Continue").press("Check", a="6")
    with database.writing() as session:
        session.execute(update(GradeOwed).values(blocked_reason="changed-in-lms", last_outcome="blocked"))
    return teacher(browser, platform)


def test_a_failure_is_told_with_its_remedy(blocked: Paper) -> None:
    """What happened, and what the teacher can do."""
    assert "1 grade could not be sent." in blocked.words
    assert "The grade was changed in the LMS, so Sprig left it alone." in blocked.words
    assert "Decide or try again" in blocked.words


def test_learners_do_not_see_the_teachers_pages(browser: FlaskClient, platform: ActingPlatform) -> None:
    """Not even by address."""
    visit = visit_of(launch(browser, platform, roles=[LEARNER]))
    for path in ("course", "pick"):
        assert browser.get(f"/t/{visit}/{path}", base_url=TOOL).status_code == 403


def test_a_problem_can_be_read_by_programs(browser: FlaskClient) -> None:
    """problem+json (RFC 9457) for whoever asks for it."""
    answer = browser.get("/t/none/", base_url=TOOL, headers={"Accept": "application/problem+json"})
    assert answer.mimetype == "application/problem+json"
    body = json.loads(answer.text)
    assert body["status"] == 403
    assert body["type"].endswith("visit-over")


def test_a_column_that_comes_late_is_owed_what_was_done(
    app: Flask, browser: FlaskClient, platform: ActingPlatform, database: Database
) -> None:
    """Whoever brings it along: here the teacher, who has just allowed grades."""
    ags = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
    client = app.test_client()
    start = Paper.open(client, f"/t/{visit_of(launch(client, platform, **{ags: ABSENT}))}/")
    finish_first(start)
    Paper.open(client, start.path).press("Start lesson 2").press("Continue").press("Check", a="6")
    with database.reading() as session:
        assert session.execute(select(GradeOwed.id)).first() is None
    teacher(browser, platform)
    owe_classes(database, lambda: datetime.now(UTC))
    with database.reading() as session:
        owed = session.execute(select(GradeOwed)).scalar_one()
    assert owed.wanted > owed.sent


def test_a_lessons_link_tells_of_that_lesson(app: Flask, browser: FlaskClient, platform: ActingPlatform) -> None:
    """Who finished the lesson has finished; the rest of the course is another link's matter."""
    first = {"target_link_uri": f"{TOOL}/lti/launch?c=tiny.first"}
    client = app.test_client()
    finish_first(Paper.open(client, f"/t/{visit_of(launch(client, platform, **first))}/"))
    room = teacher(browser, platform, **first)
    assert "First lesson" in room.words
    assert "Finished 1" in room.words
    assert "Steps done" in room.words
    assert "Ada Learner 3 of 3" in room.words
    assert "On its way" in room.words
