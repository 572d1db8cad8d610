"""A bare link in a copied course: what the original's links open, with what speaks for which."""

from dataclasses import replace
from typing import Any

import pytest

from lti_tool.errors import Forbidden, NotFound
from lti_tool.models.engine import Database
from lti_tool.services.arrivals import History, Role, Services
from lti_tool.services.copies import Copied, note_copy
from lti_tool.services.relinking import relink, suggestions
from lti_tool.services.visits import Visitor
from tests.services.copying import Place, copying_place
from tests.services.grades.school import START


@pytest.fixture
def place(database: Database) -> Place:
    """The original course, opened once."""
    return copying_place(database)


@pytest.fixture
def at(place: Place) -> Visitor:
    """A teacher in a copied course, at a link that opens nothing yet, like one of three of the original."""
    place.launch("two", link_id="m", link_title="Lesson two")
    place.launch(link_id="n", link_title="Nothing yet")
    place.launch("one", link_id="o", link_title="Once more")
    return at_link(place, link_id="b", link_title="LESSON TWO (copy)", history=History(contexts=("old",)))


def at_link(place: Place, **changes: Any) -> Visitor:
    """A teacher at a link of the copied course."""
    return place.visitor(place.copy(**changes))


def test_the_original_links_are_suggested_with_what_speaks_for_them(place: Place, at: Visitor) -> None:
    """The likeliest first; one that opens nothing is none."""
    with place.database.reading() as session:
        found = suggestions(session, at)
    assert [(one.title, one.opens.lesson, one.has_same_title) for one in found] == [
        ("Lesson two", "Two", True),
        ("Lesson one", "One", False),
        ("Once more", "One", False),
    ]
    assert {(one.context_title, one.opens.course, one.is_in_history) for one in found} == {("Old", "Tiny", False)}


def test_a_suggestion_is_taken_with_one_press(place: Place, at: Visitor) -> None:
    """The link opens the same, and is known as that one's copy."""
    with place.database.writing() as session:
        relink(session, at, suggestions(session, at)[0].link_id)
    assert place.link("b").lesson_key == "two"
    assert place.link("b").copied_from_id == place.link("m", "old").id


def test_only_a_suggestion_can_be_taken(place: Place, at: Visitor) -> None:
    """And only by somebody who chooses content."""
    place.launch("one", context_id="elsewhere", link_id="s")
    with place.database.writing() as session, pytest.raises(NotFound):
        relink(session, at, place.link("s", "elsewhere").id)
    with place.database.writing() as session, pytest.raises(Forbidden):
        relink(session, replace(at, role=Role.LEARNER), place.link("m", "old").id)


def test_the_platforms_own_word_comes_first(place: Place, at: Visitor) -> None:
    """The original was bare when the copy was opened, and was set up since."""
    at_n = at_link(place, link_id="c", link_title="X", history=History(contexts=("old",), links=("n",)))
    place.launch("two", link_id="n", link_title="Set up since")
    with place.database.reading() as session:
        first = suggestions(session, at_n)[0]
    assert (first.title, first.is_in_history, first.is_proven) == ("Set up since", True, True)


def test_a_copy_of_an_unused_copy_goes_further_back(place: Place, at: Visitor) -> None:
    """To the course whose links open something."""
    with place.database.writing() as session:
        note_copy(session, place.installed, Copied("newest", "Newest", ("new",)), START)
    newest = at_link(place, context_id="newest", context_title="Newest", link_id="q", link_title="Lesson one")
    with place.database.reading() as session:
        assert suggestions(session, newest)[0].title == "Lesson one"


def test_a_course_that_is_no_copy_suggests_nothing(place: Place) -> None:
    """The picker is there for it."""
    alone = at_link(place, context_id="fresh", context_title="Fresh", services=Services())
    with place.database.reading() as session:
        assert suggestions(session, alone) == ()
