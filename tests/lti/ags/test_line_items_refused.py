"""Pages of columns in every form, and an LMS that says no, says nothing, or points elsewhere."""

from typing import Any

import pytest

from lti_tool.lti.line_items import LineItems
from lti_tool.services.columns import NoColumn, NotMade
from tests.lti.ags.conftest import NOW
from tests.lti.ags.lms import SCORE, Canned, TalkingLms, granted, recorded, said
from tests.lti.ags.test_line_items import ITEM, PATH, READ, Wanting, column, line_items, lms, posted, url, wanting

__all__ = ["line_items", "lms", "wanting"]
CURSOR = "eyJ%2FAbC==&Upper=YES"


def refusal(line_items: LineItems, wanted: Any) -> NotMade:
    """Why there is no column."""
    with pytest.raises(NoColumn) as no:
        line_items.column_for(wanted, NOW)
    return no.value.why


@pytest.mark.parametrize(
    "link",
    [
        '<{next}>; rel="next"',
        "<{next}>; rel=next",
        "<{first}>; rel=“first”, <{next}>; rel=“next”, <{last}>; rel=“last”",
        '<{first}>; rel="first prev",<{next}>; title="x"; REL="NEXT"',
        "<{relative}>;rel=next",
        "<{escaped}>; rel=“next”",
    ],
)
def test_pages_are_followed_whatever_the_link_looks_like(
    lms: TalkingLms, line_items: LineItems, wanting: Wanting, link: str
) -> None:
    """Unquoted, in curly quotes, escaped, relative; the cursor keeps its case."""
    following = f"{lms.origin}{PATH}?type_id=1&after={CURSOR}"
    places = {
        "next": following,
        "first": f"{lms.origin}{PATH}",
        "last": f"{lms.origin}{PATH}?last",
        "relative": f"lineitems?type_id=1&after={CURSOR}",
        "escaped": following.replace("&", "&amp;"),
    }
    header = link.format(**places).encode().decode("latin-1")
    lms.answers["lineitems"] = [
        said(200, [column(lms, 3, resourceLinkId="2")], Link=header),
        said(200, [column(lms, 4)]),
    ]
    assert line_items.column_for(wanting(), NOW) == url(lms, 4)
    assert lms.asked["lineitems"][1].query == f"type_id=1&after={CURSOR}"


def test_moodles_recorded_page_leads_to_the_next(lms: TalkingLms, line_items: LineItems, wanting: Wanting) -> None:
    """Curly quotes and `&amp;` as a live Moodle wrote them (README 52), with our port in them."""
    page = recorded("ags-lineitems-paged")
    here = {name: value.replace("http://127.0.0.1:8100", lms.origin) for name, value in page.headers.items()}
    body = page.body.replace(b"http://127.0.0.1:8100", lms.origin.encode())
    mine = column(lms, 4, resourceLinkId="7")
    lms.answers["lineitems"] = [Canned(200, body, here), said(200, [mine])]
    assert line_items.column_for(wanting(link_lms_id="7"), NOW) == url(lms, 4)
    assert lms.asked["lineitems"][1].query == "type_id=1&limit=1&from=1"


def test_a_list_without_end_is_given_up(lms: TalkingLms, line_items: LineItems, wanting: Wanting) -> None:
    """In a circle or for ever: what was not read may be there, so nothing is made."""
    lms.answers["lineitems"] = [said(200, [], Link=f'<{lms.origin}{PATH}>; rel="next"')]
    assert refusal(line_items, wanting()) is NotMade.REFUSED
    assert len(lms.asked["lineitems"]) == 2
    lms.asked["lineitems"].clear()
    lms.answers["lineitems"] = [
        said(200, [], Link=f'<{lms.origin}{PATH}?page={number}>; rel="next"') for number in range(60)
    ]
    assert refusal(line_items, wanting()) is NotMade.REFUSED
    assert len(lms.asked["lineitems"]) == 50
    assert posted(lms) == []


@pytest.mark.parametrize("elsewhere", ["https://evil.example/lineitems", "http://127.0.0.1:1/x", "javascript:alert(1)"])
def test_a_page_on_another_host_is_not_followed(
    lms: TalkingLms, line_items: LineItems, wanting: Wanting, elsewhere: str
) -> None:
    """Our token would go there."""
    lms.answers["lineitems"] = [said(200, [], Link=f'<{elsewhere}>; rel="next"')]
    assert refusal(line_items, wanting()) is NotMade.FOREIGN_ADDRESS
    assert len(lms.asked["lineitems"]) == 1


