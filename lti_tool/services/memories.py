"""Memories recomputed from the log of reviews: the log is the truth, the table a cache."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from lti_tool.models import Memory, Review
from scheduler.memory import MODEL, step
from scheduler.model import MemoryState
from scheduler.rating import rating

CLOSE = 1e-9


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How the memories that the log gives compare with those on record."""

    reviews: int
    memories: int
    differing: tuple[tuple[int, int], ...]
    """(enrolment id, item id) of those that were absent, too many, or not equal."""


def _log(session: Session) -> Iterator[Any]:
    query = (
        select(
            Review.enrolment_id,
            Review.item_id,
            Review.study_on,
            Review.is_right,
            Review.meaning,
            Review.due_on,
        )
        .where(Review.is_scored)
        .order_by(Review.enrolment_id, Review.item_id, Review.id)
        .execution_options(yield_per=5000)
    )
    yield from session.execute(query)


def replay(session: Session) -> tuple[int, dict[tuple[int, int], dict[str, Any]]]:
    """(scored reviews, the memory that they give for each enrolment and item)."""
    found: dict[tuple[int, int], dict[str, Any]] = {}
    count = 0
    for enrolment_id, item_id, study_on, is_right, meaning, due_on in _log(session):
        count += 1
        key, today = (enrolment_id, item_id), study_on.toordinal()
        before = found.get(key)
        state = None
        if before is not None and before["meaning"] >= meaning:
            state = MemoryState(*(before[name] for name in STATE))
        after = step(state, rating(is_right=is_right), today)
        found[key] = {
            "stability": after.stability,
            "difficulty": after.difficulty,
            "last_day": today,
            "due_day": due_on.toordinal(),
            "reviews": (before["reviews"] if before else 0) + 1,
            "lapses": after.lapses,
            "meaning": meaning,
            "model": MODEL,
        }
    return count, found


STATE = ("stability", "difficulty", "last_day", "due_day", "reviews", "lapses")


def rebuild_memories(session: Session, *, repair: bool) -> Rebuilt:
    """Every memory equals what the log gives; with `repair` those that did not are replaced."""
    count, wanted = replay(session)
    names = [*STATE, "meaning", "model"]
    columns = [getattr(Memory, name) for name in names]
    stored = {
        (row[0], row[1]): dict(zip(names, row[2:], strict=True))
        for row in session.execute(select(Memory.enrolment_id, Memory.item_id, *columns))
    }
    differing = sorted(key for key in wanted.keys() | stored.keys() if not _is_same(wanted.get(key), stored.get(key)))
    if repair:
        for enrolment_id, item_id in differing:
            session.execute(delete(Memory).where(Memory.enrolment_id == enrolment_id, Memory.item_id == item_id))
            values = wanted.get((enrolment_id, item_id))
            if values is not None:
                session.execute(insert(Memory).values(enrolment_id=enrolment_id, item_id=item_id, **values))
    return Rebuilt(count, len(wanted), tuple(differing))


def _is_same(one: dict[str, Any] | None, other: dict[str, Any] | None) -> bool:
    if one is None or other is None:
        return False
    floats = ("stability", "difficulty")
    return all(abs(one[name] - other[name]) < CLOSE for name in floats) and all(
        one[name] == other[name] for name in one if name not in floats
    )
