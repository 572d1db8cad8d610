"""How Moodle 4.5.6 takes a score, or does not (README 36 to 44)."""

import json
import re
import sqlite3
from datetime import datetime
from typing import Any

from flask import Response, request

from practice_lms.moodle.answers import LONGEST_REASON, answer, bad_gateway, zone
from practice_lms.moodle.door import check_method, check_token, check_types
from practice_lms.moodle.line_items import existing
from practice_lms.state.grades import Grade, find_grade, lift_override, put_score
from practice_lms.state.line_items import LineItem
from practice_lms.state.people import enrolment_of
from practice_lms.vocabulary import SCORE, SCORE_TYPE

REQUIRED = ("userId", "timestamp", "activityProgress", "gradingProgress")
LOOKS_LIKE_A_TIME = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}([.,]\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?")


class Rejected(Exception):
    """A refusal whose body is `[]`."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status, self.reason = status, reason


def scores(db: sqlite3.Connection, course_id: int, line_item_id: int) -> Response:
    """Taken: 200 and an empty body.  Refused: `[]`, whatever the status (README 38)."""
    check_types((SCORE_TYPE,))
    check_method("POST")
    check_token(db, SCORE)
    item = existing(db, course_id, line_item_id)
    text = request.get_data(as_text=True)
    try:
        return _take(db, course_id, item, text)
    except Rejected as rejected:
        if "\n" in rejected.reason:  # PHP cannot send such a status line, and says 200 in its place
            return answer(200, SCORE_TYPE, [], "OK")
        reason = rejected.reason.encode()[:LONGEST_REASON].decode("latin-1")
        return answer(rejected.status, SCORE_TYPE, [], reason)


def _take(db: sqlite3.Connection, course_id: int, item: LineItem, text: str) -> Response:
    score = _read(text)
    user_id = str(score["userId"])
    if not user_id.isdigit():
        return bad_gateway()
    enrolled = enrolment_of(db, course_id, user_id)
    if enrolled is None or enrolled.role != "Learner":
        raise _incorrect(text)
    person_id, when = enrolled.person.id, _moment(score["timestamp"])
    grade = find_grade(db, item.id, person_id) or Grade(item.id, person_id)
    known = [moment for moment in (grade.scored_at, grade.override_at) if moment]
    if known and int(max(known).timestamp()) >= int(when.timestamp()):
        raise Rejected(409, f"Refusing score with an earlier timestamp for item {item.id} and user {user_id}")
    if item.is_locked or grade.is_locked:
        raise Rejected(500, "Internal Server Error")
    _keep(db, item, grade, score, when.replace(microsecond=0))
    return answer(200, SCORE_TYPE)


def _incorrect(text: str) -> Rejected:
    return Rejected(400, "Incorrect score received" + text)


def _is_numeric(value: object) -> bool:
    try:
        float(value)  # type: ignore[arg-type]  # what it is, is the question
    except (TypeError, ValueError):
        return False
    return not isinstance(value, bool)


def _read(text: str) -> dict[str, Any]:
    try:
        score = json.loads(text)
    except ValueError:
        score = None
    if not isinstance(score, dict) or any(score.get(name) is None for name in REQUIRED):
        raise _incorrect(text)
    given, maximum = score.get("scoreGiven"), score.get("scoreMaximum")
    if given is not None and (maximum is None or not _is_numeric(given)):
        raise _incorrect(text)
    if maximum is not None and not _is_numeric(maximum):
        raise _incorrect(text)
    if not LOOKS_LIKE_A_TIME.fullmatch(str(score["timestamp"])):
        raise _incorrect(text)
    return score


def _moment(text: str) -> datetime:
    """A time; without a zone it is the server's."""
    when = datetime.fromisoformat(str(text))
    return when if when.tzinfo else when.replace(tzinfo=zone())


def _keep(db: sqlite3.Connection, item: LineItem, grade: Grade, score: dict[str, Any], when: datetime) -> None:
    """What is not fully graded wipes the grade and its remark, and its time is no guard any more (README 40)."""
    given = score.get("scoreGiven")
    remark = str(score.get("comment") or "")
    if given is None or score["gradingProgress"] != "FullyGraded":
        set_back = grade.scored_at if remark else None
        put_score(db, item.id, grade.person_id, None, "", score["gradingProgress"], set_back)
        return
    points, maximum = float(given), float(score["scoreMaximum"])
    if maximum not in {0.0, item.score_maximum}:
        points = points * item.score_maximum / maximum
    raw = round(min(max(points, 0.0), item.score_maximum), 5)
    if not item.belongs_to_activity:  # a column of the tool's own: its score wins over the teacher's
        lift_override(db, item.id, grade.person_id)
    put_score(db, item.id, grade.person_id, raw, remark, "FullyGraded", when)
