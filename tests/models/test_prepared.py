"""A prepared statement is the same statement, only sooner."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    Double,
    Integer,
    LargeBinary,
    MetaData,
    Select,
    String,
    Table,
    bindparam,
    event,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError, MultipleResultsFound, NoResultFound
from sqlalchemy.orm import Session

from lti_tool.models.base import UTCDateTime
from lti_tool.models.engine import Database, run

THING = Table(
    "thing",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("name", String, unique=True),
    Column("is_on", Boolean, default=False),
    Column("share", Double),
    Column("on_day", Date),
    Column("at", UTCDateTime),
    Column("facts", JSON),
    Column("raw", LargeBinary),
)
VALUES = {
    "name": "a 100 % “thing”",
    "is_on": True,
    "share": 0.25,
    "on_day": date(2026, 2, 28),
    "at": datetime(2026, 2, 28, 23, 59, 59, 123456, tzinfo=UTC),
    "facts": {"deep": [1, None, "x"]},
    "raw": b"\x00\xff",
}
ALL = select(*(column for column in THING.c if column.name != "id"))
BY_NAME = ALL.where(THING.c.name == bindparam("name"))
ADD = insert(THING)


@pytest.fixture
def things(database: Database) -> Database:
    """A database with a table of everything that a column of the house can hold."""
    THING.create(database.engine)
    return database


def add(session: Session, **changes: object) -> None:
    """A row more."""
    run(session, ADD, **VALUES | changes)


def test_every_kind_of_value_comes_back_as_it_went_in(things: Database) -> None:
    """And as SQLAlchemy itself reads it."""
    with things.writing() as session:
        add(session)
        add(session, **dict.fromkeys(VALUES))
    with things.reading() as session:
        full, empty = run(session, ALL.order_by(THING.c.id)).all()
        usual = session.execute(ALL.order_by(THING.c.id)).all()
    assert full._asdict() == VALUES
    assert [tuple(full), tuple(empty)] == [tuple(row) for row in usual]


def test_the_same_statement_takes_other_values_each_time(things: Database) -> None:
    """Nothing of one call stays for the next."""
    with things.writing() as session:
        add(session, name="one")
        add(session, name="two", share=0.75)
    with things.reading() as session:
        assert [run(session, BY_NAME, name=name).one().share for name in ("one", "two", "one")] == [0.25, 0.75, 0.25]
        assert run(session, BY_NAME, name="three").first() is None


def test_a_change_says_how_many_rows_it_touched(things: Database) -> None:
    """What a compare-and-set stands on."""
    change = update(THING).where(THING.c.name == bindparam("which")).values(share=THING.c.share + bindparam("more"))
    with things.writing() as session:
        add(session, name="one")
        assert run(session, change, which="one", more=0.5).rowcount == 1
        assert run(session, change, which="two", more=0.5).rowcount == 0
        given = run(session, change.returning(THING.c.share), which="one", more=0.25)
        assert (given.scalar_one(), given.rowcount) == (1.0, 1)


@pytest.mark.parametrize("names", [["one"], ["one", "two"], []])
def test_a_list_of_any_length_is_taken(things: Database, names: list[str]) -> None:
    """It is no prepared statement, and yet it works."""
    query = ALL.where(THING.c.name.in_(bindparam("names", expanding=True)))
    with things.writing() as session:
        add(session, name="one")
        add(session, name="two")
        assert run(session, query.order_by(THING.c.id), names=names).scalars() == names


def test_a_default_of_the_table_is_kept(things: Database) -> None:
    """Where the caller leaves a column out."""
    with things.writing() as session:
        run(session, ADD, name="plain")
        assert run(session, BY_NAME, name="plain").one().is_on is False


def test_an_error_is_the_one_sqlalchemy_names_and_quotes_no_value(things: Database) -> None:
    """Whoever catches it, and whoever reads the log, sees what he always saw."""
    with things.writing() as session:
        add(session, name="a private name")
    with pytest.raises(IntegrityError) as caught, things.writing() as session:
        add(session, name="a private name")
    assert "SQL parameters hidden" in str(caught.value)
    with things.reading() as session:
        assert run(session, select(func.count()).select_from(THING)).scalar_one() == 1


def test_one_means_one(things: Database) -> None:
    """Not none, and not two."""
    none: Select[int] = select(THING.c.id).where(THING.c.name == "nobody")
    with things.writing() as session:
        add(session, name="one")
        add(session, name="two")
        with pytest.raises(MultipleResultsFound):
            run(session, ALL).one()
        with pytest.raises(NoResultFound):
            run(session, none).scalar_one()
        assert run(session, none).scalar_one_or_none() is None


def test_whoever_counts_statements_sees_it(things: Database) -> None:
    """As tests and tracers do."""
    seen = []
    event.listen(things.engine, "before_cursor_execute", lambda _, __, statement, *___: seen.append(statement))
    with things.reading() as session:
        run(session, BY_NAME, name="one")
    assert [one.split()[0] for one in seen] == ["SELECT"]
