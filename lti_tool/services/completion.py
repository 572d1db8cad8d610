"""How much of a course or a lesson an enrolment has done: the figure behind the completion grade."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session

from content.model import Lesson
from lti_tool.models import Course, Enrolment, LessonProgress
from lti_tool.models.engine import run
from lti_tool.rules.completion import percent
from lti_tool.rules.grading import Step
from lti_tool.services.courses import edition

FULL = 100
"""Percent: everything is done."""


@dataclass(frozen=True, slots=True)
class LessonState:
    """One lesson of the newest version, and how far this enrolment is in the version it opened."""

    number: int
    lesson: Lesson
    required: int
    done: int
    finished_at: datetime | None
    progress_id: int | None

    @property
    def is_open(self) -> bool:
        """Begun and not finished."""
        return self.progress_id is not None and self.finished_at is None


_OPENED = select(
    LessonProgress.id,
    LessonProgress.lesson_key,
    LessonProgress.required,
    LessonProgress.done,
    LessonProgress.finished_at,
    LessonProgress.course_version_id,
).where(LessonProgress.enrolment_id == bindparam("enrolment"))


def lesson_states(session: Session, enrolment_id: int, course_version_id: int) -> list[LessonState]:
    """Every lesson of this version in order.  A lesson that was opened counts by the version it was opened in."""
    opened = {row.lesson_key: row for row in run(session, _OPENED, enrolment=enrolment_id)}
    states = []
    for number, lesson in enumerate(edition(session, course_version_id).course.lessons, 1):
        row = opened.get(lesson.key)
        if row is None:
            states.append(LessonState(number, lesson, len(lesson.steps), 0, None, None))
        else:
            states.append(LessonState(number, lesson, row.required, row.done, row.finished_at, row.id))
    return states


def percent_done(session: Session, enrolment_id: int, lesson_key: str | None) -> int:
    """Required steps done, of the lesson or (no key) of the whole course, in whole percent; 100 only when all are.

    What was opened counts by the version it was opened in, and a course that was done stays done: a later edition
    neither adds a lesson to it nor takes away the one that the learner was in.
    """
    return _counted(session, enrolment_id, lesson_key).percent


def lessons_done(session: Session, enrolment_id: int, lesson_key: str | None) -> tuple[list[Step], dict[str, int]]:
    """The share done after each lesson that was finished, in the order they were; and the steps done and required."""
    found = _counted(session, enrolment_id, lesson_key)
    steps, done = [], 0
    for row in sorted(found.finished, key=lambda row: (row.finished_at, row.id)):
        done += row.done
        steps.append(Step(row.finished_at, percent(done, found.required)))
    if found.percent == FULL and steps:  # by an edition with fewer lessons, or of steps that were dropped since
        steps[-1] = Step(steps[-1].at, FULL)
    return steps, {"done": found.done, "required": found.required}


@dataclass(frozen=True, slots=True)
class _Counted:
    done: int
    required: int
    percent: int
    finished: list[Row[Any]]


def _counted(session: Session, enrolment_id: int, lesson_key: str | None) -> _Counted:
    version_id = session.execute(
        select(Course.version_id).join(Enrolment, Enrolment.course_id == Course.id).where(Enrolment.id == enrolment_id)
    ).scalar_one()
    if version_id is None:
        return _Counted(0, 0, 0, [])
    opened = {row.lesson_key: row for row in run(session, _OPENED, enrolment=enrolment_id)}
    if lesson_key is not None:
        row = opened.get(lesson_key)
        lessons = {lesson_key: row.required} if row is not None else {}
    else:
        lessons = {one.key: len(one.steps) for one in edition(session, version_id).course.lessons}
    rows = {key: opened[key] for key in lessons if key in opened}
    done = sum(row.done for row in rows.values())
    required = sum(rows[key].required if key in rows else steps for key, steps in lessons.items())
    found = percent(done, required)
    if lesson_key is None and found < FULL and _was_done(session, opened):
        found = FULL
    return _Counted(done, required, found, [row for row in rows.values() if row.finished_at is not None])


def _was_done(session: Session, opened: dict[str, Row[Any]]) -> bool:
    """Every lesson of some edition is finished, and the one that was finished last was opened in that edition."""
    finished = {key: row for key, row in opened.items() if row.finished_at is not None}
    for version_id in {row.course_version_id for row in finished.values()}:
        keys = {lesson.key for lesson in edition(session, version_id).course.lessons}
        if keys <= finished.keys():
            last = max((finished[key] for key in keys), key=lambda row: (row.finished_at, row.id))
            if last.course_version_id == version_id:
                return True
    return False
