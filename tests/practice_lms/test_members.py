"""Rosters: pages, filters, differences, and what each platform leaves out."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from practice_lms.state.people import Kind, Person, add_person, enrol
from practice_lms.state.seed import ASSISTANT, AUDITOR, MENTOR, TEACHER
from practice_lms.state.switches import Character
from practice_lms.vocabulary import CLAIM, MEMBERS_TYPE
from practice_lms.wiring import EXTENSION
from tests.practice_lms.acting_tool import Talk

MEMBERS = "/lti/courses/2/members"
Be = Callable[[Character], Talk]


def links(header: str) -> dict[str, str]:
    """The addresses of a Link header by their relation; straight quotes only."""
    return {rel: url for url, rel in re.findall(r'<([^>]*)>; rel="(\w+)"', header)}


def read(talk: Talk, url: str = MEMBERS) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """One page and its links."""
    answer = talk.call("GET", url, talk.bearer(), MEMBERS_TYPE)
    assert answer.status_code == 200, answer.text
    return (answer.json or {})["members"], links(answer.headers.get("Link", ""))


def change(talk: Talk, person: int, do: str) -> None:
    """The teacher does something to a member."""
    talk.act_as(TEACHER)
    assert talk.client.post(f"/courses/2/members/{person}", data={"do": do}).status_code == 303


def test_differences_are_those_since_the_link_was_given(talk: Talk) -> None:
    """Who came, was suspended, or left; the roster itself never has deleted ones."""
    _, found = read(talk)
    assert read(talk, found["differences"])[0] == []
    change(talk, ASSISTANT, "enrol")
    change(talk, 5, "suspend")
    change(talk, 6, "remove")
    changed, later = read(talk, found["differences"])
    assert [(one["user_id"], one["status"]) for one in changed] == [
        ("21", "Active"),
        ("5", "Inactive"),
        ("6", "Deleted"),
    ]
    change(talk, 5, "reactivate")
    assert [(one["user_id"], one["status"]) for one in read(talk, later["differences"])[0]] == [("5", "Active")]
    assert "6" not in {one["user_id"] for one in read(talk)[0]}


def test_a_link_that_was_not_given_out_tells_nothing(talk: Talk) -> None:
    """Also one of before a reset, after which numbers begin anew: an empty answer would be a lie."""
    _, found = read(talk)
    before, _, since = found["differences"].partition("since=")
    for odd in (str(int(since) + 1), "9" * 17, "9" * 18, "-1", "", "x", "\u0663"):
        assert talk.call("GET", f"{before}since={odd}", talk.bearer(), MEMBERS_TYPE).status_code == 400


def test_a_removed_member_takes_no_scores_and_can_come_back(talk: Talk) -> None:
    """Removed is not forgotten, and not in the course."""
    change(talk, 6, "remove")
    page = talk.client.get("/courses/2/members").text
    assert '<li data-person="6"' not in page
    change(talk, 6, "enrol")
    assert '<li data-person="6" data-status="Active"' in talk.client.get("/courses/2/members").text


def test_next_and_differences_stand_in_one_header(talk: Talk) -> None:
    """A page that is not the last has both, and filters are kept."""
    found, more = read(talk, f"{MEMBERS}?limit=5&role=Learner")
    assert len(found) == 5
    assert set(more) == {"next", "differences"}
    following, last = read(talk, more["next"])
    assert len(following) == 5
    assert len(read(talk, last["next"])[0]) == 2


@pytest.mark.parametrize(
    ("role", "person"),
    [
        ("Instructor", ASSISTANT),
        ("http%3A%2F%2Fpurl.imsglobal.org%2Fvocab%2Flis%2Fv2%2Fmembership%2FInstructor%23TeachingAssistant", ASSISTANT),
        ("Mentor", MENTOR),
        ("https%3A%2F%2Fpractice-lms.example%2Froles%23Auditor", AUDITOR),
    ],
)
def test_roles_are_filtered_by_their_name(talk: Talk, role: str, person: int) -> None:
    """Short for context roles, in full for any."""
    for one in (ASSISTANT, MENTOR, AUDITOR):
        change(talk, one, "enrol")
    assert str(person) in {one["user_id"] for one in read(talk, f"{MEMBERS}?role={role}")[0]}
    assert str(person) not in {one["user_id"] for one in read(talk, f"{MEMBERS}?role=Learner")[0]}


def test_canvas_pages_at_ten_with_bookmarks(be: Be) -> None:
    """Unasked; a bookmark has upper case letters, and fails in lower case."""
    talk = be(Character.CANVAS)
    found, more = read(talk)
    assert len(found) == 10
    assert set(more) == {"next"}
    assert "page=bookmark%3A" in more["next"]
    assert more["next"] != more["next"].lower()
    assert talk.call("GET", more["next"].lower(), talk.bearer(), MEMBERS_TYPE).status_code == 400
    assert len(read(talk, more["next"])[0]) == 3


@pytest.mark.parametrize("character", [Character.CANVAS, Character.BRIGHTSPACE, Character.BLACKBOARD, Character.MOODLE])
def test_others_leave_suspended_members_out(be: Be, character: Character) -> None:
    """And tell no differences."""
    talk = be(character)
    change(talk, 5, "suspend")
    found, more = read(talk, f"{MEMBERS}?limit=50")
    assert "5" not in {one["user_id"] for one in found}
    assert "differences" not in more


def test_moodles_next_page_drops_the_role_and_keeps_the_link(be: Be) -> None:
    """With straight quotes, unlike its line items (README 55)."""
    talk = be(Character.MOODLE)
    with talk.client.application.extensions[EXTENSION].store.writing() as db:
        for number in range(30, 34):
            add_person(db, Person(number, Kind.TEACHER, f"Teacher {number}", "", "", "", "", True))
            enrol(db, 2, number, "Instructor")
    found, more = read(talk, f"{MEMBERS}?role=Learner&limit=3&rlid=1")
    assert {role for one in found for role in one["roles"]} == {"Learner"}
    assert more["next"] == f"{talk.config.base_url}{MEMBERS}?limit=3&from=3&rlid=1"
    assert CLAIM + "custom" not in found[0]["message"][0]


def test_moodle_takes_an_unknown_role_for_everybody(be: Be) -> None:
    """And an assistant for a learner (README 17, 55)."""
    talk = be(Character.MOODLE)
    change(talk, ASSISTANT, "enrol")
    found, _ = read(talk, f"{MEMBERS}?role=Mentor")
    assert len(found) == 14
    assert next(one["roles"] for one in found if one["user_id"] == str(ASSISTANT)) == ["Learner"]


def test_moodle_answers_in_its_own_words(be: Be) -> None:
    """Unknown link, unknown course, plain JSON."""
    talk = be(Character.MOODLE)
    bearer = talk.bearer()
    for url, media, status in (
        (f"{MEMBERS}?rlid=999", MEMBERS_TYPE, 404),
        ("/lti/courses/777/members", MEMBERS_TYPE, 404),
        (MEMBERS, "application/json", 400),
    ):
        answer = talk.call("GET", url, bearer, media)
        assert answer.status_code == status
        assert (answer.json or {})["request"]["method"] == "GET"
