"""What a position of a sitting shows, and what its end tells: read models, nothing is changed here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session

from content.marking import mark
from content.model import Card, Course, Item, Lesson, Marked, Response
from lti_tool.errors import NotFound
from lti_tool.models import LessonProgress, Sitting, SittingStep
from lti_tool.models.engine import run
from lti_tool.services.courses import edition, items_in


class Leaf(StrEnum):
    """How a step stands on the progress stem; the value is the leaf's class."""

    DONE = "on"
    AGAIN = "again"
    """Answered, and not right yet."""
    NOW = "now"
    TO_COME = ""


@dataclass(frozen=True, slots=True)
class Position:
    """A card, a question to answer, or a question with its feedback."""

    sitting_id: int
    position: int
    step_id: int
    steps: int
    """Positions so far, those asked once more among them: where the sitting ends, not how far the learner is."""
    passed: int
    done: int
    """Required steps that are done, of `required`: never falls, and is the figure on every other page."""
    required: int
    leaves: tuple[Leaf, ...]
    """One for each required step, whatever is asked once more."""
    course: Course
    lesson: Lesson | None
    lesson_number: int
    card: Card | None
    item: Item | None
    again: int
    hints: int
    response: Response | None
    marked: Marked | None
    """The verdict; none before the answer."""
    days_after: int | None
    due_on: date | None
    comes_back: bool
    """The item stands once more later in this sitting."""
    try_number: int | None = None
    """Of a try at a checkpoint: no verdict is here, whatever was answered."""

    @property
    def outcome_title(self) -> str:
        """What the question is about."""
        wanted = self.item.outcome if self.item else None
        return next((outcome.title for outcome in self.course.outcomes if outcome.key == wanted), "")

    @property
    def is_passed(self) -> bool:
        """Read or answered."""
        return self.position <= self.passed


_MINE = (Sitting.id == bindparam("sitting"), Sitting.enrolment_id == bindparam("enrolment"))
_SITTING = (
    select(
        Sitting.planned, Sitting.steps, Sitting.passed, Sitting.started_at, Sitting.finished_at, Sitting.try_number,
        LessonProgress.lesson_key, LessonProgress.course_version_id, LessonProgress.required, LessonProgress.done,
        LessonProgress.finished_at.label("lesson_finished_at"),
    )
    .outerjoin(LessonProgress, LessonProgress.id == Sitting.lesson_progress_id)
    .where(*_MINE)
)  # fmt: skip
_STEPS = (
    select(
        SittingStep.id, SittingStep.position, SittingStep.card_key, SittingStep.item_id,
        SittingStep.item_version_id, SittingStep.again, SittingStep.hints, SittingStep.is_right,
        SittingStep.response, SittingStep.days_before, SittingStep.days_after, SittingStep.due_on,
    )
    .where(SittingStep.sitting_id == bindparam("sitting"))
    .order_by(SittingStep.position)
)  # fmt: skip


def position(session: Session, enrolment_id: int, version_id: int, sitting_id: int, number: int) -> Position:
    """The position of one's own sitting, or `NotFound`."""
    sitting = run(session, _SITTING, sitting=sitting_id, enrolment=enrolment_id).first()
    steps = run(session, _STEPS, sitting=sitting_id).all() if sitting else []
    if sitting is None or not 1 <= number <= len(steps):
        raise NotFound
    course = edition(session, sitting.course_version_id or version_id).course
    step = steps[number - 1]
    lesson, lesson_number = _lesson(course, sitting.lesson_key)
    item = items_in(session, [step.item_version_id])[step.item_version_id] if step.item_version_id else None
    response = tuple(step.response) if step.response is not None else None
    done, required = _done(sitting)
    is_told = sitting.try_number is None
    return Position(
        sitting_id=sitting_id,
        position=number,
        step_id=step.id,
        steps=sitting.steps,
        passed=sitting.passed,
        done=done,
        required=required,
        leaves=_leaves(steps, step, sitting, required),
        course=course,
        lesson=lesson,
        lesson_number=lesson_number,
        card=_card(lesson, step.card_key),
        item=item,
        again=step.again,
        hints=step.hints,
        response=response,
        marked=mark(item, response, course.decimal) if item and response is not None and is_told else None,
        days_after=step.days_after,
        due_on=step.due_on,
        comes_back=any(one.item_id == step.item_id and one.position > number for one in steps if one.item_id),
        try_number=sitting.try_number,
    )


