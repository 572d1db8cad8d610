"""The weekly rhythm, rule by rule."""

from datetime import date, timedelta

import pytest

from lti_tool.rules.rhythm import CatchUp, Goal, rhythm
from tests.unit.rules.weeks_of import MONDAY, after, day, practised, span

KEPT, SHORT, EMPTY, FULL = "x.x.x..", "x.x....", ".......", "xxxxxxx"


def test_a_week_with_the_goal_reached_is_kept() -> None:
    """As many days as the learner chose, on whichever days, keep the week."""
    assert after(KEPT).weeks == 1
    assert after("....xxx").weeks == 1


def test_the_goal_is_the_learners_own() -> None:
    """One day a week can be enough, and seven can be wanted."""
    assert after("x......", goal=1).weeks == 1
    assert after("xxxxxx.", "xxxxxx.", goal=7).weeks == 0


def test_kept_weeks_join_into_a_run() -> None:
    """Each kept week makes the run one longer."""
    assert after(KEPT, KEPT, KEPT).weeks == 3


def test_a_week_under_way_counts_as_soon_as_it_is_kept() -> None:
    """The week counts on the day the goal is reached, and is no loss before."""
    assert after(KEPT, "x.x....", today=day(1, 3)).weeks == 1
    assert after(KEPT, "x.x.x..", today=day(1, 5)).weeks == 2


def test_a_missed_week_ends_the_run_and_a_new_one_starts() -> None:
    """After a break the best run is still told, in how many weeks there was practice, and that a new run starts."""
    found = after(KEPT, KEPT, KEPT, EMPTY, EMPTY)
    assert (found.weeks, found.best, found.is_new_run) == (0, 3, True)
    assert (found.practised_weeks, found.past_weeks) == (3, 5)


def test_the_first_kept_week_ends_the_new_start() -> None:
    """Once a week of the new run is kept, it is just a run."""
    found = after(KEPT, KEPT, EMPTY, EMPTY, KEPT)
    assert (found.weeks, found.is_new_run) == (1, False)


def test_somebody_who_never_had_a_run_is_told_of_no_break() -> None:
    """Where no run was, none has ended."""
    assert not after(EMPTY, EMPTY, began=MONDAY).is_new_run


def test_eight_weeks_are_told_at_most() -> None:
    """The share looks at the last eight weeks, so an old break is forgotten."""
    found = after(EMPTY, *[KEPT] * 8)
    assert (found.practised_weeks, found.past_weeks) == (8, 8)


def test_a_short_week_with_practice_is_a_week_of_practice() -> None:
    """A week with any practice is one in which the learner is said to have practised."""
    found = after(KEPT, "x......", EMPTY)
    assert (found.practised_weeks, found.past_weeks) == (2, 3)


# Days off


def test_days_off_are_not_asked_for() -> None:
    """With only two days left after the days off, two days keep the week."""
    assert after("xx.....", off_days=(3, 4, 5, 6, 7)).weeks == 1


def test_a_practised_day_off_counts() -> None:
    """Whoever practises on a day off has practised."""
    assert after("x.x...x", off_days=(6, 7)).weeks == 1


# Nothing due


def test_days_with_nothing_due_are_not_asked_for() -> None:
    """A learner who has done all there was to do has kept the week."""
    assert after("xx.....", clear=(span(day(0, 3), day(0, 7)),)).weeks == 1


def test_a_week_in_which_nothing_was_due_is_kept() -> None:
    """Being finished is never punished; and such a week is no week without practice."""
    found = after(KEPT, EMPTY, clear=(span(day(1, 1), day(1, 7)),))
    assert (found.weeks, found.practised_weeks, found.past_weeks) == (2, 1, 1)


def test_nothing_due_keeps_nothing_before_practice_has_begun() -> None:
    """Days with nothing due before the first practised day keep no week."""
    assert after(EMPTY, EMPTY, clear=(span(day(0, 1), day(1, 7)),)).weeks == 0
    assert after(EMPTY, began=None, clear=(span(day(0, 1), day(1, 7)),)).weeks == 0


# Beginning


def test_nothing_counts_before_the_first_finished_lesson() -> None:
    """Practice before the first finished lesson is neither counted nor held against anybody."""
    found = after(FULL, EMPTY, began=None)
    assert (found.weeks, found.done, found.past_weeks, found.is_new_run) == (0, 0, 0, False)
    assert not any(one.is_practised for one in found.days)


