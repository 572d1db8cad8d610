"""What a registering platform may not do: nothing is registered, and the invite stays good."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient

from lti_tool.lti import registration
from lti_tool.lti.http import MOST_BYTES
from lti_tool.lti.reaching import is_safe
from lti_tool.models.engine import Database
from tests.databases import fresh_database
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
    scripted,
)
from tests.lti.test_http import drip, server
from tests.practice_lms.serving import running_lms
from tests.web_client import app_over


@pytest.fixture
def database_url() -> Iterator[str]:
    """One engine: what is refused here does not come as far as the database."""
    with fresh_database("sqlite") as url:
        yield url


@pytest.fixture
def strict(database: Database, database_url: str) -> Iterator[FlaskClient]:
    """A browser at the application as it is served to the world."""
    made = app_over(database_url)
    yield made.test_client()
    made.extensions["sprig"].database.engine.dispose()


@pytest.fixture
def open_app(database: Database, database_url: str) -> Iterator[Flask]:
    """The application that may reach this machine."""
    yield (made := app_over(database_url, ALLOW_PRIVATE_ADDRESSES="1"))
    made.extensions["sprig"].database.engine.dispose()


@pytest.fixture
def client(open_app: Flask) -> FlaskClient:
    """A browser there."""
    return open_app.test_client()


@pytest.fixture
def odd() -> Iterator[Scripted]:
    """A platform that says what a test wants."""
    with scripted() as running:
        yield running


def refused(client: FlaskClient, database: Database, configuration: str) -> str:
    """The slug; nothing is registered, and the invite can be used again."""
    slug = problem(press(client, invited(database), configuration, "secret"))
    assert platforms(database) == []
    assert not is_spent(database)
    return slug


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/", "https://localhost/", "https://10.0.0.1/", "https://[::1]/", "https://[::ffff:127.0.0.1]/",
        "https://2130706433/", "https://0x7f000001/", "https://127.1/", "https://0177.0.0.1/", "https://169.254.169.254/",
        "http://8.8.8.8/", "ftp://8.8.8.8/", "file:///etc/passwd", "gopher://8.8.8.8/", "https://user@8.8.8.8/",
        "https://8.8.8.8#@127.0.0.1/", "https://8.8.8.8:99999/", "https:///", "", "https://no-such-name.invalid/",
        "https://8.8.8.8/\r\nHost: x", "https://8.8.8.8/ x", "//8.8.8.8/", "https://exa mple.com/",
    ],
)  # fmt: skip
def test_a_stranger_does_not_send_us_inside(strict: FlaskClient, database: Database, url: str) -> None:
    """To this machine, a private network, another scheme, or nowhere."""
    if not url:
        assert not is_safe(url, allow_private=False)
        return
    assert refused(strict, database, url) == "registration-address-unsafe"


@pytest.mark.parametrize("name", ["authorization_endpoint", "token_endpoint", "jwks_uri", "registration_endpoint"])
@pytest.mark.parametrize("url", ["https://10.0.0.1/x", "http://8.8.8.8/x", "https://[::1]/x", "https://localhost/x"])
def test_no_address_in_the_description_leads_inside(monkeypatch: pytest.MonkeyPatch, name: str, url: str) -> None:
    """Each is looked at before any of them is used."""
    host = "https://8.8.8.8"
    told = Scripted(host).description() | {name: url}
    monkeypatch.setattr(registration, "_fetched", lambda *_, **__: told)
    with pytest.raises(registration.AddressUnsafe):
        registration.read_offer(host + CONFIGURATION, "", "", allow_private=False)


def test_a_redirect_is_not_followed(client: FlaskClient, database: Database, odd: Scripted) -> None:
    """It could lead inside."""
    odd.raw = Response(status=302, headers={"Location": "http://127.0.0.1:1/"})
    assert refused(client, database, odd.url + CONFIGURATION) == "configuration-unreadable"


NO_DESCRIPTION: dict[str, Callable[[], Response]] = {
    "huge": lambda: Response(b" " * (MOST_BYTES + 1)),
    "no JSON": lambda: Response("<html>"),
    "a list": lambda: Response("[]"),
    "deep": lambda: Response("[" * 100_000),
    "an error": lambda: Response("{}", 500),
    "not found": lambda: Response("{}", 404),
}


@pytest.mark.parametrize("make", NO_DESCRIPTION.values(), ids=NO_DESCRIPTION.keys())
def test_an_answer_that_is_no_description_is_refused(
    client: FlaskClient, database: Database, odd: Scripted, make: Callable[[], Response]
) -> None:
    """Whatever it is."""
    odd.raw = make()
    assert refused(client, database, odd.url + CONFIGURATION) == "configuration-unreadable"


def test_a_platform_that_drips_is_left(
    client: FlaskClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page comes, and says so."""
    monkeypatch.setattr(registration, "SECONDS", 0.5)
    with server(lambda connection: drip(connection, b"HTTP/1.1 200 OK\r\n\r\n", b"x")) as url:
        assert refused(client, database, url) == "configuration-unreadable"


