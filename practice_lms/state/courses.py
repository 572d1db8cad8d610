"""Courses and the activities placed in them."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Course:
    """An LMS course, which LTI calls a context."""

    id: int
    label: str
    title: str
    tenant: int = 1
    """Which institution it belongs to, where several share one LMS (Canvas, Blackboard)."""
    history: tuple[str, ...] = ()
    """The ids of the courses it was copied from, newest first."""


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
    tool: str = ""
    """The client id of a tool that registered itself; empty for the one that was there from the start."""
    history: tuple[str, ...] = ()
    """The ids of the links it was copied from, newest first."""
    dates: Mapping[str, str] = field(default_factory=dict)
    """ISO 8601 by the name of the variable, like `ResourceLink.available.startDateTime`."""


def _link(row: sqlite3.Row) -> Link:
    return Link(
        row["id"],
        row["course_id"],
        row["title"],
        row["text"],
        row["url"],
        json.loads(row["custom"]),
        row["opens"],
        row["tool"],
        tuple(json.loads(row["history"])),
        json.loads(row["dates"]),
    )


def _course(row: sqlite3.Row) -> Course:
    return Course(row["id"], row["label"], row["title"], row["tenant"], tuple(json.loads(row["history"])))


def add_course(db: sqlite3.Connection, course: Course) -> None:
    """There is such a course."""
    db.execute(
        "INSERT INTO course VALUES (?, ?, ?, ?, ?)",
        (course.id, course.label, course.title, course.tenant, json.dumps(course.history)),
    )


def find_course(db: sqlite3.Connection, course_id: int) -> Course | None:
    """The course with this id."""
    row = db.execute("SELECT * FROM course WHERE id = ?", (course_id,)).fetchone()
    return _course(row) if row else None


def all_courses(db: sqlite3.Connection) -> list[Course]:
    """Every course."""
    return [_course(row) for row in db.execute("SELECT * FROM course ORDER BY id")]


def add_link(
    db: sqlite3.Connection, course_id: int, title: str, text: str, url: str, custom: dict[str, str], opens: str
) -> int:
    """The activity is placed, for the tool that was there from the start; its id is never used again."""
    return place_link(db, Link(0, course_id, title, text, url, custom, opens))


def place_link(db: sqlite3.Connection, link: Link) -> int:
    """The activity is placed under a new id, which is never used again."""
    done = db.execute(
        "INSERT INTO link (course_id, title, text, url, custom, opens, tool, history, dates) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            link.course_id,
            link.title,
            link.text,
            link.url,
            json.dumps(link.custom),
            link.opens,
            link.tool,
            json.dumps(link.history),
            json.dumps(dict(link.dates)),
        ),
    )
    return int(done.lastrowid or 0)


def change_link(db: sqlite3.Connection, link_id: int, title: str, dates: Mapping[str, str]) -> None:
    """The activity has this title and these dates."""
    db.execute("UPDATE link SET title = ?, dates = ? WHERE id = ?", (title, json.dumps(dict(dates)), link_id))


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
