"""Completion in percent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_tool.rules.completion import percent

COUNTS = st.integers(0, 10_000)


@given(COUNTS, COUNTS.filter(bool))
def test_all_is_a_hundred_and_less_is_not(done: int, required: int) -> None:
    """100 is said exactly when everything required is done, however many steps there are."""
    assert (percent(done, required) == 100) == (done >= required)


@given(COUNTS, COUNTS)
def test_it_stays_between_nothing_and_all(done: int, required: int) -> None:
    """More done than required is still 100."""
    assert 0 <= percent(done, required) <= 100


@given(COUNTS, COUNTS, COUNTS)
def test_it_never_falls(done: int, more: int, required: int) -> None:
    """Another step done never lowers it."""
    assert percent(done, required) <= percent(done + more, required)


@pytest.mark.parametrize(
    ("done", "required", "expected"), [(0, 0, 0), (5, 0, 0), (1, 3, 33), (2, 3, 66), (999, 1000, 99)]
)
def test_it_is_rounded_down(done: int, required: int, expected: int) -> None:
    """Fractions are cut, and where nothing is required nothing is done."""
    assert percent(done, required) == expected
