"""Columns over the wire: found, made once, changed as a whole; what goes out, and what the LMS means."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import delete, select

from lti_tool.lti.line_items import LINE_ITEM_TYPE, LINE_ITEMS_TYPE, LineItems
from lti_tool.models import Lease, ServiceToken
from lti_tool.models.engine import Database, insert_once
from lti_tool.services.columns import AGS_SCOPE as SCOPE
from lti_tool.services.columns import NoColumn, NotMade, Wanted
from lti_tool.services.keys import KeyBox
from tests.lti.ags.conftest import NOW, SECONDS, register
from tests.lti.ags.lms import RESULT, SCORE, Asked, Canned, TalkingLms, recorded, said

ITEM, READ = SCOPE + "lineitem", SCOPE + "lineitem.readonly"
PATH = "/mod/lti/services.php/2/lineitems"
Wanting = Callable[..., Wanted]


@pytest.fixture
def lms(lms: TalkingLms) -> TalkingLms:
    """It has no columns, and makes one that it calls number 9."""
    for kind in ("lineitems", "lineitem"):
        lms.asked[kind], lms.answers[kind] = [], []
    lms.answers["lineitems"] = [said(200, []), said(200, []), told(lms, 9, status=201), said(200, [])]
    return lms


def told(lms: TalkingLms, number: int, status: int = 200, **changes: Any) -> Canned:
    """One column."""
    return said(status, column(lms, number, **changes))


def column(lms: TalkingLms, number: int, **changes: Any) -> dict[str, Any]:
    """A column of link 1, as the LMS tells of it; `None` leaves a member out."""
    known = {
        "id": url(lms, number),
        "label": "Tiny",
        "scoreMaximum": 100,
        "resourceLinkId": "1",
        "resourceId": "tiny",
        "tag": "completion",
    }
    return {name: value for name, value in (known | changes).items() if value is not None}


def url(lms: TalkingLms, number: int) -> str:
    """A column's address."""
    return f"{lms.origin}{PATH}/{number}/lineitem?type_id=1"


@pytest.fixture
def line_items(line: Database) -> LineItems:
    """The tool's end."""
    return LineItems(line, KeyBox("a secret"), SECONDS)


@pytest.fixture
def wanting(line: Database, lms: TalkingLms) -> Wanting:
    """What link 1 wants, unless told otherwise; no token is kept, and nobody is at it."""
    with line.writing() as session:
        session.execute(delete(ServiceToken))
        session.execute(delete(Lease))

    def make(family: str = "moodle", **changes: Any) -> Wanted:
        known = Wanted(
            platform=register(line, lms.origin, family),
            line_items_url=f"{lms.origin}{PATH}?type_id=1",
            scopes=(ITEM, READ, RESULT, SCORE),
            context_id=1,
            link_id=1,
            link_lms_id="1",
            content_id="tiny",
            label="Tiny course",
            taken=frozenset(),
        )
        return replace(known, **changes)

    return make


def posted(lms: TalkingLms) -> list[Asked]:
    """What went out to make a column."""
    return [asked for asked in lms.asked["lineitems"] if asked.method == "POST"]


def test_a_column_is_looked_for_then_made(lms: TalkingLms, line_items: LineItems, wanting: Wanting) -> None:
    """By the link, by the content, and only then made; with exact media types, compact, in one line."""
    assert line_items.column_for(wanting(), NOW) == url(lms, 9)
    by_link, by_content, made, again = lms.asked["lineitems"]
    assert by_link.query == again.query == "type_id=1&resource_link_id=1"
    assert by_content.query == "type_id=1&resource_id=tiny&tag=completion"
    assert {one.headers["accept"] for one in (by_link, by_content)} == {LINE_ITEMS_TYPE}
    assert (made.method, made.query, made.headers["content-type"]) == ("POST", "type_id=1", LINE_ITEM_TYPE)
    assert json.loads(made.body) == {
        "label": "Tiny course",
        "scoreMaximum": 100,
        "resourceLinkId": "1",
        "resourceId": "tiny",
        "tag": "completion",
    }
    assert made.body.isascii()
    assert lms.asked["token"][0].form["scope"] == f"{ITEM} {READ}"
    assert len(lms.asked["token"]) == 1


