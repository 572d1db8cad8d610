"""Results, to the letter (AGS 2.0, §3.3)."""

import sqlite3
from typing import Any

from flask import Response, request

from practice_lms.manners import manners
from practice_lms.scene import line_item_url
from practice_lms.state.grades import Grade, grades_of
from practice_lms.state.line_items import LineItem
from practice_lms.state.switches import Character
from practice_lms.strict.door import check_accept, check_token, page_of, told
from practice_lms.strict.line_items import existing
from practice_lms.strict.values import tidy
from practice_lms.vocabulary import RESULT_READ, RESULTS_TYPE
from practice_lms.wiring import lms


def results(db: sqlite3.Connection, course_id: int, line_item_id: int) -> Response:
    """The column's grades as they are shown, a teacher's included; nothing for learners without one."""
    grant, ways = check_token(db, RESULT_READ), manners(db)
    check_accept(RESULTS_TYPE)
    item = existing(db, course_id, line_item_id, grant)
    wanted = request.args.get("user_id")
    grades = [
        grade for grade in grades_of(db, item.id) if wanted in {None, str(grade.person_id)} and grade.shown is not None
    ]
    page, following = page_of(grades, ways)
    has_comments = wanted is None or not ways.hides_comment_of_one
    answer = told(RESULTS_TYPE, [_told(item, grade, has_comment=has_comments) for grade in page])
    if following:
        answer.headers["Link"] = following
    return answer


def _told(item: LineItem, grade: Grade, *, has_comment: bool) -> dict[str, Any]:
    column = line_item_url(lms().config.base_url, item.course_id, item.id, Character.STRICT)
    told_of_it: dict[str, Any] = {
        "id": f"{column}/results/{grade.person_id}",
        "scoreOf": column,
        "userId": str(grade.person_id),
        "resultScore": tidy(grade.shown or 0.0),
        "resultMaximum": tidy(item.score_maximum),
    }
    if grade.shown_comment and has_comment:
        told_of_it["comment"] = grade.shown_comment
    return told_of_it