def _done(sitting: Row[Any]) -> tuple[int, int]:
    """(steps done, steps required): of the lesson; in a round, or a lesson done once before, of this sitting."""
    is_repeat = sitting.lesson_finished_at is not None and sitting.lesson_finished_at < sitting.started_at
    if sitting.lesson_key is not None and not is_repeat:
        return sitting.done, sitting.required
    # Whatever is not settled yet stands exactly once among the positions that are left.
    return sitting.planned - (sitting.steps - sitting.passed), sitting.planned


def _leaves(steps: Sequence[Row[Any]], at: Row[Any], sitting: Row[Any], required: int) -> tuple[Leaf, ...]:
    """What was done in earlier sittings, then this one's steps; a question asked once more keeps its leaf.

    In a checkpoint whatever is answered is done: nobody reads off its leaf how.
    """
    passed, is_told = sitting.passed, sitting.try_number is None
    found: dict[int | str, Leaf] = {}
    for step in steps:
        key = step.item_id or step.card_key
        if step.position <= passed:
            found[key] = Leaf.AGAIN if is_told and step.is_right is False else Leaf.DONE
        else:
            found.setdefault(key, Leaf.TO_COME)
    if at.position > passed:
        found[at.item_id or at.card_key] = Leaf.NOW
    return (Leaf.DONE,) * (required - len(found)) + tuple(found.values())


def _lesson(course: Course, key: str | None) -> tuple[Lesson | None, int]:
    for number, lesson in enumerate(course.lessons, 1):
        if lesson.key == key:
            return lesson, number
    return None, 0


def _card(lesson: Lesson | None, key: str | None) -> Card | None:
    if lesson is None or key is None:
        return None
    return next((step for step in lesson.steps if isinstance(step, Card) and step.key == key), None)


@dataclass(frozen=True, slots=True)
class Moved:
    """An item whose next review moved."""

    name: str
    days_before: int | None
    days_after: int
    is_right: bool


@dataclass(frozen=True, slots=True)
class Ended:
    """The last page of a sitting."""

    course: Course
    lesson: Lesson | None
    lesson_is_finished: bool
    done: int
    """Steps of the lesson, or of the round, that are done, of `required`."""
    required: int
    answered: int
    right_at_once: int
    started_at: datetime
    finished_at: datetime
    moved: tuple[Moved, ...]


def ended(session: Session, enrolment_id: int, version_id: int, sitting_id: int) -> Ended:
    """What a finished sitting of one's own came to; `NotFound` while it is not finished."""
    sitting = run(session, _SITTING, sitting=sitting_id, enrolment=enrolment_id).first()
    if sitting is None or sitting.finished_at is None:
        raise NotFound
    course = edition(session, sitting.course_version_id or version_id).course
    first = [step for step in run(session, _STEPS, sitting=sitting_id) if step.item_version_id and step.again == 0]
    items = items_in(session, [step.item_version_id for step in first])
    done, required = _done(sitting)
    return Ended(
        course=course,
        lesson=_lesson(course, sitting.lesson_key)[0],
        lesson_is_finished=sitting.lesson_finished_at is not None,
        done=done,
        required=required,
        answered=len(first),
        right_at_once=sum(bool(step.is_right) for step in first),
        started_at=sitting.started_at,
        finished_at=sitting.finished_at,
        moved=tuple(
            Moved(name_of(items[step.item_version_id]), step.days_before, step.days_after, bool(step.is_right))
            for step in first
            if step.days_after is not None
        ),
    )


def name_of(item: Item) -> str:
    """An item's short name for lists: its title, or else its author's key, written out."""
    return item.title or item.key.replace("-", " ").replace("_", " ").capitalize()
