"""How long to wait."""

from datetime import timedelta

from lti_tool.services.grades.backoff import LONGEST, pause_after

BASE = timedelta(seconds=10)


def test_pauses_double_within_their_jitter() -> None:
    """Each is 75 to 125 % of the base, doubled with each try."""
    for tries in range(1, 10):
        assert 0.75 <= pause_after(tries, "score 7", BASE) / (BASE * 2 ** (tries - 1)) <= 1.25


def test_no_pause_is_longer_than_the_longest() -> None:
    """However often it failed."""
    assert {pause_after(tries, "score 7", BASE) for tries in (20, 100, 10**6)} == {LONGEST}


def test_scores_that_failed_together_come_back_apart() -> None:
    """The jitter differs from score to score, and is the same each time it is asked for."""
    pauses = [pause_after(3, f"score {number}", BASE) for number in range(50)]
    assert len(set(pauses)) == 50
    assert pauses == [pause_after(3, f"score {number}", BASE) for number in range(50)]
