"""One world for each module: the attacks are many, and none may change it."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from lti_tool.models.engine import Database
from tests.attacks.wire import listening
from tests.attacks.world import World
from tests.databases import fresh_database
from tests.lti.acting import acting_platform
from tests.web_client import app_over, publish_tiny

UNCOUNTED = "100000000"


@contextmanager
def a_world(engine: str) -> Iterator[World]:
    """A tool that listens and knows one platform; nobody is turned away for coming often."""
    with acting_platform() as platform, fresh_database(engine) as url:
        database = Database(url)
        publish_tiny(database)
        platform.register(database)
        with listening(app_over(url, LOGIN_RATE=UNCOUNTED)) as app:
            yield World(app, database, platform)
        app.extensions["sprig"].database.engine.dispose()
        database.engine.dispose()


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """This module's; no other engine is asked."""
    with a_world("sqlite") as made:
        yield made
