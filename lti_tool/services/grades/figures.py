"""A learner's grade by the rule of a column, and what it stands on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from content.model import Course as Taught
from content.model import Item, Kind, Pool
from lti_tool.models import ClearSpan, Course, Enrolment, PracticeDay, Review, Sitting
from lti_tool.models import Item as ItemRow
from lti_tool.rules.grading import FULL, Rule, Step, Terms
from lti_tool.rules.mastery import Mastery, Shown, mastery
from lti_tool.rules.practised import Practised, Round, practised, stretches
from lti_tool.rules.rhythm import Span
from lti_tool.services.completion import lessons_done
from lti_tool.services.courses import edition
from lti_tool.services.days import days_jumped
from lti_tool.services.tries import checkpoint_results
from scheduler.day import day_begins, study_day, zone_from


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose grade, for what, by which terms."""

    enrolment_id: int
    lesson_key: str | None
    terms: Terms


@dataclass(frozen=True, slots=True)
class Figure:
    """A grade as of now."""

    percent: int | None
    """None while there is nothing to tell the gradebook."""
    counted: dict[str, Any] = field(default_factory=dict)
    """What the rule counted, for the ledger: names and whole numbers."""
    up_to_review_id: int | None = None
    """The newest answer that it can stand on."""


def figure(session: Session, asked: Asked, now: datetime) -> Figure:
    """The grade, reckoned from what is on record."""
    steps, counted = _RULES[asked.terms.rule](session, asked, now)
    newest = select(func.max(Review.id)).where(Review.enrolment_id == asked.enrolment_id)
    return Figure(asked.terms.worth(steps), counted, session.scalar(newest))


_Found = tuple[list[Step], dict[str, Any]]


def _completion(session: Session, asked: Asked, _now: datetime) -> _Found:
    steps, counted = lessons_done(session, asked.enrolment_id, asked.lesson_key)
    return [one for one in steps if one.percent == FULL], counted


def _progress(session: Session, asked: Asked, _now: datetime) -> _Found:
    return lessons_done(session, asked.enrolment_id, asked.lesson_key)


def _practice(session: Session, asked: Asked, now: datetime) -> _Found:
    found = practice_of(session, asked, now)
    if found is None:
        return [], {}
    return found.steps(), {"kept": len(found.kept), "needed": found.needed, "offered": found.offered}


def practice_of(session: Session, asked: Asked, now: datetime) -> Practised | None:
    """How the learner stands with the sittings on schedule; None before her first finished lesson."""
    query = select(Enrolment.first_lesson_on, Enrolment.created_at, Enrolment.zone)
    row = session.execute(query.where(Enrolment.id == asked.enrolment_id)).one()
    if row.first_lesson_on is None:
        return None
    terms, zone = asked.terms, zone_from(row.zone)
    first_day, closes = study_day(row.created_at, zone), terms.class_closes_at
    opens_at = terms.opens_at or terms.made_at
    opens = study_day(opens_at, zone) if opens_at is not None and closes is not None else first_day
    mine = Sitting.enrolment_id == asked.enrolment_id
    rounds = session.execute(
        select(Sitting.study_on, Sitting.finished_at).where(
            mine, Sitting.lesson_progress_id.is_(None), Sitting.try_number.is_(None), Sitting.finished_at.is_not(None)
        )
    )
    spans = select(ClearSpan.from_on, ClearSpan.until_on).where(ClearSpan.enrolment_id == asked.enrolment_id)
    busy = select(PracticeDay.study_on).where(PracticeDay.enrolment_id == asked.enrolment_id)
    return practised(
        stretches(opens, study_day(closes, zone) if closes else None, terms.sittings),
        # A round that was begun earlier belongs to the day on which it was finished.
        [Round(max(on, study_day(at, zone)), at) for on, at in rounds if at is not None],
        [Span(*one) for one in session.execute(spans)],
        first_day,
        terms.spare,
        study_day(now, zone) + timedelta(days=days_jumped(session)),
        terms.allowed_sittings,
        frozenset(session.scalars(busy)),
        lambda day: min(day_begins(day, zone), closes or datetime.max.replace(tzinfo=UTC)),
    )


def _mastery(session: Session, asked: Asked, _now: datetime) -> _Found:
    found = mastery_of(session, asked)
    return found.steps(), {"shown": sum(at is not None for at in found.outcomes.values()), "of": len(found.outcomes)}


def mastery_of(session: Session, asked: Asked) -> Mastery:
    """Since when each outcome is shown, by the items that its newest edition practises."""
    query = select(Course.version_id).join(Enrolment, Enrolment.course_id == Course.id)
    version_id = session.execute(query.where(Enrolment.id == asked.enrolment_id)).scalar_one()
    if version_id is None:
        return Mastery({})
    right = (
        select(ItemRow.key, Review.study_on, Review.answered_at)
        .join(Review, Review.item_id == ItemRow.id)
        .where(Review.enrolment_id == asked.enrolment_id, Review.is_scored, Review.is_right, Review.hints == 0)
    )
    items = _items(edition(session, version_id).course, asked.lesson_key)
    return mastery(items, (Shown(*row) for row in session.execute(right)))


def _items(course: Taught, lesson_key: str | None) -> Mapping[str, list[str]]:
    """By outcome: the items that are practised and marked by Sprig; of one lesson, if the key is a lesson's."""
    keys = {lesson.key for lesson in course.lessons}
    found: dict[str, list[str]] = {}
    for lesson in course.lessons:
        if lesson_key not in keys or lesson.key == lesson_key:
            for step in lesson.steps:
                if isinstance(step, Item) and step.pool is Pool.LEARN and step.kind is not Kind.REVEAL:
                    found.setdefault(step.outcome, []).append(step.key)
    return found


def _checkpoint(session: Session, asked: Asked, _now: datetime) -> _Found:
    tries = checkpoint_results(session, asked.enrolment_id)
    counting = tries[:1] if asked.terms.is_first_try else tries
    best = max(counting, key=lambda one: one.percent, default=None)
    counted = {"try": best.number, "right": best.right, "asked": best.asked, "tries": len(tries)} if best else {}
    return [Step(one.finished_at, one.percent) for one in counting], counted


_RULES: dict[Rule, Callable[[Session, Asked, datetime], _Found]] = {
    Rule.COMPLETION: _completion,
    Rule.PROGRESS: _progress,
    Rule.PRACTICE: _practice,
    Rule.MASTERY: _mastery,
    Rule.CHECKPOINT: _checkpoint,
}
