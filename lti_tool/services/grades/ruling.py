"""Putting on record how a link is graded: as its address said first, or as the link was that it is a copy of."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_tool.models import GradeTerms
from lti_tool.models.engine import insert_once
from lti_tool.rules.grading import Terms


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
