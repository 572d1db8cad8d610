"""The platform's half of a launch: what it says, and what it refuses."""

from datetime import timedelta
from typing import Any

import pytest

from practice_lms.state.seed import ADMINISTRATOR, STUDENT_VIEW, TEACHER
from practice_lms.vocabulary import AGS_CLAIM, AGS_SCOPES, CLAIM, DL, NRPS_CLAIM, TEST_USER
from tests.practice_lms.acting_tool import ABSENT, Talk, address_of, fields_of
from tests.practice_lms.conftest import Clock

ADA, BO, LEILA, PRIVATE = 5, 6, 8, 16
OPEN = "/courses/2/activities/1/open"
CHOOSE = "/courses/3/add-activity/open"


def test_a_login_begins_with_all_that_the_tool_needs(talk: Talk) -> None:
    """The initiation names issuer, client, deployment, target and hints, and is posted to the tool."""
    talk.act_as(ADA)
    login = talk.begun(OPEN)
    assert login.pop("lti_message_hint")
    assert login == {
        "iss": talk.config.base_url,
        "client_id": "sprig-practice",
        "lti_deployment_id": "1",
        "login_hint": "5",
        "target_link_uri": f"{talk.config.tool_url}/lti/launch?c=git-basics",
        "lti_storage_target": "_parent",
    }


def test_a_launch_says_everything_that_a_good_platform_says(talk: Talk) -> None:
    """The id_token lives a minute, is signed under a published kid, and carries all claims."""
    talk.act_as(ADA)
    claims = talk.launch(OPEN)
    assert claims["exp"] - claims["iat"] == 60
    assert (claims["sub"], claims["nonce"], claims["name"]) == ("5", "the nonce", "Ada Okafor")
    assert claims[CLAIM + "message_type"] == "LtiResourceLinkRequest"
    assert claims[CLAIM + "version"] == "1.3.0"
    assert claims[CLAIM + "deployment_id"] == "1"
    assert claims[CLAIM + "target_link_uri"].endswith("/lti/launch?c=git-basics")
    assert claims[CLAIM + "resource_link"]["id"] == "1"
    assert claims[CLAIM + "context"]["title"] == "Digital skills"
    assert claims[CLAIM + "roles"] == ["http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"]
    assert claims[CLAIM + "launch_presentation"] == {
        "document_target": "iframe",
        "locale": "en",
        "return_url": f"{talk.config.base_url}/courses/2/return",
    }
    assert claims[AGS_CLAIM]["scope"] == list(AGS_SCOPES)
    assert claims[AGS_CLAIM]["lineitem"] == f"{talk.config.base_url}/lti/courses/2/lineitems/1/lineitem"
    assert claims[NRPS_CLAIM]["context_memberships_url"] == f"{talk.config.base_url}/lti/courses/2/members"


def test_the_state_comes_back_with_the_token(talk: Talk) -> None:
    """The answer goes to the registered address by form post, and is not kept by caches."""
    talk.act_as(ADA)
    page = talk.authorize(talk.begun(OPEN))
    assert address_of(page.text) == talk.config.launch_url
    assert fields_of(page.text)["state"] == "the state"
    assert page.headers["Cache-Control"] == "no-store"


def test_known_variables_are_filled_in_and_unknown_ones_stay(talk: Talk) -> None:
    """`$Person.address.timezone` has its value, or none; an activity that is no copy has an empty history."""
    talk.act_as(7)
    custom = talk.launch(OPEN)[CLAIM + "custom"]
    assert custom["zone"] == "Europe/Warsaw"
    assert custom["content_id"] == "git-basics"
    assert custom["link_history"] == ""
    talk.act_as(ADA)
    assert talk.launch(OPEN)[CLAIM + "custom"]["zone"] == ""


def test_moodle_tells_no_zone(moodle: Talk) -> None:
    """Moodle's "server default" is the number 99; what it does not know stays literal."""
    moodle.act_as(7)
    custom = moodle.launch(OPEN)[CLAIM + "custom"]
    assert custom["zone"] == "99"
    assert custom["link_history"] == "$ResourceLink.id.history"
    assert custom["opens_at"] == "$ResourceLink.available.startDateTime"


def test_moodles_hint_is_json_and_its_columns_have_a_query(moodle: Talk) -> None:
    """A tool must echo the hint exactly, and keep the query when it appends `/scores`."""
    moodle.act_as(ADA)
    login = moodle.begun(OPEN)
    assert login["lti_message_hint"].startswith('{"launchid":"')
    claims = moodle.verified(fields_of(moodle.authorize(login).text)["id_token"])
    assert claims[AGS_CLAIM]["lineitem"].endswith("/lineitem?type_id=1")
    assert claims[CLAIM + "tool_platform"]["product_family_code"] == "moodle"


def test_withheld_names_are_absent(talk: Talk) -> None:
    """A learner who withholds name and mail has none in the token."""
    talk.act_as(PRIVATE)
    assert not {"name", "given_name", "family_name", "email"} & set(talk.launch(OPEN))


def test_names_keep_their_script(talk: Talk) -> None:
    """A right-to-left name arrives as it is written."""
    talk.act_as(LEILA)
    assert talk.launch(OPEN)["name"] == "ليلى الحداد"


@pytest.mark.parametrize(
    ("person", "role"),
    [(TEACHER, "membership#Instructor"), (ADMINISTRATOR, "system/person#Administrator"), (STUDENT_VIEW, "TestUser")],
)
def test_staff_and_student_view_have_their_roles(talk: Talk, person: int, role: str) -> None:
    """Each kind of person is told from the roles."""
    talk.act_as(person)
    assert any(one.endswith(role) for one in talk.launch(OPEN)[CLAIM + "roles"])