def test_only_scopes_that_the_launch_offered_are_asked_for(
    lms: TalkingLms, line_items: LineItems, wanting: Wanting
) -> None:
    """Some platforms refuse everything when asked for more."""
    line_items.column_for(wanting(scopes=(ITEM, SCORE)), NOW)
    assert [asked.form["scope"] for asked in lms.asked["token"]] == [ITEM]


def test_long_texts_are_cut_before_they_go(lms: TalkingLms, line_items: LineItems, wanting: Wanting) -> None:
    """Moodle fails on longer ones, having made the column all the same (README 45)."""
    line_items.column_for(wanting(label="L" * 300, content_id="c" * 300), NOW)
    body = json.loads(posted(lms)[0].body)
    assert (len(body["label"]), len(body["resourceId"])) == (255, 255)


def test_the_links_own_column_is_taken(lms: TalkingLms, line_items: LineItems, wanting: Wanting) -> None:
    """Nothing is made, and a column that says what it is for is left as it is."""
    other = column(lms, 3, resourceLinkId="2")  # an LMS that does not know the filter
    lms.answers["lineitems"] = [said(200, [other, column(lms, 4, resourceId="mine", tag=""), column(lms, 5)])]
    assert line_items.column_for(wanting(), NOW) == url(lms, 5)
    assert posted(lms) == lms.asked["lineitem"] == []


def test_a_duplicates_column_is_not_taken(lms: TalkingLms, line_items: LineItems, wanting: Wanting) -> None:
    """Same resourceId, same tag, another link: it gets a column of its own (README 31)."""
    twin = said(200, [column(lms, 3, resourceLinkId="2")])
    lms.answers["lineitems"] = [twin, twin, told(lms, 9, status=201), twin]
    assert line_items.column_for(wanting(), NOW) == url(lms, 9)


@pytest.mark.parametrize(
    ("loose", "taken", "expected"), [((3,), (), 3), ((3, 4), (3,), 4), ((3, 4), (), 9), ((3,), (3,), 9)]
)
def test_a_column_that_belongs_to_no_link_is_taken_if_it_is_the_only_one(
    lms: TalkingLms,
    line_items: LineItems,
    wanting: Wanting,
    loose: tuple[int, ...],
    taken: tuple[int, ...],
    expected: int,
) -> None:
    """One of this content that no other link has; among several we could only guess."""
    there = [column(lms, number, resourceLinkId=None) for number in loose]
    lms.answers["lineitems"][1] = said(200, [*there, column(lms, 8, resourceLinkId=None, tag="other")])
    wanted = wanting(taken=frozenset(url(lms, number) for number in taken))
    assert line_items.column_for(wanted, NOW) == url(lms, expected)


def test_a_nameless_column_of_the_link_is_named(lms: TalkingLms, line_items: LineItems, wanting: Wanting) -> None:
    """All that the LMS told goes back with it: what is left out of a PUT is cleared (README 47)."""
    bare = column(lms, 4, resourceId="", tag="", submissionReview={"custom": {"rv": "1"}}, **{"https://x.example": 7})
    lms.answers["lineitems"] = [said(200, [bare])]
    lms.answers["lineitem"] = [said(200, bare), said(200, bare)]
    assert line_items.column_for(wanting(), NOW) == url(lms, 4)
    read, put = lms.asked["lineitem"]
    assert (read.method, read.headers["accept"]) == ("GET", LINE_ITEM_TYPE)
    assert (put.method, put.headers["content-type"]) == ("PUT", LINE_ITEM_TYPE)
    assert json.loads(put.body) == bare | {"resourceId": "tiny", "tag": "completion"}


