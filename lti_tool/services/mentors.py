"""Mentors: completion and the next step of an adult learner who agreed, and nothing else (DECISIONS; LTI.md §2.2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, and_, select, update
from sqlalchemy.orm import Session, aliased

from lti_tool.errors import InputInvalid, NotFound
from lti_tool.models import Enrolment, Learner, Member, MentorAgreement, MentorLook
from lti_tool.models.engine import insert_once
from lti_tool.services.arrivals import Role
from lti_tool.services.completion import lesson_states
from lti_tool.services.visits import Visitor
from lti_tool.words import N_

ONE_LOOK = timedelta(hours=1)
"""Reloading within the hour is the same look."""
LOOKS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Mentee:
    """Somebody the LMS names as a mentor's, and what the mentor may know."""

    learner_id: int
    name: str | None
    lms_id: str
    is_asked: bool
    has_agreed: bool
    finished: int = 0
    lessons: int = 0
    next_step: str | None = None
    """The title of the lesson that comes next; None once all are done."""


@dataclass(frozen=True, slots=True)
class Watcher:
    """Somebody who asked a learner to be her mentor."""

    agreement_id: int
    name: str | None
    lms_id: str
    has_agreed: bool
    looked_at: tuple[datetime, ...]
    """The latest first."""


def mentees(session: Session, visitor: Visitor, version_id: int, now: datetime) -> list[Mentee]:
    """Those whom this launch names and who learn here.  Whoever agreed will see that the mentor looked."""
    visitor.must_mentor()
    rows = _named(session, visitor)
    found = []
    for row in rows:
        who = (row.id, row.name, row.sub)
        if row.agreed_at is None:
            found.append(Mentee(*who, is_asked=row.agreement_id is not None, has_agreed=False))
            continue
        _note_look(session, row.agreement_id, now)
        states = lesson_states(session, row.enrolment_id or 0, version_id)
        todo = [state for state in states if state.finished_at is None]
        found.append(
            Mentee(
                *who,
                is_asked=True,
                has_agreed=True,
                finished=len(states) - len(todo),
                lessons=len(states),
                next_step=todo[0].lesson.title if todo else None,
            )
        )
    return found


def _named(session: Session, visitor: Visitor) -> Sequence[Row[*tuple[Any, ...]]]:
    """The learners here whom the launch names, each with what was agreed."""
    of_mine = and_(
        MentorAgreement.learner_id == Learner.id,
        MentorAgreement.mentor_id == visitor.learner_id,
        MentorAgreement.context_id == visitor.context_id,
        MentorAgreement.ended_at.is_(None),
    )
    in_course = and_(
        Enrolment.learner_id == Learner.id,
        Enrolment.context_id == visitor.context_id,
        Enrolment.course_id == visitor.course_id,
    )
    return session.execute(
        select(
            Learner.id, Learner.name, Learner.sub, Enrolment.id.label("enrolment_id"),
            MentorAgreement.id.label("agreement_id"), MentorAgreement.agreed_at,
        )
        .join(Member, and_(Member.learner_id == Learner.id, Member.context_id == visitor.context_id))
        .outerjoin(MentorAgreement, of_mine)
        .outerjoin(Enrolment, in_course)
        .where(
            Learner.platform_id == visitor.platform_id,
            Learner.tenant_id == visitor.tenant_id,
            Learner.sub.in_(visitor.mentees),
            Member.role == Role.LEARNER.value,
        )
        .order_by(Learner.name, Learner.sub)
    ).all()  # fmt: skip


def _note_look(session: Session, agreement_id: int, now: datetime) -> None:
    seen = select(MentorLook.id).where(MentorLook.agreement_id == agreement_id, MentorLook.at > now - ONE_LOOK)
    if session.execute(seen.limit(1)).first() is None:
        session.add(MentorLook(agreement_id=agreement_id, at=now))
        session.flush()


def ask(session: Session, visitor: Visitor, learner_id: int, now: datetime) -> None:
    """The learner is asked; nothing is shown before she agrees.  Asking again matters only after she ended it."""
    visitor.must_mentor()
    theirs = select(Learner.id).where(
        Learner.id == learner_id,
        Learner.platform_id == visitor.platform_id,
        Learner.tenant_id == visitor.tenant_id,
        Learner.sub.in_(visitor.mentees),
    )
    if session.execute(theirs).first() is None:
        raise NotFound
    key = {"context_id": visitor.context_id, "learner_id": learner_id, "mentor_id": visitor.learner_id}
    if not insert_once(session, MentorAgreement, key | {"asked_at": now}):
        session.execute(
            update(MentorAgreement)
            .filter_by(**key)
            .where(MentorAgreement.ended_at.is_not(None))
            .values(asked_at=now, agreed_at=None, ended_at=None)
        )


def watchers(session: Session, visitor: Visitor) -> list[Watcher]:
    """Who asked this learner or may see how far she is, and when they looked."""
    mentor = aliased(Learner)
    rows = session.execute(
        select(MentorAgreement.id, MentorAgreement.agreed_at, mentor.name, mentor.sub)
        .join(mentor, mentor.id == MentorAgreement.mentor_id)
        .where(
            MentorAgreement.learner_id == visitor.learner_id,
            MentorAgreement.context_id == visitor.context_id,
            MentorAgreement.ended_at.is_(None),
        )
        .order_by(MentorAgreement.id)
    ).all()
    looks: dict[int, list[datetime]] = {}
    for look in session.execute(
        select(MentorLook.agreement_id, MentorLook.at)
        .where(MentorLook.agreement_id.in_([row.id for row in rows]))
        .order_by(MentorLook.id.desc())
    ):
        looks.setdefault(look.agreement_id, []).append(look.at)
    return [
        Watcher(row.id, row.name, row.sub, row.agreed_at is not None, tuple(looks.get(row.id, ())[:LOOKS_SHOWN]))
        for row in rows
    ]


def decide(
    session: Session, visitor: Visitor, agreement_id: int, now: datetime, *, agrees: bool, is_adult: bool
) -> None:
    """The learner agrees, which only an adult may, or ends it, as often as she likes; `NotFound` if it is not hers."""
    own = (MentorAgreement.id == agreement_id, MentorAgreement.learner_id == visitor.learner_id)
    if session.execute(select(MentorAgreement.id).where(*own)).first() is None:
        raise NotFound
    if agrees and not is_adult:
        raise InputInvalid(what=N_("Only adults can agree for themselves. Tick the box if you are of age."))
    change = {"agreed_at": now, "ended_at": None} if agrees else {"agreed_at": None, "ended_at": now}
    session.execute(update(MentorAgreement).where(*own).values(change))
