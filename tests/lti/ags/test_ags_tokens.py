"""How the tool comes by its access tokens."""

import threading
import time
from collections.abc import Iterator
from datetime import timedelta

import jwt
import pytest
from sqlalchemy import delete, select

from lti_tool.lti.tokens import AccessTokens, NoToken
from lti_tool.models import Lease, Platform, ServiceToken
from lti_tool.models.engine import Database
from lti_tool.services.grades import Outcome
from lti_tool.services.keys import KeyBox, public_keys
from lti_tool.services.registrations import Registration
from tests.lti.ags.conftest import NOW, register
from tests.lti.ags.lms import RESULT, SCORE, Canned, TalkingLms, granted, recorded, said

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
BOTH = (RESULT, SCORE)


@pytest.fixture
def platform(database: Database, lms: TalkingLms) -> Registration:
    """The LMS, registered in this test's own database."""
    return register(database, lms.origin)


@pytest.fixture
def tokens(database: Database, platform: Registration) -> AccessTokens:
    """Those of one process."""
    return AccessTokens(database, KeyBox("a secret"), 1.0)


@pytest.fixture
def known(line: Database, lms: TalkingLms) -> tuple[Registration, AccessTokens]:
    """The LMS, and one process's tokens, none of them fetched, where the kind of the database does not matter."""
    with line.writing() as session:
        session.execute(delete(ServiceToken))
    return register(line, lms.origin), AccessTokens(line, KeyBox("a secret"), 1.0)


def test_the_assertion_is_what_the_standard_asks_for(
    database: Database, lms: TalkingLms, platform: Registration, tokens: AccessTokens
) -> None:
    """Ours, for this endpoint, for five minutes from a few seconds ago, once, signed with a key we publish."""
    tokens.get(platform, BOTH, NOW, needed=SCORE)
    tokens.get(platform, (SCORE,), NOW, needed=SCORE)
    first, second = lms.asked["token"]
    assert first.headers["content-type"] == "application/x-www-form-urlencoded"
    assert first.form["grant_type"] == "client_credentials"
    assert first.form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    assert first.form["scope"] == f"{RESULT} {SCORE}"
    with database.reading() as session:
        (jwk,) = public_keys(session, NOW)
    assertion = first.form["client_assertion"]
    assert jwt.get_unverified_header(assertion) == {"alg": "RS256", "typ": "JWT", "kid": jwk["kid"]}
    told = jwt.decode(
        assertion,
        jwt.PyJWK(jwk).key,
        ["RS256"],
        audience=platform.token_url,
        options={"verify_exp": False, "verify_iat": False},
    )
    assert (told["iss"], told["sub"]) == ("sprig", "sprig")
    assert (told["iat"], told["exp"] - told["iat"]) == (NOW.timestamp() - 5, 300)
    other = jwt.decode(second.form["client_assertion"], options={"verify_signature": False})
    assert told["jti"] != other["jti"]


def test_a_platforms_own_audience_is_used(
    database: Database, lms: TalkingLms, platform: Registration, tokens: AccessTokens
) -> None:
    """Brightspace wants one that is not its token address."""
    with database.writing() as session:
        session.get_one(Platform, platform.id).token_audience = "https://api.example/auth/token"
    told = Registration(
        platform.id,
        platform.issuer,
        platform.client_id,
        platform.auth_url,
        platform.token_url,
        platform.jwks_url,
        "https://api.example/auth/token",
        "other",
    )
    tokens.get(told, BOTH, NOW, needed=SCORE)
    assertion = lms.asked["token"][0].form["client_assertion"]
    assert jwt.decode(assertion, options={"verify_signature": False})["aud"] == "https://api.example/auth/token"


def test_a_token_is_used_until_a_minute_before_its_end(
    database: Database, lms: TalkingLms, platform: Registration, tokens: AccessTokens
) -> None:
    """Other processes use it as well."""
    lms.answers["token"] = [granted("first"), granted("second")]
    other = AccessTokens(database, KeyBox("a secret"), 1.0)
    assert tokens.get(platform, BOTH, NOW, needed=SCORE).value == "first"
    late = NOW + HOUR - MINUTE - timedelta(seconds=1)
    assert other.get(platform, BOTH, late, needed=SCORE).value == "first"
    assert other.get(platform, BOTH, late + timedelta(seconds=1), needed=SCORE).value == "second"


def test_a_token_for_other_scopes_is_another_one(lms: TalkingLms, platform: Registration, tokens: AccessTokens) -> None:
    """What was granted for less must not be used for more."""
    lms.answers["token"] = [granted("less"), granted("more")]
    assert tokens.get(platform, (SCORE,), NOW, needed=SCORE).value == "less"
    assert tokens.get(platform, BOTH, NOW, needed=SCORE).value == "more"


def test_tokens_are_encrypted_at_rest(
    database: Database, lms: TalkingLms, platform: Registration, tokens: AccessTokens
) -> None:
    """A copy of the database lets nobody write grades; with another secret, the token is fetched anew."""
    lms.answers["token"] = [granted("a-very-secret-token")]
    tokens.get(platform, BOTH, NOW, needed=SCORE)
    with database.reading() as session:
        assert "a-very-secret-token" not in session.scalars(select(ServiceToken.token)).one()
        assert KeyBox("another secret").unseal(session.scalars(select(ServiceToken.token)).one()) is None


