"""What is on record of an arrival, in one query, and whether it says anything new."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from lti_tool.models import (
    Context,
    Course,
    Enrolment,
    GradeOwed,
    Learner,
    LessonProgress,
    LineItem,
    Member,
    ResourceLink,
)
from lti_tool.services.arrivals import CHECKPOINT, Arrival, Role, Target
from lti_tool.services.courses import edition
from lti_tool.services.tries import checkpoint_results

SEEN_EVERY = timedelta(hours=1)
"""A member's last launch is noted this exactly."""

ON_RECORD = (
    select(
        Learner.id.label("learner_id"),
        Learner.name,
        Learner.email,
        Context.id.label("context_id"),
        Context.title.label("context_title"),
        Context.memberships_url,
        Context.line_items_url,
        Context.service_scopes,
        Member.is_gone.label("has_left"),
        Member.role,
        Member.seen_at,
        ResourceLink.id.label("link_id"),
        ResourceLink.title.label("link_title"),
        ResourceLink.opens_at,
        ResourceLink.due_at,
        ResourceLink.closes_at,
        ResourceLink.course_id,
        ResourceLink.lesson_key,
        LineItem.scopes,
        LineItem.is_gone,
        Enrolment.id.label("enrolment_id"),
        Course.version_id,
        select(func.count())
        .select_from(LessonProgress)
        .where(
            LessonProgress.enrolment_id == Enrolment.id,
            LessonProgress.finished_at.is_not(None),
            or_(ResourceLink.lesson_key.is_(None), LessonProgress.lesson_key == ResourceLink.lesson_key),
        )
        .correlate(Enrolment, ResourceLink)
        .scalar_subquery()
        .label("finished"),
        and_(
            LineItem.shares_id.is_(None),
            or_(
                GradeOwed.id.is_(None),
                and_(
                    GradeOwed.wanted == GradeOwed.sent,
                    or_(
                        GradeOwed.sent_percent.is_(None),
                        GradeOwed.enrolment_id != Enrolment.id,
                        GradeOwed.lesson_key.is_distinct_from(ResourceLink.lesson_key),
                    ),
                ),
            ),
        ).label("is_untold"),
    )
    .select_from(Learner)
    .join(Context, and_(Context.deployment_id == bindparam("deployment"), Context.lms_id == bindparam("context")))
    .join(Member, and_(Member.context_id == Context.id, Member.learner_id == Learner.id))
    .outerjoin(ResourceLink, and_(ResourceLink.context_id == Context.id, ResourceLink.lms_id == bindparam("link")))
    .outerjoin(LineItem, and_(LineItem.resource_link_id == ResourceLink.id, LineItem.url == bindparam("line_item")))
    .outerjoin(
        Enrolment,
        and_(
            Enrolment.learner_id == Learner.id,
            Enrolment.context_id == Context.id,
            Enrolment.course_id == ResourceLink.course_id,
        ),
    )
    .outerjoin(Course, Course.id == ResourceLink.course_id)
    .outerjoin(GradeOwed, and_(GradeOwed.line_item_id == LineItem.id, GradeOwed.learner_id == Learner.id))
    .where(
        Learner.platform_id == bindparam("platform"),
        Learner.tenant_id == bindparam("tenant"),
        Learner.sub == bindparam("sub"),
    )
    # Whoever erases her waits until she is in, or has her gone before we look.
    .with_for_update(of=Learner, key_share=True)
)


def context_facts(arrival: Arrival) -> dict[str, object]:
    """What the launch says of its LMS course; what it does not say stays as it is."""
    said = arrival.services
    facts: dict[str, object] = {"title": arrival.context_title} if arrival.context_title else {}
    if said.memberships_url is not None:
        facts["memberships_url"] = said.memberships_url
    if said.line_items_url is not None:
        facts |= {"line_items_url": said.line_items_url, "service_scopes": list(said.scopes)}
    return facts


def link_facts(arrival: Arrival) -> dict[str, object]:
    """What the launch says of its link; what it does not say stays as it is.

    Dates are those that a teacher is told: an LMS may tell each learner her own, with her extension.
    """
    facts: dict[str, object] = {"title": arrival.link_title} if arrival.link_title else {}
    dates = arrival.dates
    if dates is not None and arrival.role.chooses:
        facts |= {"opens_at": dates.opens_at, "due_at": dates.due_at, "closes_at": dates.closes_at}
    return facts


def _says(row: Row[Any], facts: dict[str, object], title: str) -> bool:
    return all(getattr(row, title if name == "title" else name) == value for name, value in facts.items())


def says_nothing_new(row: Row[Any], arrival: Arrival, target: Target | None, now: datetime) -> bool:
    """The launch says what the row says already."""
    is_same = (row.name, row.email, row.role) == (arrival.name, arrival.email, arrival.role) and not row.has_left
    if not is_same or row.seen_at is None or now - row.seen_at > SEEN_EVERY:
        return False
    if not _says(row, context_facts(arrival), "context_title"):
        return False
    if arrival.link_id is None:
        return True
    wanted = (target.course_id, target.lesson_key) if target else (row.course_id, row.lesson_key)
    if (row.course_id, row.lesson_key) != wanted or not _says(row, link_facts(arrival), "link_title"):
        return False
    claim = arrival.line_item
    has_column = claim is None or (row.is_gone is False and tuple(row.scopes) == claim.scopes)
    return has_column and (row.course_id is None or row.enrolment_id is not None or not arrival.role.learns)


def behind(session: Session, row: Row[Any], arrival: Arrival) -> int | None:
    """The enrolment that may be owed a grade; a guess that errs on the side of looking.

    Owing is a state: whoever finished as a guest or a teacher, and is a learner now, is owed it from now on.
    """
    if arrival.line_item is None or arrival.role is not Role.LEARNER or not row.is_untold:
        return None
    if row.lesson_key == CHECKPOINT:
        has_tried = row.enrolment_id is not None and checkpoint_results(session, row.enrolment_id)
        return int(row.enrolment_id) if has_tried else None
    if not row.finished:
        return None
    # Of a whole course, most launches find only a part of it done.
    is_course = row.lesson_key is None and row.version_id is not None
    if is_course and row.finished < len(edition(session, row.version_id).course.lessons):
        return None
    return int(row.enrolment_id)
