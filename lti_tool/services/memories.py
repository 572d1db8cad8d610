"""Memories recomputed from the log of reviews: the log is the truth, the table a cache."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from lti_tool.models import Memory, Review
from lti_tool.services.sittings import hold
from scheduler.memory import MODEL, step
from scheduler.model import MemoryState
from scheduler.rating import rating

CLOSE = 1e-9
STATE = ("stability", "difficulty", "last_day", "due_day", "reviews", "lapses")
NAMES = (*STATE, "meaning", "model")

_Memories = dict[tuple[int, int], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Compared:
    """How the memories that the log gives compare with those on record."""

    reviews: int
    memories: int
    differing: tuple[tuple[int, int], ...]
    """(enrolment id, item id) of those that were absent, too many, or not equal."""


def compare_memories(session: Session) -> Compared:
    """Log and memories are compared as of one moment, whoever answers meanwhile.  Must be the session's first use.

    SQLite's read transactions see one moment anyway, and keep no writer waiting.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    count, wanted = replay(session)
    return Compared(count, len(wanted), tuple(_differing(wanted, _stored(session))))


def repair_memories(session: Session, enrolment_id: int) -> tuple[tuple[int, int], ...]:
    """The enrolment's memories equal what its log gives; returns those that were replaced.

    Its answers wait until the transaction ends, so none of them is lost.
    """
    hold(session, enrolment_id)
    _, wanted = replay(session, enrolment_id)
    differing = _differing(wanted, _stored(session, enrolment_id))
    for key in differing:
        session.execute(delete(Memory).where(Memory.enrolment_id == key[0], Memory.item_id == key[1]))
        if key in wanted:
            session.execute(insert(Memory).values(enrolment_id=key[0], item_id=key[1], **wanted[key]))
    return tuple(differing)


def replay(session: Session, enrolment_id: int | None = None) -> tuple[int, _Memories]:
    """(scored reviews, the memory that they give for each enrolment and item), of one enrolment or of all."""
    query = select(
        Review.enrolment_id, Review.item_id, Review.study_on, Review.is_right, Review.meaning, Review.due_on
    ).where(Review.is_scored)
    if enrolment_id is not None:
        query = query.where(Review.enrolment_id == enrolment_id)
    query = query.order_by(Review.enrolment_id, Review.item_id, Review.id).execution_options(yield_per=5000)
    found: _Memories = {}
    count = 0
    for row in session.execute(query):
        count += 1
        key = (row.enrolment_id, row.item_id)
        found[key] = _after(found.get(key), row)
    return count, found


def _after(before: dict[str, Any] | None, review: Any) -> dict[str, Any]:
    """What `remembering.remember` made of this answer."""
    state = None
    if before is not None and before["meaning"] >= review.meaning:
        state = MemoryState(*(before[name] for name in STATE))
    today = review.study_on.toordinal()
    after = step(state, rating(is_right=review.is_right), today)
    return {
        "stability": after.stability,
        "difficulty": after.difficulty,
        "last_day": today,
        "due_day": review.due_on.toordinal(),
        "reviews": (before["reviews"] if before else 0) + 1,
        "lapses": after.lapses,
        "meaning": max(before["meaning"], review.meaning) if before else review.meaning,
        "model": MODEL,
    }


def _stored(session: Session, enrolment_id: int | None = None) -> _Memories:
    query = select(Memory.enrolment_id, Memory.item_id, *(getattr(Memory, name) for name in NAMES))
    if enrolment_id is not None:
        query = query.where(Memory.enrolment_id == enrolment_id)
    return {(row[0], row[1]): dict(zip(NAMES, row[2:], strict=True)) for row in session.execute(query)}


def _differing(wanted: _Memories, stored: _Memories) -> list[tuple[int, int]]:
    return sorted(key for key in wanted.keys() | stored.keys() if not _is_same(wanted.get(key), stored.get(key)))


def _is_same(one: dict[str, Any] | None, other: dict[str, Any] | None) -> bool:
    if one is None or other is None:
        return False
    floats = ("stability", "difficulty")
    return all(abs(one[name] - other[name]) < CLOSE for name in floats) and all(
        one[name] == other[name] for name in one if name not in floats
    )