def test_the_student_view_is_a_learner_marked_as_a_test(talk: Talk) -> None:
    """The mark stands beside a real role."""
    talk.act_as(STUDENT_VIEW)
    assert talk.launch(OPEN)[CLAIM + "roles"] == [
        "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner",
        TEST_USER,
    ]


def test_two_columns_leave_the_lineitem_out(talk: Talk) -> None:
    """The claim is there only if exactly one column is coupled."""
    talk.act_as(ADA)
    body = {"label": "Second", "scoreMaximum": 5, "resourceLinkId": "1"}
    talk.call("POST", "/lti/courses/2/lineitems", talk.bearer(), "application/vnd.ims.lis.v2.lineitem+json", body)
    assert "lineitem" not in talk.launch(OPEN)[AGS_CLAIM]


def test_a_hint_serves_once(talk: Talk) -> None:
    """Back and refresh do not launch twice: the second request with the same hint is an error for the tool."""
    talk.act_as(ADA)
    login = talk.begun(OPEN)
    assert "id_token" in fields_of(talk.authorize(login).text)
    told = fields_of(talk.authorize(login).text)
    assert (told["error"], told["state"]) == ("invalid_request", "the state")
    assert "id_token" not in told


def test_a_hint_is_its_persons_own(talk: Talk) -> None:
    """Somebody else's browser gets nothing for it, whether it keeps the login hint or sends its own."""
    talk.act_as(ADA)
    login = talk.begun(OPEN)
    talk.act_as(BO)
    assert fields_of(talk.authorize(login).text)["error"] == "access_denied"
    assert fields_of(talk.authorize(login, login_hint="6").text)["error"] == "invalid_request"


def test_a_hint_does_not_last(talk: Talk, clock: Clock) -> None:
    """A page that stood open for a quarter of an hour must be opened anew."""
    talk.act_as(ADA)
    login = talk.begun(OPEN)
    clock.ahead = timedelta(minutes=11)
    assert fields_of(talk.authorize(login).text)["error"] == "invalid_request"


def test_nobody_signed_in_is_an_error_for_the_tool(talk: Talk) -> None:
    """Without our cookie the request is repeated once from a page of ours, and then refused."""
    talk.act_as(ADA)
    login = talk.begun(OPEN)
    stranger = talk.client.application.test_client()
    page = stranger.get("/auth", query_string=talk.asks(login))
    assert address_of(page.text) == "/auth"
    again = stranger.post("/auth", data=fields_of(page.text))
    assert fields_of(again.text)["error"] == "login_required"


def test_a_cookie_that_comes_late_is_no_harm(talk: Talk) -> None:
    """Where the tool posts from a page of its own, the browser withholds our cookie once; the launch succeeds."""
    talk.act_as(ADA)
    login = talk.begun(OPEN)
    page = talk.client.application.test_client().post("/auth", data=talk.asks(login))
    assert "id_token" in fields_of(talk.client.post("/auth", data=fields_of(page.text)).text)


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": "http://evil.example/lti/launch"},
        {"redirect_uri": "REGISTERED?c=git-basics"},
        {"redirect_uri": "REGISTERED/"},
        {"client_id": "somebody-else"},
        {"lti_message_hint": ABSENT},
        {"login_hint": ABSENT},
    ],
)
def test_what_cannot_be_trusted_goes_nowhere(talk: Talk, changes: dict[str, Any]) -> None:
    """An unregistered address, an unknown client or a lost hint ends on a page of the LMS."""
    talk.act_as(ADA)
    changes = {
        k: v.replace("REGISTERED", talk.config.launch_url) if isinstance(v, str) else v for k, v in changes.items()
    }
    answer = talk.authorize(talk.begun(OPEN), **changes)
    assert answer.status_code == 400
    assert "<form" not in answer.text


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"scope": "openid profile"}, "invalid_scope"),
        ({"scope": ABSENT}, "invalid_scope"),
        ({"response_type": "code"}, "unsupported_response_type"),
        ({"response_mode": ABSENT}, "invalid_request"),
        ({"response_mode": "query"}, "invalid_request"),
        ({"prompt": "login"}, "invalid_request"),
        ({"nonce": ABSENT}, "invalid_request"),
    ],
)
def test_a_wrong_request_is_answered_with_an_error(talk: Talk, changes: dict[str, Any], error: str) -> None:
    """The tool is told what was wrong, with its state, and the hint is not spent."""
    talk.act_as(ADA)
    login = talk.begun(OPEN)
    told = fields_of(talk.authorize(login, **changes).text)
    assert (told["error"], told["state"]) == (error, "the state")
    assert told["error_description"]
    assert "id_token" in fields_of(talk.authorize(login).text)


def test_a_request_without_state_gets_none_back(talk: Talk) -> None:
    """State is the tool's own affair."""
    talk.act_as(ADA)
    assert "state" not in fields_of(talk.authorize(talk.begun(OPEN), state=ABSENT).text)


def test_deep_linking_asks_with_data(talk: Talk) -> None:
    """The request says what is taken, where the answer goes, and has data to be echoed."""
    talk.act_as(TEACHER)
    claims = talk.launch(CHOOSE)
    settings = claims[DL + "deep_linking_settings"]
    assert claims[CLAIM + "message_type"] == "LtiDeepLinkingRequest"
    assert settings["accept_types"] == ["ltiResourceLink"]
    assert settings["accept_lineitem"] is True
    assert settings["data"]
    assert settings["deep_link_return_url"].startswith(f"{talk.config.base_url}/deep-linking/return?")
    assert CLAIM + "resource_link" not in claims


def test_learners_do_not_choose_content(talk: Talk) -> None:
    """Deep linking is for teachers."""
    talk.act_as(ADA)
    assert talk.client.get(CHOOSE).status_code == 403
