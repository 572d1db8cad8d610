"""A learner's way through a checkpoint, without scripts: forward only, nothing told before its end, nothing lost."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from content.model import ShortText
from lti_tool.models import GradeOwed, PointEntry, Review, Sitting, SittingStep
from lti_tool.models.engine import Database
from lti_tool.services.courses import publish
from tests.lti.acting import ABSENT, INSTRUCTOR, LEARNER, TOOL, ActingPlatform, launch, visit_of
from tests.services.probing import holding_back, probe
from tests.web.paper import Paper
from tests.web.test_learning import TEST_USER, count, visit

CHECK = {"target_link_uri": f"{TOOL}/lti/launch?c=tiny.~checkpoint"}
GIVES_AWAY = ("birch", "The reason of", "Not that spruce", "A hint that is never shown", "Right", "Not yet")


@pytest.fixture(autouse=True)
def pool(app: Flask, database: Database) -> None:
    """Twenty-four questions are held back."""
    assert app
    with database.writing() as session:
        publish(session, holding_back(*map(probe, range(24))), datetime.now(UTC))


def arrives(client: FlaskClient, platform: ActingPlatform, **changes: Any) -> Paper:
    """The first page of a checkpoint's link."""
    return Paper.open(client, f"/t/{visit_of(launch(client, platform, **CHECK | changes))}/")


@pytest.fixture
def start(browser: FlaskClient, platform: ActingPlatform) -> Paper:
    """The same, for a learner who has just come."""
    return arrives(browser, platform)


def given(page: Paper, *, right: bool) -> dict[str, str]:
    """What to type into a question."""
    if "larch" in page.words:
        return {"a": page.choice("larch" if right else "spruce")}
    is_number = 'inputmode="decimal"' in page.response.text
    return {"a": ("7" if right else "8") if is_number else ("birch" if right else "oak")}


def answers(page: Paper, *, right: bool = True) -> Paper:
    """The page after that."""
    last = "Save and finish" in page.words
    return page.press("Save and finish" if last else "Save and go on", **given(page, right=right))


def whole_try(start: Paper, right: int) -> Paper:
    """The end of a try with the first so many right."""
    page = start.press("Start")
    for number in range(10):
        page = answers(page, right=number < right)
    return page


def test_the_first_page_says_what_it_is(start: Paper) -> None:
    """How many, how long, how it goes and how it counts; one button."""
    assert "10 questions, about 8 min" in start.words
    assert "One answer for each question" in start.words
    assert "There is no clock" in start.words
    assert "Your best try counts." in start.words
    assert "Your tries" not in start.words
    assert [text for form in start.forms.values() for _, _, text in form.buttons][-1] == "Start the checkpoint"


def test_nothing_is_told_before_the_end(start: Paper) -> None:
    """No page on the way holds a right answer, a reason, a hint or a verdict, whatever was answered."""
    page = start.press("Start the checkpoint")
    for number in range(1, 11):
        assert f"Question {number} of 10" in page.words
        text = page.response.text
        assert not [word for word in GIVES_AWAY if word in text], number
        assert 'class="again"' not in text
        page = answers(page, right=number % 2 == 0)
    assert page.path.endswith("/tries/1")


def test_the_end_says_what_was_right_and_why_the_rest(start: Paper) -> None:
    """In figures, by outcome, and every question that was missed with its reason."""
    end = whole_try(start, 7)
    assert "7 of 10 right" in end.words
    assert "That is 70 %." in end.words
    found = dict(re.findall(r"(Add numbers|Name things) (\d of \d)", end.words))
    assert found.keys() == {"Add numbers", "Name things"}
    assert end.words.count("The reason of") == 3
    assert "Right" not in end.words.split()
    first = Paper.open(start.client, start.path)
    assert "Your tries" in first.words
    assert "7 of 10 right · 70 %" in first.words


def test_everything_right_is_said_plainly(start: Paper) -> None:
    """And there is nothing to look at again."""
    end = whole_try(start, 10)
    assert "10 of 10 right" in end.words
    assert "You missed nothing." in end.words
    assert "Worth another look" not in end.words