def test_many_at_once_ask_once(lms: TalkingLms, platform: Registration, database: Database) -> None:
    """The others wait for the one that asks, here for as long as a busy machine may need."""
    tokens = AccessTokens(database, KeyBox("a secret"), 10.0)
    lms.answers["token"] = [Canned(200, granted().body, granted().headers, takes=0.3)]
    found: list[str] = []
    together = threading.Barrier(4)

    def ask() -> None:
        together.wait()
        found.append(tokens.get(platform, BOTH, NOW, needed=SCORE).value)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["a-token"] * 4
    assert len(lms.asked["token"]) == 1


def test_those_who_waited_in_vain_do_not_ask_in_turn(
    database: Database, lms: TalkingLms, platform: Registration
) -> None:
    """One failed for all, and nobody waits any longer: else a slow failure would hold up one after the other."""
    tokens, begun = AccessTokens(database, KeyBox("a secret"), 10.0), time.monotonic()
    lms.answers["token"] = [Canned(500, takes=0.3)]
    found: list[Outcome] = []
    together = threading.Barrier(4)

    def ask() -> None:
        together.wait()
        try:
            tokens.get(platform, BOTH, NOW, needed=SCORE)
        except NoToken as error:
            found.append(error.outcome)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [Outcome.NO_ACCESS] * 3 + [Outcome.UNREACHED]
    assert time.monotonic() - begun < 9
    assert len(lms.asked["token"]) == 1


def test_one_that_asks_in_vain_leaves_no_lease(
    database: Database, lms: TalkingLms, platform: Registration, tokens: AccessTokens
) -> None:
    """The next one may ask at once."""
    lms.answers["token"] = [said(500), granted()]
    with pytest.raises(NoToken):
        tokens.get(platform, BOTH, NOW, needed=SCORE)
    with database.reading() as session:
        assert session.scalars(select(Lease)).all() == []
    assert tokens.get(platform, BOTH, NOW, needed=SCORE).value == "a-token"


def test_forgetting_a_token_keeps_a_newer_one(lms: TalkingLms, platform: Registration, tokens: AccessTokens) -> None:
    """Two threads that were both refused renew it once."""
    lms.answers["token"] = [granted("old"), granted("new")]
    old = tokens.get(platform, BOTH, NOW, needed=SCORE)
    tokens.forget(platform, old)
    assert tokens.get(platform, BOTH, NOW, needed=SCORE).value == "new"
    tokens.forget(platform, old)
    assert tokens.get(platform, BOTH, NOW, needed=SCORE).value == "new"
    assert len(lms.asked["token"]) == 2


def _refusals() -> Iterator[tuple[str, Canned, Outcome]]:
    for case in (
        "errors-token-tool-host-blocked-by-moodle",
        "errors-token-invalid-scope",
        "errors-token-iat-in-future",
    ):
        yield case, recorded(case), Outcome.NO_ACCESS
    yield "scope left out", granted(scope=RESULT), Outcome.NO_ACCESS
    yield "no token", said(200, {"token_type": "Bearer"}), Outcome.NO_ACCESS
    yield "not an object", said(200, ["a-token"]), Outcome.NO_ACCESS
    yield "a page", Canned(200, b"<html>"), Outcome.NO_ACCESS
    yield "busy", said(429), Outcome.BUSY
    yield "down", said(502), Outcome.UNREACHED
    yield "dropped", Canned(drops=True), Outcome.UNREACHED


@pytest.mark.parametrize(("answer", "outcome"), [row[1:] for row in _refusals()], ids=[row[0] for row in _refusals()])
def test_without_a_token_the_score_stays_home(
    lms: TalkingLms, known: tuple[Registration, AccessTokens], answer: Canned, outcome: Outcome
) -> None:
    """Whatever the reason, it is one of the whole platform, and certain: nothing was sent."""
    platform, tokens = known
    lms.answers["token"] = [answer]
    with pytest.raises(NoToken) as told:
        tokens.get(platform, BOTH, NOW, needed=SCORE)
    assert told.value.outcome is outcome
    assert outcome.is_of_platform
    assert not outcome.is_uncertain


@pytest.mark.parametrize("case", ["token-ok", "token-partial-scopes"])
def test_moodles_tokens_are_understood(lms: TalkingLms, known: tuple[Registration, AccessTokens], case: str) -> None:
    """JSON that calls itself HTML, and a scope that is less than was asked for, but enough."""
    platform, tokens = known
    lms.answers["token"] = [recorded(case)]
    assert tokens.get(platform, BOTH, NOW, needed=SCORE).value == "<redacted>"


def test_institutions_on_one_platform_share_no_token(lms: TalkingLms, known: tuple[Registration, AccessTokens]) -> None:
    """Each asks for itself, says for whom, and is not given what the other was."""
    platform, tokens = known
    lms.answers["token"] = [granted("north"), granted("south")]
    for _ in range(2):
        found = [tokens.get(platform.at(school), BOTH, NOW, needed=SCORE).value for school in ("north", "south")]
        assert found == ["north", "south"]
    claim = "https://purl.imsglobal.org/spec/lti/claim/deployment_id"
    asked = [one.form["client_assertion"] for one in lms.asked["token"]]
    assert [jwt.decode(one, options={"verify_signature": False})[claim] for one in asked] == ["north", "south"]