@pytest.mark.parametrize("where", ["listed", "made"])
def test_a_column_at_another_host_is_refused(
    lms: TalkingLms, line_items: LineItems, wanting: Wanting, where: str
) -> None:
    """Grades would go there, and they are nobody else's."""
    foreign = column(lms, 9, id="https://evil.example/lineitems/9")
    lms.answers["lineitems"][0 if where == "listed" else 2] = said(201, [foreign] if where == "listed" else foreign)
    assert refusal(line_items, wanting()) is NotMade.FOREIGN_ADDRESS


def test_no_token_goes_in_the_clear_to_a_strange_address(
    lms: TalkingLms, line_items: LineItems, wanting: Wanting
) -> None:
    """A gradebook on http that is not the LMS's own is not asked."""
    assert refusal(line_items, wanting(line_items_url="http://elsewhere.example/items")) is NotMade.FOREIGN_ADDRESS
    assert lms.asked["token"] == []


CREATING = [
    ("errors-ags-lineitem-create-readonly-scope", NotMade.NOT_ALLOWED),
    ("errors-ags-lineitem-create-foreign-link", NotMade.NOT_ALLOWED),
    ("errors-ags-lineitem-create-no-label", NotMade.REFUSED),
    ("errors-ags-lineitem-create-json-ct", NotMade.REFUSED),
    ("errors-ags-lineitem-create-long-label", NotMade.NO_ANSWER),
    ("errors-ags-lineitem-deleted-activity", NotMade.REFUSED),
]


@pytest.mark.parametrize(("case", "why"), CREATING)
def test_a_no_to_making_is_told_as_what_it_is(
    lms: TalkingLms, line_items: LineItems, wanting: Wanting, case: str, why: NotMade
) -> None:
    """As a live Moodle answered."""
    lms.answers["lineitems"][2:] = [recorded(case), recorded(case) if why is NotMade.NOT_ALLOWED else said(200, [])]
    assert refusal(line_items, wanting()) is why


LISTING = [
    (recorded("errors-ags-lineitems-accept-json"), NotMade.REFUSED),
    (recorded("errors-ags-lineitems-no-course"), NotMade.REFUSED),
    (recorded("errors-ags-score-no-token"), NotMade.NOT_ALLOWED),
    (said(429), NotMade.NO_ANSWER),
    (said(503), NotMade.NO_ANSWER),
    (Canned(drops=True), NotMade.NO_ANSWER),
    (Canned(takes=1.5), NotMade.NO_ANSWER),
    (Canned(200, b"<html>Maintenance</html>"), NotMade.NO_ANSWER),
    (said(200, {"lineItems": []}), NotMade.NO_ANSWER),
    (said(200, [{"label": "no id"}]), NotMade.REFUSED),
    (said(200, ["text", None, 7]), NotMade.REFUSED),
    (said(302, Location="https://evil.example/"), NotMade.NO_ANSWER),
]


@pytest.mark.parametrize(("answer", "why"), LISTING)
def test_what_cannot_be_read_leads_to_no_making(
    lms: TalkingLms, line_items: LineItems, wanting: Wanting, answer: Canned, why: NotMade
) -> None:
    """What is not known to be absent may be there."""
    lms.answers["lineitems"] = [answer]
    assert refusal(line_items, wanting()) is why
    assert posted(lms) == []


def test_a_refused_token_is_renewed_once(lms: TalkingLms, line_items: LineItems, wanting: Wanting) -> None:
    """Moodle's live for a minute, or end early."""
    lms.answers["token"] = [granted("old"), granted("new")]
    lms.answers["lineitems"] = [recorded("errors-ags-score-expired-token"), said(200, [column(lms, 4)])]
    assert line_items.column_for(wanting(), NOW) == url(lms, 4)
    assert [one.headers["authorization"] for one in lms.asked["lineitems"]] == ["Bearer old", "Bearer new"]


@pytest.mark.parametrize(
    ("token", "why"),
    [
        (granted(scope=f"{READ} {SCORE}"), NotMade.NOT_ALLOWED),
        (recorded("errors-token-invalid-scope"), NotMade.NOT_ALLOWED),
        (said(503), NotMade.NO_ANSWER),
        (said(429), NotMade.NO_ANSWER),
    ],
)
def test_without_a_token_nothing_is_asked(
    lms: TalkingLms, line_items: LineItems, wanting: Wanting, token: Canned, why: NotMade
) -> None:
    """One that may only read is none."""
    lms.answers["token"] = [token]
    assert refusal(line_items, wanting(scopes=(ITEM, READ))) is why
    assert lms.asked["lineitems"] == []
