"""A learner's way through a lesson and her reviews, without scripts: nothing lost, nothing counted twice."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from lti_tool.models import (
    Enrolment,
    GradeOwed,
    LessonProgress,
    Memory,
    PointEntry,
    PracticeDay,
    Review,
    Sitting,
    SittingStep,
    StepDone,
)
from lti_tool.models.engine import Database
from scheduler.day import study_day
from tests.lti.acting import INSTRUCTOR, LEARNER, TOOL, ActingPlatform, launch, visit_of
from tests.web.paper import Paper

TEST_USER = "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"


def count(database: Database, model: type) -> int:
    """How many rows."""
    with database.reading() as session:
        return session.execute(select(func.count()).select_from(model)).scalar_one()


@pytest.fixture
def start(browser: FlaskClient, platform: ActingPlatform) -> Paper:
    """The first page of a learner who has just come."""
    return Paper.open(browser, f"/t/{visit_of(launch(browser, platform))}/")


def first_question(start: Paper) -> Paper:
    """The question after the first card."""
    return start.press("Start lesson 1").press("Continue")


def finish_first(start: Paper) -> Paper:
    """The end of the first lesson, all right at once."""
    question = first_question(start)
    feedback = question.press("Check", a=question.choice("4"))
    task = Paper.open(feedback.client, f"/t/{visit(start)}/s/1/3")
    task.press("Check", a="Paris")
    return Paper.open(task.client, f"/t/{visit(start)}/s/1/end")


def visit(paper: Paper) -> str:
    """The visit that a page belongs to."""
    return paper.path.split("/")[2]


def test_a_lesson_is_done_in_small_steps(start: Paper, database: Database) -> None:
    """Card, question, feedback with the reason, task, and an end that says what moved."""
    assert "Lesson 1 of 2" in start.words
    card = start.press("Start lesson 1")
    assert "One idea" in card.words
    question = card.press("Continue")
    assert "What is 2 + 2?" in question.words
    feedback = question.press("Check", a=question.choice("4"))
    assert "Right" in feedback.words
    assert "Two and two make four." in feedback.words
    Paper.open(start.client, f"/t/{visit(start)}/s/1/3").press("Check", a="Paris")
    end = Paper.open(start.client, f"/t/{visit(start)}/s/1/end")
    assert "Lesson done" in end.words
    assert "2 of 2 right at first try." in end.words
    assert "1 of 2 lessons done." in end.words


def test_a_wrong_answer_is_told_why_and_comes_back(start: Paper) -> None:
    """“Not yet”, the chosen option's own feedback, the reason, and the question once more at the end."""
    question = first_question(start)
    feedback = question.press("Check", a=question.choice("3"))
    assert "Not yet" in feedback.words
    assert "One more." in feedback.words
    assert "Two and two make four." in feedback.words
    assert "You will see it once more today" in feedback.words
    task = Paper.open(start.client, f"/t/{visit(start)}/s/1/3").press("Check", a="Paris")
    assert "Right" in task.words
    again = Paper.open(start.client, f"/t/{visit(start)}/s/1/4")
    assert "Once more" in again.words
    again.press("Check", a=again.choice("4"))
    end = Paper.open(start.client, f"/t/{visit(start)}/s/1/end")
    assert "Lesson done" in end.words
    assert "1 of 2 right at first try." in end.words


def test_not_knowing_is_an_answer(start: Paper, database: Database) -> None:
    """“I don’t know yet” counts as not right, and is kept as what it was."""
    feedback = first_question(start).press("I don’t know yet")
    assert "Not yet" in feedback.words
    with database.reading() as session:
        assert session.execute(select(Review.is_unsure, Review.is_right)).one() == (True, False)


def test_an_empty_answer_is_no_answer(start: Paper, database: Database) -> None:
    """The question comes back with a sentence; nothing is counted."""
    problem = first_question(start).press("Check")
    assert problem.response.status_code == 422
    assert "Choose an answer first" in problem.words
    assert count(database, Review) == 0


def test_a_hint_keeps_what_was_typed(start: Paper, database: Database) -> None:
    """Asking for a hint loses nothing, and the answer that follows knows of it."""
    question = first_question(start)
    hinted = question.press("Show a hint", a=question.choice("5"))
    assert "Count on from two." in hinted.words
    assert hinted.forms["q"].fields["a"] == question.choice("5")
    hinted.press("Check", a=question.choice("4"))
    with database.reading() as session:
        assert session.execute(select(Review.hints)).scalar_one() == 1


