"""Copies: of a whole course, of one activity."""

import sqlite3
from dataclasses import replace

from practice_lms.manners import Manners
from practice_lms.state.courses import Course, Link, add_course, all_courses, links_of, place_link
from practice_lms.state.line_items import LineItem, add_line_item, line_items_of, line_items_of_link
from practice_lms.state.people import enrol, roster


def _copied(item: LineItem, course_id: int, link_id: int | None) -> LineItem:
    """The same column without its grades; resource id and tag are kept, the link is the copy's (AGS 2.0, §4)."""
    return replace(item, id=0, course_id=course_id, link_id=link_id)


def copy_link(db: sqlite3.Connection, link: Link, course_id: int, title: str) -> int:
    """The activity's copy: a new id, the same address and custom parameters, columns of its own."""
    history = (str(link.id), *link.history)
    made = place_link(db, replace(link, course_id=course_id, title=title, history=history))
    for item in line_items_of_link(db, link.id):
        if item.belongs_to_activity:
            add_line_item(db, _copied(item, course_id, made))
    return made


def duplicate_link(db: sqlite3.Connection, link: Link) -> int:
    """A second activity beside the first.  Its column has the same resource id and tag (README 31)."""
    return copy_link(db, link, link.course_id, f"{link.title} (copy)")


def copy_course(db: sqlite3.Connection, course: Course, ways: Manners) -> Course:
    """The course anew, with its staff, without its learners and their grades."""
    number = max(one.id for one in all_courses(db)) + 1
    made = Course(
        number,
        f"{course.label}-{number}",
        f"{course.title} (copy)",
        course.tenant,
        (str(course.id), *course.history),
    )
    add_course(db, made)
    for one in roster(db, course.id):
        if one.role != "Learner":
            enrol(db, made.id, one.person.id, one.role, is_active=one.is_active)
    for link in links_of(db, course.id):
        copy_link(db, link, made.id, link.title)
    if ways.copies_tools_columns:
        for item in line_items_of(db, course.id):
            if item.link_id is None:
                add_line_item(db, _copied(item, made.id, None))
    return made
