"""A platform under full control, and the tool with a course in it."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lti_tool.models.engine import Database
from tests.lti.acting import ActingPlatform, acting_platform
from tests.web_client import app_over, publish_tiny


@pytest.fixture(scope="session")
def acting() -> Iterator[ActingPlatform]:
    """One platform's program for the whole run: making its key is slow."""
    with acting_platform() as found:
        yield found


@pytest.fixture
def platform(acting: ActingPlatform, database: Database) -> ActingPlatform:
    """The platform, registered."""
    acting.fetches, acting.is_down = 0, False
    acting.register(database)
    return acting


@pytest.fixture
def app(database: Database, database_url: str) -> Iterator[Flask]:
    """The application over this test's database."""
    publish_tiny(database)
    yield (made := app_over(database_url))
    made.extensions["sprig"].database.engine.dispose()


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    """A browser of its own, which keeps cookies."""
    return app.test_client()
