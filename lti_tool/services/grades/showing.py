"""What a teacher sees of the scores, and the one thing that can be done about them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from lti_tool.errors import NotFound
from lti_tool.models import Enrolment, GradeOwed, LineItem, PlatformPause, ResourceLink
from lti_tool.models.person import Learner
from lti_tool.services.grades.reasons import Explained, explain


class GradeState(StrEnum):
    """Where a score is."""

    WAITING = "waiting"
    """Owed, and nothing has gone wrong."""
    SENT = "sent"
    """The gradebook shows it."""
    TROUBLE = "trouble"
    """It did not get through and is tried again by itself."""
    BLOCKED = "blocked"
    """A person must do something first."""


@dataclass(frozen=True, slots=True)
class GradeLine:
    """One learner's score in one gradebook column."""

    owed_id: int
    learner_id: int
    link_id: int
    link_title: str
    state: GradeState
    percent: int | None
    """The last one that the gradebook took."""
    sent_at: datetime | None
    owed_at: datetime
    next_try_at: datetime | None
    """When it is tried again, if it waits or is in trouble."""
    blocked_reason: str | None
    explained: Explained | None
    """For trouble and a block: what happened, and what helps."""


def grade_lines(session: Session, context_id: int, course_id: int, learner_id: int | None = None) -> list[GradeLine]:
    """Every score that this LMS course was or is owed for what its links open; only one learner's, if named."""
    query = (
        select(GradeOwed, ResourceLink.id, ResourceLink.title, PlatformPause.until, PlatformPause.outcome)
        .join(LineItem, LineItem.id == GradeOwed.line_item_id)
        .join(ResourceLink, ResourceLink.id == LineItem.resource_link_id)
        .join(Learner, Learner.id == GradeOwed.learner_id)
        .outerjoin(PlatformPause, PlatformPause.platform_id == Learner.platform_id)
        .join(Enrolment, Enrolment.id == GradeOwed.enrolment_id)
        .where(ResourceLink.context_id == context_id, ResourceLink.course_id == course_id)
        # A score says something about the lesson it was for, and nothing about the one that the link opens now.
        .where(Enrolment.course_id == course_id, ResourceLink.lesson_key.is_not_distinct_from(GradeOwed.lesson_key))
        # What was called off is neither owed nor sent.
        .where(or_(GradeOwed.wanted > GradeOwed.sent, GradeOwed.sent_percent.is_not(None)))
        .order_by(GradeOwed.learner_id, ResourceLink.id, GradeOwed.id)
    )
    if learner_id is not None:
        query = query.where(GradeOwed.learner_id == learner_id)
    return [_line(*row) for row in session.execute(query)]


def _line(
    owed: GradeOwed, link_id: int, title: str, paused_until: datetime | None, pause_outcome: str | None
) -> GradeLine:
    # While the platform is left alone, its trouble is that of every score that waits.
    explained = explain(owed.blocked_reason, pause_outcome or owed.last_outcome)
    if owed.wanted <= owed.sent:
        state, explained = GradeState.SENT, None
    elif owed.blocked_reason is not None:
        state = GradeState.BLOCKED
    else:
        state = GradeState.TROUBLE if explained else GradeState.WAITING
    goes_on = state in {GradeState.WAITING, GradeState.TROUBLE}
    return GradeLine(
        owed_id=owed.id,
        learner_id=owed.learner_id,
        link_id=link_id,
        link_title=title,
        state=state,
        percent=owed.sent_percent,
        sent_at=owed.sent_at,
        owed_at=owed.owed_at,
        next_try_at=max(owed.due_at, paused_until or owed.due_at) if goes_on else None,
        blocked_reason=owed.blocked_reason if state is GradeState.BLOCKED else None,
        explained=explained,
    )


def send_again(session: Session, owed_id: int, context_id: int, now: datetime) -> None:
    """The blocked score is due now, with a new time; `NotFound` if it is not one of this LMS course.

    Doing it again changes nothing.
    """
    place = (
        select(ResourceLink.context_id)
        .join(LineItem, LineItem.resource_link_id == ResourceLink.id)
        .join(GradeOwed, GradeOwed.line_item_id == LineItem.id)
        .where(GradeOwed.id == owed_id)
    )
    if session.execute(place).scalar_one_or_none() != context_id:
        raise NotFound
    session.execute(
        update(GradeOwed)
        .where(GradeOwed.id == owed_id, GradeOwed.blocked_reason.is_not(None))
        .values(**renewed(now))
        .execution_options(synchronize_session=False)
    )


def renewed(now: datetime) -> dict[str, object]:
    """A row as if it were owed anew: due now, no tries, nothing gone wrong."""
    return {
        "wanted": GradeOwed.wanted + 1,
        "due_at": now,
        "tries": 0,
        "blocked_reason": None,
        "last_outcome": None,
    }