@pytest.mark.parametrize(
    "name", ["issuer", "authorization_endpoint", "token_endpoint", "jwks_uri", "registration_endpoint"]
)
@pytest.mark.parametrize("value", [None, 7, [], "", "lms", "https://x.example/" + "x" * 3000, "https://x.example/\x00"])
def test_a_description_without_a_part_is_refused(
    client: FlaskClient, database: Database, odd: Scripted, name: str, value: object
) -> None:
    """Absent, of the wrong kind, or too long to keep."""
    odd.changes = {name: value}
    assert refused(client, database, odd.url + CONFIGURATION) == "configuration-incomplete"
    assert odd.asked == []


@pytest.mark.parametrize("product", ["moodle", "canvas"])
def test_an_issuer_of_another_host_is_refused(
    client: FlaskClient, database: Database, odd: Scripted, product: str
) -> None:
    """Nobody registers in somebody else's name, also not as one of Canvas's many."""
    odd.changes = {"issuer": "https://moodle.bigschool.example", PLATFORM_SAYS: {"product_family_code": product}}
    assert refused(client, database, odd.url + CONFIGURATION) == "issuer-foreign"
    assert odd.asked == []


def test_canvas_registers_in_the_name_that_its_customers_share(
    client: FlaskClient, database: Database, odd: Scripted
) -> None:
    """Its deployments then wait for an administrator."""
    odd.changes = {"issuer": "https://canvas.instructure.com", PLATFORM_SAYS: {"product_family_code": "canvas"}}
    odd.answer = (200, {"client_id": "10000000000001", TOOL_SAYS: {"deployment_id": "8:abc"}})
    assert press(client, invited(database), odd.url + CONFIGURATION).status_code == 303
    assert deployments(database) == [("8:abc", True)]


@pytest.mark.parametrize(
    "answer",
    [(400, {"error": "invalid_client_metadata", "error_description": "<b>no</b>"}), (500, "x" * 9999), (302, "")],
)
def test_a_refusal_of_the_platform_is_told_in_its_own_words(
    client: FlaskClient, database: Database, odd: Scripted, answer: tuple[int, Any]
) -> None:
    """As text, cut short."""
    odd.answer = answer
    page = press(client, invited(database), odd.url + CONFIGURATION)
    assert problem(page) == "registration-declined"
    assert "<b>no</b>" not in page.text
    assert str(answer[0]) in page.text
    assert len(page.text) < 6000
    assert not is_spent(database)


@pytest.mark.parametrize("body", ["", "[]", "{}", {"client_id": ""}, {"client_id": None}, {"client_id": "x" * 256}])
def test_an_answer_without_a_client_id_is_refused(
    client: FlaskClient, database: Database, odd: Scripted, body: Any
) -> None:
    """The registration would be good for nothing."""
    odd.answer = (201, body)
    assert refused(client, database, odd.url + CONFIGURATION) == "registration-unclear"


def test_a_spent_token_of_the_lms_is_refused_by_it(client: FlaskClient, database: Database, tmp_path: Path) -> None:
    """A new one lets the same invite pass."""
    with running_lms(tmp_path, TOOL) as lms:
        token = invited(database)
        assert problem(press(client, token, lms.url + CONFIGURATION, "old")) == "registration-declined"
        assert press(client, token, lms.url + CONFIGURATION, lms.registration_token()).status_code == 303


@pytest.mark.parametrize("token", ["a\r\nX: y", "ü", "a b", "\x7f"])
def test_a_token_that_is_none_is_not_sent(client: FlaskClient, database: Database, odd: Scripted, token: str) -> None:
    """It could be a header of its own."""
    press(client, invited(database), odd.url + CONFIGURATION, token)
    assert odd.authorised == ["", ""]