@pytest.mark.parametrize("weekday", range(1, 8))
def test_the_first_week_cannot_be_missed(weekday: int) -> None:
    """Whoever begins late in a week and does no more has missed nothing."""
    begun = "." * (weekday - 1) + "x" + "." * (7 - weekday)
    found = after(begun, KEPT, KEPT, began=day(0, weekday))
    assert found.weeks >= 2
    assert not found.is_new_run


def test_the_first_week_asks_for_what_is_left_of_it() -> None:
    """Two practised days keep a first week that began on Saturday."""
    assert after(".....xx", began=day(0, 6)).weeks == 1


def test_a_late_joiner_has_the_run_of_everybody() -> None:
    """Joining ten weeks late, the same practice gives the same run from there on."""
    late = after(*[EMPTY] * 10, KEPT, KEPT, SHORT, KEPT, began=day(10, 1))
    early = after(KEPT, KEPT, SHORT, KEPT)
    assert (late.weeks, late.best, late.reserve) == (early.weeks, early.best, early.reserve)
    assert (late.practised_weeks, late.past_weeks) == (early.practised_weeks, early.past_weeks)


# Reserve


def test_two_kept_weeks_make_a_day_of_reserve() -> None:
    """Every second kept week puts a day in reserve, up to two."""
    assert [after(*[KEPT] * weeks).reserve for weeks in range(8)] == [0, 0, 1, 1, 2, 2, 2, 2]


def test_the_reserve_covers_a_missing_day_by_itself() -> None:
    """A week short by one is kept, and the day that was covered is told afterwards."""
    found = after(KEPT, KEPT, SHORT)
    assert (found.weeks, found.reserve) == (3, 0)
    assert found.reserve_used_on == (day(2, 7),)


def test_the_reserve_is_used_only_once_the_week_is_over() -> None:
    """While there are days left, nothing is covered."""
    found = after(KEPT, KEPT, SHORT, today=day(2, 7))
    assert (found.weeks, found.reserve, found.reserve_used_on) == (2, 1, ())


def test_two_in_reserve_cover_two_days() -> None:
    """A full reserve carries a week with a single day of practice."""
    found = after(KEPT, KEPT, KEPT, KEPT, "..x....")
    assert (found.weeks, found.reserve, found.reserve_used_on) == (5, 0, (day(4, 6), day(4, 7)))


def test_the_reserve_is_not_wasted_on_a_week_it_cannot_save() -> None:
    """One in reserve does not save a week short by two; the run ends, and a new one makes its own reserve."""
    found = after(KEPT, KEPT, "x......")
    assert (found.weeks, found.reserve, found.reserve_used_on) == (0, 0, ())


def test_the_reserve_never_covers_a_day_off() -> None:
    """What was not asked for needs no cover."""
    assert after(KEPT, KEPT, SHORT, off_days=(6, 7)).reserve_used_on == (day(2, 5),)


# Catching up


def test_an_extra_day_in_the_next_week_makes_up_for_a_missing_one() -> None:
    """A week short by one is kept after all by a day beyond the goal in the next."""
    found = after(KEPT, SHORT, "xxxx...", today=day(2, 4))
    assert (found.weeks, found.is_caught_up, found.is_new_run, found.catch_up) == (3, True, False, None)


def test_catching_up_lasts_for_good() -> None:
    """What was made up for stays made up for."""
    assert after(KEPT, SHORT, "xxxx...", KEPT, KEPT).weeks == 5


def test_catching_up_comes_before_the_reserve() -> None:
    """An extra day gives back what the reserve had covered."""
    assert after(KEPT, KEPT, SHORT, "xxxx...", today=day(3, 4)).reserve == 1


def test_an_extra_day_makes_up_for_one_day_only() -> None:
    """A week short by two is not made up for, however much follows; nor is one two weeks ago."""
    assert after(KEPT, "x......", FULL).weeks == 1
    assert after(KEPT, SHORT, KEPT, FULL).weeks == 2


def test_the_way_back_is_told_while_it_is_open() -> None:
    """After a week short by one the learner hears how many days bring the run back, and how long it is then."""
    assert after(KEPT, KEPT, KEPT, "x......", KEPT, SHORT).catch_up == CatchUp(days=4, weeks=3)
    assert after(KEPT, SHORT, "xx.....", today=day(2, 3)).catch_up == CatchUp(days=2, weeks=3)


