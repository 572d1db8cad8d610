"""The course *Git basics* is as long, as varied and as helpful as its lessons promise."""

import re
from collections import Counter
from pathlib import Path

import pytest

import content
from content.loader import load
from content.model import Card, Choices, Course, Item, Kind, Lesson, Pool

COURSE: Course = load(Path(content.__file__).parent / "courses" / "git-basics")
OUTCOMES = [outcome.key for outcome in COURSE.outcomes]


def words(card: Card) -> int:
    """How many words a card has, code blocks left out."""
    prose = re.sub(r"^```.*?^```", "", card.text.source, flags=re.MULTILINE | re.DOTALL)
    return len(re.findall(r"[^\s|*`]*\w[^\s|*`]*", prose))


def of_pool(pool: Pool, outcome: str) -> list[Item]:
    """The items of this outcome and pool."""
    return [item for item in COURSE.items() if item.pool is pool and item.outcome == outcome]


@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize(("pool", "least"), [(Pool.LEARN, 8), (Pool.PROBE, 5)])
def test_an_outcome_has_enough_items_of_several_kinds(pool: Pool, least: int, outcome: str) -> None:
    """Each outcome can be practised and checked, in more than one way."""
    items = of_pool(pool, outcome)
    assert len(items) >= least
    assert len({item.kind for item in items}) >= 2


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_a_third_of_an_outcome_is_applying(outcome: str) -> None:
    """Learners use what they know; they do not only recall it."""
    applying = Counter(item.applies for item in COURSE.items() if item.outcome == outcome)
    assert applying[True] * 3 >= applying.total()


def test_every_kind_of_question_is_used() -> None:
    """The shipped course shows all that a course can ask."""
    assert {item.kind for item in COURSE.items()} == set(Kind)


@pytest.mark.parametrize("lesson", COURSE.lessons, ids=lambda lesson: lesson.key)
def test_a_lesson_is_short_and_asks_often(lesson: Lesson) -> None:
    """Five minutes: at most fifteen steps, at most three cards in a row, and a task at the end."""
    asks = "".join("c" if isinstance(step, Card) else "q" for step in lesson.steps)
    last = lesson.steps[-1]
    assert 10 <= len(asks) <= 15
    assert 7 <= asks.count("q") <= 9
    assert "cccc" not in asks
    assert 4 <= lesson.minutes <= 6
    assert isinstance(last, Item)
    assert last.task
    assert last.applies


@pytest.mark.parametrize("lesson", COURSE.lessons, ids=lambda lesson: lesson.key)
def test_a_card_has_forty_to_eighty_words(lesson: Lesson) -> None:
    """One idea fits on a phone."""
    lengths = {step.title: words(step) for step in lesson.steps if isinstance(step, Card)}
    assert {title: length for title, length in lengths.items() if not 40 <= length <= 80} == {}


def test_every_question_has_a_short_name_of_its_own() -> None:
    """Lists show it to learners, who have never seen a key."""
    titles = [item.title for item in COURSE.items()]
    assert all(2 <= len(title.split()) <= 7 for title in titles)
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("item", COURSE.items(), ids=lambda item: item.key)
def test_a_question_explains_itself(item: Item) -> None:
    """Everybody is told why, and who chose wrongly is told what is wrong with just that."""
    assert item.why is not None
    if isinstance(item.body, Choices):
        wrong = [choice for choice in item.body.choices if not choice.right]
        assert [choice.text.source for choice in wrong if choice.feedback is None] == []
