"""An LMS registers Sprig by an invite, over HTTP, in each character that can (Dynamic Registration 1.0)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lti_tool.lti.claims import ASKED
from lti_tool.models.engine import Database
from practice_lms.state.switches import Character
from practice_lms.state.tools import all_tools
from tests.lti.acting import TOOL
from tests.lti.inviting import (
    CONFIGURATION,
    PLATFORM_SAYS,
    TOOL_SAYS,
    Scripted,
    deployments,
    invited,
    is_spent,
    platforms,
    press,
    problem,
    register_with,
    scripted,
)
from tests.practice_lms.serving import RunningLms, running_lms
from tests.web_client import app_over

AGS = "https://purl.imsglobal.org/spec/lti-ags/scope/"
NRPS = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
NOTICES = "https://purl.imsglobal.org/spec/lti/scope/noticehandlers"
REGISTERS = {
    Character.STRICT: "other",
    Character.MOODLE: "moodle",
    Character.CANVAS: "canvas",
    Character.BRIGHTSPACE: "brightspace",
}


@pytest.fixture
def open_app(database: Database, database_url: str) -> Iterator[Flask]:
    """The application that may reach this machine, as in development."""
    yield (made := app_over(database_url, ALLOW_PRIVATE_ADDRESSES="1"))
    made.extensions["sprig"].database.engine.dispose()


@pytest.fixture
def client(open_app: Flask) -> FlaskClient:
    """A browser."""
    return open_app.test_client()


@pytest.fixture
def lms(tmp_path: Path) -> Iterator[RunningLms]:
    """A practice LMS that listens."""
    with running_lms(tmp_path, TOOL) as running:
        yield running


@pytest.fixture
def odd() -> Iterator[Scripted]:
    """A platform that says what a test wants."""
    with scripted() as running:
        yield running


@pytest.mark.parametrize(("character", "family"), REGISTERS.items(), ids=[one.value for one in REGISTERS])
def test_each_lms_registers_itself(
    client: FlaskClient, database: Database, lms: RunningLms, character: Character, family: str
) -> None:
    """Both sides know each other by the same client id, and the page says what is left to do."""
    lms.be(character)
    response = register_with(client, lms, invited(database, family if family == "canvas" else ""))
    assert response.status_code == 303, response.text
    page = client.get(response.location, base_url=TOOL)
    [platform] = platforms(database)
    with lms.state.reading() as db:
        tool = next(one for one in all_tools(db, lms.config) if one.key)
    assert (platform.client_id, platform.family) == (tool.client_id, family)
    assert platform.token_url == lms.config.token_url
    assert set(tool.scopes or ()) >= {AGS + "score", AGS + "lineitem", AGS + "result.readonly", NRPS}
    assert tool.custom == ASKED
    assert 'data-registration="done"' in page.text
    assert platform.client_id in page.text
    assert is_spent(database)


def test_a_deployment_that_the_lms_names_is_the_only_one(
    client: FlaskClient, database: Database, lms: RunningLms
) -> None:
    """Where the LMS names none, the first launch does."""
    register_with(client, lms, invited(database))
    [platform] = platforms(database)
    assert platform.lists_deployments
    assert [is_held for _, is_held in deployments(database)] == [False]


@pytest.mark.parametrize(("told", "audience"), [(None, "https://api.brightspace.com/auth/token"), ("urn:x", "urn:x")])
def test_brightspace_tokens_are_made_for_its_one_audience(
    client: FlaskClient, database: Database, odd: Scripted, told: str | None, audience: str
) -> None:
    """Its documents name it, unless it names another itself."""
    odd.changes = {"authorization_server": told, PLATFORM_SAYS: {"product_family_code": "desire2learn"}}
    press(client, invited(database), odd.url + CONFIGURATION)
    assert platforms(database)[0].token_audience == audience


@pytest.mark.parametrize(
    ("asks_for", "claims"),
    [
        ("nothing", {"iss", "sub"}),
        ("name", {"iss", "sub", "name", "given_name", "family_name"}),
        ("mail", {"iss", "sub", "name", "given_name", "family_name", "email"}),
    ],
)
def test_the_institution_chooses_what_is_told_of_people(
    client: FlaskClient, database: Database, lms: RunningLms, asks_for: str, claims: set[str]
) -> None:
    """The LMS is asked for no more, and no more is kept."""
    register_with(client, lms, invited(database), asks_for)
    with lms.state.reading() as db:
        tool = next(one for one in all_tools(db, lms.config) if one.key)
    assert tool.claims == claims
    assert platforms(database)[0].asks_for == asks_for


def test_only_what_is_offered_is_asked_for(client: FlaskClient, database: Database, odd: Scripted) -> None:
    """A platform of few words gets a small registration, with the bearer's token both times."""
    odd.changes = {"scopes_supported": [AGS + "score"], "claims_supported": ["sub", "name"]}
    assert press(client, invited(database), odd.url + CONFIGURATION, "secret").status_code == 303
    [body] = odd.asked
    assert body["scope"] == AGS + "score"
    assert body[TOOL_SAYS]["claims"] == ["sub", "name"]
    assert [one["type"] for one in body[TOOL_SAYS]["messages"]] == ["LtiResourceLinkRequest", "LtiDeepLinkingRequest"]
    assert odd.authorised == ["Bearer secret"] * 2


