"""Each launch opens one visit, once, for the login that it answers."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.test import TestResponse

from lti_tool.models import LaunchState, Platform
from lti_tool.models.engine import Database
from tests.attacks.conftest import UNCOUNTED
from tests.attacks.wire import listening
from tests.attacks.world import World, refused, slug_of
from tests.lti.acting import TOOL, ActingPlatform, acting_platform, arrive, asked, login
from tests.web_client import app_over, publish_tiny

Answered = tuple[TestResponse, str]
"""What came of it, and what it ought to be."""


def _token(platform: ActingPlatform, nonce: str, **changes: Any) -> str:
    return platform.token(platform.claims(nonce, **changes))


def _two_logins(world: World) -> tuple[FlaskClient, dict[str, str], dict[str, str]]:
    browser = world.browser()
    return browser, asked(login(browser, world.platform)), asked(login(browser, world.platform))


def _swapped_nonce(world: World) -> Answered:
    browser, one, other = _two_logins(world)
    return arrive(browser, one["state"], _token(world.platform, other["nonce"])), "nonce-mismatch"


def _swapped_state(world: World) -> Answered:
    browser, one, other = _two_logins(world)
    return arrive(browser, other["state"], _token(world.platform, one["nonce"])), "nonce-mismatch"


def _state_as_nonce(world: World) -> Answered:
    browser, one, _ = _two_logins(world)
    return arrive(browser, one["state"], _token(world.platform, one["state"])), "nonce-mismatch"


def _nonce_as_state(world: World) -> Answered:
    browser, one, _ = _two_logins(world)
    return arrive(browser, one["nonce"], _token(world.platform, one["nonce"])), "launch-unknown"


def _state(change: Callable[[str], str]) -> Callable[[World], Answered]:
    def act(world: World) -> Answered:
        browser, one, _ = _two_logins(world)
        return arrive(browser, change(one["state"]), _token(world.platform, one["nonce"])), "launch-unknown"

    return act


def _anothers_platform(world: World) -> Answered:
    """A second platform, as honest as the first, answers a login that the first was asked for."""
    with acting_platform() as second:
        second.issuer, second.client_id = "https://second.example", "sprig-there"
        second.register(world.database)
        browser = world.browser()
        begun = asked(login(browser, world.platform))
        return arrive(browser, begun["state"], _token(second, begun["nonce"])), "token-foreign"


def _in_anothers_name(world: World) -> Answered:
    """It says that it is the first one, and signs with its own key."""
    with acting_platform() as second:
        browser = world.browser()
        begun = asked(login(browser, world.platform))
        return arrive(browser, begun["state"], _token(second, begun["nonce"])), "signature-invalid"


def _by_anothers_key(world: World) -> Answered:
    """It answers a login of its own with claims of the first one."""
    with acting_platform() as second:
        second.issuer, second.client_id = "https://second.example", "sprig-there"
        second.register(world.database)
        browser = world.browser()
        begun = asked(login(browser, second))
        body = second.claims(begun["nonce"], iss=world.platform.issuer, aud=world.platform.client_id)
        return arrive(browser, begun["state"], second.token(body)), "token-foreign"


def _to_another_target(world: World) -> Answered:
    browser, one, _ = _two_logins(world)
    token = _token(world.platform, one["nonce"], target_link_uri=f"{TOOL}/lti/launch?c=tiny.first")
    return arrive(browser, one["state"], token), "target-foreign"


def _switched_off(world: World) -> Answered:
    browser, one, _ = _two_logins(world)
    _enable(world.database, is_enabled=False)
    try:
        return arrive(browser, one["state"], _token(world.platform, one["nonce"])), "unknown-platform"
    finally:
        _enable(world.database, is_enabled=True)


def _enable(database: Database, *, is_enabled: bool) -> None:
    with database.writing() as session:
        session.execute(update(Platform).values(is_enabled=is_enabled))


def _too_late(world: World) -> Answered:
    browser, one, _ = _two_logins(world)
    with world.database.writing() as session:
        session.execute(update(LaunchState).values(expires_at=datetime.now(UTC) - timedelta(minutes=1)))
    return arrive(browser, one["state"], _token(world.platform, one["nonce"])), "launch-expired"


SWAPS: dict[str, Callable[[World], Answered]] = {
    "the nonce of another login": _swapped_nonce,
    "the state of another login": _swapped_state,
    "the state as nonce": _state_as_nonce,
    "the nonce as state": _nonce_as_state,
    "the state in small letters": _state(str.swapcase),
    "the state and a space": _state(lambda state: f"{state} "),
    "the state cut": _state(lambda state: state[:-1]),
    "no state": _state(lambda _: ""),
    "a wildcard": _state(lambda _: "%"),
    "a statement": _state(lambda _: "' OR '1'='1"),
    "a huge state": _state(lambda _: "s" * 200_000),
    "another platform's token": _anothers_platform,
    "another platform in this one's name": _in_anothers_name,
    "this platform's claims by another": _by_anothers_key,
    "another target": _to_another_target,
    "a registration that was switched off": _switched_off,
    "eleven minutes later": _too_late,
}
TABLES = (SWAPS,)


@pytest.mark.parametrize("name", SWAPS)
def test_an_answer_fits_its_login_only(world: World, name: str) -> None:
    """State, nonce, platform and target belong together."""
    before = world.visits()
    refused(*SWAPS[name](world))
    assert world.visits() == before


@pytest.fixture
def apps(database: Database, database_url: str) -> Iterator[list[Flask]]:
    """As many applications over one database as there are server processes, on each engine."""
    publish_tiny(database)
    made = [app_over(database_url, LOGIN_RATE=UNCOUNTED) for _ in range(2)]
    with listening(made[0]), listening(made[1]):
        yield made
    for one in made:
        one.extensions["sprig"].database.engine.dispose()


def _cookies(begun: TestResponse, app: Flask) -> FlaskClient:
    """The browser that began the launch, as another process sees it."""
    browser = app.test_client()
    for header in begun.headers.getlist("Set-Cookie"):
        name, _, value = header.partition(";")[0].partition("=")
        browser.set_cookie(name, value, domain="tool.example", secure=True)
    return browser


def test_exactly_one_of_many_gets_in(apps: list[Flask], database: Database) -> None:
    """Afterwards, in another process, and at once in several threads of both."""
    with acting_platform() as platform:
        platform.register(database)
        world = World(apps[0], database, platform)
        for _ in range(3):
            _one_gets_in(world, apps)
        assert world.visits() == 3


def _one_gets_in(world: World, apps: list[Flask]) -> None:
    begun = login(world.browser(), world.platform)
    said = asked(begun)
    token, together = _token(world.platform, said["nonce"]), threading.Barrier(4)
    answers: list[TestResponse] = []

    def act(browser: FlaskClient) -> None:
        together.wait(20)
        answers.append(arrive(browser, said["state"], token))

    browsers = [_cookies(begun, app) for app in (*apps, *apps)]
    threads = [threading.Thread(target=act, args=(browser,)) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(answer.status_code for answer in answers) == [303, 400, 400, 400]
    assert {slug_of(answer) for answer in answers if answer.status_code == 400} == {"launch-replayed"}
    for browser in browsers:
        refused(arrive(browser, said["state"], token), "launch-replayed")
