"""The gradebook view, its preview, the list before a choice and a grade's story are translated whole."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lti_tool.models.engine import Database
from lti_tool.services.grades import Outcome, Reason, Tried
from lti_tool.services.grades.estimate import MANY
from tests.lti.acting import ActingPlatform, launch, visit_of
from tests.services.grades.gradebook import Gradebook
from tests.web.gradebooks import changed, crowd, finishes, grades_of, owed_of, sent, stopped
from tests.web.paper import Paper
from tests.web.test_grade_pages import checks, sends
from tests.web.test_learning import finish_first
from tests.web.test_teaching import teacher
from tests.web.test_words import LOCALE, MARK, SQLITE, pseudo, pseudo_locale, untranslated

__all__ = ["pseudo_locale"]
KNOWN = {"Tiny", "Sprig"}


def left(page: Paper) -> list[str]:
    """Texts that did not go through gettext; an activity's own title aside."""
    assert MARK in page.words, page.words
    return [text for text in untranslated(page) if text not in KNOWN]


@SQLITE
def test_the_gradebook_view_is_translated(
    pseudo_locale: None, app: Flask, browser: FlaskClient, platform: ActingPlatform, database: Database
) -> None:
    """In every state, with its notices and choices."""
    room = teacher(browser, platform, **LOCALE)
    assert left(grades_of(room)) == []
    for sub in ("ada", "bob", "cem", "dee", "eve", "fay", "gus"):
        finishes(app, platform, database, sub, sub.title())
    for sub in ("ada", "bob"):
        changed(database, sub)
    for sub in ("cem", "dee"):
        stopped(database, sub, Reason.NOT_ALLOWED)
    stopped(database, "eve", Reason.KEPT_IN_LMS)
    sent(database, "fay")
    asked = grades_of(room).press(pseudo("Test it now"))
    assert left(asked) == []
    checks(database)
    crowd(database, MANY)
    for path in (
        "",
        "/preview",
        *(f"/confirm?do={deed}&all=1" for deed in ("keep", "send", "again")),
        "/confirm?do=keep",
    ):
        assert left(grades_of(room, path)) == [], path
    assert left(grades_of(room, "/preview").press(pseudo("Send %(n)s waiting") % {"n": MANY + 1})) == []
    table = browser.get(grades_of(room).path + "/table.csv", base_url="https://tool.example").data.decode()
    assert pseudo("Changed in the LMS") in table
    assert pseudo("LMS read at") in table


@SQLITE
@pytest.mark.parametrize("outcome", [one for one in Outcome if one is not Outcome.BLOCKED])
def test_a_grades_story_is_translated(
    pseudo_locale: None,
    app: Flask,
    browser: FlaskClient,
    platform: ActingPlatform,
    database: Database,
    outcome: Outcome,
) -> None:
    """Whatever the LMS said, with the answers of what it took."""
    client = app.test_client()
    start = Paper.open(client, f"/t/{visit_of(launch(client, platform, name='Sprig'))}/")
    finish_first(start)
    Paper.open(client, start.path).press("Start lesson 2").press("Continue").press("Check", a="6")
    book = Gradebook()
    book.trouble = lambda claimed, now: Tried(outcome, 200)
    sends(database, book)
    room = teacher(browser, platform, **LOCALE)
    assert left(grades_of(room, f"/{owed_of(database, 'learner-1').id}")) == []