def test_the_way_back_is_not_told_when_it_is_closed() -> None:
    """With too few days left, today's practice done, or nothing to save, no catching up is offered."""
    assert after(KEPT, SHORT, "xx.x...", today=day(2, 7)).catch_up == CatchUp(days=1, weeks=3)
    assert after(KEPT, SHORT, "xx....x", today=day(2, 7)).catch_up is None
    assert after(KEPT, SHORT, "x......", today=day(2, 6)).catch_up is None
    assert after(KEPT, EMPTY).catch_up is None
    assert after(KEPT, KEPT).catch_up is None


# Pausing


def test_a_paused_week_neither_breaks_nor_lengthens_the_run() -> None:
    """Weeks of pause are passed over, as if they had not been; they are no weeks without practice either."""
    found = after(KEPT, KEPT, EMPTY, EMPTY, KEPT, pauses=(span(day(2, 1), day(3, 7)),))
    assert (found.weeks, found.practised_weeks, found.past_weeks) == (3, 3, 3)


def test_a_partly_paused_week_asks_for_what_is_left_of_it() -> None:
    """With two days outside the pause, two practised days keep the week."""
    assert after("xx.....", pauses=(span(day(0, 3), day(0, 7)),)).weeks == 1


def test_a_pause_spares_the_reserve() -> None:
    """A week that may not be missed needs no cover."""
    assert after(KEPT, KEPT, SHORT, pauses=(span(day(2, 6), day(2, 6)),)).reserve == 1


def test_practice_during_a_pause_counts() -> None:
    """A week that was kept in spite of a pause is kept."""
    assert after(KEPT, KEPT, pauses=(span(day(1, 1), day(1, 7)),)).weeks == 2


def test_a_pause_under_way_is_told_with_its_end() -> None:
    """During a pause its last day is known; before and after there is none."""
    pause = (span(day(1, 2), day(1, 4)),)
    ends = [after(KEPT, today=day(1, weekday), pauses=pause).paused_until for weekday in range(1, 6)]
    assert ends == [None, day(1, 4), day(1, 4), day(1, 4), None]
    assert after(KEPT, today=day(1, 2), pauses=pause).is_paused


# The goal changes


def test_a_higher_goal_does_not_judge_earlier_weeks() -> None:
    """Wanting more from now on takes nothing from what was kept."""
    goals = (Goal(date.min, 3), Goal(day(2, 2), 6))
    assert rhythm(day(2, 2), MONDAY, practised(KEPT, KEPT), goals).weeks == 2


def test_the_easier_goal_holds_in_the_week_of_the_change() -> None:
    """A goal raised on Sunday does not undo the week."""
    goals = (Goal(date.min, 3), Goal(day(1, 7), 6))
    assert rhythm(day(2, 1), MONDAY, practised(KEPT, KEPT), goals).weeks == 2


# The week as it is shown


def test_the_week_is_shown_from_monday_to_sunday() -> None:
    """Seven days, each with what is to be said of it."""
    found = after(
        "x......", today=day(0, 2), off_days=(6, 7), clear=(span(day(0, 2), day(0, 3)),),
        pauses=(span(day(0, 4), day(0, 4)),),
    )  # fmt: skip
    assert [one.on for one in found.days] == [MONDAY + timedelta(days=n) for n in range(7)]
    assert [one.on.isoweekday() for one in found.days if one.is_practised] == [1]
    assert [one.on.isoweekday() for one in found.days if one.is_off] == [6, 7]
    assert [one.on.isoweekday() for one in found.days if one.is_clear] == [2, 3]
    assert [one.on.isoweekday() for one in found.days if one.is_paused] == [4]


def test_what_this_week_asks_for_is_told_beside_the_goal() -> None:
    """Where the week offers less than the goal, less is asked for."""
    found = after("x......", today=day(0, 2), clear=(span(day(0, 2), day(0, 6)),))
    assert (found.goal, found.target, found.done, found.is_kept) == (3, 2, 1, False)


def test_days_ahead_of_today_wait_for_their_turn() -> None:
    """After a flight west a day already practised may lie ahead: it is not lost, and counts when it comes."""
    assert after(KEPT, "x......", today=day(0, 7)).weeks == 1
    assert after(KEPT, "x......", today=day(1, 1)).done == 1
    assert after("x.x....", today=day(0, 2)).done == 1
