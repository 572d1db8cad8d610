"""Who launches, what is told of them, and messages beside the plain launch."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from practice_lms.state.line_items import find_line_item, replace_line_item
from practice_lms.state.seed import ASSISTANT, AUDITOR, DEVELOPER, MENTOR, TEACHER
from practice_lms.state.switches import Character
from practice_lms.vocabulary import (
    AGS_CLAIM,
    CLAIM,
    LINE_ITEM_TYPE,
    MEMBERSHIP,
    NRPS_CLAIM,
    TEACHING_ASSISTANT,
    UNKNOWN_ROLE,
)
from practice_lms.wiring import EXTENSION
from tests.practice_lms.acting_tool import Talk, fields_of

OPEN = "/courses/2/activities/1/open"
REVIEW = "/courses/2/gradebook/1/5/review"
Be = Callable[[Character], Talk]
DUE = "2026-12-24T12:00"


def offer_review(talk: Talk, review: str = '{"custom": {"mode": "review"}}') -> None:
    """Column 1 was chosen with a submission review."""
    with talk.client.application.extensions[EXTENSION].store.writing() as db:
        item = find_line_item(db, 1)
        assert item is not None
        replace_line_item(db, replace(item, review=review))


@pytest.mark.parametrize(
    ("person", "roles"),
    [
        (ASSISTANT, [MEMBERSHIP + "Instructor", TEACHING_ASSISTANT]),
        (DEVELOPER, [MEMBERSHIP + "ContentDeveloper"]),
        (MENTOR, [MEMBERSHIP + "Mentor"]),
        (AUDITOR, [UNKNOWN_ROLE]),
    ],
)
def test_other_roles_are_told_in_full(talk: Talk, person: int, roles: list[str]) -> None:
    """An assistant's sub-role stands beside its principal role; one role is in no vocabulary."""
    talk.act_as(person)
    assert talk.launch(OPEN)[CLAIM + "roles"] == roles


@pytest.mark.parametrize(
    ("person", "role"),
    [(ASSISTANT, "Instructor"), (DEVELOPER, "Instructor"), (MENTOR, "Learner"), (AUDITOR, "Learner")],
)
def test_moodle_knows_two_roles(be: Be, person: int, role: str) -> None:
    """An assistant launches as an instructor (README 17)."""
    talk = be(Character.MOODLE)
    talk.act_as(person)
    assert talk.launch(OPEN)[CLAIM + "roles"] == [MEMBERSHIP + role]


def test_a_mentor_comes_with_those_whose_work_is_followed(talk: Talk) -> None:
    """By their ids; nobody else has the claim."""
    talk.act_as(MENTOR)
    assert talk.launch(OPEN)[CLAIM + "role_scope_mentor"] == ["5", "6"]
    talk.act_as(5)
    assert CLAIM + "role_scope_mentor" not in talk.launch(OPEN)


def choose(talk: Talk, **changes: str) -> None:
    """The form of launches, with every box ticked but anonymity."""
    told = {"context": "on", "return_url": "on", "locale": "en"} | changes
    kept = {name: value for name, value in told.items() if value}
    assert talk.client.post("/launching", data=kept).status_code == 303


def test_an_anonymous_launch_names_nobody(talk: Talk) -> None:
    """No sub, no name, no mail; roles are there."""
    choose(talk, anonymous="on")
    talk.act_as(5)
    claims = talk.launch(OPEN)
    assert not {"sub", "name", "given_name", "family_name", "email"} & set(claims)
    assert claims[CLAIM + "roles"]


def test_context_and_return_address_may_be_absent(talk: Talk) -> None:
    """Without a course there are no services."""
    choose(talk, context="", return_url="")
    talk.act_as(5)
    claims = talk.launch(OPEN)
    assert not {CLAIM + "context", NRPS_CLAIM, AGS_CLAIM} & set(claims)
    assert claims[CLAIM + "launch_presentation"] == {"document_target": "iframe", "locale": "en"}


def test_the_language_is_told_with_the_presentation(talk: Talk) -> None:
    """And a window is told from a frame."""
    choose(talk, locale="ar-EG")
    talk.act_as(5)
    told = talk.launch(f"{OPEN}?in=window")[CLAIM + "launch_presentation"]
    assert (told["locale"], told["document_target"]) == ("ar-EG", "window")


def test_dates_are_told_to_whom_they_are_known(talk: Talk, be: Be) -> None:
    """Set on the activity's page, and literal in Moodle."""
    talk.act_as(TEACHER)
    form = {
        "title": "Git basics",
        "ResourceLink.available.startDateTime": "2026-11-01T08:00",
        "ResourceLink.submission.endDateTime": DUE,
    }
    assert talk.client.post("/courses/2/activities/1/edit", data=form).status_code == 303
    custom = talk.launch(OPEN)[CLAIM + "custom"]
    assert custom["opens_at"] == "2026-11-01T08:00:00+00:00"
    assert custom["closes_at"] == "2026-12-24T12:00:00+00:00"
    assert "due 2026-12-24 12:00" in talk.client.get("/courses/2").text
    assert f'value="{DUE}"' in talk.client.get("/courses/2/activities/1/edit").text
    be(Character.MOODLE)
    assert talk.launch(OPEN)[CLAIM + "custom"]["closes_at"] == "$ResourceLink.submission.endDateTime"


