"""An answer: marked, logged, remembered, counted; once, however often it arrives."""

from datetime import timedelta

from sqlalchemy import bindparam, insert, update
from sqlalchemy.orm import Session

from content.marking import mark
from content.model import Kind, Response
from lti_tool.models import Review, Sitting, SittingStep
from lti_tool.models.engine import run
from lti_tool.services.days import Moment
from lti_tool.services.game import count_answer, note_clear_days
from lti_tool.services.grades import owe_grades
from lti_tool.services.progress import complete_step
from lti_tool.services.remembering import NOTHING, Remembered, remember
from lti_tool.services.sittings import step_key
from lti_tool.services.steps import OpenStep
from scheduler.memory import MODEL

MOST_ASKED = 4
"""An item comes back at the end of a sitting until it is right, but no more than three times."""


def pass_card(session: Session, step: OpenStep, moment: Moment, debounce: timedelta) -> None:
    """The card counts as read."""
    if step.card_key is None or not _advance(session, step, 0, moment):
        return
    complete_step(session, step, f"card:{step.card_key}", moment, debounce)


def answer_item(
    session: Session, step: OpenStep, response: Response, moment: Moment, took_ms: int | None, debounce: timedelta
) -> bool:
    """True if this was the answer to the open position; False, and nothing changed, if that was given before."""
    item, item_id = step.item, step.item_id
    if item is None or item_id is None or not step.is_next:
        return False
    is_right = mark(item, response, step.decimal).right
    if step.try_number is not None:
        return _answer_probe(session, step, response, moment, debounce, is_right=is_right)
    comes_back = not is_right and step.again + 1 < MOST_ASKED
    if not _advance(session, step, int(comes_back), moment):
        return False
    remembered = remember(session, step.enrolment_id, item_id, item, step.policy, moment, is_right=is_right)
    hints = _note_answer(session, step, response, remembered, is_right=is_right)
    given: dict[str, object] = {"response": list(response), "is_unsure": response == (), "hints": hints}
    marked: dict[str, object] = {"is_right": is_right, "took_ms": took_ms, "meaning": item.meaning}
    _log(session, step, remembered, moment, given | marked)
    if comes_back:
        _ask_again(session, step)
    count_answer(session, step.enrolment_id, item_id, is_right=is_right, was_due=remembered.was_due, moment=moment)
    if is_right or item.kind is Kind.REVEAL:
        complete_step(session, step, step_key(item), moment, debounce)
    if step.position == step.steps + int(comes_back):
        note_clear_days(session, step.enrolment_id, moment)
        owe_grades(session, step.enrolment_id, moment.at, debounce=debounce)
    return True


def _answer_probe(
    session: Session, step: OpenStep, response: Response, moment: Moment, debounce: timedelta, *, is_right: bool
) -> bool:
    """A checkpoint's answer stands at its position and nowhere else: no memory, no point, no second asking."""
    if not _advance(session, step, 0, moment):
        return False
    _note_answer(session, step, response, NOTHING, is_right=is_right)
    if step.position == step.steps:
        owe_grades(session, step.enrolment_id, moment.at, debounce=debounce)
    return True


_ANSWERED = update(SittingStep).where(SittingStep.id == bindparam("step")).returning(SittingStep.hints)
_LOG = insert(Review)
_ASK_AGAIN = insert(SittingStep)
_ADVANCE = (
    update(Sitting)
    .where(Sitting.id == bindparam("sitting"), Sitting.passed == bindparam("before"))
    .values(steps=Sitting.steps + bindparam("more"))
)


def _log(session: Session, step: OpenStep, remembered: Remembered, moment: Moment, answered: dict[str, object]) -> None:
    """The answer is on record for ever, with what was known of the memory before it."""
    run(
        session,
        _LOG,
        step_id=step.id,
        enrolment_id=step.enrolment_id,
        item_id=step.item_id,
        item_version_id=step.version_id,
        answered_at=moment.at,
        zone=moment.zone,
        study_on=moment.today,
        is_scored=remembered.is_scored,
        was_due=remembered.was_due,
        predicted=remembered.recall_before,
        model=MODEL,
        due_on=remembered.due_on,
        **answered,
    )


def _note_answer(
    session: Session, step: OpenStep, response: Response, remembered: Remembered, *, is_right: bool
) -> int:
    """The position shows its answer from now on; returns how many hints had been opened."""
    hints = run(
        session,
        _ANSWERED,
        step=step.id,
        is_right=is_right,
        response=list(response),
        days_before=remembered.days_before,
        days_after=remembered.days_after,
        due_on=remembered.due_on,
    ).scalar_one()
    return int(hints)


def _advance(session: Session, step: OpenStep, more: int, moment: Moment) -> bool:
    """The sitting is one position further, for exactly one of those who try; `more` steps longer."""
    ends = step.position == step.steps + more
    advanced = run(
        session,
        _ADVANCE,
        sitting=step.sitting_id,
        before=step.position - 1,
        more=more,
        passed=step.position,
        finished_at=moment.at if ends else None,
    )
    return advanced.rowcount == 1


def _ask_again(session: Session, step: OpenStep) -> None:
    """The item stands once more at the end of the sitting."""
    run(
        session,
        _ASK_AGAIN,
        sitting_id=step.sitting_id,
        position=step.steps + 1,
        item_id=step.item_id,
        item_version_id=step.version_id,
        again=step.again + 1,
    )
