"""An answer: marked, logged, remembered, counted; once, however often it arrives."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.orm import Session

from content.marking import mark
from content.model import Item, Kind, Response
from lti_tool.errors import NotFound
from lti_tool.models import Enrolment, LessonProgress, Memory, Review, Sitting, SittingStep, StepDone
from lti_tool.models.engine import insert_once
from lti_tool.services.courses import edition, items_in
from lti_tool.services.days import Moment
from lti_tool.services.game import count_answer, count_lesson, note_clear_days
from lti_tool.services.grades import owe_grades
from lti_tool.services.sittings import step_key
from scheduler.memory import MODEL, MemoryState
from scheduler.policy import Planned, Policy, plan, seed_of
from scheduler.rating import rating

MOST_ASKED = 4
"""An item comes back at the end of a sitting until it is right, but no more than three times."""


@dataclass(frozen=True, slots=True)
class OpenStep:
    """A position of a sitting, held against other writers until the transaction ends."""

    id: int
    position: int
    sitting_id: int
    enrolment_id: int
    steps: int
    passed: int
    progress_id: int | None
    lesson_key: str | None
    card_key: str | None
    item_id: int | None
    version_id: int | None
    again: int
    item: Item | None
    decimal: str
    policy: Policy

    @property
    def is_next(self) -> bool:
        """This is the position to be answered now; others are done already, or not open yet."""
        return self.position == self.passed + 1


_STEP = (
    select(
        SittingStep.id,
        SittingStep.position,
        SittingStep.sitting_id,
        Sitting.enrolment_id,
        Sitting.steps,
        Sitting.passed,
        Sitting.lesson_progress_id,
        LessonProgress.lesson_key,
        SittingStep.card_key,
        SittingStep.item_id,
        SittingStep.item_version_id,
        SittingStep.again,
    )
    .join(Sitting, Sitting.id == SittingStep.sitting_id)
    .join(Enrolment, Enrolment.id == Sitting.enrolment_id)
    .outerjoin(LessonProgress, LessonProgress.id == Sitting.lesson_progress_id)
    .with_for_update(of=Enrolment)
)


def open_step(
    session: Session, enrolment_id: int, course_version_id: int, sitting_id: int, position: int
) -> OpenStep:
    """The step at this position of one's own sitting, or `NotFound`."""
    row = session.execute(
        _STEP.where(
            Sitting.id == sitting_id, Sitting.enrolment_id == enrolment_id, SittingStep.position == position
        )
    ).first()
    if row is None:
        raise NotFound
    course = edition(session, course_version_id).course
    item = items_in(session, [row.item_version_id])[row.item_version_id] if row.item_version_id else None
    return OpenStep(*row, item=item, decimal=course.decimal, policy=Policy(desired_retention=course.pace.retention))


def open_hint(session: Session, step: OpenStep, number: int) -> None:
    """That many hints of this question are open."""
    if step.item is None or not step.is_next:
        return
    number = min(number, len(step.item.hints))
    session.execute(
        update(SittingStep).where(SittingStep.id == step.id, SittingStep.hints < number).values(hints=number)
    )


def pass_card(session: Session, step: OpenStep, moment: Moment, debounce: timedelta) -> None:
    """The card counts as read."""
    if step.card_key is None or not _advance(session, step, 0, moment):
        return
    _complete(session, step, f"card:{step.card_key}", moment, debounce)