def test_a_teacher_reviews_what_a_learner_submitted(talk: Talk) -> None:
    """The message names the learner, the column, and the review's own custom parameters."""
    offer_review(talk)
    talk.act_as(TEACHER)
    assert REVIEW in talk.client.get("/courses/2/gradebook").text
    assert f'src="{REVIEW}/open"' in talk.client.get(REVIEW).text
    claims = talk.launch(f"{REVIEW}/open")
    assert claims[CLAIM + "message_type"] == "LtiSubmissionReviewRequest"
    assert claims["sub"] == "3"
    for_user = claims[CLAIM + "for_user"]
    assert (for_user["user_id"], for_user["name"]) == ("5", "Ada Okafor")
    assert for_user["roles"] == [MEMBERSHIP + "Learner"]
    assert claims[AGS_CLAIM]["lineitem"].endswith("/lineitems/1/lineitem")
    assert claims[CLAIM + "custom"]["mode"] == "review"
    assert claims[CLAIM + "resource_link"]["id"] == "1"


def test_a_review_goes_where_the_column_says(talk: Talk) -> None:
    """To its own address if it has one."""
    url = f"{talk.config.tool_url}/lti/launch?review=1"
    offer_review(talk, f'{{"url": "{url}"}}')
    talk.act_as(TEACHER)
    assert talk.begun(f"{REVIEW}/open")["target_link_uri"] == url
    assert talk.launch(f"{REVIEW}/open")[CLAIM + "target_link_uri"] == url


def test_learners_review_their_own_work_only(talk: Talk) -> None:
    """Somebody else's is closed."""
    offer_review(talk)
    talk.act_as(6)
    assert talk.client.get(f"{REVIEW}/open").status_code == 403
    talk.act_as(5)
    assert talk.launch(f"{REVIEW}/open")[CLAIM + "for_user"]["user_id"] == "5"


def test_what_no_tool_offered_is_not_reviewed(talk: Talk, be: Be) -> None:
    """Without submissionReview, and in Canvas, whose SpeedGrader has a way of its own."""
    talk.act_as(TEACHER)
    assert talk.client.get(REVIEW).status_code == 404
    offer_review(talk)
    be(Character.CANVAS)
    assert talk.client.get(REVIEW).status_code == 404


def test_two_columns_of_an_activity_are_not_reviewed(talk: Talk) -> None:
    """The platform would not know which (LTI.md, 2.9)."""
    offer_review(talk)
    body = {"label": "Second", "scoreMaximum": 5, "resourceLinkId": "1"}
    talk.call("POST", "/lti/courses/2/lineitems", talk.bearer(), LINE_ITEM_TYPE, body)
    talk.act_as(TEACHER)
    assert talk.client.get(REVIEW).status_code == 404


def test_moodle_tells_no_members_before_the_tool_is_used(be: Be) -> None:
    """The first deep linking in a course has no such claim; a launch has (README 30)."""
    talk = be(Character.MOODLE)
    talk.act_as(TEACHER)
    assert NRPS_CLAIM not in talk.launch("/courses/3/add-activity/open")
    assert NRPS_CLAIM in talk.launch("/courses/2/add-activity/open")
    assert NRPS_CLAIM in be(Character.STRICT).launch("/courses/3/add-activity/open")


def test_moodle_names_the_learner_by_id_alone(be: Be) -> None:
    """As it was recorded."""
    talk = be(Character.MOODLE)
    offer_review(talk)
    talk.act_as(TEACHER)
    assert talk.launch(f"{REVIEW}/open")[CLAIM + "for_user"] == {"user_id": "5"}


@pytest.mark.parametrize(
    ("character", "target", "comes_back"),
    [
        (Character.STRICT, "_parent", True),
        (Character.MOODLE, None, False),
        (Character.CANVAS, "post_message_forwarding", True),
        (Character.BRIGHTSPACE, "_parent", True),
        (Character.BLACKBOARD, "lti_storage_frame", False),
    ],
)
def test_storage_is_offered_at_the_login(be: Be, character: Character, target: Any, comes_back: bool) -> None:
    """By the frame's name; the page has that frame; Blackboard does not repeat it with the token."""
    talk = be(character)
    talk.act_as(5)
    begun = talk.begun(OPEN)
    assert begun.get("lti_storage_target") == target
    assert ("lti_storage_target" in fields_of(talk.authorize(begun).text)) is comes_back
    page = talk.client.get("/courses/2/activities/1").text
    named = target not in {None, "_parent"}
    assert (f'<iframe class="aside" name="{target}"' in page) is named


def test_storage_may_be_offered_and_never_answer(be: Be) -> None:
    """A fault, for so many pages; it cannot be asked of a service, nor a 500 of the storage."""
    talk = be(Character.CANVAS)
    talk.act_as(5)
    assert talk.client.post("/faults", json={"kind": "silent", "target": "storage", "count": 1}).status_code == 200
    assert talk.begun(OPEN)["lti_storage_target"] == "post_message_forwarding"
    assert "silent=1" in talk.client.get("/courses/2/activities/1").text
    assert "silent=0" in talk.client.get("/courses/2/activities/1").text
    assert talk.client.post("/faults", json={"kind": "silent", "target": "scores"}).status_code == 400
    assert talk.client.post("/faults", json={"kind": "500", "target": "storage"}).status_code == 400
    assert talk.client.post("/faults", json={"kind": "slow", "target": "storage", "ms": 900}).status_code == 200
    assert "delay=900" in talk.client.get("/courses/2/activities/1").text


def test_moodles_withheld_names_are_null_where_a_tool_asks_for_them(be: Be) -> None:
    """Custom values are not always texts (README 19)."""
    moodle = be(Character.MOODLE)
    with moodle.client.application.extensions[EXTENSION].store.writing() as db:
        db.execute("UPDATE link SET custom = ? WHERE id = 1", ('{"called": "$Person.name.full"}',))
    moodle.act_as(16)
    assert moodle.launch(OPEN)[CLAIM + "custom"]["called"] is None
    moodle.act_as(5)
    assert moodle.launch(OPEN)[CLAIM + "custom"]["called"] == "Ada Okafor"
