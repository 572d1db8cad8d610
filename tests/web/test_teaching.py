"""The instructor's first pages: choosing content, seeing who did what, and sending again."""

import json
from datetime import UTC, datetime
from html import unescape
from typing import Any

import jwt
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from lti_tool.models import GradeOwed, ResourceLink, ToolKey
from lti_tool.models.engine import Database
from lti_tool.services.grades import owe_classes
from tests.lti.acting import ABSENT, CLAIM, INSTRUCTOR, LEARNER, TOOL, ActingPlatform, launch, visit_of
from tests.web.paper import Paper
from tests.web.test_learning import finish_first

DL = "https://purl.imsglobal.org/spec/lti-dl/claim/"
RETURN = "https://lms.example/deep/return"


def teacher(browser: FlaskClient, platform: ActingPlatform, **changes: Any) -> Paper:
    """The page on which a teacher arrives."""
    visit = visit_of(launch(browser, platform, sub="teacher", name="Tea Cher", roles=[INSTRUCTOR], **changes))
    return Paper.open(browser, f"/t/{visit}/")


def asks_for_content(**changes: Any) -> dict[str, Any]:
    """The claims of a deep-linking request."""
    settings = {
        "deep_link_return_url": RETURN,
        "accept_types": ["ltiResourceLink"],
        "accept_presentation_document_targets": ["iframe"],
        "data": "opaque/é",
    }
    settings = {name: value for name, value in (settings | changes).items() if value is not ABSENT}
    return {
        "message_type": "LtiDeepLinkingRequest",
        "resource_link": ABSENT,
        DL + "deep_linking_settings": settings,
    }


def answered(page: Paper, database: Database) -> dict[str, Any]:
    """What the tool sends back, its signature checked with our public key."""
    form = page.forms["back"]
    assert form.action == RETURN
    with database.reading() as session:
        key = session.execute(select(ToolKey.public_jwk)).scalar_one()
    token = unescape(form.fields["JWT"])
    public = jwt.PyJWK(key).key
    claims: dict[str, Any] = jwt.decode(token, public, ["RS256"], audience="https://lms.example")
    assert jwt.get_unverified_header(token)["kid"] == key["kid"]
    return claims


def test_a_teacher_adds_a_course_in_one_step(
    browser: FlaskClient, platform: ActingPlatform, database: Database
) -> None:
    """The whole course is chosen already; the answer is signed and complete."""
    picker = teacher(browser, platform, **asks_for_content())
    assert "Tiny course" in picker.words
    claims = answered(picker.press("Add this"), database)
    assert claims["iss"] == platform.client_id
    assert claims[CLAIM + "deployment_id"] == "1"
    assert claims[CLAIM + "message_type"] == "LtiDeepLinkingResponse"
    assert claims[DL + "data"] == "opaque/é"
    assert claims[DL + "content_items"] == [
        {
            "type": "ltiResourceLink",
            "title": "Tiny course",
            "text": "Two short lessons for tests.",
            "url": f"{TOOL}/lti/launch?c=tiny",
            "custom": {"content_id": "tiny"},
            "lineItem": {"scoreMaximum": 100, "label": "Tiny course", "resourceId": "tiny", "tag": "completion"},
        }
    ]


def test_a_teacher_adds_one_lesson(browser: FlaskClient, platform: ActingPlatform, database: Database) -> None:
    """Each lesson can be a link of its own."""
    picker = teacher(browser, platform, **asks_for_content())
    item = answered(picker.press("Add this", c="tiny.second"), database)[DL + "content_items"][0]
    assert item["url"] == f"{TOOL}/lti/launch?c=tiny.second"
    assert item["title"] == "Second lesson"


def test_cancelling_is_answered(browser: FlaskClient, platform: ActingPlatform, database: Database) -> None:
    """The LMS waits for an answer, also for “nothing”."""
    claims = answered(teacher(browser, platform, **asks_for_content()).press("Cancel"), database)
    assert claims[DL + "content_items"] == []


def test_limits_of_the_request_are_kept(browser: FlaskClient, platform: ActingPlatform, database: Database) -> None:
    """No column where none is taken, and no `data` where none was sent."""
    picker = teacher(browser, platform, **asks_for_content(accept_lineitem=False, data=ABSENT))
    claims = answered(picker.press("Add this"), database)
    assert "lineItem" not in claims[DL + "content_items"][0]
    assert DL + "data" not in claims


def test_nonsense_is_not_added(browser: FlaskClient, platform: ActingPlatform) -> None:
    """A choice that was not offered is refused in words."""
    page = teacher(browser, platform, **asks_for_content()).press("Add this", c="nothing")
    assert page.response.status_code == 422
    assert "Choose a course or a lesson first." in page.words


def test_the_answer_may_be_posted_to_the_platform_only(browser: FlaskClient, platform: ActingPlatform) -> None:
    """The page that hands back may send forms there, and nowhere else."""
    page = teacher(browser, platform, **asks_for_content()).press("Add this")
    assert "form-action https://lms.example;" in page.response.headers["Content-Security-Policy"]


def test_a_link_without_content_lets_the_teacher_choose(
    browser: FlaskClient, platform: ActingPlatform, database: Database
) -> None:
    """After that, learners arrive in what was chosen."""
    bare = {"target_link_uri": f"{TOOL}/lti/launch"}
    page = teacher(browser, platform, **bare)
    assert page.path.endswith("/pick")
    assert page.press("Add this", c="tiny.first").path.endswith("/course")
    with database.reading() as session:
        assert session.execute(select(ResourceLink.lesson_key)).scalar_one() == "first"
    learner = browser.application.test_client()
    start = Paper.open(learner, f"/t/{visit_of(launch(learner, platform, **bare))}/")
    assert "First lesson" in start.words


