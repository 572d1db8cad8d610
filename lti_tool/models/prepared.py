"""Statements that were built once, run without being built again.

Around a short statement SQLAlchemy spends ten times what SQLite does on it (docs/performance.md).  Here it compiles
each one once for each engine, and after that the driver is called with the values.  What a statement means, how values
become the database's and back, and what an error is called all stay SQLAlchemy's.
"""

from collections import namedtuple
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, Executable
from sqlalchemy.exc import MultipleResultsFound, NoResultFound
from sqlalchemy.sql.compiler import SQLCompiler

Processor = Callable[[Any], Any]
KEPT = 512
"""More than the house has; a statement that is built anew each time must not fill the memory."""


class Rows:
    """What a statement gave: rows with names, and how many it touched."""

    __slots__ = ("_rows", "rowcount")

    def __init__(self, rows: list[Any], rowcount: int) -> None:
        self._rows, self.rowcount = rows, rowcount

    def __iter__(self) -> Iterator[Any]:
        return iter(self._rows)

    def all(self) -> list[Any]:
        """Every row."""
        return self._rows

    def first(self) -> Any:
        """The first row; None if there is none."""
        return self._rows[0] if self._rows else None

    def one_or_none(self) -> Any:
        """The only row; None if there is none, `MultipleResultsFound` if it is not the only one."""
        if len(self._rows) > 1:
            raise MultipleResultsFound
        return self.first()

    def one(self) -> Any:
        """The only row; `NoResultFound` or `MultipleResultsFound` if it is not the only one."""
        row = self.one_or_none()
        if row is None:
            raise NoResultFound
        return row

    def scalars(self) -> list[Any]:
        """The first value of every row."""
        return [row[0] for row in self._rows]

    def scalar_one(self) -> Any:
        """The first value of the only row."""
        return self.one()[0]

    def scalar_one_or_none(self) -> Any:
        """The first value of the only row; None if there is none."""
        row = self.one_or_none()
        return row[0] if row is not None else None


@dataclass(slots=True)
class _Prepared:
    """A statement as the driver takes it."""

    dialect: Dialect
    sql: str
    fixed: dict[str, Any]
    """Values that the statement itself holds, ready for the driver."""
    given: tuple[tuple[str, Processor | None], ...]
    """The names that a caller gives a value, and what makes it the driver's."""
    order: tuple[str, ...] | None
    """For a driver that takes values by place."""
    columns: tuple[Any, ...]
    """What it gives."""
    row: Callable[[Any], Any] | None = None
    """Makes one of ours of the driver's row; known from the first answer on, since the driver names its types there."""

    def values(self, values: dict[str, Any]) -> Any:
        ready = self.fixed.copy()
        for name, process in self.given:
            value = values[name]
            ready[name] = process(value) if process else value
        return [ready[name] for name in self.order] if self.order is not None else ready

    def rows(self, cursor: Any) -> list[Any]:
        if not self.columns:
            return []
        if self.row is None:
            self.row = _row_maker(self.columns, self.dialect, [one[1] for one in cursor.description])
        return list(map(self.row, cursor.fetchall()))


def run_prepared(connection: Connection, statement: Executable, values: dict[str, Any]) -> Rows:
    """The rows of a statement with its values."""
    prepared = _prepare(statement, connection.dialect, tuple(values))
    if prepared is None:
        return _as_usual(connection, statement, values)
    ready = prepared.values(values)
    cursor: Any = connection.connection.cursor()
    try:
        connection.dispatch.before_cursor_execute(connection, cursor, prepared.sql, ready, None, False)
        cursor.execute(prepared.sql, ready)
        return Rows(prepared.rows(cursor), cursor.rowcount)
    except Exception as error:
        connection._handle_dbapi_exception(error, prepared.sql, ready, cursor, None)  # noqa: SLF001 - it alone names the error and drops dead connections
        raise
    finally:
        cursor.close()


def _as_usual(connection: Connection, statement: Executable, values: dict[str, Any]) -> Rows:
    result = connection.execute(statement, values)
    return Rows(list(result) if result.returns_rows else [], result.rowcount)


@lru_cache(KEPT)
def _prepare(statement: Any, dialect: Dialect, names: tuple[str, ...]) -> _Prepared | None:
    """None for a statement that must be finished with its values: a list of unknown length, a default of Python's."""
    compiled = statement.compile(dialect=dialect, column_keys=list(names))
    assert isinstance(compiled, SQLCompiler)
    if compiled.post_compile_params or compiled.insert_prefetch or compiled.update_prefetch:
        return None
    makers = {name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in compiled.binds.items()}
    own = compiled.construct_params(dict.fromkeys(names), _check=False)
    fixed = {name: _made(makers[name], value) for name, value in own.items() if name not in names}
    given = tuple((name, makers[name]) for name in names)
    order = tuple(compiled.positiontup) if compiled.positional and compiled.positiontup is not None else None
    return _Prepared(dialect, str(compiled), fixed, given, order, tuple(compiled._result_columns))  # noqa: SLF001 - what SQLAlchemy's own rows are made by


def _made(make: Processor | None, value: object) -> Any:
    return make(value) if make else value


def _row_maker(columns: Sequence[Any], dialect: Dialect, codes: Sequence[Any]) -> Callable[[Any], Any]:
    row = namedtuple("Row", [column.keyname for column in columns], rename=True)  # type: ignore[misc]  # a row of this statement
    types = [column.type.dialect_impl(dialect) for column in columns]
    makers = [one.result_processor(dialect, code) for one, code in zip(types, codes, strict=True)]
    changed = [(n, make) for n, make in enumerate(makers) if make is not None]

    def made(values: Any) -> Any:
        if changed:
            values = list(values)
            for n, make in changed:
                values[n] = make(values[n])
        return row._make(values)

    return made