def test_another_try_has_other_questions_until_they_are_used_up(start: Paper) -> None:
    """Two whole tries of twenty-four; then the page says so, and nothing can be started."""
    seen = set()
    for number in (1, 2):
        page = (
            start.press("Start the checkpoint")
            if number == 1
            else Paper.open(start.client, start.path).press("Start try 2")
        )
        for _ in range(10):
            (stem,) = re.findall(r"Held back, \d+\?", page.words)
            assert stem not in seen
            seen.add(stem)
            page = answers(page)
    assert "Another try" not in page.words
    over = Paper.open(start.client, start.path)
    assert "Your checkpoint is done" in over.words
    assert "What you reached stays." in over.words
    again = start.client.post(f"/t/{visit(start)}/sittings", data={"check": "1"}, base_url=TOOL)
    assert again.location.endswith(f"/t/{visit(start)}/")


def test_leaving_and_coming_back_goes_on(start: Paper, app: Flask, platform: ActingPlatform) -> None:
    """On another device the open question is one press away."""
    answers(answers(start.press("Start the checkpoint")))
    again = arrives(app.test_client(), platform)
    assert "8 questions to go, about 6 min" in again.words
    assert "Question 3 of 10" in again.press("Go on with question 3").words


def test_it_goes_forward_only(start: Paper) -> None:
    """What was answered has no page any more; what comes later has none yet."""
    answers(start.press("Start the checkpoint"))
    for number in ("1", "3", "99", "end"):
        assert Paper.open(start.client, f"/t/{visit(start)}/s/1/{number}").path.endswith("/s/1/2")


def test_the_first_answer_stands(start: Paper, database: Database) -> None:
    """A double click is one answer; another tab's later answer is none, and is told so without a verdict."""
    first = start.press("Start the checkpoint")
    sent = given(first, right=False)
    once, twice = (first.press("Save and go on", **sent) for _ in range(2))
    assert once.path == twice.path
    assert "You answered that question already" not in twice.words
    for other in ({**given(first, right=True)}, {"unsure": "1"}, {"a": ""}, {"hint": "1"}):
        later = first.press("Save and go on", **other)
        assert later.path == once.path
        assert "You answered that question already" in later.words
        assert not [word for word in GIVES_AWAY if word in later.response.text]
    with database.reading() as session:
        assert session.execute(select(Sitting.passed)).scalar_one() == 1
        assert session.execute(select(SittingStep.is_right).where(SittingStep.position == 1)).scalar_one() is False


def test_an_empty_answer_is_none(start: Paper, database: Database) -> None:
    """The same question comes back with a sentence; “I don’t know yet” is an answer."""
    question = start.press("Start the checkpoint")
    empty = question.press("Save and go on", a="")
    assert empty.response.status_code == 422
    assert "Question 1 of 10" in empty.words
    assert "Question 2 of 10" in question.press("I don’t know yet").words
    with database.reading() as session:
        assert session.execute(select(SittingStep.response).where(SittingStep.position == 1)).scalar_one() == []


def test_it_owes_a_grade_and_touches_nothing_else(start: Paper, database: Database) -> None:
    """No review, no points."""
    whole_try(start, 7)
    with database.reading() as session:
        assert session.execute(select(GradeOwed.lesson_key, GradeOwed.reached)).one() == ("~checkpoint", 70)
    assert (count(database, Review), count(database, PointEntry)) == (0, 0)


def test_only_a_checkpoints_link_begins_a_try(
    browser: FlaskClient, platform: ActingPlatform, database: Database
) -> None:
    """Nobody uses up questions from a lesson's link."""
    page = Paper.open(browser, f"/t/{visit_of(launch(browser, platform))}/")
    assert browser.post(f"/t/{visit(page)}/sittings", data={"check": "1"}, base_url=TOOL).status_code == 404
    assert count(database, Sitting) == 0


def test_nobody_reads_anothers_try(start: Paper, app: Flask, platform: ActingPlatform) -> None:
    """Neither its questions nor its end."""
    whole_try(start, 3)
    other = arrives(app.test_client(), platform, sub="learner-2")
    for path in ("tries/1", "s/1/1", "s/1/end"):
        assert other.client.get(f"/t/{visit(other)}/{path}", base_url=TOOL).status_code == 404