def test_the_page_says_who_did_what(app: Flask, browser: FlaskClient, platform: ActingPlatform) -> None:
    """Come, started, finished; names as the LMS gives them, and ids where it gives none."""
    people = [("learner-1", "Ada Learner"), ("learner-2", ABSENT), ("learner-3", "مريم")]
    for sub, name in people:
        client = app.test_client()
        page = Paper.open(client, f"/t/{visit_of(launch(client, platform, sub=sub, name=name))}/")
        if sub == "learner-1":
            finish_first(page)
        if sub == "learner-2":
            page.press("Start lesson 1")
    room = teacher(browser, platform)
    assert "Opened it 3" in room.words
    assert "Started 2" in room.words
    assert "Finished 0" in room.words
    assert "Ada Learner 1 of 2" in room.words
    assert "No name shared user id in your platform: learner-2" in room.words
    assert "<bdi>مريم</bdi>" in room.response.text
    assert "Tea Cher" not in room.words


def test_nobody_yet_is_said_in_words(browser: FlaskClient, platform: ActingPlatform) -> None:
    """An empty course is no empty table."""
    assert "Nobody has come yet" in teacher(browser, platform).words


def test_a_link_without_a_column_is_pointed_out(browser: FlaskClient, platform: ActingPlatform) -> None:
    """Grades cannot be sent where the LMS made no column."""
    ags = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
    room = teacher(browser, platform, **{ags: ABSENT})
    assert "has made no gradebook column" in room.words


@pytest.fixture
def blocked(app: Flask, browser: FlaskClient, platform: ActingPlatform, database: Database) -> Paper:
    """The teacher's page with one score that could not be sent."""
    client = app.test_client()
    start = Paper.open(client, f"/t/{visit_of(launch(client, platform))}/")
    finish_first(start)
    Paper.open(client, start.path).press("Start lesson 2").press("Continue").press("Check", a="6")
    with database.writing() as session:
        session.execute(update(GradeOwed).values(blocked_reason="changed-in-lms", last_outcome="blocked"))
    return teacher(browser, platform)


def test_a_failure_is_told_with_its_remedy(blocked: Paper) -> None:
    """What happened, and what the teacher can do."""
    assert "1 grade could not be sent." in blocked.words
    assert "The grade was changed in the LMS, so Sprig left it alone." in blocked.words
    assert "Send again for Ada Learner" in blocked.words


def test_send_again_frees_it(blocked: Paper, database: Database) -> None:
    """One press, and it is due now."""
    blocked.press("Send again")
    with database.reading() as session:
        owed = session.execute(select(GradeOwed)).scalar_one()
    assert owed.blocked_reason is None
    assert owed.due_at <= datetime.now(UTC)
    assert owed.wanted > owed.sent


def test_learners_do_not_see_the_teachers_pages(browser: FlaskClient, platform: ActingPlatform) -> None:
    """Not even by address."""
    visit = visit_of(launch(browser, platform, roles=[LEARNER]))
    for path in ("course", "pick"):
        assert browser.get(f"/t/{visit}/{path}", base_url=TOOL).status_code == 403
    assert browser.post(f"/t/{visit}/grades/1/send", base_url=TOOL).status_code == 403


def test_another_courses_grades_are_out_of_reach(
    blocked: Paper, browser: FlaskClient, platform: ActingPlatform, database: Database
) -> None:
    """A teacher of one course cannot push another's scores."""
    with database.reading() as session:
        owed_id = session.execute(select(GradeOwed.id)).scalar_one()
    elsewhere = visit_of(launch(browser, platform, roles=[INSTRUCTOR], context={"id": "other", "title": "Other"}))
    assert browser.post(f"/t/{elsewhere}/grades/{owed_id}/send", base_url=TOOL).status_code == 404


def test_a_problem_can_be_read_by_programs(browser: FlaskClient) -> None:
    """problem+json (RFC 9457) for whoever asks for it."""
    answer = browser.get("/t/none/", base_url=TOOL, headers={"Accept": "application/problem+json"})
    assert answer.mimetype == "application/problem+json"
    body = json.loads(answer.text)
    assert body["status"] == 403
    assert body["type"].endswith("visit-over")


def test_a_column_that_comes_late_is_owed_what_was_done(
    app: Flask, browser: FlaskClient, platform: ActingPlatform, database: Database
) -> None:
    """Whoever brings it along: here the teacher, who has just allowed grades."""
    ags = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
    client = app.test_client()
    start = Paper.open(client, f"/t/{visit_of(launch(client, platform, **{ags: ABSENT}))}/")
    finish_first(start)
    Paper.open(client, start.path).press("Start lesson 2").press("Continue").press("Check", a="6")
    with database.reading() as session:
        assert session.execute(select(GradeOwed.id)).first() is None
    teacher(browser, platform)
    owe_classes(database, lambda: datetime.now(UTC))
    with database.reading() as session:
        owed = session.execute(select(GradeOwed)).scalar_one()
    assert owed.wanted > owed.sent


def test_a_lessons_link_tells_of_that_lesson(app: Flask, browser: FlaskClient, platform: ActingPlatform) -> None:
    """Who finished the lesson has finished; the rest of the course is another link's matter."""
    first = {"target_link_uri": f"{TOOL}/lti/launch?c=tiny.first"}
    client = app.test_client()
    finish_first(Paper.open(client, f"/t/{visit_of(launch(client, platform, **first))}/"))
    room = teacher(browser, platform, **first)
    assert "First lesson" in room.words
    assert "Finished 1" in room.words
    assert "Steps done" in room.words
    assert "Ada Learner 3 of 3" in room.words
    assert "On its way" in room.words
