"""Title, column, window and dates of what is added; searching; and the preview."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from content.loader import load
from lti_tool.models import Enrolment, Review, Sitting
from lti_tool.models.engine import Database
from lti_tool.services.courses import publish
from tests.lti.acting import CLAIM, INSTRUCTOR, LEARNER, TOOL, ActingPlatform, launch, visit_of
from tests.web.choosing import asks_for_content, at_the_picker, goes_on, items
from tests.web.paper import Paper
from tests.web_client import COURSES


@pytest.fixture
def picker(browser: FlaskClient, platform: ActingPlatform) -> Paper:
    """Where several can be chosen, in a frame or in a window, by a teacher in Berlin."""
    visit = visit_of(launch(browser, platform, **teacher_in_berlin()))
    return Paper.open(browser, f"/t/{visit}/")


def teacher_in_berlin() -> dict[str, Any]:
    """The claims."""
    ways = {"accept_multiple": True, "accept_presentation_document_targets": ["iframe", "window"]}
    zone = {CLAIM + "custom": {"zone": "Europe/Berlin"}}
    return {"sub": "teacher", "roles": [INSTRUCTOR], **zone, **asks_for_content(**ways)}


def test_each_choice_gets_its_own_title_column_window_and_dates(picker: Paper, database: Database) -> None:
    """Dates are typed by the teacher's clock and told in UTC; what is left empty is not told at all."""
    page = goes_on(picker, "/pick/details", c=["tiny", "tiny.first"])
    assert "By the clocks of Europe/Berlin" in page.words
    typed: dict[str, Any] = {
        "c": ["tiny", "tiny.first"],
        "title:tiny": "  All\n of it ",
        "title:tiny.first": "",
        "graded": ["tiny.first"],
        "tab": ["tiny"],
        "opens:tiny": "2026-12-01T08:00",
        "due:tiny": "2026-12-08T23:59",
        "closes:tiny.first": "2027-07-01T12:00",
    }
    whole, first = items(page.press("Add these", **typed), database)
    assert (whole["title"], first["title"]) == ("All of it", "First lesson")
    assert "lineItem" not in whole
    assert first["lineItem"]["label"] == "First lesson"
    assert (whole["window"], first["iframe"]["width"]) == ({"targetName": "sprig-tiny"}, 800)
    assert whole["available"] == {"startDateTime": "2026-12-01T07:00:00Z"}
    assert whole["submission"] == {"endDateTime": "2026-12-08T22:59:00Z"}
    assert first["available"] == {"endDateTime": "2027-07-01T10:00:00Z"}
    assert "submission" not in first


@pytest.mark.parametrize("character", ["x", "é", "😀"])
def test_titles_are_cut_by_characters(picker: Paper, database: Database, character: str) -> None:
    """At 255, which is what Moodle takes; the column is called the same."""
    page = goes_on(picker, "/pick/details", c="tiny")
    (item,) = items(page.press("Add this", **{"title:tiny": character * 300, "graded": "tiny"}), database)
    assert item["title"] == item["lineItem"]["label"] == character * 255


@pytest.mark.parametrize(
    ("dates", "problem"),
    [
        ({"opens": "2026-12-08T08:00", "due": "2026-12-01T08:00"}, "out of order"),
        ({"due": "2026-12-08T08:00", "closes": "2026-12-01T08:00"}, "out of order"),
        ({"opens": "2026-12-01T08:00", "closes": "2026-12-01T08:00"}, "out of order"),
        ({"opens": "soon"}, "not a date and a time"),
        ({"closes": "0001-01-01T00:00"}, "not a date and a time"),
    ],
)
def test_dates_that_cannot_be_meant_come_back(picker: Paper, dates: dict[str, str], problem: str) -> None:
    """With everything that was typed, and nothing goes to the LMS."""
    page = goes_on(picker, "/pick/details", c="tiny")
    typed = {f"{name}:tiny": value for name, value in dates.items()} | {"title:tiny": "Mine"}
    again = page.press("Add this", **typed)
    assert again.response.status_code == 422
    assert problem in again.words
    assert again.forms["p"].fields.items() >= typed.items()
    marked = re.findall(r'name="(\w+):tiny"[^>]* aria-invalid="true" aria-describedby="problem"', again.response.text)
    assert marked == list(dates)


