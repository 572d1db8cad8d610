"""A verified launch becomes a visit."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from lti_tool.models import (
    Context,
    Deployment,
    Enrolment,
    LaunchState,
    Learner,
    LineItem,
    Member,
    Platform,
    ResourceLink,
    Visit,
)
from lti_tool.models.engine import insert_once

VISIT_HOURS = {False: 12, True: 2}
"""A visit bound by a cookie lasts a working day; one whose secret stands in the address, two hours."""


class Role(StrEnum):
    """A person's part in an LMS course, as far as we act on it."""

    INSTRUCTOR = "instructor"
    LEARNER = "learner"
    TEST = "test"
    GUEST = "guest"


@dataclass(frozen=True, slots=True)
class LineItemClaim:
    """The column that the platform made for this link, and what we may do with it."""

    url: str
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Arrival:
    """What a verified launch says, as far as we use it; nothing else of it is kept."""

    deployment_id: str
    sub: str
    name: str | None
    role: Role
    context_id: str
    context_title: str
    link_id: str | None
    link_title: str
    content_id: str | None
    line_item: LineItemClaim | None
    locale: str
    return_url: str | None
    zone: str | None
    frame_ancestors: str
    deep_link: dict[str, object] | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """What a link opens: a course, or one lesson of it."""

    course_id: int
    lesson_key: str | None


@dataclass(frozen=True, slots=True)
class Opened:
    """A visit that was opened; `secret` only if the browser keeps no cookie."""

    key: str
    secret: str | None
    link_id: int | None
    has_content: bool


def digest(secret: str) -> str:
    """What we store of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def consume_state(session: Session, state_hash: str, now: datetime) -> bool:
    """True for exactly one caller, whoever else tries with the same launch."""
    result = session.execute(
        update(LaunchState)
        .where(LaunchState.state_hash == state_hash, LaunchState.consumed_at.is_(None))
        .values(consumed_at=now)
        .execution_options(synchronize_session=False)
    )
    return bool(result.rowcount == 1)  # type: ignore[attr-defined]  # an UPDATE gives a cursor result


def _found_or_made(session: Session, query: Select[*tuple[Any, ...]], model: type, values: dict[str, object]) -> Any:
    """The row that the query finds, made first if it is not there; harmless when two launches do it at once."""
    row = session.execute(query).first()
    if row is None:
        insert_once(session, model, values)
        row = session.execute(query).one()
    return row


def find_or_add_deployment(session: Session, platform: Platform, lms_id: str, now: datetime) -> Deployment | None:
    """The deployment, learned at its first verified launch; None where the platform lists its deployments."""
    query = select(Deployment).where(Deployment.platform_id == platform.id, Deployment.lms_id == lms_id)
    found = session.scalars(query).first()
    if found is None and not platform.lists_deployments:
        values: dict[str, object] = {
            "platform_id": platform.id,
            "lms_id": lms_id,
            "is_held": is_shared_issuer(platform.issuer),
            "created_at": now,
        }
        insert_once(session, Deployment, values)
        found = session.scalars(query).one()
    return found


def is_shared_issuer(issuer: str) -> bool:
    """Many institutions share these issuers (LTI.md §0.6)."""
    return issuer in {"https://canvas.instructure.com", "https://blackboard.com"} or issuer.endswith(".instructure.com")


def _learner_id(session: Session, platform_id: int, arrival: Arrival, now: datetime) -> int:
    query = select(Learner.id, Learner.name).where(Learner.platform_id == platform_id, Learner.sub == arrival.sub)
    values: dict[str, object] = {
        "platform_id": platform_id,
        "sub": arrival.sub,
        "name": arrival.name,
        "created_at": now,
    }
    row = _found_or_made(session, query, Learner, values)
    if row.name != arrival.name:  # a withheld name is forgotten, too
        session.execute(update(Learner).where(Learner.id == row.id).values(name=arrival.name))
    return int(row.id)


def _context_id(session: Session, deployment_id: int, arrival: Arrival, now: datetime) -> int:
    query = select(Context.id, Context.title).where(
        Context.deployment_id == deployment_id, Context.lms_id == arrival.context_id
    )
    values: dict[str, object] = {
        "deployment_id": deployment_id,
        "lms_id": arrival.context_id,
        "title": arrival.context_title,
        "created_at": now,
    }
    row = _found_or_made(session, query, Context, values)
    if row.title != arrival.context_title:
        session.execute(update(Context).where(Context.id == row.id).values(title=arrival.context_title))
    return int(row.id)


def _note_member(session: Session, context_id: int, learner_id: int, role: Role, now: datetime) -> None:
    query = select(Member.id, Member.role, Member.seen_at).where(
        Member.context_id == context_id, Member.learner_id == learner_id
    )
    values: dict[str, object] = {
        "context_id": context_id,
        "learner_id": learner_id,
        "role": role.value,
        "seen_at": now,
    }
    row = _found_or_made(session, query, Member, values)
    if row.role != role or now - row.seen_at > timedelta(hours=1):
        session.execute(update(Member).where(Member.id == row.id).values(role=role.value, seen_at=now))


def _link(
    session: Session, context_id: int, arrival: Arrival, target: Target | None, now: datetime
) -> tuple[int | None, int | None]:
    """(link, course that it opens)."""
    if arrival.link_id is None:
        return None, None
    query = select(ResourceLink.id, ResourceLink.title, ResourceLink.course_id, ResourceLink.lesson_key).where(
        ResourceLink.context_id == context_id, ResourceLink.lms_id == arrival.link_id
    )
    values: dict[str, object] = {
        "context_id": context_id,
        "lms_id": arrival.link_id,
        "title": arrival.link_title,
        "course_id": target.course_id if target else None,
        "lesson_key": target.lesson_key if target else None,
        "created_at": now,
    }
    row = _found_or_made(session, query, ResourceLink, values)
    wanted = (target.course_id, target.lesson_key) if target else (row.course_id, row.lesson_key)
    if (row.title, row.course_id, row.lesson_key) != (arrival.link_title, *wanted):
        session.execute(
            update(ResourceLink)
            .where(ResourceLink.id == row.id)
            .values(title=arrival.link_title, course_id=wanted[0], lesson_key=wanted[1])
        )
    return int(row.id), wanted[0]


def _note_line_item(session: Session, link_id: int, claim: LineItemClaim, now: datetime) -> None:
    query = select(LineItem.id, LineItem.scopes, LineItem.is_gone).where(
        LineItem.resource_link_id == link_id, LineItem.url == claim.url
    )
    values: dict[str, object] = {
        "resource_link_id": link_id,
        "url": claim.url,
        "scopes": list(claim.scopes),
        "is_gone": False,
        "created_at": now,
    }
    row = _found_or_made(session, query, LineItem, values)
    if list(row.scopes) != list(claim.scopes) or row.is_gone:
        session.execute(update(LineItem).where(LineItem.id == row.id).values(scopes=list(claim.scopes), is_gone=False))


def enrol(session: Session, learner_id: int, context_id: int, course_id: int, now: datetime) -> int:
    """The enrolment's id; made if it is the first time."""
    query = select(Enrolment.id).where(
        Enrolment.learner_id == learner_id, Enrolment.context_id == context_id, Enrolment.course_id == course_id
    )
    found = session.execute(query).scalar_one_or_none()
    if found is None:
        insert_once(
            session,
            Enrolment,
            {"learner_id": learner_id, "context_id": context_id, "course_id": course_id, "created_at": now},
        )
        found = session.execute(query).scalar_one()
    return found


