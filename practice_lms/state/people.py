"""Who there is, and in which course."""

import json
import sqlite3
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What somebody is to the LMS as a whole."""

    TEACHER = "teacher"
    ADMINISTRATOR = "administrator"
    LEARNER = "learner"
    STUDENT_VIEW = "student view"
    ASSISTANT = "teaching assistant"
    DEVELOPER = "content developer"
    MENTOR = "mentor"
    AUDITOR = "auditor"
    """A role that no standard names."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody, made up."""

    id: int
    kind: Kind
    name: str
    given_name: str
    family_name: str
    email: str
    zone: str
    """An IANA name; empty where it was never set."""
    shares_name: bool
    """Name and mail may be told to tools."""
    mentees: tuple[int, ...] = ()
    """Whose work a mentor follows."""

    @property
    def may_teach(self) -> bool:
        """Sees the gradebook and adds activities."""
        return self.kind in {Kind.TEACHER, Kind.ADMINISTRATOR, Kind.ASSISTANT, Kind.DEVELOPER}


@dataclass(frozen=True, slots=True)
class Enrolled:
    """Somebody in a course."""

    person: Person
    role: str
    """`Instructor`, `Learner`, or another of the short names."""
    is_active: bool
    is_gone: bool = False
    """Was in the course once."""

    @property
    def status(self) -> str:
        """As the Names and Role Provisioning Services word it."""
        return "Deleted" if self.is_gone else "Active" if self.is_active else "Inactive"


def _person(row: sqlite3.Row) -> Person:
    return Person(
        row["id"],
        Kind(row["kind"]),
        row["name"],
        row["given_name"],
        row["family_name"],
        row["email"],
        row["zone"],
        bool(row["shares_name"]),
        tuple(json.loads(row["mentees"])),
    )


def find_person(db: sqlite3.Connection, person_id: int) -> Person | None:
    """The person with this id."""
    row = db.execute("SELECT * FROM person WHERE id = ?", (person_id,)).fetchone()
    return _person(row) if row else None


def everybody(db: sqlite3.Connection) -> list[Person]:
    """All, in the order in which they came."""
    return [_person(row) for row in db.execute("SELECT * FROM person ORDER BY id")]


def add_person(db: sqlite3.Connection, person: Person) -> None:
    """They are known."""
    db.execute(
        "INSERT INTO person VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            person.id,
            person.kind,
            person.name,
            person.given_name,
            person.family_name,
            person.email,
            person.zone,
            person.shares_name,
            json.dumps(person.mentees),
        ),
    )


def _set(db: sqlite3.Connection, course_id: int, person_id: int, role: str, status: str) -> None:
    db.execute(
        "INSERT INTO enrolment VALUES (?, ?, ?, ?, (SELECT coalesce(max(changed), 0) + 1 FROM enrolment)) "
        "ON CONFLICT DO UPDATE SET role = excluded.role, status = excluded.status, changed = excluded.changed",
        (course_id, person_id, role, status),
    )


def enrol(db: sqlite3.Connection, course_id: int, person_id: int, role: str, *, is_active: bool = True) -> None:
    """They are in the course, in this role; a suspended enrolment is not active."""
    _set(db, course_id, person_id, role, "Active" if is_active else "Inactive")


def unenrol(db: sqlite3.Connection, course_id: int, person_id: int) -> None:
    """They are in the course no more; that they were is remembered."""
    found = enrolment_of(db, course_id, str(person_id))
    if found is not None:
        _set(db, course_id, person_id, found.role, "Deleted")


FROM_ENROLMENT = (
    "SELECT person.*, enrolment.role, enrolment.status FROM enrolment JOIN person ON person.id = person_id "
    "WHERE course_id = ? "
)


def _enrolled(row: sqlite3.Row) -> Enrolled:
    return Enrolled(_person(row), row["role"], row["status"] == "Active", row["status"] == "Deleted")


def roster(db: sqlite3.Connection, course_id: int) -> list[Enrolled]:
    """Who is in the course.  The student view is never in it."""
    rows = db.execute(FROM_ENROLMENT + "AND status <> 'Deleted' ORDER BY role, person.id", (course_id,))
    return [_enrolled(row) for row in rows]


def changed_since(db: sqlite3.Connection, course_id: int, change: int) -> list[Enrolled]:
    """Who came, left, or has another role or status since this change."""
    rows = db.execute(FROM_ENROLMENT + "AND changed > ? ORDER BY changed", (course_id, change))
    return [_enrolled(row) for row in rows]


def latest_change(db: sqlite3.Connection) -> int:
    """The number of the latest change to any roster."""
    return int(db.execute("SELECT coalesce(max(changed), 0) FROM enrolment").fetchone()[0])


def enrolment_of(db: sqlite3.Connection, course_id: int, user_id: str) -> Enrolled | None:
    """How the user of this LTI id is in the course; None if not at all."""
    if not (user_id.isascii() and user_id.isdigit() and len(user_id) < 18):
        return None
    row = db.execute(FROM_ENROLMENT + "AND status <> 'Deleted' AND person_id = ?", (course_id, int(user_id))).fetchone()
    return _enrolled(row) if row else None
