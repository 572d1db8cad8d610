"""The Assignment and Grade Services, in the manners of the character in force."""

import sqlite3
from collections.abc import Callable

from flask import Blueprint, Response, request

from practice_lms.moodle import line_items as moodle_line_items
from practice_lms.moodle import results as moodle_results
from practice_lms.moodle import scores as moodle_scores
from practice_lms.moodle.answers import Fails, failure
from practice_lms.state.grades import note_score_call
from practice_lms.state.switches import Character, character
from practice_lms.strict import line_items as strict_line_items
from practice_lms.strict import results as strict_results
from practice_lms.strict import scores as strict_scores
from practice_lms.strict.problems import Problem
from practice_lms.wiring import lms, now

ags = Blueprint("ags", __name__, url_prefix="/lti/courses/<int:course_id>/lineitems")
LONGEST_KEPT_BODY = 4000

Service = Callable[[sqlite3.Connection], Response]


def _serve(db: sqlite3.Connection, strict: Service, moodle: Service) -> Response:
    """What the character in force answers.  Every check comes before any effect, so a refusal leaves none."""
    if character(db) is Character.MOODLE:
        try:
            return moodle(db)
        except Fails as fails:
            return failure(fails)
    try:
        return strict(db)
    except Problem as problem:
        return problem.response()


def _in_one_transaction(strict: Service, moodle: Service) -> Response:
    store = lms().store
    with store.reading() if request.method == "GET" else store.writing() as db:
        return _serve(db, strict, moodle)


@ags.route("", methods=["GET", "POST"])
def line_items(course_id: int) -> Response:
    """The course's columns."""
    return _in_one_transaction(
        lambda db: strict_line_items.line_items(db, course_id),
        lambda db: moodle_line_items.line_items(db, course_id),
    )


@ags.route("/<int:line_item_id>/lineitem", methods=["GET", "PUT", "DELETE", "POST"])
def line_item(course_id: int, line_item_id: int) -> Response:
    """One column.  POST comes from tools that append `/scores` behind the query."""
    return _in_one_transaction(
        lambda db: strict_line_items.line_item(db, course_id, line_item_id),
        lambda db: moodle_line_items.line_item(db, course_id, line_item_id),
    )


@ags.route("/<int:line_item_id>/lineitem/scores", methods=["GET", "POST"])
def scores(course_id: int, line_item_id: int) -> Response:
    """A score for one learner; every call is on record with its answer."""
    with lms().store.writing() as db:
        answer = _serve(
            db,
            lambda db: _post_only(db, course_id, line_item_id),
            lambda db: moodle_scores.scores(db, course_id, line_item_id),
        )
        body = request.get_data(as_text=True)[:LONGEST_KEPT_BODY]
        note_score_call(db, now(), request.path, body, answer.status_code)
    return answer


def _post_only(db: sqlite3.Connection, course_id: int, line_item_id: int) -> Response:
    if request.method != "POST":
        raise Problem(405, "scores are only posted; read the results")
    return strict_scores.scores(db, course_id, line_item_id)


@ags.get("/<int:line_item_id>/lineitem/results")
def results(course_id: int, line_item_id: int) -> Response:
    """The column's grades."""
    return _in_one_transaction(
        lambda db: strict_results.results(db, course_id, line_item_id),
        lambda db: moodle_results.results(db, course_id, line_item_id),
    )
