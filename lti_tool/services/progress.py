"""A step of a lesson is done, and what follows from the last one."""

from datetime import timedelta

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session

from lti_tool.models import Enrolment, LessonProgress, StepDone
from lti_tool.models.engine import insert_once, run
from lti_tool.services.days import Moment
from lti_tool.services.game import count_lesson
from lti_tool.services.grades import owe_grades
from lti_tool.services.steps import OpenStep

_ONE_MORE = (
    update(LessonProgress)
    .where(LessonProgress.id == bindparam("progress"))
    .values(done=LessonProgress.done + 1)
    .returning(LessonProgress.done, LessonProgress.required)
)


def complete_step(session: Session, step: OpenStep, key: str, moment: Moment, debounce: timedelta) -> None:
    """The lesson's step is done; with the last one the lesson is, and the gradebook may be owed something."""
    if step.progress_id is None or step.lesson_key is None:
        return
    if not insert_once(session, StepDone, {"lesson_progress_id": step.progress_id, "step_key": key}):
        return
    row = run(session, _ONE_MORE, progress=step.progress_id).one()
    if row.done < row.required:
        return
    session.execute(
        update(LessonProgress)
        .where(LessonProgress.id == step.progress_id, LessonProgress.finished_at.is_(None))
        .values(finished_at=moment.at)
    )
    session.execute(
        update(Enrolment)
        .where(Enrolment.id == step.enrolment_id, Enrolment.first_lesson_on.is_(None))
        .values(first_lesson_on=moment.today)
    )
    count_lesson(session, step.enrolment_id, step.lesson_key, moment)
    owe_grades(session, step.enrolment_id, moment.at, debounce=debounce)
