"""Which held-back items a check asks: even over the outcomes, mixed, and never two that answer each other."""

from collections import Counter
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from scheduler.sitting import Probe, draw

OUTCOMES = st.sampled_from(["branch", "commit", "merge", "undo"])
KINDS = st.sampled_from(["choice", "number", "order", "text"])
FACTS = st.none() | st.sampled_from(["f1", "f2", "f3"])


@st.composite
def pools(draw_from: st.DrawFn, facts: st.SearchStrategy[str | None] = FACTS) -> list[Probe]:
    """Up to forty items that a learner has not seen."""
    count = draw_from(st.integers(0, 40))
    return [Probe(n, n * 10, draw_from(OUTCOMES), draw_from(facts), draw_from(KINDS)) for n in range(1, count + 1)]


def even(outcomes: int, each: int, kinds: int = 3) -> list[Probe]:
    """A pool with as many items of every outcome, the kinds by turns."""
    return [
        Probe(outcome * 100 + n, 0, f"outcome-{outcome}", None, f"kind-{n % kinds}")
        for outcome in range(outcomes)
        for n in range(each)
    ]


def outcomes_of(pool: list[Probe], chosen: list[int]) -> list[str]:
    """The outcomes of what was chosen, in order."""
    by_id = {one.item_id: one for one in pool}
    return [by_id[item_id].outcome for item_id in chosen]


@given(pools(), st.integers(0, 2**40), st.integers(0, 12))
def test_a_check_is_made_of_the_pool_alone(pool: list[Probe], seed: int, most: int) -> None:
    """No item twice, none from elsewhere, no more than asked for, and no two about one fact."""
    chosen = draw(pool, seed=seed, most=most)
    by_id = {one.item_id: one for one in pool}
    assert len(set(chosen)) == len(chosen) <= most
    assert set(chosen) <= by_id.keys()
    facts = [by_id[item_id].fact for item_id in chosen if by_id[item_id].fact]
    assert len(facts) == len(set(facts))


@given(pools(st.none()), st.integers(0, 2**40), st.integers(0, 12))
def test_outcomes_differ_by_one_unless_one_is_used_up(pool: list[Probe], seed: int, most: int) -> None:
    """An outcome may have fewer questions than another only if it has no more of them."""
    counts = Counter(outcomes_of(pool, draw(pool, seed=seed, most=most)))
    there = Counter(one.outcome for one in pool)
    assert sum(counts.values()) == min(most, len(pool))
    for outcome, count in there.items():
        assert counts[outcome] == count or counts[outcome] >= max(counts.values(), default=0) - 1


@given(pools(), st.integers(0, 2**40), st.randoms())
def test_the_same_seed_gives_the_same_check(pool: list[Probe], seed: int, luck: object) -> None:
    """However the database sorted the pool."""
    mixed = sorted(pool, key=lambda _: luck.random())  # type: ignore[attr-defined]  # a `random.Random`
    assert draw(pool, seed=seed, most=10) == draw(mixed, seed=seed, most=10)


def test_another_seed_gives_another_check() -> None:
    """Two learners do not meet the same questions in the same order."""
    assert len({tuple(draw(even(4, 6), seed=seed, most=10)) for seed in range(20)}) > 15


def test_neighbours_are_of_different_outcomes() -> None:
    """A check is mixed, as a round of reviews is."""
    pool = even(4, 6)
    for seed in range(20):
        asked = outcomes_of(pool, draw(pool, seed=seed, most=10))
        assert all(one != other for one, other in pairwise(asked))
        assert sorted(Counter(asked).values()) == [2, 2, 3, 3]


def test_kinds_are_mixed() -> None:
    """Ten questions of three kinds: each kind three or four times."""
    pool = even(2, 30)
    kinds = {one.item_id: one.kind for one in pool}
    for seed in range(20):
        assert sorted(Counter(kinds[item] for item in draw(pool, seed=seed, most=10)).values()) == [3, 3, 4]


def test_one_check_after_another_leaves_the_outcomes_even() -> None:
    """What has more left goes first, so that the last whole check still has something of every outcome."""
    pool = [*even(4, 6), Probe(900, 0, "outcome-0", None, "kind-0")]
    for seed in range(20):
        left = pool
        for number in range(2):
            chosen = draw(left, seed=seed + number, most=10)
            left = [one for one in left if one.item_id not in chosen]
        assert Counter(one.outcome for one in left).keys() == {f"outcome-{n}" for n in range(4)}
        assert len(left) == 5
