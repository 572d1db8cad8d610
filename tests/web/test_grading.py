"""A teacher says how an activity is graded, and what single learners are allowed."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from lti_tool.models import Allowance, GradeOwed, GradeTerms
from lti_tool.models.engine import Database
from lti_tool.services.grades import owe_classes
from tests.lti.acting import CLAIM, LEARNER, TOOL, ActingPlatform, launch, visit_of
from tests.web.paper import Paper
from tests.web.test_learning import finish_first
from tests.web.test_teaching import teacher

LAUNCH = f"{TOOL}/lti/launch"


def grading(browser: FlaskClient, platform: ActingPlatform, **changes: object) -> Paper:
    """The teacher's page about grading."""
    room = teacher(browser, platform, **changes)
    return Paper.open(browser, room.path.replace("/course", "/grading"))


def kept(page: Paper, **fields: str) -> Paper:
    """The form, sent with these changes."""
    form = page.forms["p"]
    sent = page.client.post(form.action, data={"rule": "completion"} | form.fields | fields, base_url=TOOL)
    assert sent.status_code == 303, sent.text
    return Paper.open(page.client, sent.location)


def owed(database: Database) -> list[tuple[str, int]]:
    """What the gradebook is owed: rule and percent, after the worker looked at the class."""
    owe_classes(database, lambda: datetime.now(UTC))
    with database.reading() as session:
        return [(row.rule, row.reached) for row in session.scalars(select(GradeOwed).order_by(GradeOwed.id))]


def test_completion_is_what_it_is_until_somebody_says_otherwise(browser: FlaskClient, platform: ActingPlatform) -> None:
    """In one sentence, with the setting to choose in the LMS, and who takes off for lateness."""
    page = grading(browser, platform)
    assert "Completion. 100 % once every question is answered right. Nothing is sent before." in page.words
    assert "ask for the points that you want there" in page.words
    assert "Sprig takes nothing off for lateness. If your learning platform does, it alone does." in page.words


def test_a_rule_in_the_signed_target_is_the_links(browser: FlaskClient, platform: ActingPlatform) -> None:
    """As the picker wrote it; a copied course brings it along."""
    page = grading(browser, platform, target_link_uri=f"{LAUNCH}?c=tiny&g=practice-12-3")
    assert "Practice. Sittings kept on schedule, the best 9 of 12." in page.words


@pytest.mark.parametrize("code", ["charm", "practice-0-9", "practice-x", "checkpoint-first-first-%00", ""])
def test_a_target_that_names_no_rule_opens_all_the_same(
    browser: FlaskClient, platform: ActingPlatform, code: str
) -> None:
    """Nobody is locked out by what stands there."""
    assert grading(browser, platform, target_link_uri=f"{LAUNCH}?c=tiny&g={code}").response.status_code == 200


def test_a_later_launch_does_not_undo_what_a_teacher_chose(browser: FlaskClient, platform: ActingPlatform) -> None:
    """The address is as it was when the link was made."""
    there = f"{LAUNCH}?c=tiny&g=practice-12-3"
    kept(grading(browser, platform, target_link_uri=there), rule="mastery")
    assert "Mastery. The share of outcomes" in grading(browser, platform, target_link_uri=there).words


def test_another_rule_reckons_the_class_anew(
    app: Flask, browser: FlaskClient, platform: ActingPlatform, database: Database
) -> None:
    """One lesson of two: nothing by completion, half by progress; and taking it back takes nothing back."""
    client = app.test_client()
    finish_first(Paper.open(client, f"/t/{visit_of(launch(client, platform))}/"))
    page = grading(browser, platform)
    assert owed(database) == []
    kept(page, rule="progress")
    ((rule, percent),) = owed(database)
    assert rule == "progress"
    assert 0 < percent < 100


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"rule": "charm"}, "Choose how this activity is graded."),
        ({"rule": "practice", "sittings": "3", "spare": "3"}, "let fewer be missed than are offered"),
        ({"late": "101"}, "0 to 100 percent"),
        ({"grace": "99999"}, "0 minutes to 7 days"),
        ({"late": "ten"}, "not a whole number"),
        ({"due": "2026-12-01T10:00", "closes": "2026-11-01T10:00"}, "out of order"),
    ],
)
def test_a_wish_that_cannot_be_is_told_and_nothing_is_lost(
    browser: FlaskClient, platform: ActingPlatform, fields: dict[str, str], says: str
) -> None:
    """What was typed stands there still."""
    page = grading(browser, platform)
    sent = browser.post(page.forms["p"].action, data={"rule": "completion", "grace": "17"} | fields, base_url=TOOL)
    assert sent.status_code == 422
    assert says in sent.text
    assert f'value="{fields.get("grace", "17")}"' in sent.text


