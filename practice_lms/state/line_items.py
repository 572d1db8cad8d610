"""The columns of the gradebooks."""

import sqlite3
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LineItem:
    """A column as it is kept; empty texts stand for what was never given."""

    course_id: int
    label: str
    score_maximum: float
    link_id: int | None = None
    resource_id: str = ""
    tag: str = ""
    starts_at: str | None = None
    ends_at: str | None = None
    grades_released: bool | None = None
    review: str | None = None
    """The submission review of a deep link, as JSON."""
    belongs_to_activity: bool = False
    """Made with its activity; the others were made by the tool."""
    is_locked: bool = False
    id: int = 0
    tool: str = ""
    """Whose it is, as with links."""
    most_attempts: int | None = None
    """How often a learner may submit; only Canvas counts."""
    extensions: str = "{}"
    """Members that are named by a URL, as JSON."""


def _line_item(row: sqlite3.Row) -> LineItem:
    released = row["grades_released"]
    return LineItem(
        row["course_id"],
        row["label"],
        row["score_maximum"],
        row["link_id"],
        row["resource_id"],
        row["tag"],
        row["starts_at"],
        row["ends_at"],
        None if released is None else bool(released),
        row["review"],
        bool(row["belongs_to_activity"]),
        bool(row["is_locked"]),
        row["id"],
        row["tool"],
        row["most_attempts"],
        row["extensions"],
    )


def _values(item: LineItem) -> tuple[object, ...]:
    return (
        item.course_id,
        item.link_id,
        item.label,
        item.score_maximum,
        item.resource_id,
        item.tag,
        item.starts_at,
        item.ends_at,
        item.grades_released,
        item.review,
        item.belongs_to_activity,
        item.is_locked,
        item.tool,
        item.most_attempts,
        item.extensions,
    )


def add_line_item(db: sqlite3.Connection, item: LineItem) -> int:
    """The column is there; 0 as its id means the next number."""
    done = db.execute(
        "INSERT INTO line_item (course_id, link_id, label, score_maximum, resource_id, tag, starts_at, ends_at, "
        "grades_released, review, belongs_to_activity, is_locked, tool, most_attempts, extensions, id) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (*_values(item), item.id or None),
    )
    return int(done.lastrowid or 0)


def replace_line_item(db: sqlite3.Connection, item: LineItem) -> None:
    """The column is as described here, in full."""
    db.execute(
        "UPDATE line_item SET course_id = ?, link_id = ?, label = ?, score_maximum = ?, resource_id = ?, tag = ?, "
        "starts_at = ?, ends_at = ?, grades_released = ?, review = ?, belongs_to_activity = ?, is_locked = ?, "
        "tool = ?, most_attempts = ?, extensions = ? "
        "WHERE id = ?",
        (*_values(item), item.id),
    )


def remove_line_item(db: sqlite3.Connection, line_item_id: int) -> None:
    """The column and its grades are gone."""
    db.execute("DELETE FROM line_item WHERE id = ?", (line_item_id,))


def find_line_item(db: sqlite3.Connection, line_item_id: int) -> LineItem | None:
    """The column with this id, in whatever course."""
    row = db.execute("SELECT * FROM line_item WHERE id = ?", (line_item_id,)).fetchone()
    return _line_item(row) if row else None


def line_items_of(db: sqlite3.Connection, course_id: int) -> list[LineItem]:
    """The course's columns, in order."""
    rows = db.execute("SELECT * FROM line_item WHERE course_id = ? ORDER BY id", (course_id,))
    return [_line_item(row) for row in rows]


def line_items_of_link(db: sqlite3.Connection, link_id: int) -> list[LineItem]:
    """The columns that are coupled with this activity."""
    rows = db.execute("SELECT * FROM line_item WHERE link_id = ? ORDER BY id", (link_id,))
    return [_line_item(row) for row in rows]