def test_a_column_that_may_not_be_named_is_taken_all_the_same(
    lms: TalkingLms, line_items: LineItems, wanting: Wanting
) -> None:
    """The name is for copies; grades do not need it."""
    bare = column(lms, 4, resourceId=None, tag=None)
    lms.answers["lineitems"], lms.answers["lineitem"] = [said(200, [bare])], [said(200, bare), said(403)]
    assert line_items.column_for(wanting(), NOW) == url(lms, 4)


@pytest.mark.parametrize(
    "answer", [Canned(drops=True), said(502), recorded("errors-ags-lineitem-create-long-tag"), Canned(201, b"ok")]
)
def test_a_doubtful_making_is_cleared_up_by_looking(
    lms: TalkingLms, line_items: LineItems, wanting: Wanting, answer: Canned
) -> None:
    """Moodle's 502 had made the column (README 45): a second one would stand beside it for ever."""
    lms.answers["lineitems"][2:] = [answer, said(200, [column(lms, 9)])]
    assert line_items.column_for(wanting(), NOW) == url(lms, 9)
    assert len(posted(lms)) == 1


def test_of_two_columns_made_at_once_ours_goes(lms: TalkingLms, line_items: LineItems, wanting: Wanting) -> None:
    """The LMS made one while we made ours: with two, launches would name none (README 49)."""
    lms.answers["lineitems"][3] = said(200, [column(lms, 8), column(lms, 9)])
    lms.answers["lineitem"] = [recorded("ags-lineitem-delete")]
    assert line_items.column_for(wanting(), NOW) == url(lms, 8)
    assert [(one.method, one.path) for one in lms.asked["lineitem"]] == [("DELETE", f"{PATH}/9/lineitem")]


@pytest.mark.parametrize("answer", [Canned(drops=True), said(404, {}), said(503)])
def test_a_column_that_may_be_removed_is_not_kept(
    lms: TalkingLms, line_items: LineItems, wanting: Wanting, answer: Canned
) -> None:
    """The answer to its removal is lost, or says that it was gone already: the other one is the link's."""
    lms.answers["lineitems"][3] = said(200, [column(lms, 8), column(lms, 9)])
    lms.answers["lineitem"] = [answer]
    assert line_items.column_for(wanting(), NOW) == url(lms, 8)


def test_others_may_write_while_the_lms_is_asked(database: Database, lms: TalkingLms, wanting: Wanting) -> None:
    """No transaction is open: on SQLite nobody else could write."""
    written: list[str] = []

    def write(asked: Asked) -> None:
        written.append(f"{len(written)} {asked.method}")
        with database.writing() as session:
            insert_once(session, Lease, {"name": written[-1], "holder": "me", "until": NOW})

    lms.meanwhile = write
    wanted = replace(wanting(), platform=register(database, lms.origin))
    assert LineItems(database, KeyBox("a secret"), SECONDS).column_for(wanted, NOW) == url(lms, 9)
    with database.reading() as session:
        assert set(session.scalars(select(Lease.name))) == set(written)
    assert len(written) == 5


def test_whoever_comes_second_waits(lms: TalkingLms, line: Database, line_items: LineItems, wanting: Wanting) -> None:
    """Somebody is at it: no second call goes out; afterwards the column is simply found."""
    said_to_second: list[NotMade] = []

    def press_again(_: Asked) -> None:
        lms.meanwhile = lambda asked: None
        with pytest.raises(NoColumn) as no:
            line_items.column_for(wanted, NOW)
        said_to_second.append(no.value.why)

    wanted = wanting()
    lms.meanwhile = press_again
    line_items.column_for(wanted, NOW)
    lms.answers["lineitems"] = [said(200, [column(lms, 9)])]
    assert line_items.column_for(wanted, NOW) == url(lms, 9)
    assert said_to_second == [NotMade.UNDER_WAY]
    assert len(posted(lms)) == 1
