"""A teacher chooses: one thing or several, in detail or in one step; and the LMS gets what it offered to take."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from lti_tool.lti.claims import ASKED
from lti_tool.models import Platform, ResourceLink
from lti_tool.models.engine import Database
from tests.lti.acting import ABSENT, CLAIM, INSTRUCTOR, MEMBERSHIP, TOOL, ActingPlatform, launch, visit_of
from tests.web.choosing import DL, answered, at_the_picker, goes_on, items
from tests.web.paper import Paper

WHOLE = {
    "type": "ltiResourceLink",
    "title": "Tiny course",
    "text": "Two short lessons for tests.",
    "url": f"{TOOL}/lti/launch?c=tiny",
    "custom": {"content_id": "tiny", **ASKED},
    "icon": {"url": f"{TOOL}/static/icon.png", "width": 128, "height": 128},
    "iframe": {"width": 800, "height": 640},
    "lineItem": {
        "scoreMaximum": 100,
        "label": "Tiny course",
        "resourceId": "tiny",
        "tag": "completion",
        "submissionReview": {"reviewableStatus": ["Completed"], "label": "Work in Sprig"},
    },
}


def test_a_teacher_adds_a_course_in_one_step(
    browser: FlaskClient, platform: ActingPlatform, database: Database
) -> None:
    """The whole course is chosen already; the answer is signed and complete."""
    picker = at_the_picker(browser, platform)
    assert "Tiny course" in picker.words
    claims = answered(picker.press("Add this"), database)
    assert claims["iss"] == platform.client_id
    assert claims[CLAIM + "deployment_id"] == "1"
    assert claims[CLAIM + "message_type"] == "LtiDeepLinkingResponse"
    assert claims[DL + "data"] == "opaque/é"
    assert claims[DL + "content_items"] == [WHOLE]


def test_a_teacher_adds_one_lesson(browser: FlaskClient, platform: ActingPlatform, database: Database) -> None:
    """Each lesson can be a link of its own."""
    (item,) = items(at_the_picker(browser, platform).press("Add this", c="tiny.second"), database)
    assert item["url"] == f"{TOOL}/lti/launch?c=tiny.second"
    assert item["title"] == "Second lesson"


def test_several_are_added_where_the_platform_takes_several(
    browser: FlaskClient, platform: ActingPlatform, database: Database
) -> None:
    """Each once, in the order of the page, with a column of its own; nothing is ticked beforehand."""
    picker = at_the_picker(browser, platform, accept_multiple=True)
    assert picker.forms["p"].fields["c"] == "tiny"
    many = goes_on(picker, "/pick", several="1")
    assert "c" not in many.forms["p"].fields
    found = items(many.press("Add these", c=["tiny.first", "tiny.second", "tiny.first"]), database)
    assert [one["lineItem"]["resourceId"] for one in found] == ["tiny.first", "tiny.second"]


@pytest.mark.parametrize("multiple", [False, ABSENT, "true"])
def test_one_is_added_where_the_platform_takes_one(
    browser: FlaskClient, platform: ActingPlatform, multiple: Any
) -> None:
    """Several are not offered, and refused in words if they come all the same."""
    picker = at_the_picker(browser, platform, accept_multiple=multiple)
    assert "Choose several" not in picker.words
    assert "Add this" in goes_on(picker, "/pick", several="1").words
    refused = picker.press("Add this", c=["tiny.first", "tiny.second"])
    assert refused.response.status_code == 422
    assert "takes one activity at a time" in refused.words


@pytest.mark.parametrize("changes", [{}, {"accept_types": ["file"]}])
def test_cancelling_is_answered(
    browser: FlaskClient, platform: ActingPlatform, database: Database, changes: dict[str, Any]
) -> None:
    """The LMS waits for an answer, also for “nothing”, and also where it takes nothing that we have."""
    page = at_the_picker(browser, platform, **changes)
    back = page.press("Back to your course" if changes else "Cancel")
    assert "Nothing was chosen" in back.words
    assert items(back, database) == []


def test_a_place_that_takes_no_activities_is_told_in_words(
    browser: FlaskClient, platform: ActingPlatform, database: Database
) -> None:
    """No picker that could only end in a refusal; whoever posts to it all the same adds nothing."""
    page = at_the_picker(browser, platform, accept_types=["file", "html"])
    assert "Nothing can be added here" in page.words
    assert "Add this" not in page.words
    assert items(page.press("Back to your course", c="tiny", cancel=[]), database) == []


@pytest.mark.parametrize("data", [ABSENT, None])
def test_limits_of_the_request_are_kept(
    browser: FlaskClient, platform: ActingPlatform, database: Database, data: Any
) -> None:
    """No column where none is taken, and the page says so; no `data` where none was sent, and null is none."""
    picker = at_the_picker(browser, platform, accept_lineitem=False, data=data)
    assert "takes no grades here" in picker.words
    claims = answered(picker.press("Add this"), database)
    assert "lineItem" not in claims[DL + "content_items"][0]
    assert DL + "data" not in claims


def test_silence_about_columns_is_no_refusal(
    browser: FlaskClient, platform: ActingPlatform, database: Database
) -> None:
    """Moodle says nothing of columns, and makes them (README 26, 29)."""
    (item,) = items(at_the_picker(browser, platform, accept_lineitem=ABSENT).press("Add this"), database)
    assert item["lineItem"]["scoreMaximum"] == 100


@pytest.mark.parametrize(
    ("targets", "expected"),
    [(["iframe", "window"], {"iframe"}), (["window"], {"window"}), (["frame"], set()), ([], set()), (7, set())],
)
def test_it_opens_where_the_platform_offers(
    browser: FlaskClient, platform: ActingPlatform, database: Database, targets: Any, expected: set[str]
) -> None:
    """In its page where that is offered, in a window of its own name where only windows are."""
    picker = at_the_picker(browser, platform, accept_presentation_document_targets=targets)
    (item,) = items(picker.press("Add this"), database)
    assert {"iframe", "window"} & item.keys() == expected
    assert item.get("window", {"targetName": "sprig-tiny"}) == {"targetName": "sprig-tiny"}


@pytest.mark.parametrize("family", ["moodle", "canvas", "other"])
def test_what_is_left_to_do_is_said_for_each_family(
    browser: FlaskClient, platform: ActingPlatform, database: Database, family: str
) -> None:
    """Before and after; and from whichever gradebook knows how, a learner's work can be looked at."""
    with database.writing() as session:
        session.execute(update(Platform).values(family=family))
    picker = at_the_picker(browser, platform)
    told = {"moodle": "Press Save there", "canvas": "Canvas goes back", "other": "may ask you to press Save once more"}
    assert told[family] in picker.words
    back = picker.press("Add this")
    assert told[family] in back.words
    (item,) = items(back, database)
    assert item["lineItem"]["submissionReview"]["label"] == "Work in Sprig"


