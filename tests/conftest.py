"""What tests need: a real database of their own, on each engine."""

from collections.abc import Iterator

import pytest
from hypothesis import settings
from xdist.scheduler import LoadGroupScheduling, LoadScopeScheduling  # type: ignore[import-untyped]  # it has no stubs

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


class _BrowserTestsTogether(LoadGroupScheduling):  # type: ignore[misc]  # as above
    """Sends `tests/e2e` to one process, by its folder.

    Under pytest 9.2 the marks of xdist 3.8 group nothing (pytest-xdist issue 1386); once they do, this can go.
    """

    def _split_scope(self, nodeid: str) -> str:
        return "e2e" if nodeid.startswith("tests/e2e/") else str(super()._split_scope(nodeid))


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> LoadScopeScheduling | None:
    """The browser tests share one demo, so one process runs them all."""
    if config.getvalue("dist") != "loadgroup":
        return None
    return _BrowserTestsTogether(config, log)
