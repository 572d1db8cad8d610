"""Columns that teachers wait for are made by the workers, one at a time, whatever becomes of a worker."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from lti_tool.errors import NotFound
from lti_tool.models import Context, LineItem, Platform, ResourceLink
from lti_tool.models.engine import Database
from lti_tool.services.asked_columns import PATIENCE, ColumnState, ask_for_column, column_state, make_asked_columns
from lti_tool.services.columns import LINE_ITEM_SCOPE, SCORE_SCOPE, NoColumn, NotMade, Wanted
from tests.services.grades.school import School

WAITING = ColumnState(can_ask=False, is_waiting=True, is_stuck=False, not_made=None)


@dataclass
class Maker:
    """An LMS's columns; what it is asked for, and what happens meanwhile."""

    asked: list[Wanted] = field(default_factory=list)
    meanwhile: Callable[[], Any] = lambda: None

    def column_for(self, wanted: Wanted, now: datetime) -> str:
        """One for each link."""
        self.asked.append(wanted)
        self.meanwhile()
        return f"{wanted.line_items_url}/{wanted.link_id}"

    def fails(self, error: Exception) -> None:
        """From now on."""

        def fail() -> None:
            raise error

        self.meanwhile = fail


@dataclass
class Gradebooks:
    """Two LMS courses with a link each, which have no column."""

    school: School
    maker: Maker = field(default_factory=Maker)

    @property
    def links(self) -> list[int]:
        """Their ids."""
        with self.school.database.reading() as session:
            return list(session.scalars(select(ResourceLink.id).order_by(ResourceLink.id)))

    def ask(self) -> None:
        """A teacher waits for each."""
        for link_id in self.links:
            with self.school.database.writing() as session:
                ask_for_column(session, link_id, self.school.clock.now)

    def work(self, stop: threading.Event | None = None) -> None:
        """One run of a worker."""
        make_asked_columns(self.school.database, self.maker, self.school.clock, stop)

    def states(self) -> list[ColumnState]:
        """How it stands with each."""
        with self.school.database.reading() as session:
            return [column_state(session, link_id, self.school.clock.now) for link_id in self.links]

    def columns(self) -> list[str]:
        """On record."""
        with self.school.database.reading() as session:
            return list(session.scalars(select(LineItem.url).order_by(LineItem.id)))

    def change(self, model: type[Any], **values: object) -> None:
        """In every row."""
        with self.school.database.writing() as session:
            session.execute(update(model).values(**values))


@pytest.fixture
def books(database: Database) -> Gradebooks:
    """In which we may make columns."""
    school = School(database)
    school.publish("one")
    school.lms("moodle")
    school.lms("canvas")
    made = Gradebooks(school)
    with database.writing() as session:
        session.execute(delete(LineItem))
    made.change(Context, line_items_url="https://lms.example/items", service_scopes=[LINE_ITEM_SCOPE, SCORE_SCOPE])
    return made


def test_what_is_asked_for_is_made_once(books: Gradebooks) -> None:
    """However often it is asked for before, and however often the worker looks after."""
    books.ask()
    books.ask()
    assert books.states() == [WAITING, WAITING]
    for _ in range(2):
        books.work()
    assert [one.link_id for one in books.maker.asked] == books.links
    assert books.columns() == [f"https://lms.example/items/{number}" for number in books.links]
    assert not any(one.is_waiting or one.not_made for one in books.states())


def test_she_waits_until_it_is_on_record(books: Gradebooks) -> None:
    """There is no moment in which the page would say neither."""
    seen: list[ColumnState] = []
    books.maker.meanwhile = lambda: seen.append(books.states()[len(seen)])
    books.ask()
    books.work()
    assert seen == [WAITING, WAITING]


def test_a_reason_is_kept_until_she_asks_again(books: Gradebooks) -> None:
    """And asking again is all it takes."""
    books.maker.fails(NoColumn(NotMade.NO_ANSWER))
    books.ask()
    books.work()
    assert books.states() == [ColumnState(True, False, False, NotMade.NO_ANSWER)] * 2
    books.work()
    assert len(books.maker.asked) == 2
    books.ask()
    assert books.states() == [WAITING] * 2
    books.maker.meanwhile = lambda: None
    books.work()
    assert len(books.columns()) == 2
    assert not any(one.not_made for one in books.states())


def test_one_that_fails_stops_no_other(books: Gradebooks) -> None:
    """Whatever goes wrong; and it is not tried for ever."""

    def fail() -> None:
        if len(books.maker.asked) == 1:
            raise RuntimeError("not this one")

    books.maker.meanwhile = fail
    books.ask()
    books.work()
    assert [one.not_made for one in books.states()] == [NotMade.BROKEN, None]
    assert len(books.columns()) == 1
    books.work()
    assert len(books.maker.asked) == 2


def test_what_another_worker_has_in_hand_is_left_to_it(books: Gradebooks) -> None:
    """If that one does not finish, the wish is still there."""
    books.maker.fails(NoColumn(NotMade.UNDER_WAY))
    books.ask()
    books.work()
    assert books.states() == [WAITING] * 2
    books.maker.meanwhile = lambda: None
    books.work()
    assert len(books.columns()) == 2


def test_what_another_worker_has_done_is_not_done_again(books: Gradebooks) -> None:
    """Though it was on both their lists."""
    other = Gradebooks(books.school)
    books.maker.meanwhile = lambda: other.work() if len(books.maker.asked) == 1 else None
    books.ask()
    books.work()
    assert [one.link_id for one in books.maker.asked] == books.links[:1]


def test_a_minute_without_a_worker_is_noticed(books: Gradebooks) -> None:
    """Asking again does not begin it anew."""
    books.ask()
    books.school.clock.pass_by(PATIENCE)
    books.ask()
    assert not any(one.is_stuck for one in books.states())
    books.school.clock.pass_by(timedelta(seconds=1))
    assert all(one.is_stuck and one.is_waiting for one in books.states())


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (Platform, {"is_enabled": False}),
        (Context, {"line_items_url": None}),
        (Context, {"service_scopes": [SCORE_SCOPE]}),
        (ResourceLink, {"course_id": None}),
    ],
)
def test_where_we_may_make_none_nobody_is_asked(books: Gradebooks, model: type[Any], values: dict[str, object]) -> None:
    """Nor where that changed while she waited."""
    books.ask()
    books.change(model, **values)
    books.work()
    assert books.maker.asked == []
    assert books.states() == [ColumnState(False, False, False, NotMade.NOT_ALLOWED)] * 2
    with pytest.raises(NotFound):
        books.ask()


def test_a_worker_that_stops_begins_no_other(books: Gradebooks) -> None:
    """The one in hand is finished."""
    stop = threading.Event()
    books.maker.meanwhile = stop.set
    books.ask()
    books.work(stop)
    assert len(books.columns()) == 1
    assert [one.is_waiting for one in books.states()] == [False, True]
