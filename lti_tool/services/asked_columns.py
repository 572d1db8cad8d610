"""A gradebook column that a teacher waits for: she asks, the worker makes it, and her page says how that stands."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lti_tool.errors import NotFound
from lti_tool.logs import get_log
from lti_tool.models import ResourceLink
from lti_tool.models.engine import Database
from lti_tool.services.columns import (
    NoColumn,
    NotMade,
    Wanted,
    can_have_column,
    column_lease,
    keep_column,
    wanted_column,
)
from lti_tool.services.leases import is_leased

PATIENCE = timedelta(minutes=1)
"""A worker looks every few seconds, and needs some for each column."""
MOST_AT_ONCE = 50


class Columns(Protocol):
    """Whoever can make columns in an LMS's gradebook."""

    def column_for(self, wanted: Wanted, now: datetime) -> str:
        """The address of the link's one column, or `NoColumn`.  Called with no transaction open."""


@dataclass(frozen=True, slots=True)
class ColumnState:
    """How it stands with the column of a link that has none."""

    can_ask: bool
    is_waiting: bool
    """A teacher asked, and nothing has come of it yet."""
    is_stuck: bool
    """For so long, with nobody at it, that no worker seems to run."""
    not_made: NotMade | None
    """What came of it the last time."""


def ask_for_column(session: Session, link_id: int | None, now: datetime, rule: str | None = None) -> None:
    """The worker will make the column in a moment; `NotFound` where the LMS lets us make none.

    With a rule it is a second one, beside the link's own.

    Not here: an LMS that gives a token first fetches our key set from the web's processes, each of which would wait.
    """
    if not can_have_column(session, link_id):
        raise NotFound
    session.execute(
        update(ResourceLink)
        .where(ResourceLink.id == link_id, ResourceLink.column_asked_at.is_(None))
        .values(column_asked_at=now, column_rule=rule, column_said=None)
    )


def column_state(session: Session, link_id: int | None, now: datetime) -> ColumnState:
    """How it stands with the column of this link."""
    query = select(ResourceLink.id, ResourceLink.column_asked_at, ResourceLink.column_said)
    row = session.execute(query.where(ResourceLink.id == link_id)).one()
    is_waiting = row.column_asked_at is not None
    is_late = is_waiting and now - row.column_asked_at > PATIENCE
    return ColumnState(
        can_ask=not is_waiting and can_have_column(session, link_id),
        is_waiting=is_waiting,
        is_stuck=is_late and not is_leased(session, column_lease(row.id), now),
        not_made=NotMade(row.column_said) if row.column_said is not None else None,
    )


def make_asked_columns(
    database: Database, columns: Columns, clock: Callable[[], datetime], stop: threading.Event | None = None
) -> None:
    """The columns for which teachers wait are made, each by one worker at a time.

    Who asked waits until it is on record what came of it: what a worker took and did not finish is taken again.
    """
    with database.reading() as session:
        waiting = select(ResourceLink.id).where(ResourceLink.column_asked_at.is_not(None))
        links = session.scalars(waiting.order_by(ResourceLink.column_asked_at).limit(MOST_AT_ONCE)).all()
    for link_id in links:
        if stop is not None and stop.is_set():
            return
        try:
            _make(database, columns, link_id, clock)
        except Exception:  # noqa: BLE001 - one column that cannot be made must not stop the others
            get_log().exception("column not made", link=link_id)
            _note_failure(database, link_id, NotMade.BROKEN)


def _make(database: Database, columns: Columns, link_id: int, clock: Callable[[], datetime]) -> None:
    try:
        with database.reading() as session:
            if session.scalar(select(ResourceLink.column_asked_at).where(ResourceLink.id == link_id)) is None:
                return  # another worker was here meanwhile
            wanted = wanted_column(session, link_id)
        url = columns.column_for(wanted, clock())
    except NotFound:
        _note_failure(database, link_id, NotMade.NOT_ALLOWED)
    except NoColumn as error:
        if error.why is not NotMade.UNDER_WAY:
            _note_failure(database, link_id, error.why)
    else:
        with database.writing() as session:
            keep_column(session, wanted, url, clock())
            _conclude(session, link_id, None)


def _note_failure(database: Database, link_id: int, why: NotMade) -> None:
    with database.writing() as session:
        _conclude(session, link_id, why)
    get_log(link=link_id).info("column not made", why=why.value)


def _conclude(session: Session, link_id: int, why: NotMade | None) -> None:
    said = why.value if why is not None else None
    session.execute(
        update(ResourceLink).where(ResourceLink.id == link_id).values(column_asked_at=None, column_said=said)
    )
