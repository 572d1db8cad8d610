"""Who there is, and in which course."""

import sqlite3
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What somebody is to the LMS as a whole."""

    TEACHER = "teacher"
    ADMINISTRATOR = "administrator"
    LEARNER = "learner"
    STUDENT_VIEW = "student view"


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

    @property
    def may_teach(self) -> bool:
        """Sees the gradebook and adds activities."""
        return self.kind in {Kind.TEACHER, Kind.ADMINISTRATOR}


@dataclass(frozen=True, slots=True)
class Enrolled:
    """Somebody in a course."""

    person: Person
    role: str
    """`Instructor` or `Learner`."""
    is_active: bool


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
        "INSERT INTO person VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            person.id,
            person.kind,
            person.name,
            person.given_name,
            person.family_name,
            person.email,
            person.zone,
            person.shares_name,
        ),
    )


def enrol(db: sqlite3.Connection, course_id: int, person_id: int, role: str, *, is_active: bool = True) -> None:
    """They are in the course, in this role; a suspended enrolment is not active."""
    db.execute(
        "INSERT INTO enrolment VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET role = excluded.role, "
        "status = excluded.status",
        (course_id, person_id, role, "Active" if is_active else "Inactive"),
    )


def roster(db: sqlite3.Connection, course_id: int) -> list[Enrolled]:
    """Who is in the course.  The student view is never in it."""
    rows = db.execute(
        "SELECT person.*, enrolment.role, enrolment.status FROM enrolment JOIN person ON person.id = person_id "
        "WHERE course_id = ? ORDER BY role, person.id",
        (course_id,),
    )
    return [Enrolled(_person(row), row["role"], row["status"] == "Active") for row in rows]


def enrolment_of(db: sqlite3.Connection, course_id: int, user_id: str) -> Enrolled | None:
    """How the user of this LTI id is in the course; None if not at all."""
    if not (user_id.isascii() and user_id.isdigit() and len(user_id) < 18):
        return None
    row = db.execute(
        "SELECT person.*, enrolment.role, enrolment.status FROM enrolment JOIN person ON person.id = person_id "
        "WHERE course_id = ? AND person_id = ?",
        (course_id, int(user_id)),
    ).fetchone()
    return Enrolled(_person(row), row["role"], row["status"] == "Active") if row else None