def test_dates_of_the_lms_are_shown_and_not_asked_for(browser: FlaskClient, platform: ActingPlatform) -> None:
    """Where it tells them, they are its own."""
    custom = {"due_at": "2026-12-01T10:00:00Z"}
    page = grading(browser, platform, **{CLAIM + "custom": custom})
    assert "Tue 1 Dec, 10:00 as your learning platform tells it" in page.words
    assert "due" not in page.forms["p"].fields
    assert "closes" in page.forms["p"].fields


def test_who_is_late_by_our_rule_is_told_that_ours_alone_takes_off(
    browser: FlaskClient, platform: ActingPlatform
) -> None:
    """And by which share."""
    page = kept(grading(browser, platform), late="10", due="2026-12-01T10:00")
    assert "Sprig takes off 10 % for each day after the due date." in page.words
    assert "or it takes off a second time" in page.words


def test_a_learner_is_allowed_more_and_it_is_taken_back(
    app: Flask, browser: FlaskClient, platform: ActingPlatform, database: Database
) -> None:
    """By name, without a reason; twice is once."""
    launch(app.test_client(), platform)
    page = grading(browser, platform)
    with database.reading() as session:
        learner = page.forms["form1"].choices[0].value
        assert session.scalars(select(Allowance)).all() == []
    where = page.path + "/allow"
    more = {"learner": learner, "closes": "2026-12-24T12:00"}
    for _ in range(2):
        assert browser.post(where, data=more, base_url=TOOL).status_code == 303
    again = Paper.open(browser, page.path)
    assert "Ada Learner – Thu 24 Dec, 12:00 – Take back" in again.words
    assert browser.post(page.path + "/disallow", data={"learner": learner}, base_url=TOOL).status_code == 303
    assert "Take back" not in Paper.open(browser, page.path).words


def test_somebody_elses_learner_is_not_there(
    browser: FlaskClient, platform: ActingPlatform, database: Database
) -> None:
    """Whatever number a form holds."""
    page = grading(browser, platform)
    sent = browser.post(page.path + "/allow", data={"learner": "999", "closes": "2026-12-24T12:00"}, base_url=TOOL)
    assert sent.status_code == 404
    with database.reading() as session:
        assert session.scalars(select(GradeTerms)).all() == []


def test_it_is_not_for_learners(browser: FlaskClient, platform: ActingPlatform) -> None:
    """Neither to see nor to change."""
    visit = visit_of(launch(browser, platform, roles=[LEARNER]))
    assert browser.get(f"/t/{visit}/grading", base_url=TOOL).status_code == 403
    assert browser.post(f"/t/{visit}/grading", data={"rule": "mastery"}, base_url=TOOL).status_code == 403


def test_more_time_counts_for_what_was_done_late(
    app: Flask, browser: FlaskClient, platform: ActingPlatform, database: Database
) -> None:
    """Closed for the class, and open for her."""
    client = app.test_client()
    finish_first(Paper.open(client, f"/t/{visit_of(launch(client, platform))}/"))
    page = kept(grading(browser, platform), rule="progress", closes="2026-01-01T10:00")
    assert owed(database) == []
    later = f"{datetime.now(UTC) + timedelta(days=2):%Y-%m-%dT%H:%M}"
    learner = page.forms["form1"].choices[0].value
    browser.post(page.path.partition("?")[0] + "/allow", data={"learner": learner, "closes": later}, base_url=TOOL)
    assert [rule for rule, _ in owed(database)] == ["progress"]
