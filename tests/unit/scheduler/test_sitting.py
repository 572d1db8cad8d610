"""Which items a sitting asks, and in which order."""

from collections import Counter
from itertools import pairwise
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.memory import recall
from scheduler.model import MemoryState
from scheduler.sitting import Due, Fresh, build, minutes

TODAY = 100
OUTCOMES = st.sampled_from(["branch", "commit", "merge", "undo"])
FACTS = st.none() | st.sampled_from(["f1", "f2", "f3"])


def due(item_id: int, stability: float = 5, last_day: int = 90, outcome: str = "", fact: str | None = None) -> Due:
    """A due item, alone in its outcome unless told otherwise."""
    return Due(item_id, stability, last_day, item_id * 10, outcome or f"outcome-{item_id}", fact)


def fresh(item_id: int, outcome: str = "", fact: str | None = None) -> Fresh:
    """A new item, alone in its outcome unless told otherwise."""
    return Fresh(item_id, item_id * 10, outcome or f"outcome-{item_id}", fact)


def built(
    some_due: list[Due], some_fresh: list[Fresh] | None = None, *, seed: int = 7, most: int = 20, most_new: int = 5,
    has_backlog: bool = False,
) -> list[int]:  # fmt: skip
    """The sitting, of an ordinary day unless told otherwise."""
    return build(
        some_due, some_fresh or [], today=TODAY, seed=seed, most=most, most_new=most_new, has_backlog=has_backlog
    )


@st.composite
def dues(draw: st.DrawFn) -> list[Due]:
    """Due items that share outcomes and facts."""
    count = draw(st.integers(0, 25))
    return [
        Due(n, draw(st.floats(0.1, 100)), draw(st.integers(0, TODAY)), n, draw(OUTCOMES), draw(FACTS))
        for n in range(1, count + 1)
    ]


@st.composite
def freshes(draw: st.DrawFn) -> list[Fresh]:
    """New items that share outcomes and facts with due ones."""
    count = draw(st.integers(0, 8))
    return [Fresh(1000 + n, n, draw(OUTCOMES), draw(FACTS)) for n in range(count)]


def meetings(ids: list[int], items: list[Due | Fresh]) -> int:
    """How often two neighbours share an outcome."""
    outcomes = {one.item_id: one.outcome for one in items}
    return sum(outcomes[one] == outcomes[other] for one, other in pairwise(ids))


def test_what_is_most_likely_forgotten_comes_first() -> None:
    """On an ordinary day the lowest predicted recall leads."""
    assert built([due(1, 50), due(2, 2), due(3, 10)]) == [2, 3, 1]


def test_in_a_backlog_what_is_best_remembered_comes_first() -> None:
    """In a backlog the highest predicted recall leads: it is kept at the least cost."""
    assert built([due(1, 50), due(2, 2), due(3, 10)], has_backlog=True) == [1, 3, 2]


@given(dues(), st.booleans())
def test_the_order_is_that_of_predicted_recall(items: list[Due], has_backlog: bool) -> None:
    """What is left out for the cap is never more urgent than what is asked."""
    alone = [Due(one.item_id, one.stability, one.last_day, 1, f"o{one.item_id}", None) for one in items]
    chosen = built(alone, most=5, has_backlog=has_backlog)
    by_id = {one.item_id: recall(MemoryState(one.stability, 5, one.last_day, 0, 1, 0), TODAY) for one in alone}
    asked = [by_id[item_id] for item_id in chosen]
    left = [by_id[item_id] for item_id in by_id.keys() - set(chosen)]
    assert asked == pytest.approx(sorted(asked, reverse=has_backlog))
    if left and has_backlog:
        assert min(asked) >= max(left) - 1e-9
    elif left:
        assert max(asked) <= min(left) + 1e-9


@given(dues(), freshes(), st.integers(0, 12), st.integers(0, 5), st.booleans())
def test_caps_hold(some_due: list[Due], some_fresh: list[Fresh], most: int, most_new: int, has_backlog: bool) -> None:
    """A sitting is never longer than allowed, new items never more than allowed, and nothing is asked twice."""
    chosen = built(some_due, some_fresh, most=most, most_new=most_new, has_backlog=has_backlog)
    new = [item_id for item_id in chosen if item_id >= 1000]
    assert len(chosen) == len(set(chosen)) <= most
    assert len(new) <= (0 if has_backlog else most_new)


