"""Weeks written as pictures: `x` practised, `.` not, one letter a day from Monday."""

from datetime import date, timedelta

from lti_tool.rules.rhythm import Goal, Rhythm, Span, rhythm

MONDAY = date(2026, 1, 5)


def practised(*weeks: str) -> set[date]:
    """The practised days of these weeks, the first of which begins on `MONDAY`."""
    return {MONDAY + timedelta(days=n) for n, letter in enumerate("".join(weeks)) if letter == "x"}


def day(week: int, weekday: int) -> date:
    """A day of the week with this number, counted from 0; Monday is 1."""
    return MONDAY + timedelta(weeks=week, days=weekday - 1)


def span(first: date, last: date) -> Span:
    """Both included."""
    return Span(first, last)


def after(
    *weeks: str,
    goal: int = 3,
    off_days: tuple[int, ...] = (),
    today: date | None = None,
    began: date | None = MONDAY,
    clear: tuple[Span, ...] = (),
    pauses: tuple[Span, ...] = (),
) -> Rhythm:
    """The rhythm on the Monday after these weeks, or on another day."""
    return rhythm(
        today or day(len(weeks), 1),
        began,
        practised(*weeks),
        (Goal(date.min, goal, off_days),),
        clear=clear,
        pauses=pauses,
    )
