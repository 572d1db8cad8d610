"""What work is worth by when it was done."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lti_tool.rules.grading import Rule, Step, Terms

DUE = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_without_dates_the_best_step_counts() -> None:
    """Whatever came after it."""
    assert Terms().worth([Step(DUE, 40), Step(DUE + DAY, 70), Step(DUE + 2 * DAY, 60)]) == 70


def test_where_nothing_was_done_there_is_nothing_to_tell() -> None:
    """Which is not the same as 0 %."""
    assert Terms().worth([]) is None
    assert Terms().worth([Step(DUE, 0)]) == 0


@pytest.mark.parametrize(
    ("late", "percent"),
    [(-HOUR, 80), (timedelta(0), 80), (timedelta(minutes=1), 72), (DAY, 72), (DAY + HOUR, 64), (10 * DAY, 0)],
)
def test_each_day_that_has_begun_takes_its_share(late: timedelta, percent: int) -> None:
    """Of the grade itself, and never more than all of it."""
    assert Terms(due_at=DUE, late_percent=10).worth([Step(DUE + late, 80)]) == percent


def test_in_the_time_of_grace_nothing_is_late() -> None:
    """After it, every day since the due date is."""
    terms = Terms(due_at=DUE, late_percent=10, grace=2 * HOUR)
    assert terms.worth([Step(DUE + 2 * HOUR, 100)]) == 100
    assert terms.worth([Step(DUE + 3 * HOUR, 100)]) == 90


def test_more_work_late_never_takes_away_what_was_in_time() -> None:
    """The better of the two counts."""
    terms = Terms(due_at=DUE, late_percent=50)
    assert terms.worth([Step(DUE, 60), Step(DUE + HOUR, 100)]) == 60
    assert terms.worth([Step(DUE, 40), Step(DUE + HOUR, 100)]) == 50


def test_what_is_done_after_the_close_counts_for_nothing() -> None:
    """And what was done before the opening counts: the LMS had let the learner in."""
    terms = Terms(opens_at=DUE, closes_at=DUE + DAY)
    assert terms.worth([Step(DUE + DAY + HOUR, 100)]) is None
    assert terms.worth([Step(DUE - DAY, 30), Step(DUE + 2 * DAY, 100)]) == 30


@given(
    some.lists(some.tuples(some.integers(-50, 500), some.integers(0, 100)), max_size=8),
    some.integers(0, 100),
    some.integers(0, 300),
    some.integers(0, 300),
)
def test_more_time_never_lowers_a_grade(steps: list[tuple[int, int]], late: int, due: int, more: int) -> None:
    """Whatever was done, and when."""
    done = [Step(DUE + hours * HOUR, percent) for hours, percent in steps]
    before = Terms(due_at=DUE + due * HOUR, closes_at=DUE + (due + 48) * HOUR, late_percent=late)
    after = Terms(due_at=DUE + (due + more) * HOUR, closes_at=DUE + (due + more + 48) * HOUR, late_percent=late)
    assert (after.worth(done) or 0) >= (before.worth(done) or 0)


@pytest.mark.parametrize(
    "settings",
    [
        None,
        {},
        {"sittings": 0},
        {"sittings": "5"},
        {"sittings": True},
        {"sittings": 10**9},
        {"spare": 99},
        {"most_tries": 0},
    ],
)
def test_settings_that_are_nonsense_are_as_they_come(settings: dict[str, object] | None) -> None:
    """A grade does not fail because of what was written beside it."""
    assert Terms.read("practice", settings) == Terms(Rule.PRACTICE)
    assert Terms.read("charm", settings).rule is Rule.COMPLETION


def test_settings_are_read_as_they_were_kept() -> None:
    """Each rule's own."""
    for terms in (
        Terms(Rule.PRACTICE, sittings=1, spare=0),
        Terms(Rule.CHECKPOINT, is_first_try=True, most_tries=3),
        Terms(Rule.MASTERY),
    ):
        assert Terms.read(terms.rule, terms.settings()) == terms
