"""A link that opens something else from now on, and who is inside at that moment."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from content.loader import load
from lti_tool.models import GradeOwed
from lti_tool.models.engine import Database
from lti_tool.services.courses import publish
from lti_tool.services.grades import owe_classes
from tests.lti.acting import INSTRUCTOR, TOOL, ActingPlatform, launch, visit_of
from tests.web.paper import Paper
from tests.web.test_learning import finish_first
from tests.web_client import COURSES

BARE = {"target_link_uri": f"{TOOL}/lti/launch"}


@pytest.fixture
def other(app: Flask, database: Database) -> str:
    """A second course; the key of it."""
    with database.writing() as session:
        publish(session, replace(load(COURSES / "tiny"), key="other", title="Other course"), datetime.now(UTC))
    return "other"


def enters(app: Flask, platform: ActingPlatform, sub: str, **changes: object) -> Paper:
    """The page on which this person arrives, in a browser of her own."""
    client = app.test_client()
    return Paper.open(client, f"/t/{visit_of(launch(client, platform, sub=sub, **BARE, **changes))}/")


def choose(teacher: Paper, key: str) -> Paper:
    """The teacher chooses what the link opens; the page she comes to."""
    visit = teacher.path.split("/")[2]
    return Paper.open(teacher.client, f"/t/{visit}/pick").press("Add this", c=key)


def test_whoever_is_inside_goes_on_with_what_she_opened(app: Flask, platform: ActingPlatform, other: str) -> None:
    """Her next answer counts, to the end of the lesson; her next launch opens what the teacher chose."""
    teacher = enters(app, platform, "teacher", roles=[INSTRUCTOR])
    choose(teacher, "tiny")
    inside = enters(app, platform, "learner-1")
    question = inside.press("Start lesson 1").press("Continue")
    choose(teacher, other)
    assert "Right" in question.press("Check", a=question.choice("4")).words
    assert "Tiny course" in Paper.open(inside.client, inside.path).words
    assert "Other course" in enters(app, platform, "learner-1").words


def test_what_is_finished_inside_is_not_sent_for_the_other_course(
    app: Flask, platform: ActingPlatform, database: Database, other: str
) -> None:
    """The column is the other course's by now, and no page promises her a grade."""
    teacher = enters(app, platform, "teacher", roles=[INSTRUCTOR])
    choose(teacher, "tiny.first")
    inside = enters(app, platform, "learner-1")
    choose(teacher, other)
    end = finish_first(inside)
    assert "Your grade is sent" not in end.words
    owe_classes(database, lambda: datetime.now(UTC))
    with database.reading() as session:
        assert session.scalars(select(GradeOwed.id)).all() == []


def test_the_teachers_own_visits_follow_her_choice(app: Flask, platform: ActingPlatform, other: str) -> None:
    """In this browser and in another one, also where the link opened nothing yet."""
    teacher, colleague = (enters(app, platform, sub, roles=[INSTRUCTOR]) for sub in ("teacher", "colleague"))
    assert "Tiny course" in choose(teacher, "tiny").words
    assert "Other course" in choose(teacher, other).words
    assert "Other course" in Paper.open(colleague.client, colleague.path.replace("/pick", "/course")).words


def test_a_lesson_is_pinned_as_well(app: Flask, platform: ActingPlatform) -> None:
    """Another lesson of the same course is something else, too."""
    teacher = enters(app, platform, "teacher", roles=[INSTRUCTOR])
    choose(teacher, "tiny.first")
    inside = enters(app, platform, "learner-1")
    choose(teacher, "tiny.second")
    assert "First lesson" in Paper.open(inside.client, inside.path).words
    assert "Second lesson" in enters(app, platform, "learner-1").words


def test_a_second_link_on_one_column_says_who_sends_the_grades(browser: FlaskClient, platform: ActingPlatform) -> None:
    """The teacher sees why nothing goes out by this one; on the first link's page nothing is said."""
    pages = {}
    for number, title in (("1", "Week one"), ("2", "Week two")):
        link = {"id": f"link-{number}", "title": title}
        visit = visit_of(launch(browser, platform, sub="teacher", roles=[INSTRUCTOR], resource_link=link))
        pages[title] = Paper.open(browser, f"/t/{visit}/").words
    assert "shares its gradebook column with “Week one”. Grades are sent by that one." in pages["Week two"]
    assert "gradebook column" not in pages["Week one"]
