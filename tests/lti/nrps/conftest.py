"""The same talking LMS as for scores, which lists people as well."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete

from lti_tool.lti.nrps import NrpsRoster
from lti_tool.models import ServiceToken
from lti_tool.models.engine import Database
from lti_tool.services.keys import KeyBox
from lti_tool.services.rosters import Asked, Fetched
from tests.lti.ags.conftest import NOW, SECONDS, line, lms, register, talking
from tests.lti.ags.lms import Canned, TalkingLms, said

__all__ = ["line", "lms", "talking"]
LEARNER = "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"
Fetching = Callable[..., Fetched]


def member(sub: Any, *roles: str, **changes: Any) -> dict[str, Any]:
    """Somebody on the list."""
    return {"user_id": sub, "roles": list(roles) or [LEARNER], "status": "Active"} | changes


def page(*members: Any, link: str | None = None) -> Canned:
    """A page of the list; `link` as it stands in the header."""
    head = {"Link": link.encode().decode("latin-1")} if link is not None else {}
    return said(200, {"id": "list", "members": list(members)}, **head)


@pytest.fixture
def people(lms: TalkingLms) -> TalkingLms:
    """The LMS, with an empty list."""
    lms.asked["members"], lms.answers["members"] = [], [page()]
    return lms


@pytest.fixture
def fetch(line: Database, people: TalkingLms) -> Fetching:
    """Reads the list at this address of the LMS's; no token is kept yet."""
    with line.writing() as session:
        session.execute(delete(ServiceToken))
    roster = NrpsRoster(line, KeyBox("a secret"), SECONDS)

    def read(path: str = "/7/members", **changes: Any) -> Fetched:
        asked = {name: changes.pop(name) for name in ("role", "link", "differences") if name in changes}
        known = register(line, people.origin, changes.pop("family", "other"))
        fields = {name: getattr(known, name) for name in known.__slots__}
        url = changes.pop("url", people.origin + path)
        return roster.fetch(Asked(type(known)(**fields | changes), url, **asked), NOW)

    return read
