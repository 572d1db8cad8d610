"""What an id_token says (LTI 1.3 Core, §5; Deep Linking 2.0, §3)."""

import json
import secrets
from datetime import datetime, timedelta
from typing import Any

from practice_lms.manners import guid_of
from practice_lms.scene import Scene, identity, roles_of
from practice_lms.state.courses import Link
from practice_lms.state.line_items import LineItem
from practice_lms.state.people import Kind, Person
from practice_lms.variables import custom_of
from practice_lms.vocabulary import (
    AGS_CLAIM,
    AGS_SCOPES,
    CLAIM,
    CONTEXT_COPY_NOTICE,
    COURSE_SECTION,
    DEEP_LINKING_REQUEST,
    DL,
    MEMBERS_READ,
    NOTICE_HANDLERS,
    NOTICES_CLAIM,
    NRPS_CLAIM,
    RESOURCE_LINK_REQUEST,
    SUBMISSION_REVIEW_REQUEST,
)

ID_TOKEN_LIFE = timedelta(seconds=60)


def platform_claim(scene: Scene) -> dict[str, str]:
    """The platform instance."""
    is_moodle = scene.ways.has_short_context_type
    return {
        "guid": guid_of(scene.ways, scene.course.tenant),
        "name": "Practice LMS",
        "description": "A place to try things out",
        "product_family_code": scene.ways.family,
        "version": "2024100706" if is_moodle else scene.ways.version,  # Moodle says another one when registering
    }


def context_claim(scene: Scene) -> dict[str, Any]:
    """The course."""
    course = scene.course
    kind = "CourseSection" if scene.ways.has_short_context_type else COURSE_SECTION
    return {"id": str(course.id), "label": course.label, "title": course.title, "type": [kind]}


def _person(scene: Scene) -> dict[str, Any]:
    if scene.launching.is_anonymous:
        return {CLAIM + "roles": roles_of(scene.person, scene.ways)}
    told = {
        "sub": str(scene.person.id),
        **identity(scene.person, scene.tool),
        CLAIM + "roles": roles_of(scene.person, scene.ways),
    }
    if scene.person.kind is Kind.MENTOR and not scene.ways.knows_two_roles:
        told[CLAIM + "role_scope_mentor"] = [str(one) for one in scene.person.mentees]
    return told


def _services(scene: Scene) -> dict[str, Any]:
    """Beside the grades: members, and notices where there are any."""
    told: dict[str, Any] = {}
    has_members = scene.is_used or not scene.ways.members_need_an_activity
    if has_members and scene.launching.has_context and scene.granted([MEMBERS_READ]):
        members = f"{scene.config.base_url}/lti/courses/{scene.course.id}/members"
        told[NRPS_CLAIM] = {"context_memberships_url": members, "service_versions": ["2.0"]}
    if scene.ways.sends_notices and scene.granted([NOTICE_HANDLERS]):
        told[NOTICES_CLAIM] = {
            "platform_notification_service_url": f"{scene.config.base_url}/lti/notice-handlers/{scene.deployment_id}",
            "service_versions": ["1.0"],
            "scope": [NOTICE_HANDLERS],
            "notice_types_supported": [CONTEXT_COPY_NOTICE],
        }
    return told


def _grades(scene: Scene, column: LineItem | None) -> dict[str, Any]:
    scopes = scene.granted(AGS_SCOPES)
    if not scopes or not scene.launching.has_context:
        return {}
    endpoint: dict[str, Any] = {"lineitems": scene.lineitems_url(), "scope": scopes}
    if column is not None:
        endpoint["lineitem"] = scene.line_item_url(column)
    return {AGS_CLAIM: endpoint}


def _common(scene: Scene, nonce: str, now: datetime) -> dict[str, Any]:
    issued_at = int(now.timestamp())
    told = {
        "iss": scene.issuer,
        "aud": scene.tool.client_id,
        "iat": issued_at,
        "exp": issued_at + int(ID_TOKEN_LIFE.total_seconds()),
        "nonce": nonce,
        "jti": secrets.token_urlsafe(12),
        **_person(scene),
        CLAIM + "version": "1.3.0",
        CLAIM + "deployment_id": scene.deployment_id,
        CLAIM + "tool_platform": platform_claim(scene),
        **_services(scene),
    }
    if scene.launching.has_context:
        told[CLAIM + "context"] = context_claim(scene)
    if scene.launching.locale != "en":
        told["locale"] = scene.launching.locale
    return told


def _presentation(scene: Scene) -> dict[str, str]:
    told = {"document_target": scene.opens, "locale": scene.launching.locale}
    return told | {"return_url": scene.return_url} if scene.launching.has_return_url else told


def _link_claim(link: Link) -> dict[str, str]:
    return {"id": str(link.id), "title": link.title, "description": link.text}


def resource_link_message(
    scene: Scene, link: Link, columns: list[LineItem], nonce: str, now: datetime
) -> dict[str, Any]:
    """A launch of an activity.  `lineitem` is there only if exactly one column is coupled (AGS 2.0, §3.1)."""
    return {
        **_common(scene, nonce, now),
        CLAIM + "message_type": RESOURCE_LINK_REQUEST,
        CLAIM + "target_link_uri": link.url,
        CLAIM + "resource_link": _link_claim(link),
        CLAIM + "launch_presentation": _presentation(scene),
        CLAIM + "custom": custom_of(scene, link),
        **_grades(scene, columns[0] if len(columns) == 1 else None),
    }


def review_target(item: LineItem, link: Link | None, default: str) -> str:
    """Where a review begins: as the column says, or its activity, or the tool."""
    review = json.loads(item.review or "{}")
    return str(review.get("url") or (link.url if link else default))


def review_message(
    scene: Scene, item: LineItem, link: Link | None, learner: Person, nonce: str, now: datetime
) -> dict[str, Any]:
    """Somebody wants to see what a learner submitted (Submission Review 1.0).  Moodle tells only the learner's id."""
    review = json.loads(item.review or "{}")
    for_user: dict[str, Any] = {"user_id": str(learner.id)}
    if not scene.ways.knows_two_roles:
        for_user |= {**identity(learner, scene.tool), "roles": roles_of(learner, scene.ways)}
    told = {
        **_common(scene, nonce, now),
        CLAIM + "message_type": SUBMISSION_REVIEW_REQUEST,
        CLAIM + "target_link_uri": review_target(item, link, scene.tool.target_url),
        CLAIM + "for_user": for_user,
        CLAIM + "launch_presentation": _presentation(scene),
        CLAIM + "custom": custom_of(scene, link, review.get("custom")),
        **_grades(scene, item),
    }
    return told | {CLAIM + "resource_link": _link_claim(link)} if link else told


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
    presentation = {"locale": scene.launching.locale}
    if data is not None:
        settings |= {"data": data, "accept_lineitem": True}
        presentation["document_target"] = "iframe"
    return {
        **_common(scene, nonce, now),
        CLAIM + "message_type": DEEP_LINKING_REQUEST,
        CLAIM + "target_link_uri": scene.tool.url_for(DEEP_LINKING_REQUEST),
        CLAIM + "launch_presentation": presentation,
        CLAIM + "custom": custom_of(scene, None),
        **_grades(scene, None),
        DL + "deep_linking_settings": settings,
    }
