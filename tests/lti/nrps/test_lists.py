"""An LMS's list is read to its end, or it is known why not (NRPS 2.0)."""

from typing import Any
from urllib.parse import parse_qs

import pytest

from lti_tool.lti.nrps import MEMBERS_TYPE, SCOPE
from lti_tool.lti.paging import MOST_PAGES
from lti_tool.services.arrivals import Role
from lti_tool.services.roster_reasons import UNREAD, Unread
from tests.lti.ags.lms import Canned, TalkingLms, granted, said
from tests.lti.nrps.conftest import LEARNER, Fetching, member, page

FORMS = {
    "as usual": '<{}>; rel="next"',
    "without quotes": "<{}>; rel=next",
    "in curly quotes": "<{}>; rel=“next”",
    "in capitals": '<{}>; REL="NEXT"',
    "with spaces": '<{}> ; title="x"; rel = "next"',
    "beside the differences": '<http://127.0.0.1/d?since=1>; rel="differences", <{}>; rel="next"',
    "before the differences": '<{}>; rel="next", <http://127.0.0.1/d?since=1>; rel="differences"',
    "with two relations": '<{}>; rel="last next"',
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_the_next_page_is_found_whatever_the_headers_form(people: TalkingLms, fetch: Fetching, form: str) -> None:
    """And its cursor keeps its case."""
    following = f"{people.origin}/7/members?after=AbC%2F9ü"
    people.answers["members"] = [page(member("1"), link=form.format(following)), page(member("2"))]
    fetched = fetch()
    assert ([one.sub for one in fetched.people], fetched.unread) == (["1", "2"], None)
    assert "after=AbC%2F9" in people.asked["members"][1].query


def test_an_escaped_and_a_relative_address_are_understood(people: TalkingLms, fetch: Fetching) -> None:
    """Moodle writes `&amp;` (README 52)."""
    people.answers["members"] = [page(member("1"), link='</7/members?limit=1&amp;from=1>; rel="next"'), page()]
    assert fetch().unread is None
    assert people.asked["members"][1].query == "limit=1&from=1"


@pytest.mark.parametrize(
    "elsewhere", ["https://lms.example/7/members", "http://127.0.0.1:1/7/members", "ftp://x/", "http://[/"]
)
def test_the_token_goes_nowhere_else(people: TalkingLms, fetch: Fetching, elsewhere: str) -> None:
    """A next page on another host ends the list; who was read is kept."""
    people.answers["members"] = [page(member("1"), link=f'<{elsewhere}>; rel="next"')]
    fetched = fetch()
    assert ([one.sub for one in fetched.people], fetched.unread) == (["1"], Unread.FOREIGN_ADDRESS)


def test_an_address_in_the_clear_gets_no_token(people: TalkingLms, fetch: Fetching) -> None:
    """Not even the first page."""
    assert fetch(url="http://lms.example/7/members").unread is Unread.FOREIGN_ADDRESS
    assert people.asked["token"] == []


def test_a_list_without_end_is_left(people: TalkingLms, fetch: Fetching) -> None:
    """After fifty pages."""
    people.answers["members"] = [page(member("1"), link=f'<{people.origin}/7/members?after=x>; rel="next"')]
    assert fetch().unread is Unread.TOO_LONG
    assert len(people.asked["members"]) == MOST_PAGES


def test_what_the_address_says_stays(people: TalkingLms, fetch: Fetching) -> None:
    """Role, link and the number of people are asked for beside it."""
    fetch("/7/members?type_id=1", role=LEARNER, link="9 a")
    (asked,) = people.asked["members"]
    assert parse_qs(asked.query) == {"type_id": ["1"], "role": [LEARNER], "rlid": ["9 a"], "limit": ["200"]}
    assert asked.headers["accept"] == MEMBERS_TYPE
    assert asked.headers["authorization"] == "Bearer a-token"
    assert people.asked["token"][0].form["scope"] == SCOPE


ANSWERS: dict[str, tuple[Canned, Unread]] = {
    "forbidden": (said(403, {}), Unread.NOT_ALLOWED),
    "more than it hands out": (said(403, {"error": "above_response_limit"}), Unread.TOO_MANY),
    "throttled": (said(403, {"errors": "Rate Limit Exceeded"}), Unread.BUSY),
    "too many": (said(429), Unread.BUSY),
    "no such course": (Canned(404, b"<html>"), Unread.NOT_THERE),
    "gone": (said(410), Unread.NOT_THERE),
    "down": (said(503), Unread.NO_ANSWER),
    "dropped": (Canned(drops=True), Unread.NO_ANSWER),
    "elsewhere": (Canned(302, b"", {"Location": "https://elsewhere.example"}), Unread.UNREADABLE),
    "a page": (Canned(200, b"<html>"), Unread.UNREADABLE),
    "a list": (said(200, []), Unread.UNREADABLE),
    "no members": (said(200, {"members": None}), Unread.UNREADABLE),
    "a member that is none": (page(member("1"), "x"), Unread.UNREADABLE),
    "a member without id": (page(member("1"), member(None)), Unread.UNREADABLE),
    "an endless id": (page(member("x" * 256)), Unread.UNREADABLE),
    "an id with NUL": (page(member("a\x00b")), Unread.UNREADABLE),
    "no roles": (page({"user_id": "1"}), Unread.UNREADABLE),
    "too much": (Canned(200, b"[" * 2_100_000), Unread.NO_ANSWER),
    "too deep": (Canned(200, b"[" * 200_000), Unread.UNREADABLE),
}


@pytest.mark.parametrize(("answer", "unread"), ANSWERS.values(), ids=ANSWERS.keys())
def test_whatever_comes_instead_has_a_name(people: TalkingLms, fetch: Fetching, answer: Canned, unread: Unread) -> None:
    """On the second page as on the first; the people of the pages before it are told."""
    people.answers["members"] = [answer]
    assert fetch().unread is unread
    people.answers["members"] = [page(member("0"), link=f'<{people.origin}/7/members?p=2>; rel="next"'), answer]
    fetched = fetch()
    assert fetched.unread is unread
    assert fetched.people[0].sub == "0"


def test_every_name_has_its_words() -> None:
    """For teachers."""
    assert set(UNREAD) == set(Unread)


def test_a_refused_token_is_renewed_once(people: TalkingLms, fetch: Fetching) -> None:
    """It may have been taken back."""
    people.answers["token"] = [granted("old"), granted("new")]
    people.answers["members"] = [said(401), page(member("1"))]
    assert fetch().unread is None
    people.answers["members"] = [said(401)]
    assert fetch().unread is Unread.NO_ACCESS
    assert [one.headers["authorization"] for one in people.asked["members"]][:2] == ["Bearer old", "Bearer new"]


@pytest.mark.parametrize(
    ("answer", "unread"),
    [
        (said(400, {"error": "invalid_scope"}), Unread.NO_ACCESS),
        (granted(scope="something else"), Unread.NO_ACCESS),
        (Canned(404, b"<html>"), Unread.NO_ACCESS),
        (said(503), Unread.NO_ANSWER),
        (said(429), Unread.BUSY),
    ],
)
def test_without_a_token_nobody_is_asked(people: TalkingLms, fetch: Fetching, answer: Canned, unread: Unread) -> None:
    """And why is told."""
    people.answers["token"] = [answer]
    assert fetch().unread is unread
    assert people.asked["members"] == []


ROLES: dict[str, tuple[list[str], Role]] = {
    "a short name": (["Learner"], Role.LEARNER),
    "another": (["Instructor", "Learner"], Role.INSTRUCTOR),
    "an assistant": (
        ["http://purl.imsglobal.org/vocab/lis/v2/membership/Instructor#TeachingAssistant"],
        Role.INSTRUCTOR,
    ),
    "a test user": ([LEARNER, "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"], Role.TEST),
    "of the institution alone": (
        ["http://purl.imsglobal.org/vocab/lis/v2/institution/person#Instructor"],
        Role.GUEST,
    ),
}


@pytest.mark.parametrize(("roles", "role"), ROLES.values(), ids=ROLES.keys())
def test_roles_are_read_as_launches_are(people: TalkingLms, fetch: Fetching, roles: list[str], role: Role) -> None:
    """Short names, too (README 54)."""
    people.answers["members"] = [page(member("1", *roles))]
    assert fetch().people[0].role is role


@pytest.mark.parametrize(
    ("status", "is_active"),
    [("Active", True), (None, True), ("active", True), ("Inactive", False), ("Deleted", False), (7, False)],
)
def test_only_the_active_are_there(people: TalkingLms, fetch: Fetching, status: Any, is_active: bool) -> None:
    """Without a status, everybody is."""
    people.answers["members"] = [page(member(17, status=status))]
    (one,) = fetch().people
    assert (one.sub, one.is_active) == ("17", is_active)


@pytest.mark.parametrize(
    ("asks_for", "name", "email"),
    [("nothing", None, None), ("name", "Ada Okafor", None), ("mail", "Ada Okafor", "ada@school.example")],
)
def test_no_more_is_read_than_the_institution_wants(
    people: TalkingLms, fetch: Fetching, asks_for: str, name: str | None, email: str | None
) -> None:
    """Whatever the LMS sends."""
    told = {"given_name": "Ada", "family_name": "Okafor", "email": "ada@school.example"}
    people.answers["members"] = [page(member("1", **told), member("2"))]
    first, second = fetch(asks_for=asks_for).people
    assert (first.name, first.email) == (name, email)
    assert (second.name, second.email) == (None, None)
