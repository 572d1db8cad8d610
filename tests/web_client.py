"""The application over a real database, and the tiny course in it."""

from datetime import UTC, datetime
from pathlib import Path

from flask import Flask

from content.loader import load
from lti_tool.app import create_app
from lti_tool.models.engine import Database
from lti_tool.services.courses import publish
from lti_tool.services.keys import KeyBox, ensure_key
from lti_tool.settings import Settings, read_settings
from tests.lti.acting import TOOL

COURSES = Path(__file__).parent / "data" / "courses"
ENVIRONMENT = {"PUBLIC_URL": TOOL, "SECRET_KEY": "a secret for tests, long enough for them", "LOG_LEVEL": "ERROR"}


def settings_for(url: str, **changes: str) -> Settings:
    """The settings of a test."""
    return read_settings(ENVIRONMENT | {"DATABASE_URL": url} | changes)


def app_over(url: str, **changes: str) -> Flask:
    """The application as it is served."""
    return create_app(settings_for(url, **changes))


def publish_tiny(database: Database) -> None:
    """The tiny course is published, and there is a key to sign with."""
    now = datetime.now(UTC)
    with database.writing() as session:
        ensure_key(session, KeyBox(ENVIRONMENT["SECRET_KEY"]), now)
        publish(session, load(COURSES / "tiny"), now)
