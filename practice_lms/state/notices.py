"""Who wants to be told of what happens here, and what was told (Platform Notification Service 1.0)."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from practice_lms.state.moments import kept


@dataclass(frozen=True, slots=True)
class Handler:
    """Where one type of notice goes, for one deployment of one tool."""

    tool: str
    deployment_id: str
    notice_type: str
    url: str


def set_handler(db: sqlite3.Connection, handler: Handler) -> None:
    """Notices of this type go there from now on; without an address, nowhere."""
    key = (handler.tool, handler.deployment_id, handler.notice_type)
    db.execute("DELETE FROM notice_handler WHERE tool = ? AND deployment_id = ? AND notice_type = ?", key)
    if handler.url:
        db.execute("INSERT INTO notice_handler VALUES (?, ?, ?, ?)", (*key, handler.url))


def handlers_of(db: sqlite3.Connection, tool: str, deployment_id: str) -> list[Handler]:
    """The deployment's handlers."""
    rows = db.execute(
        "SELECT * FROM notice_handler WHERE tool = ? AND deployment_id = ? ORDER BY notice_type", (tool, deployment_id)
    )
    return [Handler(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Sent:
    """A notice that was sent once; none is repeated."""

    at: datetime
    notice_type: str
    handler: str
    outcome: str
    """The status of the answer, or why there was none."""


def note_sent(db: sqlite3.Connection, sent: Sent) -> None:
    """It is on record."""
    db.execute(
        "INSERT INTO notice (at, notice_type, handler, outcome) VALUES (?, ?, ?, ?)",
        (kept(sent.at), sent.notice_type, sent.handler, sent.outcome),
    )


def latest_sent(db: sqlite3.Connection, most: int) -> list[Sent]:
    """The latest notices, newest first."""
    rows = db.execute("SELECT at, notice_type, handler, outcome FROM notice ORDER BY id DESC LIMIT ?", (most,))
    return [Sent(datetime.fromisoformat(row["at"]), *tuple(row)[1:]) for row in rows]
