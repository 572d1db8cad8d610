"""Results as Moodle 4.5.6 tells them (README 51)."""

import sqlite3
from typing import Any

from flask import Response, request

from practice_lms.moodle.answers import answer, html_404, number, paging_links, zone
from practice_lms.moodle.door import check_accept_named, check_method, check_token, check_types
from practice_lms.moodle.line_items import existing
from practice_lms.scene import line_item_url
from practice_lms.state.grades import Grade, grades_of
from practice_lms.state.line_items import LineItem
from practice_lms.state.switches import Character
from practice_lms.vocabulary import RESULT_READ, RESULTS_TYPE
from practice_lms.wiring import lms


def results(db: sqlite3.Connection, course_id: int, line_item_id: int) -> Response:
    """The column's grades, a teacher's included."""
    check_types((RESULTS_TYPE,))
    check_method("GET")
    check_token(db, RESULT_READ)
    check_accept_named()
    item = existing(db, course_id, line_item_id)
    has_type = "type_id" in request.args
    limit, start = request.args.get("limit", 0, type=int), request.args.get("from", 0, type=int)
    if limit and has_type:
        return html_404()  # Moodle fails to build its Link header
    wanted = request.args.get("user_id")
    grades = [grade for grade in grades_of(db, item.id) if wanted in {None, str(grade.person_id)}]
    page = grades[start : start + limit] if limit else grades
    made = answer(200, RESULTS_TYPE, [_told(item, grade, has_type=has_type) for grade in page if grade.shown_at])
    following = paging_links(limit, start, len(grades)) if limit else None
    if following:
        made.headers["Link"] = following
    return made


def _told(item: LineItem, grade: Grade, *, has_type: bool) -> dict[str, Any]:
    character = Character.MOODLE if has_type else Character.STRICT
    column = line_item_url(lms().config.base_url, item.course_id, item.id, character)
    path, _, query = column.partition("?")
    query = "&".join(part for part in (query, f"user_id={grade.person_id}") if part)
    told: dict[str, Any] = {"id": f"{path}/results?{query}", "userId": str(grade.person_id)}
    if grade.shown is None or grade.shown_at is None:
        return told
    told |= {"resultScore": number(grade.shown), "resultMaximum": number(item.score_maximum)}
    if grade.shown_comment:
        told["comment"] = grade.shown_comment
    since = grade.shown_at.astimezone(zone()).isoformat(timespec="seconds")
    return told | {"scoreOf": column, "timestamp": since}
