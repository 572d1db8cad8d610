"""How far a lesson is: one number, the same on every page, which never falls and whose total never grows."""

import re

from flask import Flask
from flask.testing import FlaskClient

from lti_tool.models.engine import Database
from tests.lti.acting import INSTRUCTOR, TOOL, ActingPlatform, launch, visit_of
from tests.web.paper import Paper
from tests.web.test_learning import days_pass, finish_first, start, visit

__all__ = ["start"]
LEAF = re.compile(r'<i(?: class="(\w+)")?></i>')


def done(page: Paper) -> tuple[int, int]:
    """(done, required) as the page says it."""
    found = re.search(r"(\d+) of (\d+) (?:steps )?done", page.words)
    assert found is not None, page.words
    return int(found[1]), int(found[2])


def leaves(page: Paper) -> list[str]:
    """The leaves of its stem."""
    return LEAF.findall(page.response.text)


def step(start: Paper, sitting: int, number: int) -> Paper:
    """A position of a sitting."""
    return Paper.open(start.client, f"/t/{visit(start)}/s/{sitting}/{number}")


def elsewhere(start: Paper) -> set[tuple[int, int]]:
    """What the first page and the list of lessons say."""
    home = f"/t/{visit(start)}/"
    return {done(Paper.open(start.client, home)), done(Paper.open(start.client, f"{home}lessons"))}


def test_every_page_says_the_same_after_every_step(start: Paper) -> None:
    """A card, a wrong answer, a right one, and the wrong one put right: three of three in the end."""
    seen = [done(start.press("Start lesson 1"))]
    for number, typed in ((1, {}), (2, {"unsure": "1"}), (3, {"a": "Paris"})):
        start.client.post(f"/t/{visit(start)}/s/1/{number}", data=typed, base_url=TOOL)
        seen.append(done(step(start, 1, number + 1)))
        assert elsewhere(start) == {seen[-1]}
    again = step(start, 1, 4)
    assert leaves(again) == ["on", "now", "on"]
    seen.append(done(again.press("Check", a=again.choice("4"))))
    assert seen == [(0, 3), (1, 3), (1, 3), (2, 3), (3, 3)]


def test_what_is_asked_once_more_keeps_its_leaf(start: Paper) -> None:
    """As many leaves as steps, whatever was not right yet."""
    feedback = start.press("Start lesson 1").press("Continue").press("I don’t know yet")
    assert leaves(feedback) == ["on", "again", ""]


def test_a_lesson_that_is_nearly_done_goes_on_from_where_it_is(start: Paper) -> None:
    """A question that was never right leaves it at two of three, at its end, on the first page and in what follows."""
    question = start.press("Start lesson 1").press("Continue")
    question.press("I don’t know yet")
    step(start, 1, 3).press("Check", a="Paris")
    for number in (4, 5, 6):
        step(start, 1, number).press("I don’t know yet")
    end = Paper.open(start.client, f"/t/{visit(start)}/s/1/end")
    assert "Nearly there" in end.words
    assert {done(end)} == elsewhere(start) == {(2, 3)}
    last = end.press("Finish the lesson")
    assert "What is 2 + 2?" in last.words
    assert (done(last), leaves(last)) == ((2, 3), ["on", "on", "now"])


def test_a_round_of_reviews_counts_its_questions(start: Paper, database: Database) -> None:
    """What comes back does not make it longer, and the first page offers just what is left."""
    finish_first(start)
    days_pass(database, 3)
    question = Paper.open(start.client, start.path).press("Start 2 reviews")
    assert done(question) == (0, 2)
    assert done(question.press("I don’t know yet")) == (0, 2)
    other = step(start, 2, 2)
    typed = "Paris" if "France" in other.words else other.choice("4")
    assert done(other.press("Check", a=typed)) == (1, 2)
    assert "1 review," in Paper.open(start.client, start.path).words


def test_a_lesson_done_once_more_counts_from_its_beginning(start: Paper) -> None:
    """The second time is practice, with a count of its own; the list of lessons says that it is done."""
    finish_first(start)
    lessons = Paper.open(start.client, f"/t/{visit(start)}/lessons")
    assert "1. First lesson 2 min Done" in lessons.words
    card = lessons.press("1. First lesson")
    assert (done(card), leaves(card)) == ((0, 3), ["now", "", ""])


def test_the_teacher_of_a_lesson_sees_the_same_number(
    app: Flask, browser: FlaskClient, platform: ActingPlatform
) -> None:
    """Also before somebody has begun."""
    first = {"target_link_uri": f"{TOOL}/lti/launch?c=tiny.first"}
    for sub, name in (("learner-1", "Ada Learner"), ("learner-2", "Bo Learner")):
        client = app.test_client()
        page = Paper.open(client, f"/t/{visit_of(launch(client, platform, sub=sub, name=name, **first))}/")
        if sub == "learner-1":
            page.press("Start lesson 1").press("Continue")
    teaching = launch(browser, platform, sub="teacher", roles=[INSTRUCTOR], **first)
    room = Paper.open(browser, f"/t/{visit_of(teaching)}/")
    assert "Ada Learner 1 of 3" in room.words
    assert "Bo Learner 0 of 3" in room.words
