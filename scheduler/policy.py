"""When an item comes back: the model's interval, made cautious, whole, and a little uneven."""

from dataclasses import dataclass, replace

from scheduler.chance import drawn
from scheduler.memory import interval, recall, step
from scheduler.model import MemoryState, Rating

_BANDS = ((2.5, 7.0, 0.15), (7.0, 20.0, 0.10), (20.0, float("inf"), 0.05))
"""(from, to, share): by how much of each stretch of an interval the due day may move, as in Anki."""
_SHORTEST_MOVED = 2.5


@dataclass(frozen=True, slots=True)
class Policy:
    """What a course wants of its reviews.  Intervals in days."""

    desired_retention: float = 0.90
    longest_interval: int = 180
    first_again: int = 1
    first_good: int = 2
    """The longest first intervals, after a wrong and after a right answer.  On class data the default model was far
    too hopeful after one short exposure, so a course trusts it only from the second review on."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A memory after a review, with the day on which it comes back."""

    state: MemoryState
    interval_days: int
    recall_before: float | None
    """The recall predicted at the moment of the review; none for a first one."""


def plan(state: MemoryState | None, rating: Rating, today: int, policy: Policy, seed: int) -> Planned:
    """The memory after this review, due on a later study day.

    The seed moves the due day only, never the memory: items learned together part ways, and a replay is exact.
    """
    after = step(state, rating, today)
    longest = policy.longest_interval
    if state is None:
        first = policy.first_again if rating is Rating.AGAIN else policy.first_good
        longest = min(longest, first)
    ideal = interval(after.stability, policy.desired_retention)
    days = _moved(min(ideal, longest), longest, seed)
    before = None if state is None else recall(state, today)
    return Planned(replace(after, due_day=today + days), days, before)


def seed_of(enrolment_id: int, item_id: int, reviews: int) -> int:
    """The seed for one review of one item by one learner."""
    return drawn(enrolment_id, item_id, reviews)


def _moved(ideal: float, longest: int, seed: int) -> int:
    """A whole number of days near the ideal, at least 1 and at most `longest`."""
    if ideal < _SHORTEST_MOVED:
        return max(1, min(round(ideal), longest))
    spread = 1.0 + sum(share * max(0.0, min(ideal, end) - start) for start, end, share in _BANDS)
    latest = min(round(ideal + spread), longest)
    earliest = min(round(ideal - spread), latest)
    return earliest + seed % (latest - earliest + 1)
