"""The list of learners, my courses and the page of a copied course are translated whole."""

from flask import Flask
from flask.testing import FlaskClient

from lti_tool.models.engine import Database
from tests.lti.acting import ActingPlatform
from tests.web.paper import Paper
from tests.web.test_roster import read_list
from tests.web.test_sections import COPY, CUSTOM
from tests.web.test_teaching import teacher
from tests.web.test_words import LOCALE, MARK, SQLITE, pseudo_locale, untranslated

__all__ = ["pseudo_locale"]


@SQLITE
def test_every_text_of_ours_is_translated(
    pseudo_locale: None, app: Flask, browser: FlaskClient, platform: ActingPlatform, database: Database
) -> None:
    """Names and titles are in `bdi`, and are nobody's to translate."""
    course = teacher(browser, platform, **LOCALE)
    read_list(database, "bob", "cem")
    bare = teacher(browser, platform, **COPY, **LOCALE, **{CUSTOM: {"context_history": "context-1"}})
    assert bare.path.endswith("/relink")
    visit = "/".join(course.path.split("/")[:3])
    pages = [bare, *(Paper.open(browser, f"{visit}/{name}") for name in ("roster", "courses"))]
    for page in pages:
        assert MARK in page.words
        assert [text for text in untranslated(page) if text not in {"Tiny", "Activity 1", ": Tiny"}] == []
