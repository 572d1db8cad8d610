"""When an item comes back."""

from hypothesis import given
from hypothesis import strategies as st

from scheduler.memory import step
from scheduler.model import MemoryState, Rating
from scheduler.policy import Policy, plan, seed_of

SEEDS = st.integers(0, 2**64 - 1)
RATINGS = st.sampled_from([Rating.AGAIN, Rating.GOOD])
STATES = st.builds(
    MemoryState,
    stability=st.floats(0.001, 5000),
    difficulty=st.floats(1, 10),
    last_day=st.integers(0, 100),
    due_day=st.just(100),
    reviews=st.integers(1, 50),
    lapses=st.integers(0, 10),
)
TODAY = 200


def spread_of(stability: float, policy: Policy) -> set[int]:
    """The intervals that many seeds give to a memory which has this stability after the review."""
    state = MemoryState(stability, 5, TODAY, TODAY, 3, 0)
    return {plan(state, Rating.GOOD, TODAY, policy, seed_of(1, n, 3)).interval_days for n in range(400)}


@given(RATINGS, SEEDS)
def test_first_intervals_are_cautious(rating: Rating, seed: int) -> None:
    """After the first answer an item comes back the next day if wrong, in two days at the latest if right."""
    planned = plan(None, rating, TODAY, Policy(), seed)
    assert planned.interval_days == (1 if rating is Rating.AGAIN else 2)
    assert planned.recall_before is None


@given(SEEDS, st.integers(1, 30), st.floats(0.7, 0.97))
def test_no_first_interval_passes_the_policys_own(seed: int, first: int, desired: float) -> None:
    """Chance never moves a first review past the longest first interval."""
    planned = plan(None, Rating.GOOD, TODAY, Policy(desired_retention=desired, first_good=first), seed)
    assert 1 <= planned.interval_days <= first


@given(STATES, RATINGS, SEEDS, st.floats(0.7, 0.97), st.integers(1, 365))
def test_every_interval_is_a_day_at_least_and_the_longest_at_most(
    state: MemoryState, rating: Rating, seed: int, desired: float, longest: int
) -> None:
    """An item is due on a later study day, and never after the longest interval."""
    planned = plan(state, rating, TODAY, Policy(desired_retention=desired, longest_interval=longest), seed)
    assert 1 <= planned.interval_days <= longest
    assert planned.state.due_day == TODAY + planned.interval_days


@given(STATES, RATINGS, SEEDS, SEEDS)
def test_chance_moves_the_due_day_and_nothing_else(state: MemoryState, rating: Rating, one: int, other: int) -> None:
    """Whatever the seed, the memory is the model's."""
    expected = step(state, rating, TODAY)
    for seed in (one, other):
        after = plan(state, rating, TODAY, Policy(), seed).state
        assert (after.stability, after.difficulty, after.reviews, after.lapses) == (
            expected.stability,
            expected.difficulty,
            expected.reviews,
            expected.lapses,
        )


@given(STATES, RATINGS, SEEDS)
def test_the_same_seed_gives_the_same_day(state: MemoryState, rating: Rating, seed: int) -> None:
    """A replayed review is due on the same day."""
    assert plan(state, rating, TODAY, Policy(), seed) == plan(state, rating, TODAY, Policy(), seed)


@given(STATES, RATINGS, SEEDS)
def test_chance_stays_within_its_bands(state: MemoryState, rating: Rating, seed: int) -> None:
    """Under 2.5 days nothing moves; above, by a day and 15, 10 and 5 % of the stretches to 7, to 20 and beyond."""
    policy = Policy(longest_interval=100_000)
    planned = plan(state, rating, TODAY, policy, seed)
    ideal = min(planned.state.stability, policy.longest_interval)
    if ideal < 2.5:
        assert planned.interval_days == max(1, round(ideal))
        return
    most = 1 + 0.15 * (min(ideal, 7) - 2.5) + 0.10 * max(0, min(ideal, 20) - 7) + 0.05 * max(0, ideal - 20)
    assert abs(planned.interval_days - ideal) <= most + 0.5
    assert planned.interval_days >= 2


def test_items_learned_together_part_ways() -> None:
    """Over many items every day of the window is used, so that no day gets them all."""
    days = spread_of(30, Policy(longest_interval=100_000))
    assert len(days) > 5
    assert days == set(range(min(days), max(days) + 1))


def test_items_part_ways_at_the_longest_interval_too() -> None:
    """What is known best does not all come back on one day."""
    days = spread_of(5000, Policy())
    assert max(days) == 180
    assert len(days) > 5


def test_a_higher_desired_retention_never_waits_longer() -> None:
    """Wanting to remember more brings an item back sooner, or at the same time."""
    state = step(None, Rating.GOOD, 0)
    for seed in range(50):
        days = [
            plan(state, Rating.GOOD, 2, Policy(desired_retention=desired), seed).state.due_day
            for desired in (0.97, 0.7)
        ]
        assert days[0] <= days[1]


def test_the_recall_before_is_the_models_prediction() -> None:
    """The prediction told with the plan was made before the answer was known."""
    state = step(None, Rating.GOOD, 0)
    right, wrong = (plan(state, one, 5, Policy(), 1).recall_before for one in (Rating.GOOD, Rating.AGAIN))
    assert right is not None
    assert right == wrong
    assert 0 < right < 1


@given(st.integers(1, 10**9), st.integers(1, 10**9), st.integers(0, 1000))
def test_each_review_has_its_own_seed(enrolment_id: int, item_id: int, reviews: int) -> None:
    """The next review, the next item and the next learner draw anew."""
    seeds = {
        seed_of(enrolment_id, item_id, reviews),
        seed_of(enrolment_id, item_id, reviews + 1),
        seed_of(enrolment_id, item_id + 1, reviews),
        seed_of(enrolment_id + 1, item_id, reviews),
    }
    assert len(seeds) == 4