def test_a_double_click_counts_once(start: Paper, database: Database) -> None:
    """The same form sent twice: one review, one step, and the same feedback."""
    question = first_question(start)
    first = question.press("Check", a=question.choice("4"))
    second = question.press("Check", a=question.choice("4"))
    assert first.words == second.words
    assert "You answered this already" not in second.words
    assert count(database, Review) == 1


def test_a_second_answer_does_not_change_the_first(start: Paper, database: Database) -> None:
    """Another choice, or none, from another tab or after going back: the first answer stands, and the page says so."""
    question = first_question(start)
    question.press("Check", a=question.choice("3"))
    for later in (question.press("Check", a=question.choice("4")), question.press("Check")):
        assert "Not yet" in later.words
        assert "You answered this already" in later.words
    assert "You answered this already" not in Paper.open(start.client, f"/t/{visit(start)}/s/1/2").words
    with database.reading() as session:
        assert session.execute(select(Review.is_right)).scalar_one() is False


def test_nobody_skips_ahead(start: Paper) -> None:
    """An address further on leads to the open question."""
    first_question(start)
    assert Paper.open(start.client, f"/t/{visit(start)}/s/1/3").path.endswith("/s/1/2")
    assert Paper.open(start.client, f"/t/{visit(start)}/s/1/end").path.endswith("/s/1/2")
    assert Paper.open(start.client, f"/t/{visit(start)}/s/1/99").path.endswith("/s/1/2")


def test_leaving_and_coming_back_goes_on_where_it_stopped(
    start: Paper, browser: FlaskClient, platform: ActingPlatform
) -> None:
    """A new launch, on another device or day, finds the open lesson."""
    first_question(start)
    again = Paper.open(browser, f"/t/{visit_of(launch(browser, platform))}/")
    assert "1 of 3 steps done." in again.words
    assert "What is 2 + 2?" in again.press("Go on").words


def test_two_tabs_do_one_lesson(
    start: Paper, browser: FlaskClient, platform: ActingPlatform, database: Database
) -> None:
    """Opening the lesson twice gives one sitting; each tab finds what the other did."""
    other = Paper.open(browser, f"/t/{visit_of(launch(browser, platform))}/")
    start.press("Start lesson 1").press("Continue")
    assert "What is 2 + 2?" in other.press("Start lesson 1").words
    assert count(database, Sitting) == 1


def test_a_sitting_of_somebody_else_is_not_found(start: Paper, app: Flask, platform: ActingPlatform) -> None:
    """Guessing numbers shows nothing of others."""
    first_question(start)
    stranger = app.test_client()
    theirs = visit_of(launch(stranger, platform, sub="learner-2"))
    assert stranger.get(f"/t/{theirs}/s/1/1", base_url=TOOL).status_code == 404
    assert stranger.post(f"/t/{theirs}/s/1/2", data={"a": "1"}, base_url=TOOL).status_code == 404


def test_a_form_from_elsewhere_changes_nothing(start: Paper, database: Database) -> None:
    """A page of another site cannot answer for a learner."""
    path, data = first_question(start).data("Check", a="1")
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        answer = start.client.post(path, data=data, base_url=TOOL, headers=headers)
        assert answer.status_code == 403
    assert count(database, Review) == 0


def test_the_first_answer_makes_a_memory(start: Paper, database: Database) -> None:
    """What was learned comes back within two days."""
    finish_first(start)
    with database.reading() as session:
        rows = session.execute(select(Memory.due_day - Memory.last_day)).scalars().all()
    assert len(rows) == 2
    assert all(1 <= days <= 2 for days in rows)


def test_points_are_for_the_lesson_and_the_day(start: Paper, database: Database) -> None:
    """A lesson earns once; first answers of new items are not reviews yet."""
    end = finish_first(start)
    assert "10 points for you." in end.words
    with database.reading() as session:
        assert session.execute(select(PointEntry.reason, PointEntry.points)).all() == [("lesson", 10)]
    assert count(database, PracticeDay) == 1


def days_pass(database: Database, days: int) -> None:
    """Everything that was learned was learned that much earlier."""
    with database.writing() as session:
        session.execute(update(Memory).values(last_day=Memory.last_day - days, due_day=Memory.due_day - days))
        for review in session.scalars(select(Review)):
            review.study_on -= timedelta(days=days)
        for sitting in session.scalars(select(Sitting)):
            sitting.study_on -= timedelta(days=days)


