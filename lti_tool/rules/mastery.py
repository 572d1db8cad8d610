"""The grade of mastery: the share of outcomes whose items were each answered right, unaided, on three study days.

It counts what was seen, however long it took; what the memory model predicts is in it nowhere.
Pure.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from lti_tool.rules.grading import FULL, Step

DAYS = 3


@dataclass(frozen=True, slots=True)
class Shown:
    """An item was answered right, without a hint, for the first time on a study day."""

    item: str
    on: date
    at: datetime


@dataclass(frozen=True, slots=True)
class Mastery:
    """How a learner stands."""

    outcomes: Mapping[str, datetime | None]
    """By outcome: since when it is shown; None if it is not yet."""

    def steps(self) -> list[Step]:
        """The grade over time."""
        reached = sorted(at for at in self.outcomes.values() if at is not None)
        return [Step(at, FULL * n // len(self.outcomes)) for n, at in enumerate(reached, 1)]


def mastery(items: Mapping[str, Collection[str]], shown: Iterable[Shown]) -> Mastery:
    """By outcome, given the keys of its items; an outcome without items asks for nothing and is left out."""
    days: dict[str, dict[date, datetime]] = {}
    for one in shown:
        first = days.setdefault(one.item, {})
        first[one.on] = min(one.at, first.get(one.on, one.at))
    return Mastery({outcome: _since(keys, days) for outcome, keys in items.items() if keys})


def _since(keys: Collection[str], days: Mapping[str, Mapping[date, datetime]]) -> datetime | None:
    """When the last of these items had its third day."""
    third = [sorted(days.get(key, {}).values())[DAYS - 1 : DAYS] for key in keys]
    return max(one[0] for one in third) if all(third) else None
