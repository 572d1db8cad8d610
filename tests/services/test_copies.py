"""A copied course opens what the original opens, and takes nothing else along."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from lti_tool.models import Context, Enrolment, GradeTerms, LineItem, Member
from lti_tool.models.engine import Database
from lti_tool.rules.grading import Rule, Terms
from lti_tool.services.arrivals import Dates, History, LineItemClaim, Role
from lti_tool.services.copies import Copied, note_copy
from tests.services.copying import Place, copying_place
from tests.services.grades.school import SCOPES, START


@pytest.fixture
def place(database: Database) -> Place:
    """The original course, opened once."""
    return copying_place(database)


BOTH = History(contexts=("old",), links=("a",))


def test_a_copied_link_opens_what_the_original_does(place: Place) -> None:
    """Also for the learner who comes first; it is known whose copy it is."""
    place.copy(role=Role.LEARNER, sub="ann", history=BOTH)
    link = place.link("b")
    assert (link.course_id, link.lesson_key) == (place.course_id, "one")
    assert link.copied_from_id == place.link("a", "old").id
    assert place.context("new").copied_from_id == place.context("old").id


def test_nothing_else_comes_along(place: Place) -> None:
    """No member, no work, no column, no date."""
    column = LineItemClaim("https://lms.example/items/1", SCOPES)
    due = datetime(2026, 9, 9, tzinfo=UTC)
    place.launch("one", sub="ann", role=Role.LEARNER, line_item=column, dates=Dates(due_at=due))
    place.copy(history=BOTH)
    with place.database.reading() as session:
        new = place.context("new").id
        assert session.scalars(select(Enrolment.context_id)).all() == [place.context("old").id]
        assert len(session.scalars(select(Member.id).where(Member.context_id == new)).all()) == 1
        assert session.scalars(select(LineItem.id).where(LineItem.context_id == new)).all() == []
    assert place.link("b").due_at is None


def test_a_copy_is_graded_as_the_original_is_but_for_the_dates(place: Place) -> None:
    """As its teacher chose since, whatever the address says; the dates are the other class's."""
    link_id = place.link("a", "old").id
    with place.database.writing() as session:
        session.add(GradeTerms(resource_link_id=link_id, rule="practice", settings={"sittings": 12}, due_at=START))
    place.copy(history=BOTH, terms=Terms(Rule.MASTERY))
    with place.database.reading() as session:
        copied = session.get_one(GradeTerms, place.link("b").id)
    assert (copied.rule, copied.settings, copied.due_at) == ("practice", {"sittings": 12}, None)


def test_the_newest_that_is_known_counts(place: Place) -> None:
    """Copies in between may never have been opened."""
    place.launch("two", context_id="older", link_id="z")
    place.copy(history=History(contexts=("never", "old", "older"), links=("never", "a", "z")))
    assert place.link("b").lesson_key == "one"
    assert place.context("new").copied_from_id == place.context("old").id


def test_what_the_link_names_itself_comes_first(place: Place) -> None:
    """And its origin is known all the same."""
    place.copy("two", history=BOTH)
    assert place.link("b").lesson_key == "two"
    assert place.link("b").copied_from_id == place.link("a", "old").id


def test_a_link_that_was_set_up_stays_as_it_is(place: Place) -> None:
    """Whatever a later launch says of its history."""
    place.copy("two")
    place.copy(role=Role.LEARNER, sub="ann", history=BOTH)
    assert place.link("b").lesson_key == "two"


def test_a_duplicated_activity_stands_for_itself(place: Place) -> None:
    """Two links, two columns, whatever resource id and tag they share (README 31)."""
    first, second = (LineItemClaim(f"https://lms.example/items/{number}", SCOPES) for number in (1, 2))
    place.launch("one", line_item=first)
    place.launch(link_id="b", line_item=second, history=History(links=("a",)))
    assert place.link("b", "old").lesson_key == "one"
    with place.database.reading() as session:
        here = LineItem.url.like("https://lms.example%")
        rows = session.execute(select(LineItem.resource_link_id, LineItem.url, LineItem.shares_id).where(here)).all()
    assert sorted(rows) == [
        (place.link("a", "old").id, first.url, None),
        (place.link("b", "old").id, second.url, None),
    ]


@pytest.mark.parametrize(
    "history", [History(), History(contexts=("old",)), History(links=("never",)), History(links=("b",))]
)
def test_without_a_known_origin_nothing_is_bound(place: Place, history: History) -> None:
    """A learner is told that it is not set up yet; the launch of a teacher leaves a bare link."""
    place.copy(history=history)
    assert (place.link("b").course_id, place.link("b").copied_from_id) == (None, None)


def test_another_institutions_course_is_no_origin(place: Place) -> None:
    """A history is text that anybody who edits the course could have written."""
    other = place.elsewhere("Another institution")
    other.copy(history=BOTH)
    assert (place.link("b").course_id, place.context("new").copied_from_id) == (None, None)


def test_another_deployment_of_the_same_institution_may_be(place: Place) -> None:
    """If the LMS course is in the history as well: ids are unique within one deployment only."""
    other = place.elsewhere()
    other.copy(history=History(links=("a",)))
    assert place.link("b").course_id is None
    other.copy(link_id="c", history=BOTH)
    assert place.link("c").lesson_key == "one"


def test_a_notice_makes_no_course_of_what_nobody_knows(place: Place) -> None:
    """One that we know is noted, once."""
    with place.database.writing() as session:
        assert not note_copy(session, place.installed, Copied("x", "X", ("never",)), START)
        assert note_copy(session, place.installed, Copied("new", "New", ("never", "old")), START)
        assert note_copy(session, place.installed, Copied("new", "Newer", ("old",)), START + timedelta(days=1))
    assert place.context("new").title == "New"
    with place.database.reading() as session:
        assert session.scalars(select(Context.id).where(Context.lms_id == "x")).all() == []
