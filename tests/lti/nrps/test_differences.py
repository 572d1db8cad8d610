"""What changed since the last reading is asked for where the LMS tells it, and anything odd means the whole list."""

from typing import Any

import pytest

from lti_tool.lti.nrps import MEMBERS_TYPE
from lti_tool.lti.paging import MOST_PAGES
from lti_tool.services.roster_reasons import Unread
from tests.lti.ags.lms import Canned, TalkingLms, said
from tests.lti.nrps.conftest import Fetching, member, page


@pytest.fixture
def changing(people: TalkingLms) -> TalkingLms:
    """The LMS lists one member, and tells changes at an address of its own."""
    people.answers["members"] = [page(member("whole"))]
    people.asked["changes"], people.answers["changes"] = [], [page()]
    return people


def told(people: TalkingLms, query: str = "since=AbC") -> str:
    """An address for changes."""
    return f"{people.origin}/7/changes?{query}"


def link(*addresses: tuple[str, str]) -> str:
    """A header with these addresses and relations."""
    return ", ".join(f'<{url}>; rel="{relation}"' for url, relation in addresses)


def test_a_whole_list_says_where_changes_will_be_told(changing: TalkingLms, fetch: Fetching) -> None:
    """The first page's address counts: what happens between two pages must not be missed."""
    first = link((told(changing, "since=1"), "differences"), (f"{changing.origin}/7/members?p=2", "next"))
    second = link((told(changing, "since=2"), "differences"))
    changing.answers["members"] = [page(member("1"), link=first), page(member("2"), link=second)]
    fetched = fetch()
    assert (fetched.differences, fetched.is_whole) == (told(changing, "since=1"), True)
    assert fetch().differences == told(changing, "since=2")
    assert changing.asked["changes"] == []


def test_only_changes_are_read(changing: TalkingLms, fetch: Fetching) -> None:
    """At the address as it was told, page by page, also those who left; and where to ask the next time."""
    more = link((told(changing, "p=2"), "next"), (told(changing, "since=2"), "differences"))
    changing.answers["changes"] = [
        page(member("new"), member("gone", status="Deleted"), link=more),
        page(member("off", status="Inactive")),
    ]
    fetched = fetch(differences=told(changing))
    assert [(one.sub, one.is_active) for one in fetched.people] == [("new", True), ("gone", False), ("off", False)]
    assert (fetched.is_whole, fetched.unread, fetched.differences) == (False, None, told(changing, "since=2"))
    assert [one.query for one in changing.asked["changes"]] == ["since=AbC", "p=2"]
    assert changing.asked["changes"][0].headers["accept"] == MEMBERS_TYPE
    assert changing.asked["members"] == []


def test_nothing_changed(changing: TalkingLms, fetch: Fetching) -> None:
    """An empty answer is one; without a new address the next reading is whole."""
    fetched = fetch(differences=told(changing))
    assert (fetched.people, fetched.unread, fetched.is_whole, fetched.differences) == ((), None, False, None)


ODD: dict[str, Canned] = {
    "no such address": said(404),
    "too old to be told": said(410),
    "not understood": said(400, {}),
    "forbidden": said(403, {}),
    "down": said(503),
    "dropped": Canned(drops=True),
    "elsewhere": Canned(302, b"", {"Location": "https://elsewhere.example"}),
    "unchanged": Canned(304),
    "nothing": Canned(204),
    "a page": Canned(200, b"<html>"),
    "a list": said(200, []),
    "no members": said(200, {"members": None}),
    "members by name": said(200, {"members": {"1": {}}}),
    "a member that is none": page(member("1", status="Deleted"), None),
    "a member without id": page(member(None, status="Deleted")),
    "a member without roles": page({"user_id": "1", "status": "Deleted"}),
    "an id with NUL": page(member("a\x00b", status="Deleted")),
    "too much": Canned(200, b"[" * 2_100_000),
    "too deep": Canned(200, b'{"members": ' + b"[" * 200_000),
    "a foreign next page": page(member("1", status="Deleted"), link=link(("https://lms.example/x", "next"))),
}


@pytest.mark.parametrize("answer", ODD.values(), ids=ODD.keys())
def test_an_odd_answer_means_the_whole_list(changing: TalkingLms, fetch: Fetching, answer: Canned) -> None:
    """On the first page or later, nothing of it is believed."""
    for answers in ([answer], [page(member("1", status="Deleted"), link=link((told(changing), "next"))), answer]):
        changing.answers["changes"] = answers
        fetched = fetch(differences=told(changing))
        assert [one.sub for one in fetched.people] == ["whole"]
        assert (fetched.is_whole, fetched.unread) == (True, None)


def test_changes_without_end_mean_the_whole_list(changing: TalkingLms, fetch: Fetching) -> None:
    """After as many pages as a list may have."""
    changing.answers["changes"] = [page(member("1"), link=link((told(changing), "next")))]
    assert fetch(differences=told(changing)).is_whole
    assert len(changing.asked["changes"]) == MOST_PAGES


@pytest.mark.parametrize("answer", [said(429), said(403, {"errors": "Rate Limit Exceeded"})])
def test_an_lms_that_asks_to_wait_is_not_asked_for_more(changing: TalkingLms, fetch: Fetching, answer: Canned) -> None:
    """The whole list is more work for it; nobody is gone meanwhile."""
    changing.answers["changes"] = [answer]
    fetched = fetch(differences=told(changing))
    assert (fetched.people, fetched.unread, fetched.is_whole) == ((), Unread.BUSY, False)
    assert changing.asked["members"] == []


FOREIGN = ("https://lms.example/7/changes", "http://127.0.0.1:1/7/changes", "http://[/", "ftp://x/", "//evil.example/x",
           "javascript:x", "https://evil.example\\@127.0.0.1/x")  # fmt: skip


@pytest.mark.parametrize("elsewhere", FOREIGN)
def test_the_token_goes_to_the_lists_own_host(changing: TalkingLms, fetch: Fetching, elsewhere: str) -> None:
    """An address elsewhere is not kept; one that was is not asked."""
    changing.answers["members"] = [page(member("1"), link=link((elsewhere, "differences")))]
    fetched = fetch()
    assert ([one.sub for one in fetched.people], fetched.unread, fetched.differences) == (["1"], None, None)
    assert fetch(differences=elsewhere).is_whole


@pytest.mark.parametrize("query", ["x" * 2000, "a\x00b"])
def test_an_address_that_cannot_be_kept_is_none(changing: TalkingLms, fetch: Fetching, query: str) -> None:
    """The list is read all the same."""
    changing.answers["members"] = [page(member("1"), link=link((told(changing, query), "differences")))]
    fetched = fetch()
    assert (fetched.unread, fetched.differences) == (None, None)


@pytest.mark.parametrize("asks_for", ["nothing", "name"])
def test_changes_tell_no_more_than_the_institution_wants(changing: TalkingLms, fetch: Fetching, asks_for: Any) -> None:
    """As the whole list."""
    changing.answers["changes"] = [page(member("1", name="Ada Okafor", email="ada@school.example"))]
    (one,) = fetch(differences=told(changing), asks_for=asks_for).people
    assert (one.name, one.email) == ("Ada Okafor" if asks_for == "name" else None, None)
