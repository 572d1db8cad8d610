"""The course that comes with Sprig."""

from pathlib import Path

import pytest

import content
from content.loader import load
from content.marking import given
from content.model import Course, Item, Pool

from .answers import right_response

FOLDER = Path(content.__file__).parent / "courses" / "git-basics"


@pytest.fixture(scope="module")
def git() -> Course:
    """The course as it is published."""
    return load(FOLDER)


def test_it_has_five_lessons_of_five_minutes(git: Course) -> None:
    """Give or take one."""
    assert len(git.lessons) == 5
    assert all(4 <= lesson.minutes <= 6 for lesson in git.lessons)


def test_it_has_four_outcomes_each_asked_often_enough(git: Course) -> None:
    """Eight items to practise and five probes, each in two kinds or more."""
    assert len(git.outcomes) == 4
    for outcome in git.outcomes:
        for pool, fewest in ((Pool.LEARN, 8), (Pool.PROBE, 5)):
            items = [item for item in git.items() if item.outcome == outcome.key and item.pool is pool]
            assert len(items) >= fewest, (outcome.key, pool)
            assert len({item.kind for item in items}) >= 2, (outcome.key, pool)


def test_a_third_of_it_asks_to_apply(git: Course) -> None:
    """Knowing a word is not yet knowing how."""
    assert 3 * sum(item.applies for item in git.items()) >= len(git.items())


def test_every_lesson_ends_with_a_task(git: Course) -> None:
    """Something to do on new material."""
    for lesson in git.lessons:
        last = lesson.steps[-1]
        assert isinstance(last, Item)
        assert last.task


def test_every_question_can_be_answered_rightly(git: Course) -> None:
    """Through the form that learners see."""
    from content.marking import mark

    from .answers import form_of

    for item in git.items():
        response = given(item, form_of(item, right_response(item)))
        assert mark(item, response, git.decimal).right, item.key
