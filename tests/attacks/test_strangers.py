"""A visit is one browser's: nobody else gets in by its address, and nobody is let in by somebody else's launch."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from lti_tool.models import Visit
from tests.attacks.world import World, slug_of
from tests.lti.acting import INSTRUCTOR, TOOL, arrive, asked, launch, login, visit_of
from tests.lti.test_platform_storage import FRAME, arrival, begin, data_of

COOKIE = "__Host-sprig"
VALUES = {"sitting": 1, "number": 1, "owed": 1, "learner": 1, "content_id": "tiny"}
FORM = {"lesson": "first", "c": "tiny", "goal": "3", "theme": "auto", "dont_know": "1", "from": "1"}


def addresses(world: World, visit: str, method: str) -> list[str]:
    """Every address of a visit that takes this method."""
    bound = world.app.url_map.bind("tool.example", url_scheme="https")
    found: list[Rule] = [rule for rule in world.app.url_map.iter_rules() if "visit" in rule.arguments]
    assert len(found) > 10
    return [
        bound.build(
            rule.endpoint, {"visit": visit} | {name: VALUES.get(name, 1) for name in rule.arguments - {"visit"}}
        )
        for rule in found
        if method in (rule.methods or ())
    ]


def shut(world: World, browser: FlaskClient, visit: str) -> None:
    """No address of the visit answers this browser with anything but that the visit is over."""
    for method in ("GET", "POST", "HEAD"):
        for address in addresses(world, visit, method):
            form = FORM if method == "POST" else None
            answer = browser.open(address, method=method, data=form, base_url=TOOL)
            assert answer.status_code == 403, (method, address, answer.status_code)
            assert method == "HEAD" or slug_of(answer) == "visit-over", (method, address)
            assert "Ada Learner" not in answer.text


def opened(world: World, role: str = INSTRUCTOR) -> tuple[FlaskClient, str]:
    """Somebody inside, with the browser that she came by."""
    browser = world.browser()
    return browser, visit_of(launch(browser, world.platform, sub="inside", roles=[role]))


def _cookie_of(browser: FlaskClient) -> str:
    found = browser.get_cookie(COOKIE, domain="tool.example")
    assert found is not None
    return found.value


def _with_cookie(world: World, value: str, name: str = COOKIE) -> FlaskClient:
    browser = world.browser()
    browser.set_cookie(name, value, domain="tool.example", secure=True)
    return browser


Way = Callable[[World, FlaskClient, str], tuple[FlaskClient, str]]
WAYS: dict[str, Way] = {
    "another browser": lambda world, _, visit: (world.browser(), visit),
    "another browser with a visit of its own": lambda world, _, visit: (opened(world)[0], visit),
    "an empty cookie": lambda world, _, visit: (_with_cookie(world, ""), visit),
    "a guessed cookie": lambda world, _, visit: (_with_cookie(world, "x" * 32), visit),
    "the address as cookie": lambda world, _, visit: (_with_cookie(world, visit), visit),
    "a huge cookie": lambda world, _, visit: (_with_cookie(world, "x" * 4000), visit),
    "the cookie under another name": lambda world, own, visit: (_with_cookie(world, _cookie_of(own), "sprig"), visit),
    "the cookie in capitals": lambda world, own, visit: (_with_cookie(world, _cookie_of(own).swapcase()), visit),
    "the cookie cut": lambda world, own, visit: (_with_cookie(world, _cookie_of(own)[:-1]), visit),
    "the cookie as the address's secret": lambda world, own, visit: (world.browser(), f"{visit}.{_cookie_of(own)}"),
    "a guessed secret in the address": lambda world, _, visit: (world.browser(), f"{visit}.{'x' * 32}"),
    "an empty secret in the address": lambda world, _, visit: (world.browser(), f"{visit}."),
    "a guessed visit": lambda _, own, visit: (own, "x" * len(visit)),
    "the visit in capitals": lambda _, own, visit: (own, visit.swapcase()),
    "the visit cut": lambda _, own, visit: (own, visit[:-1]),
    "the visit and a space": lambda _, own, visit: (own, f"{visit} "),
    "a wildcard": lambda _, own, visit: (own, f"{visit[:4]}%"),
    "a statement": lambda _, own, visit: (own, f"{visit}' --"),
    "a huge visit": lambda _, own, __: (own, "x" * 5000),
}


@pytest.mark.parametrize("name", WAYS)
def test_a_visit_is_shut_to_strangers(world: World, name: str) -> None:
    """At every one of its addresses, to read and to change."""
    browser, visit = WAYS[name](world, *opened(world))
    shut(world, browser, visit)


ENDS: dict[str, dict[str, datetime]] = {
    "revoked": {"revoked_at": datetime.now(UTC)},
    "expired": {"expires_at": datetime.now(UTC) - timedelta(seconds=1)},
}


@pytest.mark.parametrize("name", ENDS)
def test_a_visit_that_is_over_is_shut_to_its_own_browser(world: World, name: str) -> None:
    """At every one of its addresses."""
    browser, visit = opened(world)
    assert browser.get(f"/t/{visit}/", base_url=TOOL, follow_redirects=True).status_code == 200
    with world.database.writing() as session:
        session.execute(update(Visit).where(Visit.key == visit).values(**ENDS[name]))
    shut(world, browser, visit)


def _nobody_in(world: World, act: Callable[[], TestResponse]) -> None:
    before = world.visits()
    answer = act()
    assert (answer.status_code, world.visits()) == (200, before)
    assert 'data-launch="pending"' in answer.text
    assert "Ada Learner" not in answer.text


def _thiefs_launch(world: World, victim: FlaskClient) -> TestResponse:
    """The thief begins, and sends the victim's browser to the end: he would be at home in her browser."""
    begun = asked(login(world.browser(), world.platform))
    return arrive(victim, begun["state"], world.platform.token(world.platform.claims(begun["nonce"])))


