"""Sprig's own door and delivery, with a platform that others wrote (lti1p3platform)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask.testing import FlaskClient

from lti_tool.lti.ags import AgsGradebook
from lti_tool.models.engine import Database
from lti_tool.services.grades import Delivered, send_due
from lti_tool.services.keys import KeyBox
from lti_tool.services.platforms import AddPlatform, add_platform
from tests.databases import fresh_database
from tests.lti.acting import TOOL, visit_of
from tests.practice_lms.peer import CLIENT_ID, DEPLOYMENT, Peer, listening_peer
from tests.web.paper import Paper
from tests.web_client import ENVIRONMENT, app_over, publish_tiny

USER = "ada-at-the-peer"


@pytest.fixture
def database_address() -> Iterator[str]:
    """A migrated database; one engine is enough to talk to a peer."""
    with fresh_database("sqlite") as url:
        yield url


@pytest.fixture
def database(database_address: str) -> Iterator[Database]:
    """Sessions on it."""
    found = Database(database_address)
    yield found
    found.engine.dispose()


@pytest.fixture
def peer() -> Iterator[Peer]:
    """The platform."""
    with listening_peer(TOOL) as found:
        yield found


@pytest.fixture
def browser(peer: Peer, database: Database, database_address: str) -> Iterator[FlaskClient]:
    """A browser at the tool, which has the tiny course and knows the platform, and the platform the tool's keys."""
    publish_tiny(database)
    registration = AddPlatform(
        issuer=peer.url,
        client_id=CLIENT_ID,
        auth_url=f"{peer.url}/auth",
        token_url=f"{peer.url}/token",
        jwks_url=f"{peer.url}/jwks",
        deployments=(DEPLOYMENT,),
    )
    with database.writing() as session:
        add_platform(session, registration, datetime.now(UTC))
    app = app_over(database_address)
    client = app.test_client()
    peer.tool_keys.update(client.get("/lti/jwks", base_url=TOOL).json or {})
    yield client
    app.extensions["sprig"].database.engine.dispose()


def launched(browser: FlaskClient, peer: Peer, hint: str) -> Paper:
    """The page that a whole launch ends on."""
    begun = urlsplit(peer.login_address(USER, hint))
    answer = browser.get(f"{begun.path}?{begun.query}", base_url=TOOL)
    assert answer.status_code == 302, answer.text
    fields = peer.launch_fields(dict(parse_qsl(urlsplit(answer.location).query)))
    assert fields.pop("launch_url") == f"{TOOL}/lti/launch"
    opened = browser.post("/lti/launch", data=fields, base_url=TOOL)
    return Paper.open(browser, f"/t/{visit_of(opened)}/")


def lesson_done(browser: FlaskClient, peer: Peer) -> None:
    """The learner launches, and answers everything right."""
    start = launched(browser, peer, "lesson")
    question = start.press("Start lesson 1").press("Continue")
    feedback = question.press("Check", a=question.choice("4"))
    visit = start.path.split("/")[2]
    Paper.open(feedback.client, f"/t/{visit}/s/1/3").press("Check", a="Paris")


def delivered(database: Database, later: timedelta = timedelta()) -> Delivered:
    """One run of the worker, now or later."""
    gradebook = AgsGradebook(database, KeyBox(ENVIRONMENT["SECRET_KEY"]), 5)
    return send_due(
        database,
        gradebook,
        lambda: datetime.now(UTC) + later,
        holder=f"test {later}",
        threads=1,
        lease=timedelta(minutes=2),
        backoff_base=timedelta(seconds=10),
    )


def test_a_grade_travels_from_launch_to_gradebook(browser: FlaskClient, peer: Peer, database: Database) -> None:
    """Login, id_token, lesson, token, score: the peer holds 100 % for the one who learned."""
    lesson_done(browser, peer)
    assert delivered(database).sent == 1
    assert peer.memory.calls == [("results", 200), ("scores", 200)]
    score = peer.memory.scores[USER]
    assert score["scoreGiven"] / score["scoreMaximum"] == 1
    assert (score["activityProgress"], score["gradingProgress"]) == ("Completed", "FullyGraded")


def test_a_lost_answer_is_cleared_up_by_the_results(browser: FlaskClient, peer: Peer, database: Database) -> None:
    """The peer kept the score but said 500; before the same bytes go again, its results settle the matter."""
    lesson_done(browser, peer)
    peer.memory.answers_lost = 1
    assert delivered(database).sent == 0
    assert delivered(database, timedelta(minutes=1)).sent == 1
    assert peer.memory.calls == [("results", 200), ("scores", 500), ("results", 200)]
    assert len(peer.memory.scores) == 1


def test_content_is_chosen_for_the_peer(browser: FlaskClient, peer: Peer) -> None:
    """The deep-linking answer is one that the peer takes, with the content's address and a column."""
    picker = launched(browser, peer, "deep linking")
    answer = picker.press("Add this")
    _, fields = next((form.action, form.fields) for form in answer.forms.values() if "JWT" in form.fields)
    items = peer.conf().validate_deeplinking_resp({"JWT": fields["JWT"]})
    assert [one["type"] for one in items] == ["ltiResourceLink"]
    assert items[0]["url"] == f"{TOOL}/lti/launch?c=tiny"
    assert items[0]["lineItem"]["scoreMaximum"] == 100