def test_reviews_come_back_when_due(start: Paper, database: Database) -> None:
    """Two days later the first page offers them with one button; right answers move them further out."""
    finish_first(start)
    days_pass(database, 3)
    today = Paper.open(start.client, start.path)
    assert "2 reviews" in today.words
    question = today.press("Start 2 reviews")
    for number in (1, 2):
        question = Paper.open(start.client, f"/t/{visit(start)}/s/2/{number}")
        typed = "Paris" if "France" in question.words else question.choice("4")
        question.press("Check", a=typed)
    end = Paper.open(start.client, f"/t/{visit(start)}/s/2/end")
    assert "Done for today" in end.words
    assert "What moved" in end.words
    with database.reading() as session:
        earned = session.execute(select(PointEntry.points).where(PointEntry.reason == "right")).scalars().all()
        predicted = session.execute(select(Review.predicted).where(Review.was_due)).scalars().all()
    assert earned == [2, 2]
    assert all(0 < value < 1 for value in predicted)


def test_a_repeated_lesson_counts_no_second_time(start: Paper, database: Database) -> None:
    """Doing a finished lesson again is practice: no points, no progress, memories as they were."""
    finish_first(start)
    with database.reading() as session:
        before = session.execute(select(Memory.stability).order_by(Memory.item_id)).scalars().all()
    lessons = Paper.open(start.client, f"/t/{visit(start)}/lessons")
    card = lessons.press("1. First lesson")
    assert "One idea" in card.words
    question = card.press("Continue")
    question.press("Check", a=question.choice("3"))
    with database.reading() as session:
        after = session.execute(select(Memory.stability).order_by(Memory.item_id)).scalars().all()
    assert after == before
    assert count(database, PointEntry) == 1


def test_finishing_everything_owes_the_grade_at_once(start: Paper, database: Database) -> None:
    """Not before: on Moodle any grade ticks the activity as done."""
    finish_first(start)
    assert count(database, GradeOwed) == 0
    today = Paper.open(start.client, start.path)
    task = today.press("Start lesson 2").press("Continue")
    task.press("Check", a="6")
    with database.reading() as session:
        owed = session.execute(select(GradeOwed.wanted, GradeOwed.sent, GradeOwed.due_at)).one()
    assert (owed.wanted, owed.sent) == (1, 0)
    assert owed.due_at <= datetime.now(UTC)
    end = Paper.open(start.client, f"/t/{visit(start)}/s/2/end")
    assert "Your grade is on its way to the gradebook." in end.words


@pytest.mark.parametrize("roles", [[INSTRUCTOR], [LEARNER, TEST_USER], []], ids=["teacher", "student view", "guest"])
def test_only_learners_owe_grades(
    browser: FlaskClient, platform: ActingPlatform, database: Database, roles: list[str]
) -> None:
    """For everybody else everything works, and nothing is sent."""
    preview = Paper.open(browser, f"/t/{visit_of(launch(browser, platform, roles=roles))}/today")
    finish_first(preview)
    task = Paper.open(browser, f"/t/{visit(preview)}/today").press("Start lesson 2").press("Continue")
    task.press("Check", a="6")
    assert count(database, StepDone) == 5
    assert count(database, GradeOwed) == 0


def test_steps_done_are_those_of_the_lesson(start: Paper, database: Database) -> None:
    """Progress counts each step once."""
    finish_first(start)
    with database.reading() as session:
        row = session.execute(select(LessonProgress.required, LessonProgress.done)).one()
    assert row == (3, 3)
    assert count(database, SittingStep) == 3


def test_the_browsers_zone_decides_the_day_where_the_lms_tells_none(start: Paper, database: Database) -> None:
    """A script adds it to the forms that begin something; nonsense is none."""
    start.press("Start lesson 1", zone="Pacific/Auckland")
    with database.reading() as session:
        assert session.execute(select(Enrolment.zone)).scalar_one() == "Pacific/Auckland"
        day = session.execute(select(Sitting.study_on)).scalar_one()
    assert day == study_day(datetime.now(UTC), ZoneInfo("Pacific/Auckland"))
    Paper.open(start.client, start.path).press("Go on", zone="../../etc/passwd")
    with database.reading() as session:
        assert session.execute(select(Enrolment.zone)).scalar_one() == "Pacific/Auckland"
