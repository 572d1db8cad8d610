"""Which items a sitting asks, and in which order."""

from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scheduler.chance import drawn

SECONDS_A_REVIEW = 45
"""Reading, answering and reading the feedback, an item that comes back included."""


@dataclass(frozen=True, slots=True)
class Due:
    """An item that may be reviewed now."""

    item_id: int
    stability: float
    last_day: int
    version_id: int
    outcome: str
    fact: str | None
    """Items of one fact are siblings: asked together, one gives the other away."""


@dataclass(frozen=True, slots=True)
class Fresh:
    """An item that this learner has not seen."""

    item_id: int
    version_id: int
    outcome: str
    fact: str | None


@dataclass(frozen=True, slots=True)
class Probe:
    """An item that is held back for checks, and that this learner has not seen."""

    item_id: int
    version_id: int
    outcome: str
    fact: str | None
    kind: str


def build(
    due: Iterable[Due],
    fresh: Iterable[Fresh],
    *,
    today: int,
    seed: int,
    most: int,
    most_new: int,
    has_backlog: bool,
) -> list[int]:
    """The ids of the items to ask, in order; the same for the same arguments, however `due` was sorted.

    Due items come first: the one most likely forgotten leads, but in a backlog the one best remembered, which costs
    the least time for each item kept.  New items fill what is left, in the order of the course, never in a backlog.
    """
    # With one set of parameters the time since the last review over stability orders as recall does.
    sign = 1 if has_backlog else -1
    ordered = sorted(
        due, key=lambda one: (sign * (today - one.last_day) / one.stability, drawn(seed, one.item_id), one.item_id)
    )
    facts: set[str] = set()
    chosen: list[Due | Fresh] = _without_siblings(ordered, max(0, most), facts)
    if not has_backlog:
        chosen += _without_siblings(fresh, max(0, min(most - len(chosen), most_new)), facts)
    return _interleaved(chosen)


def _without_siblings(ordered: Iterable[Due | Fresh], most: int, facts: set[str]) -> list[Due | Fresh]:
    """The first of each fact, up to `most`; their facts are added to those that were used."""
    chosen: list[Due | Fresh] = []
    for one in ordered:
        if len(chosen) >= most:
            break
        if one.fact and one.fact in facts:
            continue
        if one.fact:
            facts.add(one.fact)
        chosen.append(one)
    return chosen


def draw(pool: Iterable[Probe], *, seed: int, most: int) -> list[int]:
    """The ids of the items of one check, in order; the same for the same arguments, however the pool was sorted.

    They are spread as evenly over the outcomes as the pool allows, then over the kinds; no two of them are siblings.
    An outcome of which more is left goes first, so that what one check leaves is even, too.
    """
    left = sorted(pool, key=lambda one: (drawn(seed, one.item_id), one.item_id))
    chosen: list[Probe] = []
    while left and len(chosen) < most:
        best = _rarest(left, chosen)
        chosen.append(best)
        left = [one for one in left if one is not best and (one.fact is None or one.fact != best.fact)]
    return _interleaved(chosen)


def _rarest(left: Sequence[Probe], chosen: Sequence[Probe]) -> Probe:
    """The one whose outcome, then whose kind, is the rarest among those that were chosen; of equals the first."""
    outcomes, kinds = Counter(one.outcome for one in chosen), Counter(one.kind for one in chosen)
    waiting = Counter(one.outcome for one in left)
    return min(left, key=lambda one: (outcomes[one.outcome], -waiting[one.outcome], kinds[one.kind]))


def _interleaved(chosen: Sequence[Due | Fresh | Probe]) -> list[int]:
    """Their ids, as near to the given order as it goes with no two neighbours of one outcome.

    An outcome that holds more than half of what is left must be next, or two of it would meet later.
    """
    waiting: dict[str, deque[tuple[int, int]]] = {}
    for rank, one in enumerate(chosen):
        waiting.setdefault(one.outcome, deque()).append((rank, one.item_id))
    order: list[int] = []
    last = ""
    for left in range(len(chosen), 0, -1):
        others = [outcome for outcome in waiting if outcome != last] or [last]
        fullest = max(others, key=lambda outcome: len(waiting[outcome]))
        if 2 * len(waiting[fullest]) <= left:
            fullest = min(others, key=lambda outcome: waiting[outcome][0])
        order.append(waiting[fullest].popleft()[1])
        if not waiting[fullest]:
            del waiting[fullest]
        last = fullest
    return order


def minutes(count: int) -> int:
    """About how long that many reviews take, at least a minute."""
    return max(1, -(-count * SECONDS_A_REVIEW // 60))
