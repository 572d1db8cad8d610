"""A browser that is signed in as an administrator."""

from datetime import UTC, datetime

from flask.testing import FlaskClient

from lti_tool.models.engine import Database
from lti_tool.services.administration import make_link
from tests.lti.acting import TOOL
from tests.web.paper import Paper


def sign_in_address(database: Database) -> str:
    """A new one, without its host."""
    with database.writing() as session:
        return f"/admin/sign-in?link={make_link(session, datetime.now(UTC))}"


def signed_in(client: FlaskClient, database: Database) -> Paper:
    """The first page, after the button."""
    return Paper.open(client, sign_in_address(database)).press("Sign in")


def paper(client: FlaskClient, path: str) -> Paper:
    """A page of the administrator's."""
    response = client.get(path, base_url=TOOL)
    assert response.status_code == 200, response.text
    return Paper(client, response, path)
