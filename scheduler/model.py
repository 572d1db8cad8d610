"""One learner's memory of one item, and the marks that change it."""

from dataclasses import dataclass
from enum import IntEnum


class Rating(IntEnum):
    """How well an item was recalled, in the numbers of FSRS."""

    AGAIN = 1
    HARD = 2
    GOOD = 3
    EASY = 4


@dataclass(frozen=True, slots=True)
class MemoryState:
    """A memory after its last review.  Days are study days, as `date.toordinal`."""

    stability: float
    """Days until the predicted recall has fallen to 90 %."""
    difficulty: float
    """1 (easy) to 10."""
    last_day: int
    due_day: int
    reviews: int
    lapses: int
    """How often it was forgotten after it had been learned on an earlier day."""
