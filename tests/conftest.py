"""What tests need: a real database of their own, on each engine."""

from collections.abc import Iterator

import pytest
from hypothesis import settings

from lti_tool.models.engine import Database
from tests.databases import ENGINES, fresh_database

settings.register_profile("any-machine", deadline=None)  # a busy machine is no failed promise
settings.load_profile("any-machine")


@pytest.fixture(params=ENGINES)
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A migrated, empty database of this test's own; each test that asks for it runs on both engines."""
    with fresh_database(request.param) as url:
        yield url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """Sessions on that database."""
    found = Database(database_url)
    yield found
    found.engine.dispose()
