"""All text for administrators goes through gettext, too."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from lti_tool.lti.checks import check_asked
from lti_tool.models import Invite
from lti_tool.models.engine import Database
from lti_tool.web.guides import GUIDES
from tests.lti.acting import TOOL, ActingPlatform
from tests.lti.inviting import invited
from tests.web.administrator import sign_in_address
from tests.web.paper import Paper
from tests.web.test_words import MARK, SQLITE, pseudo, pseudo_locale, untranslated

__all__ = ["pseudo_locale"]
PRODUCTS = {guide.name for guide in GUIDES.values()}


@pytest.fixture
def desk(app: Flask) -> FlaskClient:
    """A browser whose language is the pseudo-locale."""
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en-XA"
    return client


def left(page: Paper) -> list[str]:
    """What was not translated; products' and platforms' own names never are."""
    assert MARK in page.words
    return [text for text in untranslated(page) if text not in PRODUCTS and "lms.example" not in text]


@SQLITE
def test_the_administrators_pages_are_translated(
    pseudo_locale: None, app: Flask, desk: FlaskClient, platform: ActingPlatform, database: Database
) -> None:
    """Signing in, platforms, an invite, a platform before and after a check, a sheet, keys, and a refusal."""
    ask, now = Paper.open(desk, sign_in_address(database)), datetime.now(UTC)
    home = ask.press(pseudo("Sign in"))
    one = Paper.open(desk, "/admin/platforms/1")
    waiting = one.press(pseudo("Check now"))
    check_asked(database, app.extensions["sprig"].key_box, lambda: datetime.now(UTC))
    pages = [ask, home, home.press(pseudo("Make an invite"), asks_for="name"), one, waiting]
    pages += [Paper.open(desk, path) for path in ("/admin/platforms/1", "/admin/keys", "/admin/sign-in")]
    pages += [Paper.open(desk, f"/admin/sheets/{family}") for family in GUIDES]
    for changes in ({"family": "moodle"}, {"expires_at": now}, {"used_at": now, "platform_id": 1}):
        with database.writing() as session:
            session.execute(update(Invite).values(changes))
        pages.append(Paper.open(desk, "/admin/"))
    for page in pages:
        assert left(page) == [], page.path


@SQLITE
def test_the_registration_pages_are_translated(
    pseudo_locale: None, desk: FlaskClient, database: Database, app: Flask
) -> None:
    """The choice, the address opened by hand, and a refusal."""
    token = invited(database)
    opened = "&openid_configuration=https://lms.example/c"
    for path in (f"?invite={token}{opened}", f"?invite={token}", "?invite=guess"):
        response = desk.get(f"/lti/register{path}", base_url=TOOL)
        assert left(Paper(desk, response, path)) == []
