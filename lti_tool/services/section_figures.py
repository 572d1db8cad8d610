"""Figures of many LMS courses at once: one statement each, however many there are."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, and_, case, func, literal_column, select
from sqlalchemy.orm import Session

from lti_tool.models import Enrolment, GradeOwed, LessonProgress, LineItem, Member, ResourceLink, Sitting
from lti_tool.services.arrivals import CHECKPOINT, REVIEWS, Role
from lti_tool.services.grades.status import IS_BLOCKED


def learners_of(session: Session, contexts: Sequence[int]) -> dict[int, tuple[int, int]]:
    """(learners there, learners who left) by LMS course."""
    came_and_left = and_(Member.is_gone, Member.seen_at.is_not(None))
    rows = session.execute(
        select(
            Member.context_id,
            func.count().filter(Member.is_gone.is_(False)),
            func.count().filter(came_and_left),
        )
        .where(Member.context_id.in_(contexts), Member.role == Role.LEARNER.value)
        .group_by(Member.context_id)
    )
    return {context_id: (listed, left) for context_id, listed, left in rows}


@dataclass(frozen=True, slots=True)
class Figures:
    """How far the learners who are there have come."""

    by_count: Mapping[tuple[int, int], Sequence[tuple[int, int]]]
    """For (LMS course, course): so many lessons finished, by so many learners who began."""
    by_lesson: Mapping[tuple[int, int, str], tuple[int, int]]
    """For (LMS course, course, lesson): learners who began it, learners who finished it.

    With the reviews and the checkpoint among the lessons: whoever finished one round or try has finished that.
    """

    def of(self, link: Row[*tuple[Any, ...]], lessons: int) -> tuple[int, int]:
        """(started, finished) what the link opens."""
        if link.lesson_key is not None:
            return self.by_lesson.get((link.context_id, link.course_id, link.lesson_key), (0, 0))
        counts = self.by_count.get((link.context_id, link.course_id), ())
        return sum(people for _, people in counts), sum(people for done, people in counts if done >= lessons)


def figures_of(session: Session, contexts: Sequence[int]) -> Figures:
    """How far the learners of these LMS courses have come; those who left are not counted."""
    is_there = and_(
        Member.context_id == Enrolment.context_id,
        Member.learner_id == Enrolment.learner_id,
        Member.role == Role.LEARNER.value,
        Member.is_gone.is_(False),
    )
    place = (Enrolment.context_id, Enrolment.course_id)
    each = (
        select(*place, func.count(LessonProgress.finished_at).label("done"))
        .join(Member, is_there)
        .join(LessonProgress, LessonProgress.enrolment_id == Enrolment.id)
        .where(Enrolment.context_id.in_(contexts))
        .group_by(Enrolment.id, *place)
        .subquery()
    )
    by_count: dict[tuple[int, int], list[tuple[int, int]]] = {}
    grouped = (each.c.context_id, each.c.course_id, each.c.done)
    for context_id, course_id, done, people in session.execute(select(*grouped, func.count()).group_by(*grouped)):
        by_count.setdefault((context_id, course_id), []).append((done, people))
    lessons = session.execute(
        select(*place, LessonProgress.lesson_key, func.count(), func.count(LessonProgress.finished_at))
        .join(Member, is_there)
        .join(LessonProgress, LessonProgress.enrolment_id == Enrolment.id)
        .where(Enrolment.context_id.in_(contexts))
        .group_by(*place, LessonProgress.lesson_key)
    )
    what = case((Sitting.try_number.is_(None), REVIEWS), else_=CHECKPOINT)
    people = func.count(Enrolment.id.distinct())
    sat = session.execute(
        select(*place, what.label("what"), people, people.filter(Sitting.finished_at.is_not(None)))
        .join(Member, is_there)
        .join(Sitting, and_(Sitting.enrolment_id == Enrolment.id, Sitting.lesson_progress_id.is_(None)))
        .where(Enrolment.context_id.in_(contexts))
        .group_by(*place, literal_column("what"))
    )
    by_lesson = {(context, course, key): (began, done) for context, course, key, began, done in (*lessons, *sat)}
    return Figures(by_count, by_lesson)


def columns_of(session: Session, contexts: Iterable[int]) -> set[int]:
    """The links that have a column; one that shares another's has one."""
    query = select(LineItem.resource_link_id).where(LineItem.context_id.in_(contexts), LineItem.is_gone.is_(False))
    return set(session.scalars(query))


def blocked_of(session: Session, contexts: Iterable[int]) -> dict[int, int]:
    """By link, the scores of those who are there that wait for a person to do something."""
    rows = session.execute(
        select(LineItem.resource_link_id, func.count())
        .join(GradeOwed, GradeOwed.line_item_id == LineItem.id)
        .join(ResourceLink, ResourceLink.id == LineItem.resource_link_id)
        .join(Enrolment, Enrolment.id == GradeOwed.enrolment_id)
        .join(Member, and_(Member.context_id == Enrolment.context_id, Member.learner_id == Enrolment.learner_id))
        .where(
            LineItem.context_id.in_(contexts),
            Enrolment.course_id == ResourceLink.course_id,
            ResourceLink.lesson_key.is_not_distinct_from(GradeOwed.lesson_key),
            Member.is_gone.is_(False),
            IS_BLOCKED,
        )
        .group_by(LineItem.resource_link_id)
    )
    return {row[0]: row[1] for row in rows}