def answer_item(
    session: Session, step: OpenStep, response: Response, moment: Moment, took_ms: int | None, debounce: timedelta
) -> bool:
    """True if this was the answer to the open position; False, and nothing changed, if that was given before."""
    item = step.item
    if item is None or not step.is_next:
        return False
    is_right = mark(item, response, step.decimal).right
    comes_back = not is_right and step.again + 1 < MOST_ASKED
    if not _advance(session, step, int(comes_back), moment):
        return False
    memory = session.execute(_memory(step)).first()
    planned = None if _was_seen_today(memory, moment) else _remember(session, step, item, memory, is_right, moment)
    was_due = planned is not None and memory is not None and memory.due_day <= moment.today.toordinal()
    due_on = date.fromordinal(planned.state.due_day) if planned else None
    hints = session.execute(
        update(SittingStep)
        .where(SittingStep.id == step.id)
        .values(
            is_right=is_right,
            response=list(response),
            days_before=memory.due_day - memory.last_day if memory and planned else None,
            days_after=planned.interval_days if planned else None,
            due_on=due_on,
        )
        .returning(SittingStep.hints)
    ).scalar_one()
    session.execute(
        insert(Review).values(
            step_id=step.id,
            enrolment_id=step.enrolment_id,
            item_id=step.item_id,
            item_version_id=step.version_id,
            answered_at=moment.at,
            zone=moment.zone,
            study_on=moment.today,
            is_scored=planned is not None,
            was_due=was_due,
            is_right=is_right,
            is_unsure=response == (),
            hints=hints,
            response=list(response),
            took_ms=took_ms,
            meaning=item.meaning,
            predicted=planned.recall_before if planned else None,
            model=MODEL,
            due_on=due_on,
        )
    )
    if comes_back:
        _ask_again(session, step)
    count_answer(session, step.enrolment_id, _item_id(step), is_right=is_right, was_due=was_due, moment=moment)
    if is_right or item.kind is Kind.REVEAL:
        _complete(session, step, step_key(item), moment, debounce)
    if step.position == step.steps + int(comes_back):
        note_clear_days(session, step.enrolment_id, moment)
    return True


def _item_id(step: OpenStep) -> int:
    assert step.item_id is not None
    return step.item_id


def _advance(session: Session, step: OpenStep, more: int, moment: Moment) -> bool:
    """The sitting is one position further, for exactly one of those who try; `more` steps longer."""
    ends = step.position == step.steps + more
    result: Any = session.execute(
        update(Sitting)
        .where(Sitting.id == step.sitting_id, Sitting.passed == step.position - 1)
        .values(
            passed=step.position, steps=Sitting.steps + more, finished_at=moment.at if ends else None
        )
        .execution_options(synchronize_session=False)
    )
    return bool(result.rowcount == 1)


def _memory(step: OpenStep) -> Any:
    return select(
        Memory.stability,
        Memory.difficulty,
        Memory.last_day,
        Memory.due_day,
        Memory.reviews,
        Memory.lapses,
        Memory.meaning,
    ).where(Memory.enrolment_id == step.enrolment_id, Memory.item_id == step.item_id)


def _was_seen_today(memory: Row[Any] | None, moment: Moment) -> bool:
    """Only the first answer of a study day is scored; a zone change never turns the day back."""
    return memory is not None and memory.last_day >= moment.today.toordinal()


def _remember(
    session: Session, step: OpenStep, item: Item, memory: Row[Any] | None, is_right: bool, moment: Moment
) -> Planned:
    """The memory after this answer.  A raised `meaning` begins it anew."""
    state = MemoryState(*memory[:6]) if memory is not None and memory.meaning >= item.meaning else None
    today, reviews = moment.today.toordinal(), memory.reviews if memory else 0
    seed = seed_of(step.enrolment_id, _item_id(step), reviews)
    planned = plan(state, rating(is_right=is_right), today, step.policy, seed)
    values = {
        "stability": planned.state.stability,
        "difficulty": planned.state.difficulty,
        "last_day": today,
        "due_day": planned.state.due_day,
        "reviews": reviews + 1,
        "lapses": planned.state.lapses,
        "meaning": item.meaning,
        "model": MODEL,
    }
    if memory is None:
        session.execute(insert(Memory).values(enrolment_id=step.enrolment_id, item_id=step.item_id, **values))
    else:
        session.execute(
            update(Memory)
            .where(Memory.enrolment_id == step.enrolment_id, Memory.item_id == step.item_id)
            .values(**values)
            .execution_options(synchronize_session=False)
        )
    return planned


def _ask_again(session: Session, step: OpenStep) -> None:
    """The item stands once more at the end of the sitting."""
    session.execute(
        insert(SittingStep).values(
            sitting_id=step.sitting_id,
            position=step.steps + 1,
            item_id=step.item_id,
            item_version_id=step.version_id,
            again=step.again + 1,
        )
    )


def _complete(session: Session, step: OpenStep, key: str, moment: Moment, debounce: timedelta) -> None:
    """The lesson's step is done; with the last one the lesson is, and the gradebook may be owed something."""
    if step.progress_id is None or step.lesson_key is None:
        return
    if not insert_once(session, StepDone, {"lesson_progress_id": step.progress_id, "step_key": key}):
        return
    row = session.execute(
        update(LessonProgress)
        .where(LessonProgress.id == step.progress_id)
        .values(done=LessonProgress.done + 1)
        .returning(LessonProgress.done, LessonProgress.required)
    ).one()
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
