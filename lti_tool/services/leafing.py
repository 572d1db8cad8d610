"""A course leaf by leaf, for whoever looks it over before it is published."""

from collections.abc import Iterator
from dataclasses import dataclass

from content.model import Card, Course, Item, Lesson
from lti_tool.services.views import Position, name_of


@dataclass(frozen=True, slots=True)
class Leaf:
    """A card or a question, by its number from 1."""

    number: int
    lesson_number: int
    lesson: Lesson
    card: Card | None
    item: Item | None

    @property
    def name(self) -> str:
        """What a list calls it."""
        return self.card.title if self.card else name_of(self.item) if self.item else ""


def leaves_of(course: Course) -> Iterator[Leaf]:
    """Everything that a learner may meet, probes behind the steps of their lesson."""
    number = 0
    for lesson_number, lesson in enumerate(course.lessons, 1):
        for step in (*lesson.steps, *lesson.probes):
            number += 1
            card, item = (step, None) if isinstance(step, Card) else (None, step)
            yield Leaf(number, lesson_number, lesson, card, item)


def position_at(course: Course, leaf: Leaf, most: int) -> Position:
    """The leaf as a learner comes to it, before any answer; there is no sitting, and nothing is kept."""
    return Position(
        sitting_id=0,
        position=leaf.number,
        step_id=leaf.number,
        steps=most,
        passed=leaf.number - 1,
        done=leaf.number - 1,
        required=most,
        leaves=(),
        course=course,
        lesson=leaf.lesson,
        lesson_number=leaf.lesson_number,
        card=leaf.card,
        item=leaf.item,
        again=0,
        hints=0,
        response=None,
        marked=None,
        days_after=None,
        due_on=None,
        comes_back=False,
    )
