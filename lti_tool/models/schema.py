"""Bring a database to the schema this program needs, once, whoever else tries at the same time."""

import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, make_url, text

from lti_tool.errors import WrongSchema
from lti_tool.models.engine import WRITE, make_engine

LOCK_KEY = 7_110_205_114  # an arbitrary number that is ours: "sprig"


def alembic_config(connection: Connection | None = None) -> Config:
    """Alembic's settings, with the connection to work on."""
    config = Config()
    config.set_main_option("script_location", "lti_tool:migrations")
    config.attributes["connection"] = connection
    return config


def needed_revision() -> str:
    """The revision that this program's models match."""
    return ScriptDirectory.from_config(alembic_config()).get_current_head() or "none"


def current_revision(engine: Engine) -> str:
    """The revision that the database is at; "none" for an empty one."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() or "none"


def check_schema(engine: Engine) -> None:
    """Nothing, if the database fits this program; else `WrongSchema`."""
    found, needed = current_revision(engine), needed_revision()
    if found != needed:
        raise WrongSchema(found=found, needed=needed)


def migrate(url: str, now: datetime) -> tuple[str, str, Path | None]:
    """The database is at the needed revision: (revision before, after, copy of the SQLite file if one was made)."""
    engine = make_engine(url)
    try:
        path = Path(make_url(url).database or "") if url.startswith("sqlite") else None
        if path is not None:
            with _file_lock(path):
                return _migrate_sqlite(engine, path, now)
        with engine.connect() as connection:
            connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": LOCK_KEY})
            connection.commit()
            try:
                before = current_revision(engine)
                with engine.begin() as work:
                    command.upgrade(alembic_config(work), "head")
                return before, needed_revision(), None
            finally:
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": LOCK_KEY})
    finally:
        engine.dispose()


def _migrate_sqlite(engine: Engine, path: Path, now: datetime) -> tuple[str, str, Path | None]:
    is_new = not path.exists() or path.stat().st_size == 0
    with sqlite3.connect(path) as raw:
        # Persistent in the file, so set once here: two processes that switch at the same time can fail.
        raw.execute("PRAGMA journal_mode=WAL")
    raw.close()
    before, needed = current_revision(engine), needed_revision()
    if before == needed:
        return before, needed, None
    copy = None if is_new else _copy(path, before, now)
    with engine.connect().execution_options(**WRITE) as connection:
        # A table that changes is made anew, and those that name it must not notice (https://sqlite.org/lang_altertable).
        # Only outside a transaction can this be said; the connection is closed afterwards.
        driver: Any = connection.connection.dbapi_connection
        driver.execute("PRAGMA foreign_keys=OFF")
        with connection.begin():
            command.upgrade(alembic_config(connection), "head")
            lost = connection.execute(text("PRAGMA foreign_key_check")).all()
            if lost:
                raise RuntimeError(f"the migration would leave {len(lost)} rows that name missing ones")
    return before, needed, copy


def _copy(path: Path, revision: str, now: datetime) -> Path:
    copy = path.with_name(f"{path.name}.before-{revision}-{now:%Y%m%dT%H%M%S}")
    with sqlite3.connect(path) as source, sqlite3.connect(copy) as target:
        source.backup(target)
    source.close()
    target.close()
    return copy


@contextmanager
def _file_lock(path: Path) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_name(path.name + ".lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
