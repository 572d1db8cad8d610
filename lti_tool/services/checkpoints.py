"""Checkpoints: tries at items that the course holds back, each asked once, in one try.

An answer stands at its position of the try and is kept for ever; memories, reviews and points know nothing of it.
What finished tries came to is read in `services.tries`.
"""

from dataclasses import dataclass

from sqlalchemy import Executable, bindparam, null, select, union
from sqlalchemy.orm import Session

from content.model import Course, Item, Kind
from lti_tool.models import Item as ItemRow
from lti_tool.models import Memory, Sitting, SittingStep
from lti_tool.models.engine import run
from lti_tool.services.courses import Edition, edition
from lti_tool.services.days import Moment
from lti_tool.services.sittings import hold, open_sitting
from lti_tool.services.tries import TryResult, checkpoint_results
from scheduler.sitting import Probe, draw, minutes

QUESTIONS = 10
"""Of one try; fewer where a course holds back fewer."""
LEAST_OFFERED = 5
"""A course that holds back fewer is offered no checkpoint."""


@dataclass(frozen=True, slots=True)
class OpenTry:
    """A try that goes on where it stopped."""

    sitting_id: int
    number: int
    position: int
    """The question to answer next."""
    asked: int


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The first page of a checkpoint: what it is, and where this learner is in it."""

    course: Course
    questions: int
    """Of the open try, or of the next one; 0 if there is none."""
    minutes: int
    open: OpenTry | None
    results: tuple[TryResult, ...]
    """The finished tries, the first one first."""

    @property
    def best(self) -> TryResult | None:
        """The best of them, the earlier one of two that are equal."""
        return max(self.results, key=lambda one: one.percent, default=None)


def probes_of(course: Course) -> tuple[Item, ...]:
    """The items that it holds back and that can be marked."""
    return tuple(item for lesson in course.lessons for item in lesson.probes if item.kind is not Kind.REVEAL)


def questions_in(course: Course) -> int:
    """How many questions a first try has: two about one fact never meet."""
    return min(QUESTIONS, len({item.fact or f"item:{item.key}" for item in probes_of(course)}))


def checkpoint(session: Session, enrolment_id: int, version_id: int, *, most_tries: int | None = None) -> Checkpoint:
    """Where an enrolment (0: somebody who has none yet) is; beyond `most_tries` no further one is offered."""
    course = edition(session, version_id).course
    results = tuple(checkpoint_results(session, enrolment_id))
    under_way = _open_try(session, enrolment_id)
    if under_way is not None:
        left = under_way.asked - under_way.position + 1
        return Checkpoint(course, under_way.asked, minutes(left), under_way, results)
    may_try = most_tries is None or len(results) < most_tries
    questions = len(_planned(session, enrolment_id, version_id, len(results))) if may_try else 0
    return Checkpoint(course, questions, minutes(questions), None, results)


def start_try(
    session: Session, enrolment_id: int, version_id: int, moment: Moment, *, most_tries: int | None = None
) -> int | None:
    """The id of the open try, or of a new one; None when there is no further one."""
    hold(session, enrolment_id)
    under_way = _open_try(session, enrolment_id)
    if under_way is not None:
        return under_way.sitting_id
    tries = len(checkpoint_results(session, enrolment_id))
    planned = _planned(session, enrolment_id, version_id, tries)
    if not planned or (most_tries is not None and tries >= most_tries):
        return None
    rows = [{"card_key": None, "item_id": one.item_id, "item_version_id": one.version_id} for one in planned]
    return open_sitting(session, enrolment_id, None, rows, moment, tries + 1)


_MINE = (Sitting.enrolment_id == bindparam("enrolment"), Sitting.try_number.is_not(None))
_OPEN = select(Sitting.id, Sitting.try_number, Sitting.passed, Sitting.steps).where(
    *_MINE, Sitting.finished_at.is_(None)
)
_SEEN: Executable = union(
    select(SittingStep.item_id, ItemRow.fact)
    .join(Sitting, Sitting.id == SittingStep.sitting_id)
    .join(ItemRow, ItemRow.id == SittingStep.item_id)
    .where(*_MINE),
    # A question that was practised in an earlier edition is held back too late.  Only itself: a probe asks in another
    # way for a fact that was practised, and that is what it is for.
    select(Memory.item_id, null()).where(Memory.enrolment_id == bindparam("enrolment")),
)


def _open_try(session: Session, enrolment_id: int) -> OpenTry | None:
    row = run(session, _OPEN, enrolment=enrolment_id).first()
    return OpenTry(row.id, row.try_number, row.passed + 1, row.steps) if row is not None else None


def _planned(session: Session, enrolment_id: int, version_id: int, tries: int) -> list[Probe]:
    """What the try after so many would ask, in order; nothing if it would be no whole one.

    Whole: at least half of what the course's full pool gives, with every outcome of the pool in what is unseen.
    """
    newest = edition(session, version_id)
    pool = _pool(newest)
    seen = run(session, _SEEN, enrolment=enrolment_id).all()
    items, facts = {row.item_id for row in seen}, {row.fact for row in seen if row.fact}
    unseen = {one.item_id: one for one in pool if one.item_id not in items and one.fact not in facts}
    chosen = draw(unseen.values(), seed=enrolment_id * 1_000_003 + tries, most=QUESTIONS)
    is_whole = 2 * len(chosen) >= questions_in(newest.course)
    has_all = {one.outcome for one in unseen.values()} == {one.outcome for one in pool}
    return [unseen[item_id] for item_id in chosen] if is_whole and has_all else []


def _pool(newest: Edition) -> list[Probe]:
    return [
        Probe(*newest.pins[item.key], item.outcome, item.fact, item.kind.value) for item in probes_of(newest.course)
    ]
