"""A teacher who asked for a gradebook column, the worker that makes it, and the page on which she looks again."""

from datetime import UTC, datetime

from lti_tool.lti.line_items import LineItems
from lti_tool.models.engine import Database
from lti_tool.services.asked_columns import make_asked_columns
from lti_tool.services.keys import KeyBox
from tests.web.paper import Paper
from tests.web_client import ENVIRONMENT

BUTTON = "Make a grade column"
WAITING = "The gradebook column is being made."
MADE = "The gradebook column is there."


def work(database: Database) -> None:
    """One run of the worker's job."""
    columns = LineItems(database, KeyBox(ENVIRONMENT["SECRET_KEY"]), 10)
    make_asked_columns(database, columns, lambda: datetime.now(UTC))


def look_again(page: Paper) -> Paper:
    """The page behind that link."""
    return Paper.open(page.client, f"{page.path}?column=asked")


def made(page: Paper, database: Database) -> Paper:
    """The page once the worker has done what its button asks for."""
    page.press(BUTTON)
    work(database)
    return look_again(page)