def test_new_items_fill_only_what_is_left() -> None:
    """Due items have the first call on the sitting; new ones come in the order of the course."""
    assert built([due(1), due(2)], [fresh(11), fresh(12), fresh(13)], most=4)[2:] == [11, 12]


def test_there_is_nothing_new_in_a_backlog() -> None:
    """While more is due than a day holds, no new item is added to the pile."""
    assert built([due(1)], [fresh(11)], has_backlog=True) == [1]


@given(dues(), freshes())
def test_siblings_never_meet(some_due: list[Due], some_fresh: list[Fresh]) -> None:
    """Of the items of one fact a sitting asks at most one."""
    facts = {one.item_id: one.fact for one in (*some_due, *some_fresh)}
    asked = [facts[item_id] for item_id in built(some_due, some_fresh) if facts[item_id]]
    assert len(asked) == len(set(asked))


def test_the_most_urgent_sibling_is_asked() -> None:
    """Of two siblings the one more likely forgotten stays; the other's place goes to the next."""
    assert built([due(1, 50, fact="f"), due(2, 2, fact="f"), due(3, 10)], most=2) == [2, 3]


@given(dues(), freshes())
def test_no_two_neighbours_share_an_outcome_when_it_can_be_avoided(
    some_due: list[Due], some_fresh: list[Fresh]
) -> None:
    """Outcomes alternate; where one holds more than half, as few of it meet as possible."""
    items = [*some_due, *some_fresh]
    chosen = built(some_due, some_fresh)
    outcomes = {one.item_id: one.outcome for one in items}
    most_common = max(Counter(outcomes[item_id] for item_id in chosen).values(), default=0)
    unavoidable = max(0, 2 * most_common - len(chosen) - 1)
    assert meetings(chosen, items) == unavoidable


def test_alternating_moves_as_little_as_it_can() -> None:
    """The most urgent item still leads while that lets the others alternate."""
    items = [due(1, 1, outcome="b"), due(2, 2, outcome="c"), due(3, 3, outcome="a"), due(4, 4, outcome="a")]
    assert built(items) == [1, 3, 2, 4]


@given(dues(), freshes(), st.integers(), st.randoms())
def test_the_same_arguments_give_the_same_sitting(
    some_due: list[Due], some_fresh: list[Fresh], seed: int, shuffler: object
) -> None:
    """The order in which due items were read from the database does not matter."""
    mixed = list(some_due)
    shuffler.shuffle(mixed)  # type: ignore[attr-defined]  # hypothesis types it loosely
    assert built(some_due, some_fresh, seed=seed) == built(mixed, some_fresh, seed=seed)


def test_equals_are_ordered_by_the_seed() -> None:
    """Items learned together do not come in the same order every day."""
    items = [due(n) for n in range(1, 9)]
    assert len({tuple(built(items, seed=seed)) for seed in range(10)}) > 1


def test_nothing_due_is_an_empty_sitting() -> None:
    """With nothing due and nothing new there is nothing to ask."""
    assert built([]) == []


def test_choosing_from_two_hundred_is_quick() -> None:
    """Two hundred due items are chosen from and ordered in under 5 ms, the best of five tries."""
    items = [due(n, stability=1 + n % 37, outcome=f"o{n % 6}", fact=f"f{n % 90}") for n in range(1, 201)]

    def seconds() -> float:
        began = perf_counter()
        built(items, most=200)
        return perf_counter() - began

    assert min(seconds() for _ in range(5)) < 0.005


@pytest.mark.parametrize(("count", "expected"), [(0, 1), (1, 1), (2, 2), (4, 3), (20, 15)])
def test_a_review_takes_about_three_quarters_of_a_minute(count: int, expected: int) -> None:
    """Four reviews are about three minutes; nothing is announced as less than one."""
    assert minutes(count) == expected
