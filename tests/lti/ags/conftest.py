"""A talking LMS, and the tool's end of the line."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import delete

from lti_tool.lti.ags import AgsGradebook
from lti_tool.models import ServiceToken
from lti_tool.models.engine import Database
from lti_tool.services.grades import Claimed
from lti_tool.services.grades.scores import score_body
from lti_tool.services.keys import KeyBox, ensure_key
from lti_tool.services.platforms import AddPlatform, add_platform
from lti_tool.services.registrations import Registration
from tests.databases import fresh_database
from tests.lti.ags.lms import RESULT, SCORE, TalkingLms, talking_lms

NOW = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
SECONDS = 1.0
Claiming = Callable[..., Claimed]


def register(database: Database, origin: str, family: str = "moodle") -> Registration:
    """The LMS is registered, and the tool has a key."""
    address = AddPlatform(
        issuer=origin,
        client_id="sprig",
        auth_url=f"{origin}/auth",
        token_url=f"{origin}/token",
        jwks_url=f"{origin}/jwks",
        family=family,
    )
    with database.writing() as session:
        ensure_key(session, KeyBox("a secret"), NOW)
        row, _ = add_platform(session, address, NOW)
        return Registration(
            row.id, origin, "sprig", row.auth_url, row.token_url, row.jwks_url, row.token_audience, family
        )


@pytest.fixture(scope="session")
def talking() -> Iterator[TalkingLms]:
    """One server for the whole run."""
    with talking_lms() as made:
        yield made


@pytest.fixture
def lms(talking: TalkingLms) -> TalkingLms:
    """The LMS, with nothing said yet."""
    talking.reset()
    return talking


@pytest.fixture(scope="session")
def line() -> Iterator[Database]:
    """A database for those tests to which its kind does not matter."""
    with fresh_database("sqlite") as url:
        made = Database(url)
        yield made
        made.engine.dispose()


@pytest.fixture
def gradebook(line: Database) -> AgsGradebook:
    """The tool's end."""
    return AgsGradebook(line, KeyBox("a secret"), SECONDS)


@pytest.fixture
def claim(line: Database, lms: TalkingLms) -> Claiming:
    """Makes a score of 100 % for learner 5, unless told otherwise; no token is kept yet."""
    with line.writing() as session:
        session.execute(delete(ServiceToken))

    def make(family: str = "moodle", **changes: Any) -> Claimed:
        known: dict[str, Any] = {
            "owed_id": 1,
            "line_item_id": 1,
            "holder": "worker",
            "wanted": 1,
            "platform": register(line, lms.origin, family),
            "url": f"{lms.origin}/mod/lti/services.php/2/lineitems/2/lineitem?type_id=1",
            "scopes": (RESULT, SCORE),
            "sub": "5",
            "percent": 100,
            "score_at": NOW,
            "body": score_body(family, "5", 100, NOW, "One"),
            "is_resend": False,
            "shown": frozenset(),
            "was_changed": False,
            "tries": 0,
        }
        return Claimed(**known | changes)

    return make
