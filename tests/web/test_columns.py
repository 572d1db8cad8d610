"""Who may make a gradebook column, for which link, and what the teacher reads where nobody may."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from lti_tool.models import LineItem, Platform, ResourceLink
from lti_tool.models.engine import Database
from lti_tool.services.columns import NOT_MADE, NotMade
from tests.lti.acting import ABSENT, AGS, INSTRUCTOR, LEARNER, MEMBERSHIP, TOOL, ActingPlatform, launch, visit_of
from tests.web.paper import Paper

ENDPOINT = AGS + "claim/endpoint"
SCOPE = AGS + "scope/"
LINE_ITEMS = "https://lms.example/context/1/lineitems"


def offers(*scopes: str, lineitems: Any = LINE_ITEMS, **more: Any) -> dict[str, Any]:
    """The claim of a platform with a gradebook and no column for this link."""
    endpoint = {"scope": [SCOPE + one for one in scopes], "lineitems": lineitems, **more}
    return {ENDPOINT: {name: value for name, value in endpoint.items() if value is not ABSENT}}


def room(browser: FlaskClient, platform: ActingPlatform, **changes: Any) -> Paper:
    """The teacher's page."""
    visit = visit_of(launch(browser, platform, sub="teacher", roles=[INSTRUCTOR], **changes))
    return Paper.open(browser, f"/t/{visit}/")


def test_the_button_is_there_where_the_lms_lets_us(browser: FlaskClient, platform: ActingPlatform) -> None:
    """Its list of columns, and the right to make one and to write to it."""
    page = room(browser, platform, **offers("lineitem", "score"))
    assert page.form_with("Make a grade column")
    assert "what was done before is sent, too" in page.words


@pytest.mark.parametrize(
    "endpoint",
    [
        offers("lineitem.readonly", "score"),
        offers("lineitem"),
        offers("lineitem", "score", lineitems=ABSENT),
        offers("lineitem", "score", lineitems="javascript:alert(1)"),
        {ENDPOINT: ABSENT},
    ],
)
def test_elsewhere_the_page_says_what_to_do_instead(
    browser: FlaskClient, platform: ActingPlatform, endpoint: dict[str, Any]
) -> None:
    """And an old page's button leads nowhere."""
    page = room(browser, platform, **endpoint)
    assert "Make a grade column" not in page.words
    assert "allow grades in the activity’s settings there" in page.words
    visit = page.path.split("/")[2]
    assert browser.post(f"/t/{visit}/column", base_url=TOOL).status_code == 404


def test_a_link_that_has_a_column_has_no_button(browser: FlaskClient, platform: ActingPlatform) -> None:
    """One is enough."""
    page = room(browser, platform, **offers("lineitem", "score", lineitem="https://lms.example/items/1"))
    assert "Make a grade column" not in page.words
    assert "no gradebook column" not in page.words


@pytest.mark.parametrize("role", [LEARNER, MEMBERSHIP + "ContentDeveloper", MEMBERSHIP + "Mentor"])
def test_only_teachers_make_columns(browser: FlaskClient, platform: ActingPlatform, role: str) -> None:
    """Whoever else presses is refused, before the LMS is asked."""
    room(browser, platform, **offers("lineitem", "score"))
    answer = launch(browser, platform, sub="other", roles=[role], **offers("lineitem", "score"))
    is_in = answer.status_code == 303  # a mentor is let in only where the institution says so
    assert is_in or role.endswith("Mentor")
    if is_in:
        assert browser.post(f"/t/{visit_of(answer)}/column", base_url=TOOL).status_code == 403


def test_an_lms_that_cannot_be_reached_is_told_in_words(
    browser: FlaskClient, platform: ActingPlatform, database: Database
) -> None:
    """Nothing is on record, and the button is still there."""
    with database.writing() as session:
        session.execute(update(Platform).values(token_url="http://127.0.0.1:1/token"))
    told = room(browser, platform, **offers("lineitem", "score")).press("Make a grade column")
    assert "The LMS does not answer" in told.words
    assert told.form_with("Make a grade column")
    with database.reading() as session:
        assert session.scalars(select(LineItem.id)).all() == []
        assert session.scalars(select(ResourceLink.owes_class_after)).all() == [None]


@pytest.mark.parametrize("said", ["made", "<script>", "", *NotMade])
def test_an_address_promises_no_column(browser: FlaskClient, platform: ActingPlatform, said: str) -> None:
    """What stands in it is one of our own words, or nothing; that a column is there, only the record says."""
    page = room(browser, platform, **offers("lineitem", "score"))
    answer = browser.get(page.path, query_string={"column": said}, base_url=TOOL)
    assert answer.status_code == 200
    assert "The gradebook column is there" not in answer.text
    assert "<script>" not in answer.text
    shown = NOT_MADE.get(said)
    assert shown is None or shown.hint in Paper(browser, answer, page.path).words
