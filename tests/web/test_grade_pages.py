"""One learner's grade told in order, the test of the connection, what learners and administrators are told."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from lti_tool.lti.checks import check_asked
from lti_tool.models import GradeOwed, LineItem, PlatformCheck
from lti_tool.models.engine import Database
from lti_tool.services.grades import Reason, send_due
from lti_tool.services.keys import KeyBox
from tests.lti.acting import TOOL, ActingPlatform, launch, visit_of
from tests.services.grades.gradebook import Gradebook
from tests.web.administrator import paper, signed_in
from tests.web.gradebooks import changed, crowd, finishes, grades_of, owed_of, sent, stopped
from tests.web.paper import Paper
from tests.web.test_learning import finish_first
from tests.web.test_teaching import teacher
from tests.web_client import ENVIRONMENT


def sends(database: Database, gradebook: Gradebook) -> None:
    """One run of the worker."""
    send_due(
        database,
        gradebook,
        lambda: datetime.now(UTC),
        holder="test",
        threads=1,
        lease=timedelta(minutes=2),
        backoff_base=timedelta(seconds=10),
    )


@pytest.fixture
def ada(app: Flask, platform: ActingPlatform, database: Database) -> Paper:
    """The end of a learner's last lesson, with a hint on the way; her grade was sent."""
    client = app.test_client()
    start = Paper.open(client, f"/t/{visit_of(launch(client, platform))}/")
    finish_first(start)
    question = Paper.open(client, start.path).press("Start lesson 2").press("Continue")
    question.press("Check", a="6")
    sends(database, Gradebook())
    return Paper.open(client, f"{start.path}s/2/end")


def test_a_posted_value_leads_to_its_answers(
    ada: Paper, browser: FlaskClient, platform: ActingPlatform, database: Database
) -> None:
    """The try, what the rule counted, the lessons, each answer; and on to the learner's work."""
    room = teacher(browser, platform)
    story = grades_of(room, f"/{owed_of(database, 'learner-1').id}")
    assert "Grade of Ada Learner" in story.words
    assert re.search(r"100 % The LMS took it\. \(200\) 5 of 5 steps done behind 100 %", story.words)
    stands_on = story.words.partition("What 100 % stands on")[2]
    for said in ("First lesson", "Second lesson", "Town Right", "Sum Right", "Product Right"):
        assert said in stands_on
    work = re.search(r'href="([^"]*/work/\d+)"', story.response.text)
    assert work is not None
    assert "Ada Learner" in Paper.open(browser, work[1]).words


def test_a_choice_made_there_comes_back_there(
    ada: Paper, browser: FlaskClient, platform: ActingPlatform, database: Database
) -> None:
    """Keep, then send after all."""
    changed(database, "learner-1")
    with database.writing() as session:
        session.execute(update(GradeOwed).values(wanted=GradeOwed.sent + 1))
    story = grades_of(teacher(browser, platform), f"/{owed_of(database, 'learner-1').id}")
    kept = story.press("Keep 80 %")
    assert kept.path == story.path
    assert "You chose to keep the grade that stands in the LMS." in kept.words
    assert "On its way" in kept.press("Send 100 %").words


OWN = {
    None: "Sent to your gradebook",
    Reason.CHANGED_IN_LMS: "Your gradebook shows another one, and your teacher decides which stands.",
    Reason.KEPT_IN_LMS: "Your gradebook shows the grade that your teacher decided on.",
    Reason.NOT_GRADABLE: "Your gradebook did not take it; your teacher sees why.",
}


@pytest.mark.parametrize("reason", OWN)
def test_the_learner_is_told_kindly(ada: Paper, database: Database, reason: Reason | None) -> None:
    """That it was sent and when, or why not."""
    if reason is not None:
        stopped(database, "learner-1", reason)
        with database.writing() as session:
            session.execute(update(GradeOwed).values(wanted=GradeOwed.sent + 1))
    words = Paper.open(ada.client, ada.path).words
    assert OWN[reason] in words
    if reason is None:
        assert re.search(r"Sent to your gradebook \w+ \d+ \w+, \d\d:\d\d\.", words)


