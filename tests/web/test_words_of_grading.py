"""The page about grading is translated whole, by every rule, and so is the regrade."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.lti.acting import TOOL, ActingPlatform, launch
from tests.web.gradebooks import grades_of
from tests.web.paper import Paper
from tests.web.test_teaching import teacher
from tests.web.test_words import LOCALE, SQLITE, pseudo_locale
from tests.web.test_words_of_grades import left

__all__ = ["pseudo_locale"]
NAMES = {"Ada Learner", "A course"}


def texts(page: Paper) -> list[str]:
    """What did not go through gettext, people and courses aside."""
    return [text for text in left(page) if text not in NAMES]


@SQLITE
@pytest.mark.parametrize("rule", ["completion", "progress", "practice", "mastery"])
def test_the_page_about_grading_is_translated(
    pseudo_locale: None, app: Flask, browser: FlaskClient, platform: ActingPlatform, rule: str
) -> None:
    """As it comes, saved with lateness, with somebody who is allowed more, and with a mistake."""
    launch(app.test_client(), platform)
    room = teacher(browser, platform, **LOCALE)
    page = Paper.open(browser, room.path.replace("/course", "/grading"))
    assert texts(page) == []
    form = {"rule": rule, "late": "10", "due": "2026-12-01T10:00"}
    assert texts(Paper.open(browser, browser.post(page.path, data=form, base_url=TOOL).location)) == []
    learner = page.forms["form2"].choices[0].value if "form2" in page.forms else page.forms["form1"].choices[0].value
    more = {"learner": learner, "closes": "2026-12-24T12:00"}
    browser.post(f"{page.path}/allow", data=more, base_url=TOOL)
    assert texts(Paper.open(browser, page.path)) == []


@SQLITE
def test_the_regrade_is_translated(pseudo_locale: None, browser: FlaskClient, platform: ActingPlatform) -> None:
    """Also while there is nothing to change."""
    assert texts(grades_of(teacher(browser, platform, **LOCALE), "/regrade")) == []
