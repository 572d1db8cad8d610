"""A teacher's LMS courses at a glance, and the way from one to another.

A launch opens one LMS course.  Its visit may be carried over to another one in which the same person (the LMS's own id
for her, at the same platform, in the same institution) teaches: the new visit is bound to the same browser by the same
proof, ends when the first one would, and is in every other way a visit of its own.  What she is there was said by the
LMS: by a launch of hers or, if she never came there, by its list, within the last two weeks.  A teacher who was taken
off a course therefore cannot come back to it this way for ever; after that time one launch from the LMS opens it anew.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, select
from sqlalchemy.orm import Session

from lti_tool.errors import NotFound
from lti_tool.models import Context, Course, Member, ResourceLink, Visit
from lti_tool.models.engine import insert_once
from lti_tool.services.arrivals import Role
from lti_tool.services.courses import Named, edition, name_target
from lti_tool.services.section_figures import blocked_of, columns_of, figures_of, learners_of
from lti_tool.services.visits import Visitor

CONFIRMED_FOR = timedelta(days=14)
MOST_SECTIONS = 60


@dataclass(frozen=True, slots=True)
class Activity:
    """A link of an LMS course."""

    link_id: int
    title: str
    opens: Named | None
    """None if nothing was chosen yet."""
    due_at: datetime | None
    has_column: bool
    started: int
    finished: int
    blocked: int
    """Scores that wait for a person to do something."""


@dataclass(frozen=True, slots=True)
class Section:
    """An LMS course of this teacher."""

    context_id: int
    title: str
    is_here: bool
    """The one that the visit is in."""
    is_open: bool
    """The visit may be carried over to it."""
    listed: int
    """Learners, as far as we know."""
    left: int
    """Those who came once, and are no longer there."""
    activities: tuple[Activity, ...]


def my_sections(session: Session, visitor: Visitor, now: datetime) -> tuple[Section, ...]:
    """Every LMS course in which this person teaches, as far as the LMS told us: the visit's own first, then by title.

    Of one that the visit may not be carried over to, no figures are told.
    """
    visitor.must_teach()
    rows = session.execute(
        select(Context.id, Context.title, Context.roster_read_at, Member.seen_at)
        .join(Member, Member.context_id == Context.id)
        .where(*_teaches(visitor))
        .order_by((Context.id == visitor.context_id).desc(), Context.title, Context.id)
        .limit(MOST_SECTIONS)
    ).all()
    opened = [row.id for row in rows if row.id == visitor.context_id or _is_confirmed(row, now)]
    learners, activities = learners_of(session, opened), _activities(session, opened)
    return tuple(
        Section(
            context_id=row.id,
            title=row.title,
            is_here=row.id == visitor.context_id,
            is_open=row.id in opened,
            listed=learners.get(row.id, (0, 0))[0],
            left=learners.get(row.id, (0, 0))[1],
            activities=tuple(activities.get(row.id, ())),
        )
        for row in rows
    )


def _teaches(visitor: Visitor) -> tuple[ColumnElement[bool], ...]:
    return (
        Member.learner_id == visitor.learner_id,
        Member.role == Role.INSTRUCTOR.value,
        Member.is_gone.is_(False),
    )


def _is_confirmed(row: Row[*tuple[Any, ...]], now: datetime) -> bool:
    # Once she has come, only launches tell: a list of Moodle's calls assistants learners, and may mean just that.
    said_at = row.seen_at or row.roster_read_at
    return said_at is not None and now - said_at <= CONFIRMED_FOR


def _activities(session: Session, contexts: Sequence[int]) -> dict[int, list[Activity]]:
    links = session.execute(
        select(
            ResourceLink.id,
            ResourceLink.context_id,
            ResourceLink.title,
            ResourceLink.course_id,
            ResourceLink.lesson_key,
            ResourceLink.due_at,
            Course.version_id,
        )
        .outerjoin(Course, Course.id == ResourceLink.course_id)
        .where(ResourceLink.context_id.in_(contexts))
        .order_by(ResourceLink.context_id, ResourceLink.id)
    ).all()
    figures, columns, blocked = (
        figures_of(session, contexts),
        columns_of(session, contexts),
        blocked_of(session, contexts),
    )
    found: dict[int, list[Activity]] = {}
    for link in links:
        opens, lessons = _opens(session, link)
        started, finished = figures.of(link, lessons)
        found.setdefault(link.context_id, []).append(
            Activity(
                link_id=link.id,
                title=link.title,
                opens=opens,
                due_at=link.due_at,
                has_column=link.id in columns,
                started=started,
                finished=finished,
                blocked=blocked.get(link.id, 0),
            )
        )
    return found


def _opens(session: Session, link: Row[*tuple[Any, ...]]) -> tuple[Named | None, int]:
    """(what the link opens, lessons in its course)."""
    if link.version_id is None:
        return None, 0
    course = edition(session, link.version_id).course
    return name_target(course, link.lesson_key), len(course.lessons)


def carry_over(session: Session, visitor: Visitor, link_id: int, now: datetime) -> str:
    """The key of a new visit to this link, by the rule above; `NotFound` if the visitor does not teach there."""
    visitor.must_teach()
    row = session.execute(
        select(
            ResourceLink.context_id,
            ResourceLink.course_id,
            ResourceLink.lesson_key,
            Context.roster_read_at,
            Member.seen_at,
        )
        .join(Context, Context.id == ResourceLink.context_id)
        .join(Member, Member.context_id == Context.id)
        .where(ResourceLink.id == link_id, *_teaches(visitor))
    ).first()
    if row is None or not (row.context_id == visitor.context_id or _is_confirmed(row, now)):
        raise NotFound
    kept = (
        Visit.binding_hash,
        Visit.is_in_address,
        Visit.learner_id,
        Visit.locale,
        Visit.frame_ancestors,
        Visit.zone,
        Visit.expires_at,
    )
    same = session.execute(select(*kept).where(Visit.key == visitor.key)).one()
    there: dict[str, object] = {
        "key": secrets.token_urlsafe(16),
        "role": Role.INSTRUCTOR.value,
        "context_id": row.context_id,
        "resource_link_id": link_id,
        "course_id": row.course_id,
        "lesson_key": row.lesson_key,
    }
    insert_once(session, Visit, dict(same._mapping) | there)  # noqa: SLF001 - its public name, despite the underscore
    return str(there["key"])
