"""The token endpoint takes only assertions that are in order in every point."""

import time
from datetime import timedelta
from typing import Any

import pytest

from practice_lms.vocabulary import AGS_SCOPES, SCORE
from practice_lms.wiring import EXTENSION
from tests.practice_lms.acting_tool import ABSENT, Talk, new_key
from tests.practice_lms.conftest import Clock


def test_an_assertion_in_order_gets_a_token_for_an_hour(talk: Talk) -> None:
    """The granted scopes are those that were asked for and are offered."""
    answer = talk.ask_token(talk.tool.assertion(talk.config), SCORE, "https://other.example/scope")
    assert answer.status_code == 200
    assert answer.json is not None
    assert (answer.json["token_type"], answer.json["expires_in"], answer.json["scope"]) == ("Bearer", 3600, SCORE)


def test_the_audience_may_be_one_of_several(talk: Talk) -> None:
    """A list that holds the token address is in order."""
    assertion = talk.tool.assertion(talk.config, aud=["https://other.example", talk.config.token_url])
    assert talk.ask_token(assertion).status_code == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "http://127.0.0.1:8001"},
        {"aud": "https://elsewhere.example/token"},
        {"aud": ABSENT},
        {"iss": "somebody-else"},
        {"sub": "somebody-else"},
        {"jti": ABSENT},
        {"jti": ""},
        {"exp": ABSENT},
        {"iat": ABSENT},
        {"exp": -120},
        {"iat": 300, "exp": 400},
        {"exp": 90_000},
    ],
)
def test_a_claim_out_of_order_gets_none(talk: Talk, changes: dict[str, Any]) -> None:
    """Audience, issuer, subject, times (here in seconds from now) and id are all looked at."""
    changes = {name: int(time.time()) + value if isinstance(value, int) else value for name, value in changes.items()}
    answer = talk.ask_token(talk.tool.assertion(talk.config, **changes))
    assert answer.status_code == 401
    assert answer.json is not None
    assert answer.json["error"] == "invalid_client"


def test_clocks_may_differ_a_little(talk: Talk) -> None:
    """An assertion from half a minute ahead is taken."""
    assertion = talk.tool.assertion(talk.config, iat=int(time.time()) + 30, exp=int(time.time()) + 90)
    assert talk.ask_token(assertion).status_code == 200


def test_an_assertion_serves_once(talk: Talk) -> None:
    """A jti that was seen is refused, also in a new assertion."""
    assert talk.ask_token(talk.tool.assertion(talk.config, jti="once")).status_code == 200
    assert talk.ask_token(talk.tool.assertion(talk.config, jti="once")).status_code == 401


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": ABSENT}, "unsupported_grant_type"),
        ({"client_assertion_type": "jwt"}, "invalid_request"),
        ({"scope": "bogus"}, "invalid_scope"),
        ({"scope": ""}, "invalid_scope"),
    ],
)
def test_the_form_must_be_in_order(talk: Talk, changes: dict[str, Any], error: str) -> None:
    """Grant type, assertion type and scopes are the standard's."""
    answer = talk.ask_token(talk.tool.assertion(talk.config), **changes)
    assert answer.status_code == 400
    assert answer.json is not None
    assert answer.json["error"] == error


def test_the_body_must_be_a_form(talk: Talk) -> None:
    """JSON is refused."""
    assert talk.client.post("/token", json={"grant_type": "client_credentials"}).status_code == 400


def test_a_foreign_signature_is_refused(talk: Talk) -> None:
    """Only the key under this kid counts."""
    talk.tool.keys["foreign"] = new_key()
    assert talk.ask_token(talk.tool.assertion(talk.config, kid="one", signed_by="foreign")).status_code == 401


def test_a_kid_is_needed(talk: Talk) -> None:
    """A head without one is refused."""
    assert talk.ask_token(talk.tool.assertion(talk.config, kid=None)).status_code == 401


def test_a_new_key_is_found_without_a_restart(talk: Talk) -> None:
    """An unknown kid makes the LMS ask for the key set again; a known one does not."""
    assert talk.ask_token(talk.tool.assertion(talk.config)).status_code == 200
    fetches = talk.tool.fetches
    assert talk.ask_token(talk.tool.assertion(talk.config)).status_code == 200
    assert talk.tool.fetches == fetches
    talk.tool.keys["two"] = new_key()
    time.sleep(1.05)  # the LMS asks at most once a second
    assert talk.ask_token(talk.tool.assertion(talk.config, kid="two", signed_by="two")).status_code == 200


def test_a_tool_that_is_down_gets_no_token(talk: Talk) -> None:
    """Without keys nothing can be checked."""
    talk.tool.is_down = True
    talk.client.application.extensions[EXTENSION].tool_keys.forget()
    assert talk.ask_token(talk.tool.assertion(talk.config)).status_code == 401


def test_a_token_ends_after_an_hour(talk: Talk, clock: Clock) -> None:
    """It opens until then, and is 401 afterwards."""
    media, bearer = "application/vnd.ims.lis.v2.lineitemcontainer+json", talk.bearer()
    clock.ahead = timedelta(minutes=59)
    assert talk.call("GET", "/lti/courses/2/lineitems", bearer, media).status_code == 200
    clock.ahead = timedelta(minutes=61)
    assert talk.call("GET", "/lti/courses/2/lineitems", bearer, media).status_code == 401


def test_a_token_opens_what_it_was_granted_for(talk: Talk) -> None:
    """Other scopes are 403; no token, a wrong one, or a lost one is 401."""
    url = "/lti/courses/2/lineitems"
    media = "application/vnd.ims.lis.v2.lineitemcontainer+json"
    bearer = talk.bearer(*AGS_SCOPES)
    assert talk.call("GET", url, bearer, media).status_code == 200
    assert talk.call("GET", url, talk.bearer(SCORE), media).status_code == 403
    assert talk.call("GET", url, {}, media).status_code == 401
    assert talk.call("GET", url, {"Authorization": "Bearer nope"}, media).status_code == 401
    assert talk.call("GET", url, {"Authorization": bearer["Authorization"][7:]}, media).status_code == 401
