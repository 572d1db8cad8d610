"""Courses and the activities placed in them."""

import json
import sqlite3
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Course:
    """An LMS course, which LTI calls a context."""

    id: int
    label: str
    title: str


@dataclass(frozen=True, slots=True)
class Link:
    """An activity: a resource link to the tool."""

    id: int
    course_id: int
    title: str
    text: str
    url: str
    custom: dict[str, str]
    opens: str
    """`iframe` or `window`."""


def _link(row: sqlite3.Row) -> Link:
    return Link(
        row["id"],
        row["course_id"],
        row["title"],
        row["text"],
        row["url"],
        json.loads(row["custom"]),
        row["opens"],
    )


def add_course(db: sqlite3.Connection, course: Course) -> None:
    """There is such a course."""
    db.execute("INSERT INTO course VALUES (?, ?, ?)", (course.id, course.label, course.title))


def find_course(db: sqlite3.Connection, course_id: int) -> Course | None:
    """The course with this id."""
    row = db.execute("SELECT * FROM course WHERE id = ?", (course_id,)).fetchone()
    return Course(row["id"], row["label"], row["title"]) if row else None


def all_courses(db: sqlite3.Connection) -> list[Course]:
    """Every course."""
    return [Course(row["id"], row["label"], row["title"]) for row in db.execute("SELECT * FROM course ORDER BY id")]


def add_link(
    db: sqlite3.Connection, course_id: int, title: str, text: str, url: str, custom: dict[str, str], opens: str
) -> int:
    """The activity is placed; its id is never used again."""
    done = db.execute(
        "INSERT INTO link (course_id, title, text, url, custom, opens) VALUES (?, ?, ?, ?, ?, ?)",
        (course_id, title, text, url, json.dumps(custom), opens),
    )
    return int(done.lastrowid or 0)


def find_link(db: sqlite3.Connection, course_id: int, link_id: int) -> Link | None:
    """The activity, if it is in this course."""
    row = db.execute("SELECT * FROM link WHERE id = ? AND course_id = ?", (link_id, course_id)).fetchone()
    return _link(row) if row else None


def links_of(db: sqlite3.Connection, course_id: int) -> list[Link]:
    """The course's activities, in order."""
    return [_link(row) for row in db.execute("SELECT * FROM link WHERE course_id = ? ORDER BY id", (course_id,))]


def remove_link(db: sqlite3.Connection, link_id: int) -> None:
    """The activity is gone, and its columns and grades with it."""
    db.execute("DELETE FROM link WHERE id = ?", (link_id,))
