"""The memory model: FSRS-6, to the ninth decimal."""

from datetime import UTC, datetime, timedelta
from math import isclose

import fsrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.memory import DEFAULTS, MOST_STABILITY, interval, recall, step
from scheduler.model import MemoryState, Rating
from scheduler.rating import rating

ORACLE = fsrs.Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False, maximum_interval=10**9)
START = datetime(2026, 1, 1, 12, tzinfo=UTC)
TWO = st.sampled_from([Rating.AGAIN, Rating.GOOD])
ALL = st.sampled_from(list(Rating))
GAPS = st.integers(0, 400)


def histories(ratings: st.SearchStrategy[Rating]) -> st.SearchStrategy[list[tuple[Rating, int]]]:
    """Ratings, each so many days after the one before."""
    return st.lists(st.tuples(ratings, GAPS), min_size=1, max_size=25)


def replayed(history: list[tuple[Rating, int]]) -> MemoryState:
    """The memory after this history."""
    state, today = None, 0
    for given_rating, gap in history:
        today += gap
        state = step(state, given_rating, today)
    assert state is not None
    return state


def assert_equal_to_the_library(history: list[tuple[Rating, int]]) -> None:
    """After each review of this history the library's memory is ours."""
    card, state, today = fsrs.Card(card_id=1), None, 0
    for given_rating, gap in history:
        today += gap
        at = START + timedelta(days=today)
        expected = ORACLE.get_card_retrievability(card, at)
        if state is not None:
            assert isclose(recall(state, today), expected, rel_tol=1e-9)
        state = step(state, given_rating, today)
        card, _ = ORACLE.review_card(card, fsrs.Rating(int(given_rating)), at)
        assert card.stability is not None
        assert card.difficulty is not None
        card.stability = min(card.stability, MOST_STABILITY)  # the library knows no upper bound
        assert isclose(state.stability, card.stability, rel_tol=1e-9)
        assert isclose(state.difficulty, card.difficulty, rel_tol=1e-9)


def test_the_parameters_are_the_published_ones() -> None:
    """The 21 parameters are those of the library that the model is compared with."""
    assert DEFAULTS == fsrs.scheduler.DEFAULT_PARAMETERS


@given(histories(TWO))
def test_it_equals_the_library_over_right_and_wrong(history: list[tuple[Rating, int]]) -> None:
    """Stability, difficulty and recall equal those of `fsrs` 6.3.2 after any history of Again and Good."""
    assert_equal_to_the_library(history)


@given(histories(ALL))
def test_it_equals_the_library_over_all_ratings(history: list[tuple[Rating, int]]) -> None:
    """They also do with Hard and Easy, and on the same day."""
    assert_equal_to_the_library(history)


@given(histories(ALL), st.floats(0.7, 0.97))
def test_an_interval_ends_where_recall_has_fallen_to_what_is_desired(
    history: list[tuple[Rating, int]], desired: float
) -> None:
    """After exactly the interval, the predicted recall is the desired retention."""
    state = replayed(history)
    days = interval(state.stability, desired)
    factor = 0.9 ** (-1 / DEFAULTS[20]) - 1
    assert isclose((1 + factor * days / state.stability) ** -DEFAULTS[20], desired, rel_tol=1e-9)


@given(st.floats(0.001, MOST_STABILITY))
def test_stability_is_the_interval_at_ninety_percent(stability: float) -> None:
    """Stability is measured in days until recall has fallen to 90 %."""
    assert isclose(interval(stability, 0.9), stability, rel_tol=1e-9)


@given(histories(ALL))
def test_stability_and_difficulty_stay_within_bounds(history: list[tuple[Rating, int]]) -> None:
    """Difficulty is always 1 to 10, stability 0.001 days to a hundred years."""
    state = replayed(history)
    assert 1 <= state.difficulty <= 10
    assert 0.001 <= state.stability <= MOST_STABILITY


@given(histories(TWO), st.integers(0, 300), st.integers(1, 300))
def test_recall_falls_with_time(history: list[tuple[Rating, int]], first: int, more: int) -> None:
    """The longer ago, the less likely recalled; on the day itself it is certain."""
    state = replayed(history)
    assert recall(state, state.last_day) == 1
    assert recall(state, state.last_day + first + more) < recall(state, state.last_day + first)


@given(histories(TWO), st.integers(1, 300))
def test_right_strengthens_and_wrong_weakens(history: list[tuple[Rating, int]], gap: int) -> None:
    """On a later day a right answer makes the memory more stable, a wrong one less, or no more, so."""
    state = replayed(history)
    today = state.last_day + gap
    assert step(state, Rating.GOOD, today).stability >= state.stability
    assert step(state, Rating.AGAIN, today).stability <= max(state.stability, 0.001)


def test_stability_ends_at_a_hundred_years() -> None:
    """However long ago an item was recalled with ease, its stability is bounded."""
    state = MemoryState(30_000, 1, 0, 0, 9, 0)
    assert step(state, Rating.EASY, 30_000).stability == MOST_STABILITY


def test_forgetting_is_counted_once_it_could_be_known() -> None:
    """A wrong answer to a new item, or again on the same day, is no lapse; on a later day it is."""
    first = step(None, Rating.AGAIN, 10)
    assert first.lapses == 0
    assert step(first, Rating.AGAIN, 10).lapses == 0
    assert step(first, Rating.AGAIN, 11).lapses == 1


def test_a_day_that_comes_twice_is_one_day() -> None:
    """Where the calendar turned back between two reviews, no time has passed and the last day stays the later one."""
    state = step(None, Rating.GOOD, 10)
    again = step(state, Rating.GOOD, 9)
    assert again.last_day == 10
    assert again.stability == step(state, Rating.GOOD, 10).stability


@pytest.mark.parametrize(("is_right", "expected"), [(True, Rating.GOOD), (False, Rating.AGAIN)])
def test_a_mark_is_one_of_two_ratings(is_right: bool, expected: Rating) -> None:
    """Right is Good and wrong is Again."""
    assert rating(is_right=is_right) is expected
