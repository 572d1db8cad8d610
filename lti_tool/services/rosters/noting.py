"""A list that was read is put on record."""

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from lti_tool.models import Context, Deployment, Learner, Member
from lti_tool.models.engine import Database, insert_once
from lti_tool.services.arrivals import Role
from lti_tool.services.roster_reasons import Unread
from lti_tool.services.rosters.model import Fetched, Listed, Reading

BATCH = 200
"""People in one transaction: SQLite's other writers wait for it, and so do launches of these people."""


@dataclass(frozen=True, slots=True)
class Place:
    """An LMS course, and whose people it has."""

    context_id: int
    platform_id: int
    tenant_id: int


def note_roster(database: Database, context_id: int, fetched: Fetched, began: datetime) -> Reading:
    """What was fetched is on record: everybody who is there, and, unless it broke off, who is not any more."""
    found = {one.sub: one for one in fetched.people if one.is_active and one.role is not Role.TEST}
    unread = fetched.unread
    if unread is None and fetched.is_whole and not found:
        unread = Unread.EMPTY  # whoever asks is on it: an empty list is a mistake, and must not empty a course
    new = left = 0
    waiting = list(found.values())
    for start in range(0, len(waiting), BATCH):
        with database.writing() as session:
            new += _note_people(session, _place(session, context_id), waiting[start : start + BATCH], began)
    with database.writing() as session:
        if unread is None:
            left = _note_gone(session, context_id, _has_left(fetched, found), began)
            _note_read(session, context_id, fetched, began)
        reading = Reading(_learners_listed(session, context_id), new, left, unread)
        session.execute(update(Context).where(Context.id == context_id).values(roster_said=reading.kept))
        return reading


def _has_left(fetched: Fetched, found: Container[str]) -> Callable[[str], bool]:
    """Whether the LMS says that this id is not there: on a whole list by leaving it out, among changes by name."""
    if fetched.is_whole:
        return lambda sub: sub not in found
    named = {one.sub for one in fetched.people}
    return lambda sub: sub in named and sub not in found


def _note_read(session: Session, context_id: int, fetched: Fetched, began: datetime) -> None:
    """The list is known as of then, and where to ask what changed since."""
    read: dict[str, object] = {"roster_read_at": began, "roster_differences_url": fetched.differences}
    if fetched.is_whole:
        read["roster_whole_at"] = began
    session.execute(update(Context).where(Context.id == context_id).values(read))


def _place(session: Session, context_id: int) -> Place:
    row = session.execute(
        select(Deployment.platform_id, Deployment.tenant_id)
        .join(Context, Context.deployment_id == Deployment.id)
        .where(Context.id == context_id)
    ).one()
    return Place(context_id, row.platform_id, row.tenant_id)


def _learners_listed(session: Session, context_id: int) -> int:
    """How many learners the LMS course has, as far as we know."""
    query = select(func.count()).where(
        Member.context_id == context_id, Member.role == Role.LEARNER.value, Member.is_gone.is_(False)
    )
    return session.execute(query).scalar_one()


def _on_record(session: Session, place: Place, subs: list[str]) -> Sequence[Row[*tuple[Any, ...]]]:
    """Of these people those whom we know, held until the transaction ends: whoever erases one waits, or was first."""
    elsewhere = aliased(Member)
    query = (
        select(
            Learner.id,
            Learner.sub,
            Learner.name,
            Learner.email,
            Member.id.label("member_id"),
            Member.role,
            Member.seen_at,
            Member.is_gone,
            exists().where(elsewhere.learner_id == Learner.id, elsewhere.seen_at.is_not(None)).label("has_launched"),
        )
        .outerjoin(Member, and_(Member.learner_id == Learner.id, Member.context_id == place.context_id))
        .where(Learner.platform_id == place.platform_id, Learner.tenant_id == place.tenant_id, Learner.sub.in_(subs))
        .order_by(Learner.id)  # two of these at once lock in the same order
        .with_for_update(of=Learner, key_share=True)
    )
    return session.execute(query).all()


def _note_people(session: Session, place: Place, people: Sequence[Listed], now: datetime) -> int:
    """They are members here; how many learners were not before."""
    rows = {row.sub: row for row in _on_record(session, place, [one.sub for one in people])}
    unknown = [one for one in people if one.sub not in rows]
    for one in sorted(unknown, key=lambda one: one.sub):  # two lists of the same people wait for each other in order
        known: dict[str, object] = {"platform_id": place.platform_id, "tenant_id": place.tenant_id, "sub": one.sub}
        insert_once(session, Learner, known | {"name": one.name, "email": one.email, "created_at": now})
    rows |= {row.sub: row for row in _on_record(session, place, [one.sub for one in unknown])} if unknown else {}
    return sum(_note_one(session, place.context_id, rows[one.sub], one) for one in people)


def _note_one(session: Session, context_id: int, row: Row[*tuple[Any, ...]], said: Listed) -> bool:
    """True for a learner who was not here before.

    Where a person has launched, the launches say what she is called and what she is here: Moodle lists its assistants
    as learners, and a name that is withheld there must not come back this way.
    """
    if not row.has_launched and (row.name, row.email) != (said.name, said.email):
        session.execute(update(Learner).where(Learner.id == row.id).values(name=said.name, email=said.email))
    role = said.role.value if row.seen_at is None else row.role
    if row.member_id is None:
        here: dict[str, object] = {"context_id": context_id, "learner_id": row.id}
        insert_once(session, Member, here | {"role": role, "seen_at": None, "is_gone": False})
    elif row.is_gone or role != row.role:
        session.execute(update(Member).where(Member.id == row.member_id).values(role=role, is_gone=False))
    return role == Role.LEARNER.value and (row.member_id is None or bool(row.is_gone))


def _note_gone(session: Session, context_id: int, has_left: Callable[[str], bool], began: datetime) -> int:
    """Whoever has left is marked; how many learners did.  Whoever came meanwhile is newer than the list."""
    query = (
        select(Member.id, Member.role, Learner.sub)
        .join(Learner, Learner.id == Member.learner_id)
        .where(
            Member.context_id == context_id,
            Member.is_gone.is_(False),
            # Who teaches or looks after a site need not be on a list, and the launch knows better.
            or_(Member.role == Role.LEARNER.value, Member.seen_at.is_(None)),
            or_(Member.seen_at.is_(None), Member.seen_at < began),
        )
    )
    gone = [row for row in session.execute(query) if has_left(row.sub)]
    for start in range(0, len(gone), BATCH):
        ids = [row.id for row in gone[start : start + BATCH]]
        session.execute(update(Member).where(Member.id.in_(ids)).values(is_gone=True))
    return sum(row.role == Role.LEARNER.value for row in gone)
