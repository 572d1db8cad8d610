"""What an answer does to a memory: the first of a study day changes it, later ones are practice only."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, bindparam, insert, select, update
from sqlalchemy.orm import Session

from content.model import Item
from lti_tool.models import Memory
from lti_tool.models.engine import run
from lti_tool.services.days import Moment
from scheduler.memory import MODEL
from scheduler.model import MemoryState
from scheduler.policy import Planned, Policy, plan, seed_of
from scheduler.rating import rating


@dataclass(frozen=True, slots=True)
class Remembered:
    """What became of the memory.  Nothing, if the item had been answered on this study day already."""

    is_scored: bool
    was_due: bool
    recall_before: float | None = None
    """The predicted recall at the moment of the answer; none for the first one."""
    days_before: int | None = None
    days_after: int | None = None
    due_on: date | None = None


NOTHING = Remembered(is_scored=False, was_due=False)


def remember(
    session: Session, enrolment_id: int, item_id: int, item: Item, policy: Policy, moment: Moment, *, is_right: bool
) -> Remembered:
    """The memory holds this answer, if it is the day's first.  A raised `meaning` begins the memory anew, once.

    A sitting that was open when it was raised still shows the old one: its answers count for the memory that there is.
    """
    before: Any = run(session, _MEMORY, enrolment=enrolment_id, item=item_id).first()
    today = moment.today.toordinal()
    if before is not None and before.last_day >= today:  # a zone change never turns the day back
        return NOTHING
    state = MemoryState(*before[:6]) if before is not None and before.meaning >= item.meaning else None
    seed = seed_of(enrolment_id, item_id, before.reviews if before else 0)
    planned = plan(state, rating(is_right=is_right), today, policy, seed)
    meaning = max(before.meaning, item.meaning) if before else item.meaning
    _keep(session, enrolment_id, item_id, before, planned, meaning, today)
    return Remembered(
        is_scored=True,
        was_due=before is not None and before.due_day <= today,
        recall_before=planned.recall_before,
        days_before=before.due_day - before.last_day if before else None,
        days_after=planned.interval_days,
        due_on=date.fromordinal(planned.state.due_day),
    )


_IT = and_(Memory.enrolment_id == bindparam("enrolment"), Memory.item_id == bindparam("item"))
_MEMORY = select(
    Memory.stability,
    Memory.difficulty,
    Memory.last_day,
    Memory.due_day,
    Memory.reviews,
    Memory.lapses,
    Memory.meaning,
).where(_IT)
_NEW, _CHANGE = insert(Memory), update(Memory).where(_IT)


def _keep(
    session: Session,
    enrolment_id: int,
    item_id: int,
    before: Any,
    planned: Planned,
    meaning: int,
    today: int,
) -> None:
    values = {
        "stability": planned.state.stability,
        "difficulty": planned.state.difficulty,
        "last_day": today,
        "due_day": planned.state.due_day,
        "reviews": (before.reviews if before else 0) + 1,
        "lapses": planned.state.lapses,
        "meaning": meaning,
        "model": MODEL,
    }
    if before is None:
        run(session, _NEW, enrolment_id=enrolment_id, item_id=item_id, **values)
    else:
        run(session, _CHANGE, enrolment=enrolment_id, item=item_id, **values)
