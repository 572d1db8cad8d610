"""The weekly rhythm, whatever was done and whenever."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lti_tool.rules.rhythm import Goal, Rhythm, Span, rhythm
from tests.unit.rules.weeks_of import MONDAY

DAYS = 70
OFFSETS = st.integers(0, DAYS - 1)


@st.composite
def spans(draw: st.DrawFn) -> Span:
    """Some days of the time looked at."""
    first = draw(OFFSETS)
    return Span(on(first), on(first + draw(st.integers(0, 20))))


@st.composite
def goals(draw: st.DrawFn) -> tuple[Goal, ...]:
    """One goal, or two, one after the other; as the settings allow, days off leave room for the goal."""
    found = []
    for start in [date.min, *draw(st.lists(OFFSETS.map(lambda n: MONDAY + timedelta(days=n)), max_size=1))]:
        off_days = draw(st.sets(st.integers(1, 7), max_size=6))
        found.append(Goal(start, draw(st.integers(1, 7 - len(off_days))), tuple(off_days)))
    return tuple(found)


def on(offset: int) -> date:
    """So many days after the first Monday."""
    return MONDAY + timedelta(days=offset)


class Life:
    """What a learner did, and what was asked of her."""

    def __init__(
        self, today: int, began: int, days: set[int], wanted: tuple[Goal, ...], clear: list[Span], pauses: list[Span]
    ) -> None:
        self.today, self.began, self.days = today, began, days
        self.wanted, self.clear, self.pauses = wanted, clear, pauses

    def rhythm(
        self, *, today: int | None = None, more: set[int] | None = None, pauses: list[Span] | None = None
    ) -> Rhythm:
        """Her rhythm; with more practice, other pauses, or on another day."""
        return rhythm(
            on(self.today if today is None else today),
            on(self.began),
            [on(n) for n in self.days | (more or set())],
            self.wanted,
            clear=self.clear,
            pauses=self.pauses if pauses is None else pauses,
        )

    def __repr__(self) -> str:
        return f"Life({vars(self)})"


LIVES = st.builds(
    Life,
    today=OFFSETS,
    began=st.integers(0, 20),
    days=st.sets(OFFSETS, max_size=60),
    wanted=goals(),
    clear=st.lists(spans(), max_size=3),
    pauses=st.lists(spans(), max_size=2),
)
STEADY = st.builds(
    Life,
    today=OFFSETS,
    began=st.integers(0, 6),
    days=st.sets(OFFSETS, min_size=25, max_size=60),
    wanted=st.integers(1, 4).map(lambda days: (Goal(date.min, days),)),
    clear=st.just([]),
    pauses=st.just([]),
)


@given(LIVES | STEADY, OFFSETS)
def test_more_practice_never_shortens_a_run(life: Life, extra: int) -> None:
    """A further practised day, now or noted late, takes nothing away: no run, no best run, no day of this week."""
    before, after = life.rhythm(), life.rhythm(more={min(extra, life.today)})
    assert after.weeks >= before.weeks
    assert after.best >= before.best
    assert after.done >= before.done
    assert after.is_kept >= before.is_kept


@given(LIVES | STEADY, st.randoms())
def test_the_order_in_which_things_are_read_is_nothing(life: Life, shuffler: object) -> None:
    """Days and spans may come in any order, and more than once."""
    days, clear, pauses = [on(n) for n in life.days] * 2, life.clear * 2, life.pauses * 2
    for one in (days, clear, pauses):
        shuffler.shuffle(one)  # type: ignore[attr-defined]  # hypothesis types it loosely
    mixed = rhythm(on(life.today), on(life.began), days, life.wanted, clear=clear, pauses=pauses)
    assert mixed == life.rhythm()


@given(LIVES | STEADY, st.integers(0, DAYS // 7 - 1), st.integers(1, 7), st.integers(1, 7))
def test_a_pause_never_breaks_a_run(life: Life, week: int, first: int, last: int) -> None:
    """Whichever days of a week are paused, the run after it is at least the run before it."""
    pause = Span(on(7 * week + min(first, last) - 1), on(7 * week + max(first, last) - 1))
    pauses = [*life.pauses, pause]
    before = life.rhythm(today=7 * week, pauses=pauses)
    run_before = before.weeks - before.is_kept
    assert life.rhythm(today=7 * week + 7, pauses=pauses).weeks >= run_before


@given(LIVES | STEADY, st.integers(1, 30))
def test_days_before_the_first_finished_lesson_never_count(life: Life, earlier: int) -> None:
    """Practice before the first finished lesson changes nothing."""
    assert life.rhythm(more={life.began - earlier}) == life.rhythm()


@given(LIVES | STEADY, st.integers(1, 60))
def test_a_late_joiner_is_judged_as_an_early_one(life: Life, weeks: int) -> None:
    """The same weeks lived later give the same rhythm: nothing depends on when the course began."""
    later = timedelta(weeks=weeks)
    goals_later = tuple(
        replace(one, from_on=one.from_on if one.from_on == date.min else one.from_on + later) for one in life.wanted
    )
    moved = rhythm(
        on(life.today) + later,
        on(life.began) + later,
        [on(n) + later for n in life.days],
        goals_later,
        clear=[Span(one.from_on + later, one.until_on + later) for one in life.clear],
        pauses=[Span(one.from_on + later, one.until_on + later) for one in life.pauses],
    )
    here = life.rhythm()
    assert (moved.weeks, moved.best, moved.reserve, moved.done, moved.target, moved.is_new_run) == (
        here.weeks,
        here.best,
        here.reserve,
        here.done,
        here.target,
        here.is_new_run,
    )


@given(LIVES | STEADY)
def test_a_calendar_that_turns_back_takes_nothing_from_the_week(life: Life) -> None:
    """After a flight west it is yesterday again: what was practised by then is still there, and there is more time."""
    life.days = {n for n in life.days if n < life.today}
    if life.today % 7:
        today, yesterday = life.rhythm(), life.rhythm(today=life.today - 1)
        assert (yesterday.weeks, yesterday.done, yesterday.best) == (today.weeks, today.done, today.best)


@given(LIVES | STEADY)
def test_what_is_told_is_consistent(life: Life) -> None:
    """The run is never longer than the best one, the reserve two at most, and a new start is told without a run."""
    found = life.rhythm()
    assert 0 <= found.weeks <= found.best
    assert 0 <= found.reserve <= 2
    assert 0 <= found.practised_weeks <= found.past_weeks <= 8
    assert 0 <= found.target <= min(7, max(one.days for one in life.wanted))
    assert len(found.days) == 7
    if found.is_new_run:
        assert found.weeks == 0 < found.best


@given(STEADY)
def test_the_way_back_keeps_its_word(life: Life) -> None:
    """Whoever practises the days that the way back names has the run that it names."""
    found = life.rhythm()
    if found.catch_up is None:
        return
    sunday = life.today - life.today % 7 + 6
    open_days = [n for n in range(life.today, sunday + 1) if n not in life.days or n > life.today]
    more = set(open_days[: found.catch_up.days])
    life.days = {n for n in life.days if n <= life.today}
    assert life.rhythm(today=sunday, more=more).weeks == found.catch_up.weeks