@pytest.mark.parametrize(
    "who",
    [{"roles": [INSTRUCTOR]}, {"roles": [LEARNER, TEST_USER]}, {"name": ABSENT}],
    ids=["teacher", "student view", "nameless"],
)
def test_it_works_for_everybody(
    browser: FlaskClient, platform: ActingPlatform, database: Database, who: dict[str, Any]
) -> None:
    """Who owes no grade has a checkpoint all the same, and is told that none is sent."""
    arrived = arrives(browser, platform, **who)
    page = Paper.open(browser, f"/t/{visit(arrived)}/today")
    if "roles" in who:
        assert "No grade is sent for this activity." in page.words
    assert "6 of 10 right" in whole_try(page, 6).words
    if "roles" in who:
        assert count(database, GradeOwed) == 0


def test_a_guest_draws_no_questions(browser: FlaskClient, platform: ActingPlatform, database: Database) -> None:
    """Each guest is somebody new, and would see the whole pool."""
    page = arrives(browser, platform, roles=[])
    assert "Checkpoints are for the learners of a course." in page.words
    path = f"/t/{visit(page)}/sittings"
    assert browser.post(path, data={"check": "1"}, base_url=TOOL).status_code == 403
    assert count(database, Sitting) == 0


def test_the_teacher_sees_tries_and_the_best(start: Paper, app: Flask, platform: ActingPlatform) -> None:
    """In the list, and each try with its answers behind the name."""
    whole_try(start, 3)
    whole_try(Paper.open(start.client, start.path), 8)
    room = arrives(app.test_client(), platform, sub="teacher", name="Tea Cher", roles=[INSTRUCTOR])
    assert "Tiny course: checkpoint" in room.words
    assert "Ada Learner 2, best 80 %" in room.words
    assert "Finished 1 of 1" in room.words
    (link,) = re.findall(r'href="([^"]+/work/\d+)"', room.response.text)
    work = Paper.open(room.client, link)
    assert "Try 1" in work.words
    assert "3 of 10 right · 30 %" in work.words
    assert "8 of 10 right · 80 %" in work.words
    roster = Paper.open(room.client, f"/t/{visit(room)}/roster")
    assert "2, best 80 %" in roster.words
    courses = Paper.open(room.client, f"/t/{visit(room)}/courses")
    assert "Tiny course: checkpoint 1 of 1 1 of 1" in courses.words


def test_a_course_that_holds_nothing_back_says_so(
    browser: FlaskClient, platform: ActingPlatform, database: Database
) -> None:
    """A link from before such an edition opens a page, and no error."""
    with database.writing() as session:
        publish(session, holding_back(), datetime.now(UTC))
    page = arrives(browser, platform)
    assert "No questions yet" in page.words
    with database.reading() as session:
        assert session.execute(select(func.count()).select_from(Sitting)).scalar_one() == 0


def test_a_corrected_question_is_told_to_whom_it_concerns(
    app: Flask, browser: FlaskClient, platform: ActingPlatform, database: Database
) -> None:
    """The teacher sees what would change, says so, and the learner reads it on the page of her try."""
    client = app.test_client()
    end = whole_try(arrives(client, platform), 6)
    corrected = [
        replace(one, body=ShortText(("oak", "birch"))) if isinstance(one.body, ShortText) else one
        for one in map(probe, range(24))
    ]
    with database.writing() as session:
        publish(session, holding_back(*corrected), datetime.now(UTC))
    room = arrives(browser, platform, sub="teacher", roles=[INSTRUCTOR])
    book = Paper.open(browser, room.path.replace("/course", "/grades"))
    assert "Look at it" in book.words
    page = Paper.open(browser, f"{book.path}/regrade")
    assert "Nothing is changed yet." in page.words
    (button,) = [text for form in page.forms.values() for _, _, text in form.buttons if text.startswith("Change")]
    after = page.press(button)
    assert "The answers were marked anew." in after.words
    assert "Look at it" not in after.words
    assert "was corrected on" in Paper.open(client, end.path).words
