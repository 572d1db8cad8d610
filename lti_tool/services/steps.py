"""How far a sitting is, and its open position: what it asks, and whether it may be answered now."""

from dataclasses import dataclass

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from content.model import Item
from lti_tool.errors import NotFound
from lti_tool.models import Enrolment, LessonProgress, Sitting, SittingStep
from lti_tool.models.engine import run
from lti_tool.services.courses import edition, items_in
from scheduler.policy import Policy


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
    try_number: int | None
    """Of a try at a checkpoint; nothing is shown or remembered there before its end."""
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
        Sitting.lesson_progress_id.label("progress_id"),
        Sitting.try_number,
        LessonProgress.lesson_key,
        SittingStep.card_key,
        SittingStep.item_id,
        SittingStep.item_version_id.label("version_id"),
        SittingStep.again,
    )
    .join(Sitting, Sitting.id == SittingStep.sitting_id)
    .join(Enrolment, Enrolment.id == Sitting.enrolment_id)
    .outerjoin(LessonProgress, LessonProgress.id == Sitting.lesson_progress_id)
    .where(
        Sitting.id == bindparam("sitting"),
        Sitting.enrolment_id == bindparam("enrolment"),
        SittingStep.position == bindparam("position"),
    )
    .with_for_update(of=Enrolment)
)


def open_step(session: Session, enrolment_id: int, course_version_id: int, sitting_id: int, position: int) -> OpenStep:
    """The step at this position of one's own sitting, or `NotFound`."""
    row = run(session, _STEP, sitting=sitting_id, enrolment=enrolment_id, position=position).first()
    if row is None:
        raise NotFound
    course = edition(session, course_version_id).course
    item = items_in(session, [row.version_id])[row.version_id] if row.version_id else None
    return OpenStep(
        **row._asdict(),
        item=item,
        decimal=course.decimal,
        policy=Policy(desired_retention=course.pace.retention),
    )


def open_hint(session: Session, step: OpenStep, number: int) -> None:
    """That many hints of this question are open; a checkpoint gives none."""
    if step.item is None or not step.is_next or step.try_number is not None:
        return
    number = min(number, len(step.item.hints))
    session.execute(
        update(SittingStep).where(SittingStep.id == step.id, SittingStep.hints < number).values(hints=number)
    )


_STANDING = select(Sitting.passed, Sitting.steps, Sitting.try_number).where(
    Sitting.id == bindparam("sitting"), Sitting.enrolment_id == bindparam("enrolment")
)


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a sitting of one's own is."""

    open: int | None
    """The open position; none once it is finished."""
    try_number: int | None

    def shows(self, number: int) -> bool:
        """Whether this position has a page: what is answered and what is open, but of a try only what is open."""
        if self.try_number is not None:
            return number == self.open
        return self.open is None or number <= self.open


def standing(session: Session, enrolment_id: int, sitting_id: int) -> Standing:
    """Where the sitting stands, or `NotFound`."""
    row = run(session, _STANDING, sitting=sitting_id, enrolment=enrolment_id).first()
    if row is None:
        raise NotFound
    return Standing(row.passed + 1 if row.passed < row.steps else None, row.try_number)


def frontier(session: Session, enrolment_id: int, sitting_id: int) -> int | None:
    """The open position of one's own sitting; None once it is finished."""
    return standing(session, enrolment_id, sitting_id).open