def test_moodle_is_not_asked_to_keep_dates(browser: FlaskClient, platform: ActingPlatform, database: Database) -> None:
    """It forgets them (README 29), so nobody is asked to type them."""
    platform.register(database, family="moodle")
    page = goes_on(at_the_picker(browser, platform), "/pick/details", c="tiny")
    assert "Title in your course" in page.words
    assert "Dates" not in page.words


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("second", ["tiny", "tiny.second"]),
        ("SECOND lesson", ["tiny", "tiny.second"]),
        ("tiny", ["tiny", "tiny.first", "tiny.second", "tiny.~reviews"]),
        ("reviews", ["tiny", "tiny.~reviews"]),
        ("cabbage", []),
        ("", ["tiny", "tiny.first", "tiny.second", "tiny.~reviews"]),
    ],
)
def test_the_search_works_without_scripts(picker: Paper, words: str, found: list[str]) -> None:
    """All words must be there; a course stands with its lessons, and the first one found is chosen."""
    page = goes_on(picker, "/pick", q=words)
    assert [one.value for one in page.forms["p"].choices] == found
    assert page.forms["p"].fields.get("c") == (found[0] if found else None)
    assert ("Nothing has these words." in page.words) == (not found)


def test_what_is_ticked_stays_through_a_search(picker: Paper) -> None:
    """Though it has none of the words."""
    page = goes_on(picker, "/pick", q="second", several="1", c="tiny.first")
    assert [one.value for one in page.forms["p"].choices] == ["tiny", "tiny.first", "tiny.second"]
    assert page.response.text.count(" checked") == 1


def test_a_preview_marks_and_keeps_nothing(picker: Paper, database: Database) -> None:
    """Card, question, verdict, to the end of the course; no enrolment, no sitting, no review."""
    card = goes_on(picker, "/preview/tiny")
    assert "Two and two make four." in card.words
    assert "1 of 5" in card.words
    asked = goes_on(picker, "/preview/tiny", at=2)
    right = goes_on(picker, "/preview/tiny", at=2, answered=1, a=asked.choice("4"))
    wrong = goes_on(picker, "/preview/tiny", at=2, answered=1, a=asked.choice("3"))
    assert "Right" in right.words
    assert "Not yet" in wrong.words
    assert "One more." in wrong.words
    assert "Choose an answer first" in goes_on(picker, "/preview/tiny", at=2, answered=1).words
    assert "From the start" in goes_on(picker, "/preview/tiny", at=5).words
    with database.reading() as session:
        for model in (Enrolment, Sitting, Review):
            assert session.scalar(select(func.count()).select_from(model)) == 0


def test_a_lessons_preview_is_of_that_lesson(picker: Paper) -> None:
    """And of nothing that is not there, or not this institution's."""
    assert "1 of 2" in goes_on(picker, "/preview/tiny.second").words
    for path, at in (("tiny.third", 1), ("other", 1), ("-", 1), ("tiny", 6), ("tiny", 0)):
        assert goes_on(picker, f"/preview/{path}", at=at).response.status_code == 404


def test_every_kind_of_question_can_be_previewed(picker: Paper, database: Database) -> None:
    """As it is asked, and as it is answered."""
    course = load(COURSES / "kinds")
    with database.writing() as session:
        publish(session, course, datetime.now(UTC))
    steps = sum(len(lesson.steps) for lesson in course.lessons)
    for at in range(1, steps + 1):
        assert goes_on(picker, "/preview/kinds", at=at).response.status_code == 200
        assert goes_on(picker, "/preview/kinds", at=at, answered=1, unsure=1).response.status_code == 200
    assert goes_on(picker, "/preview/kinds", at=steps + 1).response.status_code == 404


def test_learners_have_no_preview(browser: FlaskClient, platform: ActingPlatform) -> None:
    """It shows what is not theirs to see yet."""
    visit = visit_of(launch(browser, platform, roles=[LEARNER]))
    for path in ("preview/tiny", "pick/details?c=tiny", "pick"):
        assert browser.get(f"/t/{visit}/{path}", base_url=TOOL).status_code == 403


@pytest.mark.parametrize(
    ("rule", "target"), [("", "?c=tiny"), ("completion", "?c=tiny"), ("mastery", "?c=tiny&g=mastery")]
)
def test_a_rule_goes_along_in_the_target(picker: Paper, database: Database, rule: str, target: str) -> None:
    """The signed address says how it is graded, unless it is as usual; a copy of the course takes it along."""
    page = goes_on(picker, "/pick/details", c=["tiny"])
    assert "Mastery: The share of outcomes" in page.words
    (whole,) = items(page.press("Add this", **{"graded": "tiny", "rule:tiny": rule}), database)
    assert whole["url"] == f"{TOOL}/lti/launch{target}"


def test_a_rule_that_does_not_fit_is_not_taken(picker: Paper) -> None:
    """A course is no checkpoint."""
    page = goes_on(picker, "/pick/details", c=["tiny"])
    sent = picker.client.post(
        page.forms["p"].action, data=page.forms["p"].fields | {"rule:tiny": "checkpoint"}, base_url=TOOL
    )
    assert sent.status_code == 422
    assert "Choose how this activity is graded." in sent.text
