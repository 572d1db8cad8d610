"""A corrected question, and the checkpoint answers that were marked by the old one: shown first, then marked anew.

Only answers to a question that still asks the same are marked anew: where its wording or its choices differ, an old
answer says nothing about the new question.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.orm import Session

from content.marking import mark
from content.model import Choices, Cloze, Item, Numeric, ShortText
from lti_tool.models import Enrolment, GradeOwed, Learner, LineItem, Sitting, SittingStep
from lti_tool.models import Item as ItemRow
from lti_tool.services.courses import edition, items_in
from lti_tool.services.grades import owe_grades
from lti_tool.services.tries import checkpoint_results
from lti_tool.services.views import name_of


@dataclass(frozen=True, slots=True)
class Remark:
    """An answer that a corrected question marks otherwise."""

    step_id: int
    version_id: int
    """The corrected question's."""
    enrolment_id: int
    learner_id: int
    name: str | None
    lms_id: str
    try_number: int
    question: str
    is_right: bool
    """Now."""


def remarks(session: Session, context_id: int, course_id: int, course_version_id: int) -> list[Remark]:
    """What marking anew would change for the learners of this LMS course, by learner and try."""
    rows = _answers(session, context_id, course_id)
    items = items_in(session, {one for row in rows for one in (row.item_version_id, row.version_id)})
    decimal = edition(session, course_version_id).course.decimal
    found = []
    for row in rows:
        before, now = items[row.item_version_id], items[row.version_id]
        if asks_the_same(before, now):
            is_right = mark(now, tuple(row.response), decimal).right
            if is_right != row.is_right:
                found.append(
                    Remark(
                        row.id, row.version_id, row.enrolment_id, row.learner_id, row.name, row.sub, row.try_number,
                        name_of(now), is_right,
                    )
                )  # fmt: skip
    return found


def _answers(session: Session, context_id: int, course_id: int) -> Sequence[Row[Any]]:
    """Answers of finished tries to an edition of a question that is not its newest."""
    query: Any = (
        select(SittingStep.id, SittingStep.item_version_id, SittingStep.response, SittingStep.is_right)
        .add_columns(ItemRow.version_id, Sitting.enrolment_id, Sitting.try_number, Enrolment.learner_id)
        .add_columns(Learner.name, Learner.sub)
        .join(Sitting, Sitting.id == SittingStep.sitting_id)
        .join(Enrolment, Enrolment.id == Sitting.enrolment_id)
        .join(Learner, Learner.id == Enrolment.learner_id)
        .join(ItemRow, ItemRow.id == SittingStep.item_id)
        .where(
            Enrolment.context_id == context_id,
            Enrolment.course_id == course_id,
            Sitting.try_number.is_not(None),
            Sitting.finished_at.is_not(None),
            ItemRow.version_id != SittingStep.item_version_id,
        )
        .order_by(Learner.name.is_(None), Learner.name, Learner.id, Sitting.try_number, SittingStep.position)
    )
    rows: Sequence[Row[Any]] = session.execute(query).all()
    return rows


def asks_the_same(before: Item, now: Item) -> bool:
    """An answer to the one is an answer to the other."""
    if before.kind is not now.kind or before.stem.source != now.stem.source:
        return False
    if isinstance(before.body, Choices) and isinstance(now.body, Choices):
        return [one.text.source for one in before.body.choices] == [one.text.source for one in now.body.choices]
    return isinstance(now.body, ShortText | Numeric | Cloze)


def regrade(
    session: Session,
    context_id: int,
    course_id: int,
    course_version_id: int,
    now: datetime,
    *,
    may_fall: bool,
) -> int:
    """The answers are marked anew, those that lose by it only if the teacher says so; returns how many changed.

    Whose result changed is told on her own pages; her grade is owed.  Nobody's grade falls below what was told unless
    `may_fall`.  Doing it again changes nothing.
    """
    wanted = [one for one in remarks(session, context_id, course_id, course_version_id) if may_fall or one.is_right]
    for one in wanted:
        session.execute(
            update(SittingStep)
            .where(SittingStep.id == one.step_id)
            .values(is_right=one.is_right, item_version_id=one.version_id, corrected_at=now)
        )
    fell = {one.enrolment_id for one in wanted if not one.is_right}
    for enrolment_id in sorted({one.enrolment_id for one in wanted}):
        if enrolment_id in fell:
            _lower(session, enrolment_id, now)
        owe_grades(session, enrolment_id, now, debounce=timedelta(0))
    return len(wanted)


def _lower(session: Session, enrolment_id: int, now: datetime) -> None:
    """The checkpoint's scores are reckoned from the answers alone: what was told before holds nothing up."""
    best = max((one.percent for one in checkpoint_results(session, enrolment_id)), default=0)
    session.execute(
        update(GradeOwed)
        .where(
            GradeOwed.enrolment_id == enrolment_id,
            GradeOwed.rule == "checkpoint",
            GradeOwed.reached > best,
            GradeOwed.line_item_id.in_(select(LineItem.id).where(LineItem.is_gone.is_(False))),
        )
        .values(reached=0, wanted=GradeOwed.wanted + 1, due_at=now, tries=0)
        .execution_options(synchronize_session=False)
    )
