"""What is stored comes back, and is the same exactly if nothing changed."""

import json
from dataclasses import replace
from pathlib import Path

from hypothesis import given as examples
from hypothesis import settings

from content.identity import digest, item_digest
from content.marking import arrange, given, mark
from content.model import Choices, Course, Item, Match, Order, Rich
from content.storing import course_from_json, course_to_json, item_from_json, item_to_json

from .answers import form_of, right_response
from .courses import courses, items
from .desk import item_of


@settings(max_examples=40)
@examples(courses)
def test_a_course_comes_back_as_it_was_stored(course: Course) -> None:
    """Through JSON as text, as databases keep it."""
    assert course_from_json(json.loads(json.dumps(course_to_json(course)))) == course


@settings(max_examples=60)
@examples(items())
def test_an_item_comes_back_as_it_was_stored(item: Item) -> None:
    """Of whatever kind."""
    assert item_from_json(json.loads(json.dumps(item_to_json(item)))) == item


def test_an_item_that_was_stored_before_a_field_was_added_still_comes_back(tmp_path: Path) -> None:
    """The field has its usual value then."""
    item = item_of(tmp_path, "true or false", "A?\n\nAnswer: true")
    stored = item_to_json(item)
    del stored["meaning"], stored["hints"], stored["title"]
    assert item_from_json(stored) == item


@settings(max_examples=60)
@examples(items())
def test_the_digest_knows_what_was_stored(item: Item) -> None:
    """Storing changes no identity; a change of meaning, of text, or of HTML alone does."""
    assert item_digest(item_from_json(item_to_json(item))) == item_digest(item)
    assert item_digest(replace(item, meaning=item.meaning + 1)) != item_digest(item)
    assert item_digest(replace(item, title=item.title + "x")) != item_digest(item)
    assert item_digest(replace(item, stem=Rich(item.stem.source, item.stem.html + " "))) != item_digest(item)


def test_the_digest_is_the_same_on_every_machine(tmp_path: Path) -> None:
    """A change of this value would make new versions of every published item."""
    item = item_of(tmp_path, "true or false", "Ä?\n\nAnswer: true")
    assert item_digest(item) == "b07f40f8d5f046c05bf87b94bea24585f24129feb0b9311dbd423d3be49b3c30"


@settings(max_examples=40)
@examples(courses)
def test_a_course_has_one_digest(course: Course) -> None:
    """Sixty-four hexadecimal digits, and others for another course."""
    assert len(digest(course)) == 64
    assert digest(replace(course, title=course.title + "x")) != digest(course)


@settings(max_examples=60)
@examples(items())
def test_the_right_answer_is_right_for_every_kind(item: Item) -> None:
    """From the form to the verdict."""
    response = given(item, form_of(item, right_response(item)))
    marked = mark(item, response, ".")
    assert marked.right
    assert all(marked.parts)


@settings(max_examples=60)
@examples(items())
def test_i_do_not_know_yet_is_wrong_for_every_kind(item: Item) -> None:
    """And needs nothing else in the form."""
    assert not mark(item, given(item, {"unsure": ["1"]}), ".").right


@settings(max_examples=60)
@examples(items())
def test_what_is_arranged_is_complete(item: Item) -> None:
    """Every position once."""
    match item.body:
        case Choices(choices=shown) | Order(entries=shown) | Match(right=shown):
            assert sorted(arrange(item, 7)) == list(range(len(shown)))
        case _:
            assert arrange(item, 7) == ()
