"""Where an arrival belongs: person, LMS course, link and column, found in one query or made one by one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from lti_tool.models import Context, Enrolment, Learner, LineItem, Member, ResourceLink
from lti_tool.models.engine import insert_once, run
from lti_tool.services.arrivals import Arrival, Installed, LineItemClaim, Role, Target
from lti_tool.services.on_record import ON_RECORD, SEEN_EVERY, behind, says_nothing_new


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
    context_id = _context_id(session, installed.id, arrival, now)
    _note_member(session, context_id, learner_id, arrival.role, now)
    link_id, course_id, lesson_key, is_class_behind = _link(session, context_id, arrival, target, now)
    if link_id is not None and arrival.line_item is not None:
        is_class_behind |= _note_line_item(session, context_id, link_id, arrival.line_item, now)
    if course_id is not None and arrival.role.learns:
        enrol(session, learner_id, context_id, course_id, now)
    behind_id = behind(session, row, arrival) if row is not None else None
    return Place(learner_id, context_id, link_id, course_id, lesson_key, is_class_behind, behind_id)


def _found_or_made(session: Session, query: Select[*tuple[Any, ...]], model: type, values: dict[str, object]) -> Any:
    """The row that the query finds, made first if it is not there; harmless when two launches do it at once."""
    row = session.execute(query).first()
    if row is None:
        insert_once(session, model, values)
        row = session.execute(query).one()
    return row


def _learner_id(session: Session, installed: Installed, arrival: Arrival, now: datetime) -> int:
    query = (
        select(Learner.id, Learner.name)
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
    if row.role != role or now - row.seen_at > SEEN_EVERY:
        session.execute(update(Member).where(Member.id == row.id).values(role=role.value, seen_at=now))


def _link(
    session: Session, context_id: int, arrival: Arrival, target: Target | None, now: datetime
) -> tuple[int | None, int | None, str | None, bool]:
    """(link, course and lesson that it opens, whether it opened something else before)."""
    if arrival.link_id is None:
        return None, None, None, False
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
    return int(row.id), *wanted, (row.course_id, row.lesson_key) != wanted


def _note_line_item(session: Session, context_id: int, link_id: int, claim: LineItemClaim, now: datetime) -> bool:
    """True if the column is new, or back, and this link's own."""
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
