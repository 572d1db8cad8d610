"""How a week is judged, and how weeks join into a run.

Weeks run from Monday to Sunday; days are `date.toordinal`.  More practice never makes anything worse: a week's need
only falls with practised days, and a run that ends takes its reserve with it, so that no later week can be saved by
one that was missed.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

MOST_RESERVE = 2
WEEKS_FOR_A_RESERVE = 2


@dataclass(frozen=True, slots=True)
class Days:
    """What is known of each day."""

    began: int
    """The first day that counts."""
    practised: Collection[int]
    clear: Collection[int]
    """Nothing was due."""
    paused: Collection[int]


@dataclass(frozen=True, slots=True)
class Week:
    """What a week asked for, and what was done."""

    monday: int
    target: int
    """Days to practise: the goal, or as many as the week had to offer."""
    done: int
    free: tuple[int, ...]
    """Days that counted and were not practised."""
    is_partial: bool
    """Begun late or partly paused: it can be kept, it cannot be missed."""

    @property
    def has_extra(self) -> bool:
        """A day beyond the target, which makes up for one that the week before was short of."""
        return self.done > self.target

    @property
    def is_empty(self) -> bool:
        """Begun late or paused, and nothing done: such a week rests, it is neither kept nor missed."""
        return self.is_partial and self.done == 0

    @property
    def is_kept(self) -> bool:
        """Kept by what was done in it."""
        return self.done >= self.target and not self.is_empty


def judged(monday: int, goal: int, off_days: Collection[int], days: Days) -> Week:
    """The week from this Monday; `off_days` are ISO weekdays.

    A day off, or one with nothing due, is not asked for, but counts when it is practised.
    """
    counted = [day for day in range(monday, monday + 7) if day >= days.began]
    done = sum(day in days.practised for day in counted)
    asked = [
        day for day in counted if day - monday + 1 not in off_days and day not in days.clear and day not in days.paused
    ]
    return Week(
        monday=monday,
        target=min(goal, len(asked)),
        done=done,
        free=tuple(day for day in asked if day not in days.practised),
        is_partial=len(counted) < 7 or any(day in days.paused for day in counted),
    )


@dataclass(slots=True)
class Run:
    """The run of kept weeks up to some week."""

    weeks: int = 0
    best: int = 0
    credit: int = 0
    """Kept weeks on the way to a reserve; `WEEKS_FOR_A_RESERVE` make one."""
    covered: tuple[int, ...] = ()
    """The days that the reserve stood in for, in the last of the weeks."""
    is_caught_up: bool = False
    """The last of the weeks was kept by an extra day in the one after it."""
    was_missed: bool = False
    """The last week that did not rest was missed."""
    practised: tuple[bool, ...] = ()
    """For each week that asked for something and did not rest: anything was done in it."""

    @property
    def reserve(self) -> int:
        """Days in reserve."""
        return self.credit // WEEKS_FOR_A_RESERVE

    def pass_week(self, week: Week, *, has_extra_after: bool) -> None:
        """This week is over: it is kept, covered by the reserve, at rest, or missed."""
        missing = max(0, week.target - week.done)
        need = max(0, missing - has_extra_after)
        is_kept = need == 0 and not week.is_empty
        self.covered, self.is_caught_up = (), is_kept and missing > 0
        if not is_kept and week.is_partial:
            return
        if is_kept:
            self.credit = min(MOST_RESERVE * WEEKS_FOR_A_RESERVE, self.credit + 1)
        elif need <= self.reserve:
            self.credit -= need * WEEKS_FOR_A_RESERVE
            self.covered = week.free[-need:]
        self.was_missed = not is_kept and not self.covered
        self.weeks = 0 if self.was_missed else self.weeks + 1
        self.credit = 0 if self.was_missed else self.credit
        self.best = max(self.best, self.weeks)
        if week.done or week.target:
            self.practised = (*self.practised, week.done > 0)


def run_of(weeks: Sequence[Week], *, has_extra_after: bool) -> Run:
    """The run at the end of these weeks; `has_extra_after` tells whether the week after them has an extra day."""
    run = Run()
    for number, week in enumerate(weeks):
        extra = weeks[number + 1].has_extra if number + 1 < len(weeks) else has_extra_after
        run.pass_week(week, has_extra_after=extra)
    return run
