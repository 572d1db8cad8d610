"""The weekly rhythm: the learner's own goal, kept week by week, with days in reserve and a way back.

* A week is kept with as many practised days as the goal says, or as the week had to offer: days off and days on which
  nothing is due are not asked for.  A week in which nothing at all was due is kept, once practice has begun.
* The week of the first finished lesson, and weeks with paused days, can be kept but not missed.
* Two kept weeks make a day of reserve, two days at most; it is used without asking, when a week has ended short.
* An extra day in the following week makes up for one that was missing, and is used before the reserve.
* A week that stays short ends the run, and what was in reserve with it.

Nobody but the learner sees this, and nothing that grades reads it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from lti_tool.rules.weeks import Days, Run, Week, judged, run_of

WEEKS_TOLD = 8
_WEEK = 7


@dataclass(frozen=True, slots=True)
class Goal:
    """What the learner wants, from some day on."""

    from_on: date
    days: int
    """Days a week, 1 to 7."""
    off_days: tuple[int, ...] = ()
    """ISO weekdays, Monday 1."""


@dataclass(frozen=True, slots=True)
class Span:
    """Days from one to another, both included."""

    from_on: date
    until_on: date


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the current week."""

    on: date
    is_practised: bool
    is_off: bool
    """The learner's own day off."""
    is_clear: bool
    """Nothing is due."""
    is_paused: bool


@dataclass(frozen=True, slots=True)
class CatchUp:
    """How the run that last week ended can go on."""

    days: int
    """Days still to practise this week."""
    weeks: int
    """How long the run is then, this week included."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """The current week and the run it belongs to."""

    days: tuple[Day, ...]
    """Monday to Sunday."""
    goal: int
    """Days a week, as the learner chose."""
    target: int
    """Days this week asks for: the goal, or fewer where the week offers fewer."""
    done: int
    """Days practised this week."""
    is_kept: bool
    """This week is kept already."""
    weeks: int
    """The run, this week included once it is kept."""
    best: int
    """The longest run so far."""
    reserve: int
    """Days in reserve."""
    reserve_used_on: tuple[date, ...]
    """Days of last week that the reserve stood in for."""
    is_caught_up: bool
    """An extra day this week has made up for last week."""
    catch_up: CatchUp | None
    """Last week is one day short and can still be made up for."""
    is_new_run: bool
    """A run has ended, and the next has not reached its first week."""
    practised_weeks: int
    """In how many of the last weeks there was practice."""
    past_weeks: int
    """How many of the last weeks there were, eight at most: none that rested, none in which nothing was due."""
    paused_until: date | None
    """The last day of the pause under way."""

    @property
    def is_paused(self) -> bool:
        """A pause is under way."""
        return self.paused_until is not None


def rhythm(
    today: date,
    began: date | None,
    practised: Iterable[date],
    goals: Sequence[Goal],
    *,
    clear: Iterable[Span] = (),
    pauses: Iterable[Span] = (),
) -> Rhythm:
    """The rhythm as of today.  `began` is the day of the first finished lesson; `goals` holds at least one, in order.

    Earlier weeks keep the goal they were lived with; where it changed within a week, the easier one holds.
    """
    pauses = tuple(pauses)
    days = _days(today, began, practised, clear, pauses)
    this_monday = _monday(today.toordinal())
    first_monday = min(_monday(days.began), this_monday)
    weeks = [_judged(monday, goals, days) for monday in range(first_monday, this_monday + 1, _WEEK)]
    past, current = weeks[:-1], weeks[-1]
    run = run_of(past, has_extra_after=current.has_extra)
    told = run.practised[-WEEKS_TOLD:]
    goal = next((one for one in reversed(goals) if one.from_on <= today), goals[0])
    run_now = run.weeks + current.is_kept
    return Rhythm(
        days=tuple(_shown(day, goal, days) for day in range(this_monday, this_monday + _WEEK)),
        goal=goal.days,
        target=current.target,
        done=current.done,
        is_kept=current.is_kept,
        weeks=run_now,
        best=max(run.best, run_now),
        reserve=run.reserve,
        reserve_used_on=tuple(date.fromordinal(day) for day in run.covered),
        is_caught_up=run.is_caught_up,
        catch_up=_catch_up(today.toordinal(), past, current, run, days),
        is_new_run=run.was_missed and not current.is_kept and run.best > 0,
        practised_weeks=sum(told),
        past_weeks=len(told),
        paused_until=max((one.until_on for one in pauses if one.from_on <= today <= one.until_on), default=None),
    )


def _days(
    today: date, began: date | None, practised: Iterable[date], clear: Iterable[Span], pauses: Iterable[Span]
) -> Days:
    """Every day that counts, as a number."""
    last = _monday(today.toordinal()) + _WEEK
    first = began.toordinal() if began else last
    counted = {day.toordinal() for day in practised if first <= day.toordinal() <= today.toordinal()}
    since = min(counted, default=last)
    return Days(first, counted, _spanned(clear, since + 1, last), _spanned(pauses, first, last))


def _spanned(spans: Iterable[Span], first: int, end: int) -> set[int]:
    found: set[int] = set()
    for span in spans:
        found.update(range(max(first, span.from_on.toordinal()), min(end, span.until_on.toordinal() + 1)))
    return found


def _judged(monday: int, goals: Sequence[Goal], days: Days) -> Week:
    """The week, by the easiest of the goals that held in it."""
    starts = [goal.from_on.toordinal() for goal in goals]
    ends = [*starts[1:], monday + 2 * _WEEK]
    held = [
        goal for goal, start, end in zip(goals, starts, ends, strict=True) if start < monday + _WEEK and end > monday
    ] or goals[:1]
    off_days = {day for goal in held for day in goal.off_days}
    return judged(monday, min(goal.days for goal in held), off_days, days)


def _shown(day: int, goal: Goal, days: Days) -> Day:
    on = date.fromordinal(day)
    return Day(on, day in days.practised, on.isoweekday() in goal.off_days, day in days.clear, day in days.paused)


def _catch_up(today: int, past: Sequence[Week], current: Week, run: Run, days: Days) -> CatchUp | None:
    """What an extra day this week would save; None where nothing was lost or the week is too short for it."""
    if not run.was_missed:
        return None
    saved = run_of(past, has_extra_after=True).weeks
    needed = current.target + 1 - current.done
    left = current.monday + _WEEK - today - (today in days.practised)
    return CatchUp(needed, saved + 1) if saved > 1 and needed <= left else None


def _monday(day: int) -> int:
    """The Monday of the week of this day: `date.toordinal` 1 was one."""
    return day - (day - 1) % _WEEK
