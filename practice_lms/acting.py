"""Who somebody acts as.  The cookie is a bare number: anybody may be anybody here, and that is the point."""

import sqlite3

from flask import abort, request

from practice_lms.state.courses import Course, find_course
from practice_lms.state.people import Kind, Person, find_person

COOKIE = "practice-lms-acting"


def acting(db: sqlite3.Connection) -> Person | None:
    """The person that this browser acts as."""
    told = request.cookies.get(COOKIE, "")
    return find_person(db, int(told)) if told.isascii() and told.isdigit() and len(told) < 18 else None


def acting_or_403(db: sqlite3.Connection) -> Person:
    """The person that this browser acts as; 403 if it has not chosen."""
    return acting(db) or abort(403, "Choose who you act as on the first page.")


def teacher_or_403(db: sqlite3.Connection) -> Person:
    """The teacher or administrator that this browser acts as."""
    person = acting_or_403(db)
    return person if person.may_teach else abort(403, "Only teachers and administrators may do this.")


def administrator_or_403(db: sqlite3.Connection) -> Person:
    """The administrator that this browser acts as."""
    person = acting_or_403(db)
    return person if person.kind is Kind.ADMINISTRATOR else abort(403, "Only administrators may do this.")


def course_or_404(db: sqlite3.Connection, course_id: int) -> Course:
    """The course with this id."""
    return find_course(db, course_id) or abort(404, "There is no such course.")
