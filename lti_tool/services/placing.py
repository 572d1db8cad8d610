"""Where an arrival belongs: person, LMS course, link and column, found in one query or made one by one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, select, update
from sqlalchemy.orm import Session

from lti_tool.models import Base, Context, Deployment, Enrolment, Learner, LineItem, Member, ResourceLink
from lti_tool.models.engine import insert_once, run
from lti_tool.services.arrivals import Arrival, Installed, LineItemClaim, Role, Target
from lti_tool.services.copies import find_original_context, find_original_link
from lti_tool.services.grades.ruling import copy_terms, note_terms
from lti_tool.services.on_record import (
    ON_RECORD,
    SEEN_EVERY,
    behind,
    context_facts,
    link_facts,
    says_nothing_new,
)


@dataclass(frozen=True, slots=True)
class Place:
    """The rows that a launch leads to."""

    learner_id: int
    context_id: int
    link_id: int | None
    course_id: int | None
    """What the link opens, if anything."""
    lesson_key: str | None
    is_class_behind: bool = False
    """The gradebook has a column that we did not know, or took for gone; or the link opens something else now."""
    behind_id: int | None = None
    """The learner's own enrolment, if something in it is finished and the column that the launch names was not told."""


def place(session: Session, installed: Installed, arrival: Arrival, target: Target | None, now: datetime) -> Place:
    """Everything that the launch says of person and place is on record.  Most launches say nothing new."""
    _note_installation(session, installed, arrival)
    row = run(
        session,
        ON_RECORD,
        platform=installed.platform_id,
        tenant=installed.tenant_id,
        sub=arrival.sub,
        deployment=installed.id,
        context=arrival.context_id,
        link=arrival.link_id,
        line_item=arrival.line_item.url if arrival.line_item else None,
    ).first()
    if row is not None and says_nothing_new(row, arrival, target, now):
        return Place(
            row.learner_id,
            row.context_id,
            row.link_id,
            row.course_id,
            row.lesson_key,
            behind_id=behind(session, row, arrival),
        )
    learner_id = _learner_id(session, installed, arrival, now)
    context_id = _context_id(session, installed, arrival, now)
    _note_member(session, context_id, learner_id, arrival.role, now)
    link_id, course_id, lesson_key, is_class_behind = _link(session, installed, context_id, arrival, target, now)
    if link_id is not None and arrival.line_item is not None:
        is_class_behind |= note_line_item(session, context_id, link_id, arrival.line_item, now)
    if course_id is not None and arrival.role.learns:
        enrol(session, learner_id, context_id, course_id, now)
    behind_id = behind(session, row, arrival) if row is not None else None
    return Place(learner_id, context_id, link_id, course_id, lesson_key, is_class_behind, behind_id)


def _note_installation(session: Session, installed: Installed, arrival: Arrival) -> None:
    url = arrival.services.notices_url
    if url is not None and url != installed.notices_url:
        told_anew = {"notices_url": url, "notices_asked_at": None}
        session.execute(update(Deployment).where(Deployment.id == installed.id).values(told_anew))


def _found_or_made(session: Session, query: Select[*tuple[Any, ...]], model: type, values: dict[str, object]) -> Any:
    """The row that the query finds, made first if it is not there; harmless when two launches do it at once."""
    row = session.execute(query).first()
    if row is None:
        insert_once(session, model, values)
        row = session.execute(query).one()
    return row


def _note(session: Session, model: type[Base], row: Row[Any], facts: Mapping[str, object]) -> None:
    """The row says what the launch says."""
    new = {name: value for name, value in facts.items() if getattr(row, name) != value}
    if new:
        session.execute(update(model).where(model.__table__.c.id == row.id).values(new))


def _learner_id(session: Session, installed: Installed, arrival: Arrival, now: datetime) -> int:
    query = (
        select(Learner.id, Learner.name, Learner.email)
        .where(
            Learner.platform_id == installed.platform_id,
            Learner.tenant_id == installed.tenant_id,
            Learner.sub == arrival.sub,
        )
        .with_for_update(key_share=True)
    )
    values: dict[str, object] = {
        "platform_id": installed.platform_id,
        "tenant_id": installed.tenant_id,
        "sub": arrival.sub,
        "name": arrival.name,
        "email": arrival.email,
        "created_at": now,
    }
    row = _found_or_made(session, query, Learner, values)
    said = {"name": arrival.name, "email": arrival.email}
    _note(session, Learner, row, said)  # a withheld name is forgotten, too
    return int(row.id)


