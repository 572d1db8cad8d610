"""A learner is told what is kept of her, at first, and decides about it."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from lti_tool.models import Learner
from lti_tool.models.engine import Database
from tests.lti.acting import INSTRUCTOR, TOOL, ActingPlatform, launch, visit_of

NOTICE = "What Sprig keeps."


def get(browser: FlaskClient, visit: str, path: str = "") -> str:
    """A page of the visit."""
    answer = browser.get(f"/t/{visit}/{path}", base_url=TOOL, follow_redirects=True)
    assert answer.status_code == 200
    return answer.text


def test_the_notice_stands_on_the_first_page_until_it_is_read(browser: FlaskClient, platform: ActingPlatform) -> None:
    """It is in nobody's way, and does not come back."""
    visit = visit_of(launch(browser, platform))
    first = get(browser, visit)
    assert NOTICE in first
    assert "Start lesson 1" in first
    browser.post(f"/t/{visit}/privacy/told", base_url=TOOL)
    assert NOTICE not in get(browser, visit)
    assert NOTICE not in get(browser, visit_of(launch(browser, platform)))


def test_teachers_are_not_told_about_learners_data(browser: FlaskClient, platform: ActingPlatform) -> None:
    """The notice is a learner's."""
    visit = visit_of(launch(browser, platform, roles=[INSTRUCTOR]))
    assert NOTICE not in get(browser, visit, "today")


@pytest.mark.parametrize(("name", "said"), [("Ada", "Your name, as"), ("", "No name.")])
def test_the_page_says_what_is_true_of_her(
    browser: FlaskClient, platform: ActingPlatform, name: str, said: str
) -> None:
    """Nobody without a name is told that it is kept."""
    assert said in get(browser, visit_of(launch(browser, platform, name=name)), "privacy")


def test_erasure_is_asked_for_and_taken_back(
    browser: FlaskClient, platform: ActingPlatform, database: Database
) -> None:
    """The page says when it comes, and how to stop it."""
    visit = visit_of(launch(browser, platform))
    browser.post(f"/t/{visit}/privacy/erase", base_url=TOOL)
    assert "will be erased on" in get(browser, visit, "privacy")
    browser.post(f"/t/{visit}/privacy/keep", base_url=TOOL)
    assert "will be erased on" not in get(browser, visit, "privacy")
    with database.reading() as session:
        assert session.scalars(select(Learner.erasure_asked_at)).one() is None