def test_everything_useful_is_asked_for(client: FlaskClient, database: Database, odd: Scripted) -> None:
    """Notices where they are told of, reviews where they are sent, the placements where content is chosen."""
    odd.changes = {
        "scopes_supported": [NOTICES, NRPS, "https://elsewhere.example/all"],
        PLATFORM_SAYS: {
            "notice_types_supported": ["LtiContextCopyNotice"],
            "messages_supported": [
                {"type": "LtiResourceLinkRequest", "placements": ["course_navigation"]},
                {"type": "LtiDeepLinkingRequest", "placements": ["ContentArea", "editor_button", "link_selection"]},
                {"type": "LtiSubmissionReviewRequest"},
                {"type": "LtiEulaRequest"},
            ],
        },
    }
    press(client, invited(database), odd.url + CONFIGURATION)
    told = odd.asked[0][TOOL_SAYS]
    assert odd.asked[0]["scope"].split() == [NRPS, NOTICES]
    assert {one["type"]: one.get("placements") for one in told["messages"]} == {
        "LtiResourceLinkRequest": None,
        "LtiDeepLinkingRequest": ["ContentArea", "link_selection"],
        "LtiSubmissionReviewRequest": None,
    }
    assert told["domain"] == TOOL.removeprefix("https://")


def test_an_audience_that_is_told_is_taken(client: FlaskClient, database: Database, odd: Scripted) -> None:
    """And what the administrator said of the product counts more than its own word."""
    odd.changes = {"authorization_server": "https://auth.example/as"}
    press(client, invited(database, family="sakai"), odd.url + CONFIGURATION)
    [platform] = platforms(database)
    assert (platform.token_audience, platform.family, platform.product) == (
        "https://auth.example/as",
        "sakai",
        "acme 3",
    )


def test_registering_again_is_harmless(client: FlaskClient, database: Database, odd: Scripted) -> None:
    """The same issuer and client id are the same registration."""
    for asks_for in ("name", "nothing"):
        assert press(client, invited(database), odd.url + CONFIGURATION, asks_for=asks_for).status_code == 303
    [platform] = platforms(database)
    assert platform.asks_for == "nothing"


def test_the_page_asks_before_it_does_anything(client: FlaskClient, database: Database, odd: Scripted) -> None:
    """Opening it sends nothing to anybody; it may stand in any frame."""
    asked = {"invite": invited(database, asks_for="mail"), "openid_configuration": odd.url + CONFIGURATION}
    page = client.get("/lti/register", query_string=asked, base_url=TOOL)
    assert page.status_code == 200
    assert 'value="mail" checked' in page.text
    assert "frame-ancestors" not in page.headers["Content-Security-Policy"]
    assert odd.authorised == []


def test_an_invite_that_is_opened_by_hand_says_where_it_belongs(client: FlaskClient, database: Database) -> None:
    """And stays good."""
    token = invited(database, family="moodle")
    page = client.get(f"/lti/register?invite={token}", base_url=TOOL)
    assert page.status_code == 200
    assert f"{TOOL}/lti/register?invite={token}" in page.text
    assert "Manage tools" in page.text
    assert not is_spent(database)


def test_a_used_invite_is_refused(client: FlaskClient, database: Database, odd: Scripted) -> None:
    """The platform is not even asked."""
    token = invited(database)
    press(client, token, odd.url + CONFIGURATION)
    assert problem(press(client, token, odd.url + CONFIGURATION)) == "invite-used"
    assert len(odd.asked) == 1


def test_an_invite_of_elsewhere_is_refused(client: FlaskClient, database: Database, odd: Scripted) -> None:
    """On the page and at the button; the platform is not asked."""
    assert problem(client.get("/lti/register?invite=guess", base_url=TOOL)) == "invite-unknown"
    assert problem(press(client, "guess", odd.url + CONFIGURATION)) == "invite-unknown"
    assert odd.authorised == []


def test_a_form_of_another_site_registers_nothing(client: FlaskClient, database: Database, odd: Scripted) -> None:
    """Nor does a choice that is none."""
    token = invited(database)
    foreign = {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"}
    assert problem(press(client, token, odd.url + CONFIGURATION, **foreign)) == "visit-over"
    assert problem(press(client, token, odd.url + CONFIGURATION, asks_for="everything")) == "input-invalid"
    assert odd.authorised == []
    assert not is_spent(database)


def test_tries_of_one_address_are_limited(database: Database, database_url: str) -> None:
    """Nobody guesses invites."""
    app = app_over(database_url, LOGIN_RATE="3")
    client = app.test_client()
    codes = [client.get("/lti/register?invite=guess", base_url=TOOL).status_code for _ in range(5)]
    assert codes == [400, 400, 400, 429, 429]
    app.extensions["sprig"].database.engine.dispose()
