"""The database's shape: one truth in the models, reached by migrations, on both engines."""

import multiprocessing
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from lti_tool.errors import WrongSchema
from lti_tool.models import Base
from lti_tool.models.engine import Database, make_engine
from lti_tool.models.schema import check_schema, current_revision, migrate, needed_revision
from tests.databases import ENGINES, empty_database

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)


@pytest.fixture(params=ENGINES)
def empty_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A database in which nothing was ever made."""
    with empty_database(request.param) as url:
        yield url


def test_the_migrations_make_what_the_models_say(database: Database) -> None:
    """Nothing differs between a migrated database and the models."""
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_a_second_migration_changes_nothing(empty_url: str) -> None:
    """`sprig migrate` may run again at any time."""
    before, after, _ = migrate(empty_url, NOW)
    assert (before, after) == ("none", needed_revision())
    assert migrate(empty_url, NOW) == (after, after, None)


def test_an_unmigrated_database_is_not_served(empty_url: str) -> None:
    """`serve` refuses a wrong schema rather than failing at the first request."""
    engine = make_engine(empty_url)
    with pytest.raises(WrongSchema) as caught:
        check_schema(engine)
    engine.dispose()
    assert caught.value.values == {"found": "none", "needed": needed_revision()}


def test_an_sqlite_file_is_copied_before_it_changes(tmp_path: Path) -> None:
    """A migration that goes wrong can be undone by putting the copy back."""
    path = tmp_path / "data.sqlite3"
    with sqlite3.connect(path) as raw:
        raw.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        raw.execute("CREATE TABLE precious (value TEXT)")
        raw.execute("INSERT INTO precious VALUES ('kept')")
    raw.close()
    engine = make_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        assert current_revision(engine) == "none"
        connection.execute(text("SELECT 1"))
    engine.dispose()
    _, _, copy = migrate(f"sqlite:///{path}", NOW)
    assert copy is not None
    with sqlite3.connect(copy) as saved:
        assert saved.execute("SELECT value FROM precious").fetchall() == [("kept",)]
        assert saved.execute("SELECT name FROM sqlite_master WHERE name = 'learner'").fetchall() == []
    saved.close()


def _migrate_with(url: str, barrier: object, results: object) -> None:
    barrier.wait()  # type: ignore[attr-defined]  # a proxy of multiprocessing, which has no public type
    try:
        results.put(migrate(url, NOW)[1])  # type: ignore[attr-defined]  # as above
    except Exception as error:  # noqa: BLE001 - handed to the test
        results.put(repr(error))  # type: ignore[attr-defined]  # as above


def test_two_migrations_at_once_agree(empty_url: str) -> None:
    """Two machines that start at the same time make the schema once."""
    spawn = multiprocessing.get_context("spawn")
    barrier, results = spawn.Barrier(2), spawn.Queue()
    both = [spawn.Process(target=_migrate_with, args=(empty_url, barrier, results)) for _ in range(2)]
    for one in both:
        one.start()
    assert [results.get(timeout=60) for _ in both] == [needed_revision()] * 2
    for one in both:
        one.join()
    results.close()
    results.join_thread()


def test_write_ahead_logging_is_set_by_the_migration(tmp_path: Path) -> None:
    """It persists in the file, so that two processes need not both switch at their start."""
    path = tmp_path / "data.sqlite3"
    migrate(f"sqlite:///{path}", NOW)
    with sqlite3.connect(path) as raw:
        assert raw.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    raw.close()
