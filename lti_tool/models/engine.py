"""How the program speaks to its database: one engine, the same promises on SQLite and PostgreSQL.

On SQLite a transaction that writes begins `IMMEDIATE`: one that reads first and writes later would fail at once with
"database is locked", whatever the time-out.  WAL is set once, by `sprig migrate`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from sqlalchemy import Connection, Engine, Executable, Table, create_engine, event
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session, sessionmaker

from lti_tool.models.prepared import Rows, run_prepared

WRITE = {"write": True}


def make_engine(url: str, **options: Any) -> Engine:
    """An engine for this address, with our pragmas and transaction modes.  Its errors do not quote what was bound."""
    options = {"hide_parameters": True} | options  # names and answers must not reach a log
    if url.startswith("sqlite"):
        engine = create_engine(url, connect_args={"timeout": 10, "check_same_thread": False}, **options)
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    # No pre-ping: it costs a round trip for each request; a recycled connection is young enough (PERFORMANCE.md §4).
    return create_engine(url, pool_size=8, max_overflow=4, pool_recycle=900, **options)


def _set_up_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    cursor = connection.cursor()
    cursor.execute("PRAGMA busy_timeout=10000")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    raw: Any = connection.connection.dbapi_connection
    raw.execute("BEGIN IMMEDIATE" if connection.get_execution_options().get("write") else "BEGIN")


def begin_writing(session: Session) -> None:
    """The session's transaction is one that writes.  Must be its first use."""
    session.connection(execution_options=WRITE)


class Database:
    """Sessions for whoever is not a web request: the worker, the commands, the tests."""

    def __init__(self, url: str, engine: Engine | None = None, **options: Any) -> None:
        self.engine = engine or make_engine(url, **options)
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session whose changes are thrown away."""
        with self._sessions() as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session that commits once, at the end, or not at all."""
        with self._sessions.begin() as session:
            begin_writing(session)
            yield session


def run(session: Session, statement: Executable, **values: object) -> Rows:
    """The answer to a statement that was built once, with `bindparam`s for what differs.

    For the requests that come often (docs/performance.md): building a statement anew costs many times as much as
    running it, and reading columns by way of the ORM as much again.  What is pending in the session is not flushed.
    """
    return run_prepared(connection_of(session), statement, values)


def connection_of(session: Session) -> Connection:
    """The connection of the session's transaction; the session takes long to name it, and it stays the same."""
    found: Connection | None = session.info.get("connection")
    if found is None or found.closed:
        found = session.info["connection"] = session.connection()
    return found


def insert_once(session: Session, model: type[Any], values: dict[str, object]) -> bool:
    """True if the row is new; False, and nothing changed, if one with the same unique key was there.

    The one upsert of the house: both engines know ON CONFLICT DO NOTHING, and Core is half the price of the ORM here.
    """
    connection = connection_of(session)
    return run_prepared(connection, _insert_once(model.__table__, connection.dialect.name), values).rowcount == 1


@cache
def _insert_once(table: Table, dialect: str) -> Executable:
    make = sqlite_insert if dialect == "sqlite" else postgresql_insert
    # Without the option PostgreSQL's count is lost (-1): SQLAlchemy counts no rows of an INSERT unless asked to.
    return make(table).on_conflict_do_nothing().execution_options(preserve_rowcount=True)
