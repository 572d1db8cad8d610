"""What an id_token says (LTI 1.3 Core, §5; Deep Linking 2.0, §3)."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from practice_lms.config import Config
from practice_lms.state.courses import Course, Link
from practice_lms.state.line_items import LineItem
from practice_lms.state.people import Kind, Person
from practice_lms.state.switches import Character
from practice_lms.variables import custom_of
from practice_lms.vocabulary import (
    ADMINISTRATOR,
    AGS_CLAIM,
    AGS_SCOPES,
    CLAIM,
    COURSE_SECTION,
    DL,
    MEMBERSHIP,
    NRPS_CLAIM,
    TEST_USER,
)

ID_TOKEN_LIFE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Scene:
    """Who launches, and where."""

    config: Config
    character: Character
    person: Person
    course: Course

    def lineitems_url(self) -> str:
        """The container of this course's columns."""
        return f"{self.config.base_url}/lti/courses/{self.course.id}/lineitems" + query_of(self.character)

    def line_item_url(self, item: LineItem) -> str:
        """One column.  Moodle's addresses carry a query of their own."""
        return line_item_url(self.config.base_url, self.course.id, item.id, self.character)


def query_of(character: Character) -> str:
    """What Moodle adds to the address of each column."""
    return "?type_id=1" if character is Character.MOODLE else ""


def line_item_url(base_url: str, course_id: int, line_item_id: int, character: Character) -> str:
    """The id of a column."""
    return f"{base_url}/lti/courses/{course_id}/lineitems/{line_item_id}/lineitem" + query_of(character)


def roles_of(person: Person) -> list[str]:
    """The roles of somebody, in full."""
    if person.kind is Kind.TEACHER:
        return [MEMBERSHIP + "Instructor"]
    if person.kind is Kind.ADMINISTRATOR:
        return [MEMBERSHIP + "Instructor", *ADMINISTRATOR]
    if person.kind is Kind.STUDENT_VIEW:
        return [MEMBERSHIP + "Learner", TEST_USER]
    return [MEMBERSHIP + "Learner"]


def identity(person: Person) -> dict[str, Any]:
    """Name and mail, as far as they may be told; an absent one is left out."""
    if not person.shares_name:
        return {}
    told = {
        "name": person.name,
        "given_name": person.given_name,
        "family_name": person.family_name,
        "email": person.email,
    }
    return {name: value for name, value in told.items() if value}


def _platform(character: Character) -> dict[str, str]:
    is_moodle = character is Character.MOODLE
    return {
        "guid": "practice-lms",
        "name": "Practice LMS",
        "description": "A place to try things out",
        "product_family_code": "moodle" if is_moodle else "practice-lms",
        "version": "2024100706" if is_moodle else "1",
    }


def _common(scene: Scene, nonce: str, now: datetime) -> dict[str, Any]:
    issued_at = int(now.timestamp())
    kind = "CourseSection" if scene.character is Character.MOODLE else COURSE_SECTION
    members = f"{scene.config.base_url}/lti/courses/{scene.course.id}/members"
    return {
        "iss": scene.config.base_url,
        "aud": scene.config.client_id,
        "sub": str(scene.person.id),
        "iat": issued_at,
        "exp": issued_at + int(ID_TOKEN_LIFE.total_seconds()),
        "nonce": nonce,
        "jti": secrets.token_urlsafe(12),
        **identity(scene.person),
        CLAIM + "version": "1.3.0",
        CLAIM + "deployment_id": scene.config.deployment_id,
        CLAIM + "roles": roles_of(scene.person),
        CLAIM + "context": {
            "id": str(scene.course.id),
            "label": scene.course.label,
            "title": scene.course.title,
            "type": [kind],
        },
        CLAIM + "tool_platform": _platform(scene.character),
        NRPS_CLAIM: {"context_memberships_url": members, "service_versions": ["2.0"]},
    }


def resource_link_message(
    scene: Scene, link: Link, columns: list[LineItem], opens: str, nonce: str, now: datetime
) -> dict[str, Any]:
    """A launch of an activity.  `lineitem` is there only if exactly one column is coupled (AGS 2.0, §3.1)."""
    endpoint: dict[str, Any] = {"lineitems": scene.lineitems_url(), "scope": list(AGS_SCOPES)}
    if len(columns) == 1:
        endpoint["lineitem"] = scene.line_item_url(columns[0])
    return {
        **_common(scene, nonce, now),
        CLAIM + "message_type": "LtiResourceLinkRequest",
        CLAIM + "target_link_uri": link.url,
        CLAIM + "resource_link": {"id": str(link.id), "title": link.title, "description": link.text},
        CLAIM + "launch_presentation": {
            "document_target": opens,
            "locale": "en",
            "return_url": f"{scene.config.base_url}/courses/{link.course_id}/return",
        },
        CLAIM + "custom": custom_of(scene.person, scene.course, link, scene.character),
        AGS_CLAIM: endpoint,
    }


def deep_linking_message(scene: Scene, request: str, data: str | None, nonce: str, now: datetime) -> dict[str, Any]:
    """A request for activities.  Moodle sends no `data` and does not say whether it takes columns."""
    settings: dict[str, Any] = {
        "deep_link_return_url": f"{scene.config.base_url}/deep-linking/return?request={request}",
        "accept_types": ["ltiResourceLink"],
        "accept_presentation_document_targets": ["iframe", "window"],
        "accept_multiple": True,
        "auto_create": False,
        "title": "Add an activity",
    }
    presentation = {"locale": "en"}
    if data is not None:
        settings |= {"data": data, "accept_lineitem": True}
        presentation["document_target"] = "iframe"
    return {
        **_common(scene, nonce, now),
        CLAIM + "message_type": "LtiDeepLinkingRequest",
        CLAIM + "target_link_uri": scene.config.launch_url,
        CLAIM + "launch_presentation": presentation,
        CLAIM + "custom": custom_of(scene.person, scene.course, None, scene.character),
        AGS_CLAIM: {"lineitems": scene.lineitems_url(), "scope": list(AGS_SCOPES)},
        DL + "deep_linking_settings": settings,
    }
