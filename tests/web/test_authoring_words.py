"""The pages of a teacher's own courses pass through gettext, like all others."""

import pytest
from flask.testing import FlaskClient

from tests.lti.acting import INSTRUCTOR, ActingPlatform, launch, visit_of
from tests.web.paper import Paper
from tests.web.test_authoring import upload
from tests.web.test_words import LOCALE, SQLITE, pseudo, pseudo_locale, untranslated

__all__ = ["pseudo_locale"]
TABLE = b"kind,key,question,right,wrong,lesson,outcome,hint,explanation\n"
ROWS = (b"single,a,1?,1,2,7,8,3,4\n", b"single,b,2?,1,2,7,8,3,4\n", b"single,c,3?,1,2,7,8,3,4\n")
CHANGED = (b"single,b,22?,1,2,7,8,3,4\n", b"single,c,33?,1,2,7,8,3,4\n", b"single,d,44?,1,2,7,8,3,4\n")


@pytest.mark.usefixtures("pseudo_locale")
@SQLITE
def test_the_authors_pages_are_translated(browser: FlaskClient, platform: ActingPlatform) -> None:
    """The list, an upload before and after publishing, what a newer one changes, and a question."""
    visit = visit_of(launch(browser, platform, **LOCALE, roles=[INSTRUCTOR], sub="teacher"))
    desk = f"/t/{visit}/author"
    empty = Paper.open(browser, desk)
    first = upload(browser, desk, TABLE + b"".join(ROWS), "1.csv", "123")
    published = first.press(pseudo("Publish"))
    newer = upload(browser, desk, TABLE + b"".join(CHANGED), "1.csv", "123")
    again = newer.press(pseudo("Publish the changes"))
    question = Paper.open(browser, f"{first.path}/1")
    full = Paper.open(browser, desk)
    for page in (empty, first, published, newer, again, question, full):
        assert untranslated(page) == [], page.path