CONTEXT = (
    Context.id,
    Context.title,
    Context.memberships_url,
    Context.line_items_url,
    Context.service_scopes,
    Context.copied_from_id,
)
LINK = (
    ResourceLink.id,
    ResourceLink.title,
    ResourceLink.course_id,
    ResourceLink.lesson_key,
    ResourceLink.copied_from_id,
    ResourceLink.opens_at,
    ResourceLink.due_at,
    ResourceLink.closes_at,
)


def _context_id(session: Session, installed: Installed, arrival: Arrival, now: datetime) -> int:
    query = select(*CONTEXT).where(Context.deployment_id == installed.id, Context.lms_id == arrival.context_id)
    facts = context_facts(arrival)
    values: dict[str, object] = {"deployment_id": installed.id, "lms_id": arrival.context_id, "created_at": now}
    row = _found_or_made(session, query, Context, values | {"title": ""} | facts)
    if row.copied_from_id is None:
        facts["copied_from_id"] = find_original_context(session, installed, row.id, arrival.history)
    _note(session, Context, row, facts)
    return int(row.id)


def _note_member(session: Session, context_id: int, learner_id: int, role: Role, now: datetime) -> None:
    query = select(Member.id, Member.role, Member.seen_at, Member.is_gone).where(
        Member.context_id == context_id, Member.learner_id == learner_id
    )
    values: dict[str, object] = {
        "context_id": context_id,
        "learner_id": learner_id,
        "role": role.value,
        "seen_at": now,
    }
    row = _found_or_made(session, query, Member, values)
    is_recent = row.seen_at is not None and now - row.seen_at <= SEEN_EVERY
    said = {"role": role.value, "is_gone": False, "seen_at": row.seen_at if is_recent else now}
    _note(session, Member, row, said)


def _link(
    session: Session, installed: Installed, context_id: int, arrival: Arrival, target: Target | None, now: datetime
) -> tuple[int | None, int | None, str | None, bool]:
    """(link, course and lesson that it opens, whether it opened something else before).

    A copy that names nothing and opens nothing yet opens what its original does.
    """
    if arrival.link_id is None:
        return None, None, None, False
    query = select(*LINK).where(ResourceLink.context_id == context_id, ResourceLink.lms_id == arrival.link_id)
    opens = {"course_id": target.course_id, "lesson_key": target.lesson_key} if target else {}
    facts = link_facts(arrival) | opens
    values: dict[str, object] = {"context_id": context_id, "lms_id": arrival.link_id, "created_at": now}
    row = _found_or_made(session, query, ResourceLink, values | {"title": ""} | facts)
    if row.copied_from_id is None and (origin := find_original_link(session, installed, context_id, arrival)):
        facts["copied_from_id"] = origin.id
        copy_terms(session, origin.id, int(row.id))
        if target is None and row.course_id is None and origin.course_id is not None:
            target = Target(origin.course_id, origin.lesson_key)
            facts |= {"course_id": target.course_id, "lesson_key": target.lesson_key}
    if arrival.terms is not None:  # after those of the original: its teacher may have changed them there
        note_terms(session, int(row.id), arrival.terms)
    _note(session, ResourceLink, row, facts)
    wanted = (target.course_id, target.lesson_key) if target else (row.course_id, row.lesson_key)
    return int(row.id), *wanted, (row.course_id, row.lesson_key) != wanted


def note_line_item(session: Session, context_id: int, link_id: int, claim: LineItemClaim, now: datetime) -> bool:
    """The link's column is on record; True if it is new, or back, and this link's own."""
    query = select(LineItem.id, LineItem.scopes, LineItem.is_gone, LineItem.shares_id).where(
        LineItem.resource_link_id == link_id, LineItem.url == claim.url
    )
    was_known = session.execute(query).first() is not None
    values: dict[str, object] = {
        "context_id": context_id,
        "resource_link_id": link_id,
        "url": claim.url,
        "scopes": list(claim.scopes),
        "is_gone": False,
        "created_at": now,
    }
    if not was_known and not insert_once(session, LineItem, values):
        owner = select(LineItem.id).where(
            LineItem.context_id == context_id, LineItem.url == claim.url, LineItem.shares_id.is_(None)
        )
        values["shares_id"] = session.execute(owner).scalar_one()
    row = _found_or_made(session, query, LineItem, values)
    if list(row.scopes) != list(claim.scopes) or row.is_gone:
        session.execute(update(LineItem).where(LineItem.id == row.id).values(scopes=list(claim.scopes), is_gone=False))
    return (not was_known or bool(row.is_gone)) and row.shares_id is None


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
