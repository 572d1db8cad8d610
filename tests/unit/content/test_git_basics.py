"""The course that comes with Sprig, as a whole; tests/unit/courses looks at its items and commands."""

from pathlib import Path

import pytest

import content
from content.loader import load
from content.marking import given, mark
from content.model import Course, Item

from .answers import form_of, right_response

FOLDER = Path(content.__file__).parent / "courses" / "git-basics"


@pytest.fixture(scope="module")
def git() -> Course:
    """The course as it is published."""
    return load(FOLDER)


def test_it_has_five_lessons_of_five_minutes(git: Course) -> None:
    """Give or take one."""
    assert len(git.lessons) == 5
    assert all(4 <= lesson.minutes <= 6 for lesson in git.lessons)


def test_every_lesson_ends_with_a_task(git: Course) -> None:
    """Something to do on new material."""
    for lesson in git.lessons:
        last = lesson.steps[-1]
        assert isinstance(last, Item)
        assert last.task


def test_every_question_can_be_answered_rightly(git: Course) -> None:
    """Through the form that learners see."""
    for item in git.items():
        response = given(item, form_of(item, right_response(item)))
        assert mark(item, response, git.decimal).right, item.key