def _victims_launch(world: World, victim: FlaskClient) -> TestResponse:
    """The thief catches what the victim's LMS sends, and ends the launch himself."""
    begun = asked(login(victim, world.platform))
    return arrive(world.browser(), begun["state"], world.platform.token(world.platform.claims(begun["nonce"])))


def _secret_from_a_page(world: World, victim: FlaskClient, site: str) -> TestResponse:
    """The thief's page sends along the secret of the launch that he began."""
    begun = begin(world.app, world.platform)
    form, _ = arrival(world.app, world.platform, begun)
    stolen = form | {"browser": data_of(begun)["value"]}
    return victim.post("/lti/launch", data=stolen, base_url=TOOL, headers={"Sec-Fetch-Site": site} if site else {})


def _secret_of_another_launch(world: World, victim: FlaskClient) -> TestResponse:
    """From our own page, but kept for another launch."""
    form, _ = arrival(world.app, world.platform, begin(world.app, world.platform))
    other = data_of(begin(world.app, world.platform))["value"]
    return victim.post("/lti/launch", data=form | {"browser": other}, base_url=TOOL,
                       headers={"Sec-Fetch-Site": "same-origin"})  # fmt: skip


STOLEN: dict[str, Callable[[World, FlaskClient], TestResponse]] = {
    "the thief's launch in my browser": _thiefs_launch,
    "my launch in the thief's browser": _victims_launch,
    "a secret of another launch": _secret_of_another_launch,
    "a secret from another site": lambda world, victim: _secret_from_a_page(world, victim, "cross-site"),
    "a secret from a neighbour": lambda world, victim: _secret_from_a_page(world, victim, "same-site"),
    "a secret from nowhere": lambda world, victim: _secret_from_a_page(world, victim, "none"),
    "a secret from an old browser": lambda world, victim: _secret_from_a_page(world, victim, ""),
    "a secret from a liar": lambda world, victim: _secret_from_a_page(world, victim, "Same-Origin"),
}
TABLES = (WAYS, ENDS, STOLEN)


@pytest.mark.parametrize("name", STOLEN)
def test_nobody_is_signed_in_as_somebody_else(world: World, name: str) -> None:
    """Who ends a launch is who began it, whether she has been here before or not."""
    _nobody_in(world, lambda: STOLEN[name](world, world.browser()))
    known, _ = opened(world)
    _nobody_in(world, lambda: STOLEN[name](world, known))


def test_a_secret_in_an_address_opens_its_own_visit_only(world: World) -> None:
    """Two that came without cookies."""

    def come() -> str:
        begun = begin(world.app, world.platform)
        form, _ = arrival(world.app, world.platform, begun)
        answer = world.app.test_client(use_cookies=False).post(
            "/lti/launch", data=form | {"browser": data_of(begun)["value"]}, base_url=TOOL,
            headers={"Sec-Fetch-Site": "same-origin"} | FRAME,
        )  # fmt: skip
        return visit_of(answer)

    one, other = come(), come()
    key, secret = one.split(".")
    shut(world, world.browser(), f"{key}.{other.split('.')[1]}")
    shut(world, world.browser(), key)
    shut(world, world.browser(), f"{key}.{secret[:-1]}")
    shut(world, _with_cookie(world, secret), key)
    assert world.browser().get(f"/t/{one}/", base_url=TOOL).status_code == 200
