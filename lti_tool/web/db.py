"""How the web gets its sessions: one for each request, one commit at its end."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from lti_tool.models import Base
from lti_tool.models.engine import begin_writing, make_engine


class _Database(SQLAlchemy):
    def _make_engine(self, bind_key: str | None, options: dict[str, Any], app: Flask) -> Engine:  # noqa: ARG002 - the library's signature
        """Ours, with its pragmas and transaction modes, rather than the library's."""
        return make_engine(options["url"])


db = _Database(metadata=Base.metadata, session_options={"expire_on_commit": False})


@contextmanager
def reading() -> Iterator[Session]:
    """A session whose changes are thrown away."""
    session = db.session()
    try:
        yield session
    finally:
        session.close()


@contextmanager
def writing() -> Iterator[Session]:
    """A session that commits once, at the end, or not at all."""
    session = db.session()
    begin_writing(session)
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
