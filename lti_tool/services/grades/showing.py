"""What people see of the scores."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from lti_tool.models import Enrolment, GradeOwed, Learner, LineItem, PlatformPause, ResourceLink
from lti_tool.services.grades.reasons import Explained, Reason, explain


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
    KEPT = "kept"
    """A teacher chose that what a person put into the LMS stands: nothing is sent, and nothing is to be done."""


@dataclass(frozen=True, slots=True)
class GradeLine:
    """One learner's score in one gradebook column."""

    owed_id: int
    learner_id: int
    link_id: int
    link_title: str
    line_item_id: int
    state: GradeState
    value: int
    """Percent, as Sprig has it: what was last owed, or sent if that was more."""
    percent: int | None
    """The last one that the gradebook took."""
    sent_at: datetime | None
    owed_at: datetime
    next_try_at: datetime | None
    """When it is tried again, if it waits or is in trouble."""
    lms_percent: float | None
    """What the LMS showed at `lms_read_at`; none for no grade, or if it was never read."""
    lms_read_at: datetime | None
    blocked_reason: str | None
    explained: Explained | None
    """For trouble, a block and what is kept: what happened, and what helps."""

    @property
    def is_changed(self) -> bool:
        """A person changed the grade in the LMS, and a teacher is to say which one stands."""
        return self.blocked_reason == Reason.CHANGED_IN_LMS.value

    @property
    def goes_on(self) -> bool:
        """It is sent by itself, sooner or later."""
        return self.state in {GradeState.WAITING, GradeState.TROUBLE}


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
        .order_by(GradeOwed.learner_id, ResourceLink.id, GradeOwed.line_item_id)
    )
    if learner_id is not None:
        query = query.where(GradeOwed.learner_id == learner_id)
    return [_line(*row) for row in session.execute(query)]


def _line(
    owed: GradeOwed, link_id: int, title: str, paused_until: datetime | None, pause_outcome: str | None
) -> GradeLine:
    # While the platform is left alone, its trouble is that of every score that waits.
    explained = explain(owed.blocked_reason, pause_outcome or owed.last_outcome)
    state = _state(owed, explained)
    goes_on = state in {GradeState.WAITING, GradeState.TROUBLE}
    return GradeLine(
        owed_id=owed.id,
        learner_id=owed.learner_id,
        link_id=link_id,
        link_title=title,
        line_item_id=owed.line_item_id,
        state=state,
        value=max(owed.reached, owed.sent_percent or 0),
        percent=owed.sent_percent,
        sent_at=owed.sent_at,
        owed_at=owed.owed_at,
        next_try_at=max(owed.due_at, paused_until or owed.due_at) if goes_on else None,
        lms_percent=owed.lms_percent,
        lms_read_at=owed.lms_read_at,
        blocked_reason=owed.blocked_reason if state is GradeState.BLOCKED else None,
        explained=None if state is GradeState.SENT else explained,
    )


def _state(owed: GradeOwed, explained: Explained | None) -> GradeState:
    if owed.wanted <= owed.sent:
        return GradeState.SENT
    if owed.blocked_reason is not None:
        is_kept = owed.blocked_reason == Reason.KEPT_IN_LMS.value
        return GradeState.KEPT if is_kept else GradeState.BLOCKED
    return GradeState.TROUBLE if explained else GradeState.WAITING
