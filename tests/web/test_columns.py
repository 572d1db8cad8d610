"""Who may make a gradebook column, for which link, and what the teacher reads where nobody may."""

import socket
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from lti_tool.models import LineItem, Platform, ResourceLink
from lti_tool.models.engine import Database
from lti_tool.services.columns import NOT_MADE, NotMade, column_lease
from lti_tool.services.leases import take_lease
from tests.lti.acting import ABSENT, AGS, INSTRUCTOR, LEARNER, MEMBERSHIP, TOOL, ActingPlatform, launch, visit_of
from tests.web.columns import BUTTON, MADE, WAITING, look_again, made
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
    assert page.form_with(BUTTON)
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
    assert BUTTON not in page.words
    assert "allow grades in the activity’s settings there" in page.words
    visit = page.path.split("/")[2]
    assert browser.post(f"/t/{visit}/column", base_url=TOOL).status_code == 404


def test_a_link_that_has_a_column_has_no_button(browser: FlaskClient, platform: ActingPlatform) -> None:
    """One is enough."""
    page = room(browser, platform, **offers("lineitem", "score", lineitem="https://lms.example/items/1"))
    assert BUTTON not in page.words
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
    """Nothing is on record, and the button is there again."""
    with database.writing() as session:
        session.execute(update(Platform).values(token_url="http://127.0.0.1:1/token"))
    told = made(room(browser, platform, **offers("lineitem", "score")), database)
    assert "The LMS does not answer" in told.words
    assert told.form_with(BUTTON)
    with database.reading() as session:
        assert session.scalars(select(LineItem.id)).all() == []
        assert session.scalars(select(ResourceLink.owes_class_after)).all() == [None]


def test_pressing_calls_nobody(browser: FlaskClient, platform: ActingPlatform, database: Database) -> None:
    """The page says that the worker is on it; until then there is nothing to press, and an old page changes nothing."""
    page = room(browser, platform, **offers("lineitem", "score"))
    with socket.create_server(("127.0.0.1", 0)) as lms:
        with database.writing() as session:
            session.execute(update(Platform).values(token_url=f"http://127.0.0.1:{lms.getsockname()[1]}/token"))
        waiting = page.press(BUTTON)
        assert asked_at(database) is not None
        before = asked_at(database)
        page.press(BUTTON)
        lms.setblocking(False)
        with pytest.raises(BlockingIOError):
            lms.accept()
    assert WAITING in waiting.words
    assert "Look again" in waiting.words
    assert BUTTON not in waiting.words
    assert asked_at(database) == before


def asked_at(database: Database) -> datetime | None:
    """Since when somebody waits for the only link's column."""
    with database.reading() as session:
        return session.scalars(select(ResourceLink.column_asked_at)).one()


def test_a_worker_that_does_not_look_is_told(
    browser: FlaskClient, platform: ActingPlatform, database: Database
) -> None:
    """After a minute; not while one is at it, and the wish is kept."""
    page = room(browser, platform, **offers("lineitem", "score"))
    page.press(BUTTON)
    now = datetime.now(UTC)
    with database.writing() as session:
        session.execute(update(ResourceLink).values(column_asked_at=now - timedelta(seconds=61)))
    late = look_again(page).words
    assert "Nobody has looked for a minute" in late
    assert "tell whoever runs Sprig" in late
    assert WAITING not in late
    with database.writing() as session:
        link_id = session.scalars(select(ResourceLink.id)).one()
        assert take_lease(session, column_lease(link_id), "a worker", now, timedelta(minutes=5))
    assert WAITING in look_again(page).words


@pytest.mark.parametrize("why", NOT_MADE)
def test_what_came_of_it_is_said(
    browser: FlaskClient, platform: ActingPlatform, database: Database, why: NotMade
) -> None:
    """And what helps; asking again takes it back."""
    page = room(browser, platform, **offers("lineitem", "score"))
    with database.writing() as session:
        session.execute(update(ResourceLink).values(column_said=why.value))
    told = Paper.open(browser, page.path)
    assert f"{NOT_MADE[why].sentence} {NOT_MADE[why].hint}" in told.words
    assert NOT_MADE[why].sentence not in told.press(BUTTON).words


@pytest.mark.parametrize("said", ["asked", "made", "<script>", "", *NotMade])
def test_an_address_promises_no_column(browser: FlaskClient, platform: ActingPlatform, said: str) -> None:
    """Nor says it why there is none: only the record does."""
    page = room(browser, platform, **offers("lineitem", "score"))
    answer = browser.get(page.path, query_string={"column": said}, base_url=TOOL)
    told = Paper(browser, answer, page.path)
    assert answer.status_code == 200
    assert MADE not in told.words
    assert WAITING not in told.words
    assert "<script>" not in answer.text
    assert not any(one.sentence in told.words for one in NOT_MADE.values())
