"""The file, and its transactions."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from practice_lms.state.schema import FORGOTTEN_BY_RESET, TABLES, VERSION

LONGEST_WAIT_SECONDS = 15.0


class Store:
    """One SQLite file; any number of threads, each transaction with a connection of its own."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        with self._connection() as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA foreign_keys = OFF")  # what is dropped may be referred to
            connection.execute("BEGIN IMMEDIATE")
            _make_tables(connection)
            connection.execute("COMMIT")

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(self._path, timeout=LONGEST_WAIT_SECONDS, isolation_level=None)
        try:
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA synchronous = NORMAL")
            yield connection
        finally:
            connection.close()

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[sqlite3.Connection]:
        with self._connection() as connection:
            connection.execute(begin)
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """One consistent view."""
        with self._transaction("BEGIN") as db:
            yield db

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Kept as a whole, or not at all.  The lock is taken at once, so that no reader has to become a writer."""
        with self._transaction("BEGIN IMMEDIATE") as db:
            yield db


def _make_tables(db: sqlite3.Connection) -> None:
    """Nothing in the file counts, so an older one is not migrated; tools may have cached its key, which stays."""
    if db.execute("PRAGMA user_version").fetchone()[0] != VERSION:
        for table in FORGOTTEN_BY_RESET:
            db.execute(f"DROP TABLE IF EXISTS {table}")
    for statement in TABLES.split(";"):
        db.execute(statement)
    db.execute(f"PRAGMA user_version = {VERSION}")


def forget(db: sqlite3.Connection) -> None:
    """Nothing is left but the signing key; numbers begin anew."""
    for table in FORGOTTEN_BY_RESET:
        db.execute(f"DELETE FROM {table}")  # noqa: S608 - the names stand in our own list
    db.execute("DELETE FROM sqlite_sequence")
