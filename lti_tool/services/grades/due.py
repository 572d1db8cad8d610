"""Which scores are due, with all that sending one needs, and how many of them one platform may have at once."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, and_, or_, select, text
from sqlalchemy.orm import Session

from lti_tool.models import (
    Context,
    Course,
    Deployment,
    Enrolment,
    GradeOwed,
    Learner,
    LineItem,
    Member,
    Platform,
    ResourceLink,
)
from lti_tool.services.grades.terms import with_terms

SECOND = timedelta(seconds=1)
_IN_COURSE = and_(
    Enrolment.learner_id == Learner.id,
    Enrolment.context_id == ResourceLink.context_id,
    Enrolment.course_id == ResourceLink.course_id,
)
"""The learner's enrolment in what the link opens now."""


class Room:
    """How many scores each platform may have under way: a slow one must not hold every thread."""

    def __init__(self, each: int, left: Mapping[int, int]) -> None:
        self._each = each
        self._left = dict(left)

    @property
    def full(self) -> set[int]:
        """The platforms without room."""
        return {platform_id for platform_id, left in self._left.items() if left <= 0}

    def take(self, platform_id: int) -> None:
        """One more is under way there."""
        self._left[platform_id] = self._left.get(platform_id, self._each) - 1


def due(now: datetime, most: int) -> Select[Any]:
    """The ids of at most this many scores, the longest due first, locked."""
    return (
        select(GradeOwed.id)
        .join(Learner, Learner.id == GradeOwed.learner_id)
        .join(Platform, Platform.id == Learner.platform_id)
        .where(
            GradeOwed.wanted > GradeOwed.sent,
            GradeOwed.blocked_reason.is_(None),
            GradeOwed.due_at <= now,
            or_(GradeOwed.lease_until.is_(None), GradeOwed.lease_until <= now),
            # A score's time is a whole second of its own, after the last one's and not in the future.
            or_(GradeOwed.score_at.is_(None), GradeOwed.score_at <= now - SECOND),
            Platform.is_enabled,
        )
        .order_by(GradeOwed.due_at, GradeOwed.id)
        .limit(most)
        .with_for_update(of=GradeOwed, skip_locked=True)
    )


def carried(session: Session, ids: Sequence[int]) -> Sequence[Row[Any]]:
    """All that sending these takes, in their order; course, lesson, rule and enrolment are the link's of today."""
    if not ids:
        return []
    if session.get_bind().dialect.name == "postgresql":
        # A dozen tables by their keys, in the order they stand here: thinking of a better one took PostgreSQL 17 ms.
        session.execute(text("SET LOCAL join_collapse_limit = 1"))
    query: Select[Any] = (
        select(GradeOwed, Platform, LineItem.url, LineItem.scopes, ResourceLink.lesson_key)
        .add_columns(Learner.sub, Course.version_id, Member.role, Enrolment.id.label("enrolment_id"))
        .add_columns(Deployment.lms_id.label("deployment"), Context.line_items_url, Context.service_scopes)
        .add_columns(ResourceLink.lms_id.label("link_lms_id"), LineItem.rule.label("second_rule"))
        .join(LineItem, LineItem.id == GradeOwed.line_item_id)
        .join(ResourceLink, ResourceLink.id == LineItem.resource_link_id)
        .join(Context, Context.id == ResourceLink.context_id)
        .join(Deployment, Deployment.id == Context.deployment_id)
        .join(Learner, Learner.id == GradeOwed.learner_id)
        .join(Platform, Platform.id == Learner.platform_id)
        .outerjoin(Member, and_(Member.context_id == ResourceLink.context_id, Member.learner_id == Learner.id))
        .outerjoin(Course, Course.id == ResourceLink.course_id)
        .outerjoin(Enrolment, _IN_COURSE)
        .where(GradeOwed.id.in_(ids))
        .order_by(GradeOwed.due_at, GradeOwed.id)
        .execution_options(populate_existing=True)
    )
    return session.execute(with_terms(query, GradeOwed.learner_id)).all()
