"""The memory model FSRS-6 on whole study days, with its published parameters.

Written from the formulas in the wiki of open-spaced-repetition/free-spaced-repetition-scheduler ("The Algorithm",
FSRS-6) and kept equal to `fsrs` 6.3.2 by a property test.  No time of day enters: an answer at 23:00 and one the next
morning are a day apart, because the learner slept in between.
"""

from math import exp

from scheduler.model import MemoryState, Rating

MODEL = "fsrs-6"
"""Stored with every memory: another model reads the same numbers differently."""

DEFAULTS = (
    0.212, 1.2931, 2.3065, 8.2956, 6.4133, 0.8334, 3.0194, 0.001, 1.8722, 0.1666, 0.796,
    1.4835, 0.0614, 0.2629, 1.6483, 0.6014, 1.8729, 0.5425, 0.0912, 0.0658, 0.1542,
)  # fmt: skip
"""w0 … w20."""

LEAST_STABILITY, MOST_STABILITY = 0.001, 36_500.0
LEAST_DIFFICULTY, MOST_DIFFICULTY = 1.0, 10.0

_W = DEFAULTS
_AGAIN = int(Rating.AGAIN)
_DECAY = -_W[20]
_FACTOR = 0.9 ** (1 / _DECAY) - 1
# By rating, so that the hot path looks up what it would otherwise compute; place 0 is not used.
_FIRST_STABILITY = (0.0, *_W[:4])
_FIRST_DIFFICULTY = (
    0.0,
    *(min(max(_W[4] - exp(_W[5] * (n - 1)) + 1, LEAST_DIFFICULTY), MOST_DIFFICULTY) for n in range(1, 5)),
)
_HARDER = (0.0, *(-_W[6] * (n - 3) / 9 for n in range(1, 5)))
_REVERTED = _W[7] * (_W[4] - exp(_W[5] * 3) + 1)
_GROWTH = (0.0, 0.0, exp(_W[8]) * _W[15], exp(_W[8]), exp(_W[8]) * _W[16])
_SAME_DAY = (0.0, *(exp(_W[17] * (n - 3 + _W[18])) for n in range(1, 5)))
_MOST_KEPT = exp(_W[17] * _W[18])


def step(state: MemoryState | None, rating: Rating, today: int) -> MemoryState:
    """The memory after this review; due today, until a policy says when.

    None stands for an item never seen.  A second review of the same study day follows the model's same-day rule.
    """
    grade = int(rating)
    if state is None:
        return MemoryState(_FIRST_STABILITY[grade], _FIRST_DIFFICULTY[grade], today, today, 1, 0)
    elapsed = today - state.last_day
    stability, difficulty = strengthen(state.stability, state.difficulty, elapsed, grade)
    lapses = state.lapses + 1 if grade == _AGAIN and elapsed > 0 else state.lapses
    return MemoryState(stability, difficulty, max(today, state.last_day), today, state.reviews + 1, lapses)


def strengthen(stability: float, difficulty: float, elapsed: int, grade: int) -> tuple[float, float]:
    """Stability and difficulty after a review that came `elapsed` days after the last."""
    if elapsed < 1:
        gain = _SAME_DAY[grade] * stability ** -_W[19]
        after = stability * (gain if grade == _AGAIN or gain > 1 else 1.0)
    else:
        recalled = (1 + _FACTOR * elapsed / stability) ** _DECAY
        if grade == _AGAIN:
            relearned = _W[11] * difficulty ** -_W[12] * ((stability + 1) ** _W[13] - 1) * exp((1 - recalled) * _W[14])
            after = min(relearned, stability / _MOST_KEPT)
        else:
            surprise = exp((1 - recalled) * _W[10]) - 1
            after = stability * (1 + _GROWTH[grade] * (11 - difficulty) * stability ** -_W[9] * surprise)
    harder = _REVERTED + (1 - _W[7]) * (difficulty + (10 - difficulty) * _HARDER[grade])
    return (
        LEAST_STABILITY if after < LEAST_STABILITY else min(after, MOST_STABILITY),
        LEAST_DIFFICULTY if harder < LEAST_DIFFICULTY else min(harder, MOST_DIFFICULTY),
    )


def recall(state: MemoryState, today: int) -> float:
    """The predicted probability of recalling it today; 1 on the day of the last review."""
    return float((1 + _FACTOR * max(0, today - state.last_day) / state.stability) ** _DECAY)


def interval(stability: float, desired_retention: float) -> float:
    """Days, not rounded, after which the predicted recall has fallen to the desired retention."""
    return float(stability / _FACTOR * (desired_retention ** (1 / _DECAY) - 1))