def open_visit(
    session: Session,
    platform_id: int,
    deployment_id: int,
    arrival: Arrival,
    target: Target | None,
    browser_hash: str | None,
    now: datetime,
) -> Opened:
    """The person, the place and the visit are on record; `browser_hash` is None where no cookie can bind it."""
    learner_id = _learner_id(session, platform_id, arrival, now)
    context_id = _context_id(session, deployment_id, arrival, now)
    _note_member(session, context_id, learner_id, arrival.role, now)
    link_id, course_id = _link(session, context_id, arrival, target, now)
    if link_id is not None and arrival.line_item is not None:
        _note_line_item(session, link_id, arrival.line_item, now)
    if course_id is not None and arrival.role in {Role.LEARNER, Role.TEST}:
        enrol(session, learner_id, context_id, course_id, now)
    secret = secrets.token_urlsafe(24) if browser_hash is None else None
    key = secrets.token_urlsafe(16)
    values: dict[str, object] = {
        "key": key,
        "binding_hash": digest(secret) if secret else browser_hash,
        "is_in_address": secret is not None,
        "learner_id": learner_id,
        "context_id": context_id,
        "resource_link_id": link_id,
        "role": arrival.role.value,
        "locale": arrival.locale,
        "return_url": arrival.return_url,
        "frame_ancestors": arrival.frame_ancestors,
        "zone": arrival.zone,
        "deep_link": arrival.deep_link,
        "expires_at": now + timedelta(hours=VISIT_HOURS[secret is not None]),
    }
    insert_once(session, Visit, values)
    return Opened(key=key, secret=secret, link_id=link_id, has_content=course_id is not None)
