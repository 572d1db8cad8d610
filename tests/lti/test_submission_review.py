"""A teacher opens somebody's work from the LMS's gradebook; nobody else sees it."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from lti_tool.models import Learner
from lti_tool.models.engine import Database
from tests.lti.acting import ABSENT, INSTRUCTOR, LEARNER, TOOL, ActingPlatform, launch, visit_of

REVIEW = {"message_type": "LtiSubmissionReviewRequest", "sub": "teacher-1", "roles": [INSTRUCTOR]}


def review(app: Flask, platform: ActingPlatform, about: str = "learner-1", **changes: Any) -> TestResponse:
    """A submission-review launch, up to its page if it opens one."""
    browser = app.test_client()
    answer = launch(browser, platform, **REVIEW | {"for_user": {"user_id": about}} | changes)
    if answer.status_code != 303:
        return answer
    return browser.get(f"/t/{visit_of(answer)}/", base_url=TOOL, follow_redirects=True)


@pytest.fixture
def worked(browser: FlaskClient, platform: ActingPlatform) -> str:
    """A learner answered two questions, one of them wrong; her visit."""
    visit = visit_of(launch(browser, platform))
    browser.post(f"/t/{visit}/sittings", data={"lesson": "first"}, base_url=TOOL)
    browser.post(f"/t/{visit}/s/1/1", base_url=TOOL)
    browser.post(f"/t/{visit}/s/1/2", data={"unsure": "1"}, base_url=TOOL)
    return visit


def test_a_review_shows_the_learners_answers(app: Flask, platform: ActingPlatform, worked: str) -> None:
    """Her name, how far she is, and each answer with its verdict."""
    page = review(app, platform)
    assert page.status_code == 200
    assert "Ada Learner" in page.text
    assert "What is 2 + 2?" in page.text
    assert "Didn’t know yet" in page.text


def test_a_review_may_name_only_the_column(app: Flask, platform: ActingPlatform, worked: str) -> None:
    """The standard lets the link be absent."""
    page = review(app, platform, resource_link=ABSENT, target_link_uri=f"{TOOL}/lti/launch")
    assert (page.status_code, "What is 2 + 2?" in page.text) == (200, True)


def test_a_review_of_nobody_says_so(app: Flask, platform: ActingPlatform, worked: str) -> None:
    """Somebody who never came has no page."""
    answer = review(app, platform, about="learner-99")
    assert (answer.status_code, 'data-problem="nothing-to-review"' in answer.text) == (400, True)


@pytest.mark.parametrize("for_user", [ABSENT, {}, {"user_id": 7}, {"user_id": ""}, "learner-1"])
def test_a_review_names_somebody(app: Flask, platform: ActingPlatform, worked: str, for_user: Any) -> None:
    """By an id that can be one."""
    assert 'data-problem="claim-missing"' in review(app, platform, for_user=for_user).text


def test_a_learner_reviews_herself_alone(app: Flask, platform: ActingPlatform, worked: str) -> None:
    """Some platforms let learners open their own submission."""
    own = review(app, platform, sub="learner-1", roles=[LEARNER])
    assert (own.status_code, "Your work" in own.text) == (200, True)
    other = review(app, platform, sub="learner-2", roles=[LEARNER])
    assert 'data-problem="role-unfit"' in other.text


def test_nobody_elses_work_is_behind_an_address(
    app: Flask, platform: ActingPlatform, database: Database, worked: str
) -> None:
    """Another learner is refused; a teacher of another course finds nobody."""
    with database.reading() as session:
        ada = session.scalars(select(Learner.id).where(Learner.sub == "learner-1")).one()
    curious, elsewhere = app.test_client(), app.test_client()
    visit = visit_of(launch(curious, platform, sub="learner-2"))
    assert curious.get(f"/t/{visit}/work/{ada}", base_url=TOOL).status_code == 403
    away = {"sub": "teacher-2", "roles": [INSTRUCTOR], "context": {"id": "other", "title": "Other"}}
    visit = visit_of(launch(elsewhere, platform, **away))
    assert elsewhere.get(f"/t/{visit}/work/{ada}", base_url=TOOL).status_code == 404
