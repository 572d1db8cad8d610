"""The launches of the 1EdTech certification guide (LTI 1.3, v3 of 2024-01-23), under the guide's own names."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from lti_tool.models import Learner, Member, Visit
from lti_tool.models.engine import Database
from lti_tool.services.arrivals import Role
from tests.lti.acting import (
    ABSENT,
    INSTRUCTOR,
    LEARNER,
    TOOL,
    ActingPlatform,
    arrive,
    asked,
    launch,
    login,
    visit_of,
)

INSTITUTION = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#"
UNKNOWN = "http://purl.imsglobal.org/vocab/lis/v2/uknownrole/unknown#Helper"
LONG_AGO = int((datetime.now(UTC) - timedelta(days=30)).timestamp())

BAD_HEADERS = {"No KID Sent in JWT header": None, "Incorrect KID in JWT header": "imstester_66067"}
BAD_CLAIMS: dict[str, tuple[dict[str, Any], str]] = {
    "Wrong LTI Version": ({"version": "11.3"}, "message-unsupported"),
    "No LTI Version": ({"version": ABSENT}, "message-unsupported"),
    "Invalid LTI message": ({"message_type": "ToolLaunch"}, "message-unsupported"),
    "Timestamps Incorrect": ({"iat": LONG_AGO, "exp": LONG_AGO + 60}, "launch-expired"),
    "message_type Claim Missing": ({"message_type": ABSENT}, "message-unsupported"),
    "role Claim Missing": ({"roles": ABSENT}, "claim-missing"),
    "deployment_id Claim Missing": ({"deployment_id": ABSENT}, "claim-missing"),
    "resource_link_id Claim Missing": ({"resource_link": {"title": "Tiny"}}, "claim-missing"),
    "user Claim Missing": ({"sub": ABSENT}, "claim-missing"),
}
NO_NAMES = {"name": ABSENT, "given_name": ABSENT, "family_name": ABSENT}
GOOD: dict[str, dict[str, Any]] = {
    "plain": {},
    "multiple roles": {"roles": ["{role}", INSTITUTION + "Staff"]},
    "short role": {"roles": ["{short}"]},
    "unknown role": {"roles": ["{role}", UNKNOWN]},
    "no role": {"roles": []},
    "email only": {**NO_NAMES, "email": "ada@school.example"},
    "names only": {"email": ABSENT, "given_name": "Ada", "family_name": "Learner"},
    "no PII": {**NO_NAMES, "email": ABSENT},
    "email without context": {**NO_NAMES, "email": "ada@school.example", "context": ABSENT},
}
PEOPLE = {
    "Instructor": (INSTRUCTOR, "Instructor", Role.INSTRUCTOR),
    "Student": (LEARNER, "Learner", Role.LEARNER),
}


def nobody_is_in(database: Database) -> bool:
    """No visit was opened, and nobody is on record."""
    with database.reading() as session:
        return all(not session.scalar(select(func.count()).select_from(table)) for table in (Visit, Learner))


@pytest.mark.parametrize("name", BAD_HEADERS)
def test_bad_payload_header(browser: FlaskClient, platform: ActingPlatform, database: Database, name: str) -> None:
    """Rejected."""
    begun = asked(login(browser, platform))
    token = platform.token(platform.claims(begun["nonce"]), kid=BAD_HEADERS[name])
    answer = arrive(browser, begun["state"], token)
    assert (answer.status_code, 'data-problem="signature-invalid"' in answer.text) == (400, True)
    assert nobody_is_in(database)


@pytest.mark.parametrize("name", BAD_CLAIMS)
def test_bad_payload(browser: FlaskClient, platform: ActingPlatform, database: Database, name: str) -> None:
    """Rejected, with the reason."""
    changes, slug = BAD_CLAIMS[name]
    answer = launch(browser, platform, **changes)
    assert (answer.status_code, f'data-problem="{slug}"' in answer.text) == (400, True), answer.text
    assert nobody_is_in(database)


def test_missing_lti_claims(browser: FlaskClient, platform: ActingPlatform, database: Database) -> None:
    """A token of OpenID alone is rejected."""
    begun = asked(login(browser, platform))
    whole = platform.claims(begun["nonce"])
    plain = {name: value for name, value in whole.items() if ":" not in name}
    answer = arrive(browser, begun["state"], platform.token(plain))
    assert 'data-problem="message-unsupported"' in answer.text
    assert nobody_is_in(database)


@pytest.mark.parametrize("name", GOOD)
@pytest.mark.parametrize("who", PEOPLE)
def test_valid_launch(browser: FlaskClient, platform: ActingPlatform, database: Database, who: str, name: str) -> None:
    """Accepted, in the part that the roles say; without roles with the least."""
    full, short, role = PEOPLE[who]
    changes = {"roles": [full], **GOOD[name]}
    changes["roles"] = [one.format(role=full, short=short) for one in changes["roles"]]
    visit = visit_of(launch(browser, platform, **changes))
    page = browser.get(f"/t/{visit}/", base_url=TOOL, follow_redirects=True)
    assert page.status_code == 200
    assert "data-launch" not in page.text
    with database.reading() as session:
        assert session.scalars(select(Member.role)).one() == (role if changes["roles"] else Role.GUEST)
