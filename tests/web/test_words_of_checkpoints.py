"""The pages of checkpoints and reviews are translated whole."""

import re
from datetime import UTC, datetime

from flask import Flask
from flask.testing import FlaskClient

from lti_tool.models.engine import Database
from lti_tool.services.courses import publish
from tests.lti.acting import INSTRUCTOR, ActingPlatform, launch, visit_of
from tests.services.probing import holding_back, probe
from tests.web.choosing import asks_for_content
from tests.web.paper import Paper
from tests.web.test_checkpoint import CHECK, answers, given
from tests.web.test_review_hub import HUB
from tests.web.test_words import LOCALE, MARK, SQLITE, pseudo_locale, untranslated

__all__ = ["pseudo_locale"]
AUTHORS = re.compile(
    r"Held back(, \d+\?| \d+)|The reason of \d+\.|larch|spruce|Not that spruce\.|birch|oak|Reviews|Tiny"
)


def not_ours(page: Paper) -> list[str]:
    """What is neither translated nor the author's."""
    return [text for text in untranslated(page) if not AUTHORS.fullmatch(text)]


@SQLITE
def test_every_text_of_ours_is_translated(
    pseudo_locale: None, app: Flask, browser: FlaskClient, platform: ActingPlatform, database: Database
) -> None:
    """Before, on the way, at the end, and what the teacher sees of it."""
    with database.writing() as session:
        publish(session, holding_back(*map(probe, range(10))), datetime.now(UTC))
    start = Paper.open(browser, f"/t/{visit_of(launch(browser, platform, **CHECK, **LOCALE, name='Sprig'))}/")
    question = start.press("Start the checkpoint")
    empty = question.press("Save and go on", a="")
    pages = [start, question, empty]
    page = question.press("I don’t know yet")
    pages += [page, question.press("Save and go on", **given(question, right=True))]
    for _ in range(9):
        page = answers(page, right=False)
    pages += [Paper.open(browser, start.path), page]
    pages.append(Paper.open(browser, f"/t/{visit_of(launch(browser, platform, **HUB, **LOCALE, name='Sprig'))}/"))
    teacher = {"roles": [INSTRUCTOR], "sub": "teacher", **LOCALE}
    room = Paper.open(browser, f"/t/{visit_of(launch(browser, platform, **CHECK, **teacher))}/")
    (work,) = re.findall(r'href="([^"]+/work/\d+)"', room.response.text)
    picker = Paper.open(browser, f"/t/{visit_of(launch(browser, platform, **teacher, **asks_for_content()))}/")
    told = [
        Paper.open(browser, picker.path.replace("/pick", f"/preview/tiny.~{key}")) for key in ("checkpoint", "reviews")
    ]
    pages += [room, Paper.open(browser, work), picker, *told]
    for page in pages:
        assert MARK in page.words
        assert not_ours(page) == [], page.path
