"""The gradebook: what tools have sent, and what teachers make of it."""

import sqlite3
from dataclasses import dataclass, replace

from flask import Blueprint, abort, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from practice_lms.acting import acting_or_403, course_or_404, teacher_or_403
from practice_lms.shown import show
from practice_lms.state.grades import (
    Grade,
    grades_of,
    latest_score_calls,
    lift_override,
    lock_grade,
    override,
    remove_grade,
)
from practice_lms.state.line_items import LineItem, find_line_item, line_items_of, replace_line_item
from practice_lms.state.people import Person, enrolment_of, roster
from practice_lms.wiring import lms, now

gradebook = Blueprint("gradebook", __name__)
SHOWN_CALLS = 12


@dataclass(frozen=True, slots=True)
class Row:
    """One learner's grades, in the order of the columns."""

    person: Person
    is_active: bool
    cells: tuple[tuple[LineItem, Grade], ...]


def _rows(db: sqlite3.Connection, course_id: int, items: list[LineItem], only: Person | None) -> list[Row]:
    grades = {(item.id, grade.person_id): grade for item in items for grade in grades_of(db, item.id)}
    return [
        Row(
            one.person,
            one.is_active,
            tuple((item, grades.get((item.id, one.person.id)) or Grade(item.id, one.person.id)) for item in items),
        )
        for one in roster(db, course_id)
        if one.role == "Learner" and (only is None or one.person.id == only.id)
    ]


@gradebook.get("/courses/<int:course_id>/gradebook")
def show_gradebook(course_id: int) -> str:
    """Learners by columns; a learner sees only the own row."""
    with lms().store.reading() as db:
        me = acting_or_403(db)
        course = course_or_404(db, course_id)
        items = line_items_of(db, course_id)
        return show(
            db,
            "gradebook.html",
            course=course,
            items=items,
            rows=_rows(db, course_id, items, None if me.may_teach else me),
            calls=latest_score_calls(db, SHOWN_CALLS) if me.may_teach else [],
        )


def _column(db: sqlite3.Connection, course_id: int, line_item_id: int) -> LineItem:
    teacher_or_403(db)
    item = find_line_item(db, line_item_id)
    if item is None or item.course_id != course_id:
        abort(404, "There is no such column.")
    return item


@gradebook.post("/courses/<int:course_id>/gradebook/<int:line_item_id>")
def change_column(course_id: int, line_item_id: int) -> BaseResponse:
    """The whole column is locked, or takes scores again."""
    with lms().store.writing() as db:
        item = _column(db, course_id, line_item_id)
        replace_line_item(db, replace(item, is_locked=request.form.get("do") == "lock"))
    return redirect(f"/courses/{course_id}/gradebook", 303)


def _score() -> float | None:
    told = request.form.get("score", "").strip().replace(",", ".")
    try:
        return float(told) if told else None
    except ValueError:
        abort(400, "The grade must be a number.")


@gradebook.post("/courses/<int:course_id>/gradebook/<int:line_item_id>/<int:person_id>")
def change_grade(course_id: int, line_item_id: int, person_id: int) -> BaseResponse:
    """A teacher's hand in one cell: override, lift, lock, unlock, remove."""
    with lms().store.writing() as db:
        item = _column(db, course_id, line_item_id)
        if enrolment_of(db, course_id, str(person_id)) is None:
            abort(404, "Nobody of this name is in the course.")
        match request.form.get("do"):
            case "override":
                override(db, item.id, person_id, _score(), request.form.get("comment", ""), now())
            case "lift":
                lift_override(db, item.id, person_id)
            case "lock" | "unlock" as wish:
                lock_grade(db, item.id, person_id, is_locked=wish == "lock")
            case "remove":
                remove_grade(db, item.id, person_id)
            case _:
                abort(400, "do must be override, lift, lock, unlock or remove")
    return redirect(f"/courses/{course_id}/gradebook", 303)
