"""Outcomes whose items were each answered right, unaided, on three study days."""

from datetime import UTC, date, datetime, time, timedelta

from lti_tool.rules.mastery import Shown, mastery

MONDAY = date(2026, 9, 7)
ITEMS = {"commit": ("a", "b"), "branch": ("c",), "empty": ()}


def shown(item: str, *days: int) -> list[Shown]:
    """Answered right on these days."""
    found = [MONDAY + timedelta(days=n) for n in days]
    return [Shown(item, on, datetime.combine(on, time(9), UTC)) for on in found]


def test_an_outcome_is_shown_when_the_last_of_its_items_is() -> None:
    """On that item's third day."""
    found = mastery(ITEMS, [*shown("a", 0, 1, 2), *shown("b", 0, 5, 9)])
    assert found.outcomes["commit"] == datetime(2026, 9, 16, 9, tzinfo=UTC)
    assert [step.percent for step in found.steps()] == [50]


def test_three_answers_on_one_day_are_one_day() -> None:
    """It asks for coming back."""
    assert mastery(ITEMS, shown("c", 0, 0, 0)).steps() == []


def test_one_item_short_is_not_shown() -> None:
    """Every item of the outcome counts."""
    assert mastery(ITEMS, [*shown("a", 0, 1, 2), *shown("b", 0, 1)]).outcomes["commit"] is None


def test_an_outcome_without_items_asks_for_nothing() -> None:
    """And is no part of the whole."""
    found = mastery(ITEMS, [*shown("a", 0, 1, 2), *shown("b", 0, 1, 2), *shown("c", 3, 4, 5)])
    assert [step.percent for step in found.steps()] == [50, 100]


def test_more_than_three_days_change_nothing() -> None:
    """Since then it is shown; how long it took does not matter."""
    assert mastery(ITEMS, shown("c", 0, 1, 2, 3)) == mastery(ITEMS, shown("c", 0, 1, 2))
