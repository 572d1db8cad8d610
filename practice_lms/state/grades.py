"""What the gradebook holds for each learner, and what teachers do to it."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from practice_lms.state.moments import kept, read


@dataclass(frozen=True, slots=True)
class Grade:
    """One cell."""

    line_item_id: int
    person_id: int
    raw: float | None = None
    """The tool's score, on the column's scale."""
    comment: str = ""
    grading: str = ""
    """The grading progress of the tool's latest score."""
    scored_at: datetime | None = None
    """The timestamp of the tool's latest score."""
    override: float | None = None
    override_comment: str = ""
    override_at: datetime | None = None
    is_locked: bool = False

    @property
    def is_overridden(self) -> bool:
        """A teacher's word stands above the tool's."""
        return self.override_at is not None

    @property
    def shown(self) -> float | None:
        """What the gradebook shows.  A score that is not fully graded is not shown."""
        if self.is_overridden:
            return self.override
        return self.raw if self.grading == "FullyGraded" else None

    @property
    def shown_comment(self) -> str:
        """The remark that goes with it."""
        return self.override_comment if self.is_overridden else self.comment

    @property
    def shown_at(self) -> datetime | None:
        """Since when."""
        return self.override_at if self.is_overridden else self.scored_at


def _grade(row: sqlite3.Row) -> Grade:
    return Grade(
        row["line_item_id"],
        row["person_id"],
        row["raw"],
        row["comment"],
        row["grading"],
        read(row["scored_at"]),
        row["override"],
        row["override_comment"],
        read(row["override_at"]),
        bool(row["is_locked"]),
    )


def find_grade(db: sqlite3.Connection, line_item_id: int, person_id: int) -> Grade | None:
    """The cell, if anything was ever put in it."""
    row = db.execute(
        "SELECT * FROM grade WHERE line_item_id = ? AND person_id = ?", (line_item_id, person_id)
    ).fetchone()
    return _grade(row) if row else None


def grades_of(db: sqlite3.Connection, line_item_id: int) -> list[Grade]:
    """A column's cells, by person."""
    rows = db.execute("SELECT * FROM grade WHERE line_item_id = ? ORDER BY person_id", (line_item_id,))
    return [_grade(row) for row in rows]


def _cell(db: sqlite3.Connection, line_item_id: int, person_id: int) -> None:
    db.execute("INSERT OR IGNORE INTO grade (line_item_id, person_id) VALUES (?, ?)", (line_item_id, person_id))


def put_score(
    db: sqlite3.Connection,
    line_item_id: int,
    person_id: int,
    raw: float | None,
    comment: str,
    grading: str,
    scored_at: datetime | None,
) -> None:
    """The tool's latest score is this one; a teacher's override stays."""
    _cell(db, line_item_id, person_id)
    db.execute(
        "UPDATE grade SET raw = ?, comment = ?, grading = ?, scored_at = ? WHERE line_item_id = ? AND person_id = ?",
        (raw, comment, grading, None if scored_at is None else kept(scored_at), line_item_id, person_id),
    )


def override(
    db: sqlite3.Connection, line_item_id: int, person_id: int, score: float | None, comment: str, now: datetime
) -> None:
    """A teacher's grade stands; None as the score is a teacher's "no grade"."""
    _cell(db, line_item_id, person_id)
    db.execute(
        "UPDATE grade SET override = ?, override_comment = ?, override_at = ? WHERE line_item_id = ? AND person_id = ?",
        (score, comment, kept(now), line_item_id, person_id),
    )


def lift_override(db: sqlite3.Connection, line_item_id: int, person_id: int) -> None:
    """The tool's score is shown again."""
    db.execute(
        "UPDATE grade SET override = NULL, override_comment = '', override_at = NULL "
        "WHERE line_item_id = ? AND person_id = ?",
        (line_item_id, person_id),
    )


def lock_grade(db: sqlite3.Connection, line_item_id: int, person_id: int, *, is_locked: bool) -> None:
    """The cell takes no scores any more, or takes them again."""
    _cell(db, line_item_id, person_id)
    db.execute(
        "UPDATE grade SET is_locked = ? WHERE line_item_id = ? AND person_id = ?",
        (is_locked, line_item_id, person_id),
    )


def remove_grade(db: sqlite3.Connection, line_item_id: int, person_id: int) -> None:
    """The cell is empty, as if nothing had ever been in it."""
    db.execute("DELETE FROM grade WHERE line_item_id = ? AND person_id = ?", (line_item_id, person_id))


def add_attempt(db: sqlite3.Connection, line_item_id: int, person_id: int, submitted_at: str, extension: str) -> None:
    """The learner has submitted once more; `extension` is what the tool said of it, as JSON."""
    db.execute(
        "INSERT INTO attempt (line_item_id, person_id, submitted_at, extension) VALUES (?, ?, ?, ?)",
        (line_item_id, person_id, submitted_at, extension),
    )


def attempts_of(db: sqlite3.Connection, line_item_id: int, person_id: int) -> list[dict[str, str]]:
    """The learner's attempts, oldest first: `submitted_at` and `extension`."""
    rows = db.execute(
        "SELECT submitted_at, extension FROM attempt WHERE line_item_id = ? AND person_id = ? ORDER BY id",
        (line_item_id, person_id),
    )
    return [dict(row) for row in rows]


@dataclass(frozen=True, slots=True)
class ScoreCall:
    """A score as it came, and how it was answered."""

    at: datetime
    path: str
    body: str
    status: int


def note_score_call(db: sqlite3.Connection, now: datetime, path: str, body: str, status: int) -> None:
    """The call is on record, whether it was taken or refused."""
    db.execute("INSERT INTO score_call (at, path, body, status) VALUES (?, ?, ?, ?)", (kept(now), path, body, status))


def latest_score_calls(db: sqlite3.Connection, most: int) -> list[ScoreCall]:
    """The latest calls, newest first."""
    rows = db.execute("SELECT * FROM score_call ORDER BY id DESC LIMIT ?", (most,))
    return [ScoreCall(datetime.fromisoformat(row["at"]), row["path"], row["body"], row["status"]) for row in rows]