def checks(database: Database) -> None:
    """The worker looks."""
    check_asked(database, KeyBox(ENVIRONMENT["SECRET_KEY"]), lambda: datetime.now(UTC))


def test_the_connection_is_tested_by_the_worker(
    ada: Paper, browser: FlaskClient, platform: ActingPlatform, database: Database
) -> None:
    """Asked for on the page, answered there in plain words: here the LMS gives no token."""
    asked = grades_of(teacher(browser, platform)).press("Test it now")
    assert "Checking… Sprig is asking your LMS." in asked.words
    assert "Test it now" not in asked.words
    checks(database)
    page = Paper.open(browser, asked.path)
    found = re.findall(r'data-state="(\w+)">.*?</span><span>(.*?)</span>', page.response.text)
    assert found == [
        ("mend", "Your LMS lets Sprig in"),
        ("well", "Sprig may write to the gradebook column"),
        ("waits", "Sprig may read what stands in the gradebook column"),
    ]
    assert "Your LMS lets Sprig in Not now. Ask the administrator of your LMS" in page.words
    assert f"{platform.issuer}/token" not in page.words, "addresses are the administrator's"


def test_a_platform_is_not_asked_over_and_over(
    ada: Paper, browser: FlaskClient, platform: ActingPlatform, database: Database
) -> None:
    """Many teachers share one; what was found a moment ago stands."""
    page = grades_of(teacher(browser, platform)).press("Test it now")
    checks(database)
    Paper.open(browser, page.path).press("Test it now")
    with database.reading() as session:
        row = session.scalars(select(PlatformCheck)).one()
    assert row.asked_at is None
    assert row.findings


def test_a_column_that_may_not_be_read_or_written_is_told(
    ada: Paper, browser: FlaskClient, platform: ActingPlatform, database: Database
) -> None:
    """What the last launch of the link said of it."""
    room = teacher(browser, platform)
    with database.writing() as session:
        session.execute(update(LineItem).values(scopes=[]))
    grades_of(room).press("Test it now")
    checks(database)
    words = grades_of(room).words
    assert "Not as the last launch told." in words
    assert "It may not, so it cannot see whether you changed a grade there." in words


def test_a_worker_that_does_not_run_is_told(
    ada: Paper, browser: FlaskClient, platform: ActingPlatform, database: Database
) -> None:
    """After a minute; asking again does not hide it."""
    grades_of(room := teacher(browser, platform)).press("Test it now")
    with database.writing() as session:
        session.execute(update(PlatformCheck).values(asked_at=datetime.now(UTC) - timedelta(minutes=2)))
    page = grades_of(room)
    assert "worker seems not to be running" in page.words
    assert "worker seems not to be running" in page.press("Test it now").words


def test_the_administrator_sees_the_queue(
    app: Flask, browser: FlaskClient, platform: ActingPlatform, database: Database
) -> None:
    """How much waits since when, what needs a person and why, the pace, and how long it takes."""
    for sub in ("ada", "bob", "cem", "dee"):
        finishes(app, platform, database, sub, sub.title())
    sent(database, "ada")
    stopped(database, "bob", Reason.NOT_GRADABLE)
    stopped(database, "cem", Reason.KEPT_IN_LMS)
    crowd(database, 599)
    signed_in(browser, database)
    words = paper(browser, "/admin/platforms/1").words
    assert "Sent 1 Waiting 600 , the oldest since" in words
    assert "About 5 min at this pace Need a person 1 Pace 4 at once, of at most 4" in words
    assert "The LMS does not take grades for this person in this course. 1" in words
    assert "You chose to keep" not in words
    assert browser.get("/admin/platforms/9", base_url=TOOL).status_code == 404