def test_nonsense_is_not_added(browser: FlaskClient, platform: ActingPlatform) -> None:
    """A choice that was not offered is refused in words, on the picker."""
    for wrong in ("nothing", "", "tiny.nothing"):
        page = at_the_picker(browser, platform).press("Add this", c=wrong)
        assert page.response.status_code == 422
        assert "Choose a course or a lesson first." in page.words
        assert page.form_with("Add this")


def test_nothing_ticked_is_told_where_it_can_be_ticked(browser: FlaskClient, platform: ActingPlatform) -> None:
    """A likely slip among several: it costs no way back, and what was looked for is still there."""
    many = goes_on(at_the_picker(browser, platform, accept_multiple=True), "/pick", several="1", q="second")
    for page in (many.press("Add these"), goes_on(many, "/pick/details", several="1", q="second")):
        assert page.response.status_code == 422
        assert "Choose a course or a lesson first." in page.words
        assert page.form_with("Add these")
        assert page.forms["p"].fields["q"] == "second"


def test_the_answer_may_be_posted_to_the_platform_only(browser: FlaskClient, platform: ActingPlatform) -> None:
    """The page that hands back may send forms there, and nowhere else."""
    page = at_the_picker(browser, platform).press("Add this")
    assert "form-action https://lms.example;" in page.response.headers["Content-Security-Policy"]


def test_the_icon_may_be_shown_on_pages_of_the_lms(browser: FlaskClient) -> None:
    """It is there, and no other file of ours may."""
    for name, policy in (("icon.png", "cross-origin"), ("sprig.css", "same-origin")):
        with browser.get(f"/static/{name}", base_url=TOOL) as answer:
            assert answer.status_code == 200
            assert answer.headers["Cross-Origin-Resource-Policy"] == policy


def test_a_link_without_content_lets_the_teacher_choose(
    browser: FlaskClient, platform: ActingPlatform, database: Database
) -> None:
    """After that, learners arrive in what was chosen; nothing goes back to the LMS, so nothing is named or saved."""
    bare = {"target_link_uri": f"{TOOL}/lti/launch"}
    teacher = launch(browser, platform, sub="teacher", roles=[INSTRUCTOR], **bare)
    page = Paper.open(browser, f"/t/{visit_of(teacher)}/")
    assert page.path.endswith("/pick")
    assert not re.search("Save|Cancel|Name, grade", page.words)
    assert page.press("Add this", c="tiny.first").path.endswith("/course")
    with database.reading() as session:
        assert session.execute(select(ResourceLink.lesson_key)).scalar_one() == "first"
    learner = browser.application.test_client()
    start = Paper.open(learner, f"/t/{visit_of(launch(learner, platform, **bare))}/")
    assert "First lesson" in start.words


def test_a_content_developer_comes_to_the_content(browser: FlaskClient, platform: ActingPlatform) -> None:
    """Having chosen what a link opens, she sees it; the teacher's page is not for her."""
    bare = {"target_link_uri": f"{TOOL}/lti/launch", "roles": [MEMBERSHIP + "ContentDeveloper"]}
    page = Paper.open(browser, f"/t/{visit_of(launch(browser, platform, **bare))}/").press("Add this")
    assert page.response.status_code == 200
    assert "Tiny course" in page.words
    assert Paper.open(browser, page.path + "course").response.status_code == 403
