"""A platform that asks for content, a teacher at the picker, and what the tool sends back."""

from html import unescape
from typing import Any

import jwt
from flask.testing import FlaskClient
from sqlalchemy import select

from lti_tool.models import ToolKey
from lti_tool.models.engine import Database
from tests.lti.acting import ABSENT, INSTRUCTOR, TOOL, ActingPlatform, launch, visit_of
from tests.web.paper import Paper

DL = "https://purl.imsglobal.org/spec/lti-dl/claim/"
RETURN = "https://lms.example/deep/return"


def asks_for_content(**changes: Any) -> dict[str, Any]:
    """The claims of a deep-linking request; `ABSENT` leaves a setting out."""
    settings = {
        "deep_link_return_url": RETURN,
        "accept_types": ["ltiResourceLink"],
        "accept_presentation_document_targets": ["iframe"],
        "data": "opaque/é",
    }
    settings = {name: value for name, value in (settings | changes).items() if value is not ABSENT}
    return {
        "message_type": "LtiDeepLinkingRequest",
        "resource_link": ABSENT,
        DL + "deep_linking_settings": settings,
    }


def at_the_picker(browser: FlaskClient, platform: ActingPlatform, **changes: Any) -> Paper:
    """The picker, as a teacher sees it whose platform asks for content in this way."""
    who = {"sub": "teacher", "name": "Tea Cher", "roles": [INSTRUCTOR]}
    visit = visit_of(launch(browser, platform, **who, **asks_for_content(**changes)))
    return Paper.open(browser, f"/t/{visit}/")


def goes_on(page: Paper, path: str, **query: Any) -> Paper:
    """Another page of the same visit."""
    answer = page.client.get(f"{page.path[: page.path.index('/pick')]}{path}", query_string=query, base_url=TOOL)
    return Paper(page.client, answer, answer.request.path)


def answered(page: Paper, database: Database) -> dict[str, Any]:
    """What the tool sends back, its signature checked with our public key."""
    form = page.forms["back"]
    assert form.action == RETURN
    token = unescape(form.fields["JWT"])
    kid = jwt.get_unverified_header(token)["kid"]
    with database.reading() as session:
        key = session.execute(select(ToolKey.public_jwk).where(ToolKey.kid == kid)).scalar_one()
    claims: dict[str, Any] = jwt.decode(token, jwt.PyJWK(key).key, ["RS256"], audience="https://lms.example")
    return claims


def items(page: Paper, database: Database) -> list[dict[str, Any]]:
    """The content items of it."""
    found: list[dict[str, Any]] = answered(page, database)[DL + "content_items"]
    return found
