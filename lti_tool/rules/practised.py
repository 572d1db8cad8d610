"""The grade of practice: sittings kept on schedule, the best N - k of N.  Pure.

* The time between the opening and the close (or, with no dates, a week each) is cut into N stretches; each offers a
  sitting.
* A stretch is kept by a finished round of reviews on one of its days, or if nothing at all was due in it; a day of a
  lesson does not break that.
* A round on a further day makes up for a stretch that was missed before: before the close it earns as much.
* Who came late is offered what was left, from her first day on, and may miss the same share of it.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from lti_tool.rules.grading import FULL, Step
from lti_tool.rules.rhythm import Span

WEEK = timedelta(days=7)
MOMENT = timedelta(seconds=1)
"""A stretch that was clear is kept just before its end."""


@dataclass(frozen=True, slots=True)
class Round:
    """A finished round of reviews."""

    on: date
    """The study day."""
    at: datetime


@dataclass(frozen=True, slots=True)
class Stretch:
    """From one day to another, the last one left out."""

    begins: date
    ends: date


def stretches(opens: date, closes: date | None, sittings: int) -> list[Stretch]:
    """The stretches in order: as many as sittings, or as days where there are fewer."""
    if closes is None or closes < opens:
        return [Stretch(opens + n * WEEK, opens + (n + 1) * WEEK) for n in range(sittings)]
    days = (closes - opens).days + 1
    parts = min(sittings, days)
    cuts = [opens + timedelta(days=days * n // parts) for n in range(parts + 1)]
    return [Stretch(begins, ends) for begins, ends in pairwise(cuts)]


@dataclass(frozen=True, slots=True)
class Practised:
    """How a learner stands."""

    kept: tuple[datetime, ...]
    """When each of the sittings that count was kept, in order."""
    offered: int
    needed: int
    """For the full grade."""
    missed: int
    """Stretches that are over and still can be made up for."""

    def steps(self) -> list[Step]:
        """The grade over time."""
        return [Step(at, min(FULL, FULL * n // self.needed)) for n, at in enumerate(self.kept, 1)]


def practised(
    schedule: Sequence[Stretch],
    rounds: Iterable[Round],
    clear: Sequence[Span],
    first_day: date,
    spare: int,
    today: date,
    allowed: int | None = None,
    busy: Collection[date] = (),
    instant: Callable[[date], datetime] = lambda day: datetime.combine(day, time(), UTC),
) -> Practised:
    """How somebody who came on `first_day` stands; `allowed` sittings are offered her at most.

    On her `busy` days she answered something; `instant` is when a day begins where she is.
    """
    mine = [one for one in schedule if one.ends > first_day]
    offered = min(len(mine), allowed if allowed is not None else len(mine))
    spared = spare * offered // len(schedule) if schedule else 0
    by_day = sorted({one.on: one.at for one in sorted(rounds, key=lambda one: one.at, reverse=True)}.items())
    kept: list[datetime] = []
    missed = 0
    for n, stretch in enumerate(mine):
        is_last = n == len(mine) - 1
        days = [at for on, at in by_day if on < stretch.ends and (n == 0 or on >= stretch.begins)]
        if days:
            kept.append(days[0])
        elif stretch.ends <= today and _is_clear(stretch, clear, busy, first_day):
            kept.append(instant(stretch.ends) - MOMENT)
        elif stretch.ends <= today:
            missed += 1
        extra = days[1:] + ([at for on, at in by_day if on >= stretch.ends] if is_last else [])
        made_up = extra[:missed]
        kept += made_up
        missed -= len(made_up)
    return Practised(tuple(kept), offered, max(1, offered - spared), missed)


def _is_clear(stretch: Stretch, clear: Sequence[Span], busy: Collection[date], first_day: date) -> bool:
    """Nothing was left to do on any of its days, from her first day on; something was known to be due on none."""
    if not any(span.from_on < stretch.ends and span.until_on >= stretch.begins for span in clear):
        return False
    day = max(stretch.begins, first_day)
    while day < stretch.ends:
        if day not in busy and not any(span.from_on <= day <= span.until_on for span in clear):
            return False
        day += timedelta(days=1)
    return True
