"""Putting on record how a link is graded: as its address said first, or as the link was that it is a copy of."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lti_tool.models import Allowance, GradeTerms, ResourceLink
from lti_tool.models.engine import insert_once
from lti_tool.rules.grading import Terms
from lti_tool.services.arrivals import Dates


def note_terms(session: Session, link_id: int, terms: Terms) -> None:
    """The link is graded so, unless it was said before how: what a teacher chose since is hers."""
    _keep(session, link_id, rule=terms.rule.value, settings=terms.settings(), late_percent=0, grace_minutes=0)


def copy_terms(session: Session, origin_id: int, link_id: int) -> None:
    """A copied link is graded as its original, without the dates: those belong to the other class."""
    query = select(GradeTerms.rule, GradeTerms.settings, GradeTerms.late_percent, GradeTerms.grace_minutes)
    row = session.execute(query.where(GradeTerms.resource_link_id == origin_id)).first()
    if row is not None:
        _keep(session, link_id, **row._mapping)  # noqa: SLF001 - public in spite of its name


def _keep(session: Session, link_id: int, **values: Any) -> None:
    dates = dict.fromkeys(("opens_at", "due_at", "closes_at"))
    insert_once(session, GradeTerms, {"resource_link_id": link_id, **dates, **values})


def note_own_dates(session: Session, link_id: int, learner_id: int, dates: Dates, now: datetime) -> None:
    """What the LMS tells this learner of the link's dates, where it differs from everybody's: her extension."""
    query = select(ResourceLink.due_at, ResourceLink.closes_at).where(ResourceLink.id == link_id)
    everybody = session.execute(query).one()
    if (dates.due_at, dates.closes_at) != (everybody.due_at, everybody.closes_at):
        values: dict[str, object] = {"lms_due_at": dates.due_at, "lms_closes_at": dates.closes_at, "noted_at": now}
        keep_allowance(session, link_id, learner_id, values)


def keep_allowance(session: Session, link_id: int, learner_id: int, values: dict[str, object]) -> None:
    """These of the learner's allowances at the link are so; the others stay."""
    blank = dict.fromkeys(("due_at", "closes_at", "sittings", "lms_due_at", "lms_closes_at"))
    keys: dict[str, object] = {"resource_link_id": link_id, "learner_id": learner_id}
    if not insert_once(session, Allowance, keys | blank | values):
        here = (Allowance.resource_link_id == link_id, Allowance.learner_id == learner_id)
        session.execute(update(Allowance).where(*here).values(**values))
