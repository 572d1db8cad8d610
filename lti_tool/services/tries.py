"""Finished tries at a checkpoint: in figures, and question by question."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from content.marking import mark
from content.model import Course, Item, Marked, Response
from lti_tool.models import Enrolment, Sitting, SittingStep
from lti_tool.models.engine import run
from lti_tool.rules.completion import percent
from lti_tool.services.courses import edition, items_in
from lti_tool.services.views import name_of


@dataclass(frozen=True, slots=True)
class TryResult:
    """What a finished try came to."""

    number: int
    right: int
    asked: int
    percent: int
    """Rounded down: 100 only when all are right."""
    finished_at: datetime


@dataclass(frozen=True, slots=True)
class ProbeAnswer:
    """A question of a finished try, as it was shown and answered, with its verdict."""

    step_id: int
    course: Course
    item: Item
    response: Response
    is_right: bool
    """As it was marked when it was given."""
    marked: Marked
    hints: int = 0
    corrected_at: datetime | None = None
    """When a corrected question marked it anew."""

    @property
    def name(self) -> str:
        """The question's short name."""
        return name_of(self.item)


@dataclass(frozen=True, slots=True)
class OutcomeResult:
    """How many of an outcome's questions were right, of those that were asked."""

    title: str
    right: int
    asked: int


@dataclass(frozen=True, slots=True)
class FinishedTry:
    """A try that is over, for whoever may read it."""

    result: TryResult
    answers: tuple[ProbeAnswer, ...]
    outcomes: tuple[OutcomeResult, ...]
    """In the course's order."""

    @property
    def missed(self) -> tuple[ProbeAnswer, ...]:
        """What was not right, in the order in which it was asked."""
        return tuple(one for one in self.answers if not one.is_right)


_FINISHED = (Sitting.try_number.is_not(None), Sitting.finished_at.is_not(None))
_MINE = (Sitting.enrolment_id == bindparam("enrolment"), *_FINISHED)
_RESULTS = (
    select(
        Sitting.try_number,
        func.count().filter(SittingStep.is_right.is_(True)),
        func.count(),
        Sitting.finished_at,
    )
    .join(SittingStep, SittingStep.sitting_id == Sitting.id)
    .where(*_MINE)
    .group_by(Sitting.id, Sitting.try_number, Sitting.finished_at)
    .order_by(Sitting.try_number)
)


def checkpoint_results(session: Session, enrolment_id: int) -> list[TryResult]:
    """What the finished tries of an enrolment came to, the first one first."""
    return [_result(*row) for row in run(session, _RESULTS, enrolment=enrolment_id)]


def _result(number: int, right: int, asked: int, finished_at: datetime) -> TryResult:
    return TryResult(number, right, asked, percent(right, asked), finished_at)


_RESULTS_OF_CLASS = (
    select(
        Sitting.enrolment_id,
        Sitting.try_number,
        func.count().filter(SittingStep.is_right.is_(True)),
        func.count(),
        Sitting.finished_at,
    )
    .join(SittingStep, SittingStep.sitting_id == Sitting.id)
    .join(Enrolment, Enrolment.id == Sitting.enrolment_id)
    .where(
        Enrolment.context_id == bindparam("context"),
        Enrolment.course_id == bindparam("course"),
        *_FINISHED,
    )
    .group_by(Sitting.id, Sitting.enrolment_id, Sitting.try_number, Sitting.finished_at)
    .order_by(Sitting.try_number)
)


def results_of_class(session: Session, context_id: int, course_id: int) -> dict[int, list[TryResult]]:
    """The same for everybody who has a finished try in this LMS course, by enrolment."""
    found: dict[int, list[TryResult]] = {}
    for enrolment_id, *row in run(session, _RESULTS_OF_CLASS, context=context_id, course=course_id):
        found.setdefault(enrolment_id, []).append(_result(*row))
    return found


_ANSWERS = (
    select(
        Sitting.try_number, Sitting.finished_at, SittingStep.id, SittingStep.item_version_id, SittingStep.is_right,
        SittingStep.response, SittingStep.corrected_at,
    )
    .join(SittingStep, SittingStep.sitting_id == Sitting.id)
    .where(*_MINE)
    .order_by(Sitting.try_number, SittingStep.position)
)  # fmt: skip


def finished_tries(session: Session, enrolment_id: int, version_id: int) -> list[FinishedTry]:
    """The finished tries with all their answers, the first one first; titles and signs are this version's."""
    course = edition(session, version_id).course
    rows = run(session, _ANSWERS, enrolment=enrolment_id).all()
    items = items_in(session, [row.item_version_id for row in rows])
    by_try: dict[int, list[Any]] = {}
    for row in rows:
        by_try.setdefault(row.try_number, []).append(row)
    return [_finished(course, steps, items) for steps in by_try.values()]


def _finished(course: Course, steps: list[Any], items: dict[int, Item]) -> FinishedTry:
    answers = tuple(
        ProbeAnswer(
            step_id=row.id,
            course=course,
            item=items[row.item_version_id],
            response=tuple(row.response),
            is_right=row.is_right,
            marked=mark(items[row.item_version_id], tuple(row.response), course.decimal),
            corrected_at=row.corrected_at,
        )
        for row in steps
    )
    right, asked = sum(one.is_right for one in answers), len(answers)
    result = _result(steps[0].try_number, right, asked, steps[0].finished_at)
    return FinishedTry(result, answers, _by_outcome(course, answers))


def _by_outcome(course: Course, answers: tuple[ProbeAnswer, ...]) -> tuple[OutcomeResult, ...]:
    titles = {outcome.key: outcome.title for outcome in course.outcomes}
    # An outcome that the course has no more keeps its key for a title, and comes last.
    keys = dict.fromkeys([*titles, *(one.item.outcome for one in answers)])
    found = {key: [one.is_right for one in answers if one.item.outcome == key] for key in keys}
    return tuple(OutcomeResult(titles.get(key, key), sum(these), len(these)) for key, these in found.items() if these)
