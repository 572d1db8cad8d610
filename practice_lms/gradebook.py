"""The gradebook: what tools have sent, and what teachers make of it."""

import sqlite3
from dataclasses import dataclass, replace

from flask import Blueprint, abort, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from practice_lms.acting import acting_or_403, course_or_404, teacher_or_403
from practice_lms.faults import storage_fault
from practice_lms.reviews import is_reviewable
from practice_lms.shown import show
from practice_lms.state.grades import (
    Grade,
    attempts_of,
    grades_of,
    latest_score_calls,
    lift_override,
    lock_grade,
    override,
    remove_grade,
)
from practice_lms.state.line_items import LineItem, find_line_item, line_items_of, replace_line_item
from practice_lms.state.people import Person, enrolment_of, find_person, roster
from practice_lms.wiring import lms, now

gradebook = Blueprint("gradebook", __name__)
SHOWN_CALLS = 12


@dataclass(frozen=True, slots=True)
class Row:
    """One learner's grades, in the order of the columns."""

    person: Person
    is_active: bool
    cells: tuple[tuple[LineItem, Grade], ...]
    attempts: dict[int, int]
    """By column; only Canvas counts them."""


def _rows(db: sqlite3.Connection, course_id: int, items: list[LineItem], only: Person | None) -> list[Row]:
    grades = {(item.id, grade.person_id): grade for item in items for grade in grades_of(db, item.id)}
    return [
        Row(
            one.person,
            one.is_active,
            tuple((item, grades.get((item.id, one.person.id)) or Grade(item.id, one.person.id)) for item in items),
            {item.id: len(attempts_of(db, item.id, one.person.id)) for item in items},
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
            reviewable={item.id for item in items if is_reviewable(db, item)},
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
    """The whole column is locked, or takes scores again, or so many attempts."""
    with lms().store.writing() as db:
        item = _column(db, course_id, line_item_id)
        if request.form.get("do") == "attempts":
            changed = replace(item, most_attempts=request.form.get("most", type=int))
        else:
            changed = replace(item, is_locked=request.form.get("do") == "lock")
        replace_line_item(db, changed)
    return redirect(f"/courses/{course_id}/gradebook", 303)


@gradebook.get("/courses/<int:course_id>/gradebook/<int:line_item_id>/<int:person_id>/review")
def review(course_id: int, line_item_id: int, person_id: int) -> str:
    """What somebody submitted, shown by the tool in a frame."""
    storage = storage_fault()
    with lms().store.reading() as db:
        acting_or_403(db)
        course, item = course_or_404(db, course_id), find_line_item(db, line_item_id)
        if item is None or item.course_id != course_id or not is_reviewable(db, item):
            abort(404, "There is nothing to review in this column.")
        person = find_person(db, person_id) or abort(404, "There is no such person.")
        return show(db, "review.html", course=course, item=item, person=person, storage=storage)


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
