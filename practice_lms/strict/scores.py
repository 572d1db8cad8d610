"""A score, to the letter (AGS 2.0, §3.4)."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Response

from practice_lms.canvas.scores import keep_as_canvas
from practice_lms.manners import Manners, manners
from practice_lms.scene import line_item_url
from practice_lms.state.grades import Grade, find_grade, put_score
from practice_lms.state.line_items import LineItem
from practice_lms.state.people import enrolment_of, find_person
from practice_lms.state.switches import Character
from practice_lms.strict.door import check_members, check_token, read_body, refused, told
from practice_lms.strict.line_items import existing
from practice_lms.strict.problems import Problem
from practice_lms.strict.values import moment, number, one_of, positive, text
from practice_lms.vocabulary import ACTIVITY_PROGRESS, GRADING_PROGRESS, SCORE, SCORE_TYPE
from practice_lms.wiring import lms, now

FARTHEST_AHEAD = timedelta(seconds=60)
MEMBERS = frozenset(
    {
        "userId",
        "scoringUserId",
        "scoreGiven",
        "scoreMaximum",
        "comment",
        "timestamp",
        "activityProgress",
        "gradingProgress",
        "submission",
    }
)


@dataclass(frozen=True, slots=True)
class Score:
    """A score in order."""

    user_id: str
    when: datetime
    grading: str
    given: float | None
    maximum: float
    comment: str

    def on_scale_of(self, item: LineItem) -> float | None:
        """Rescaled to the column; more than the maximum is allowed."""
        return None if self.given is None else round(self.given * item.score_maximum / self.maximum, 5)


def _read(body: dict[str, Any], at: datetime) -> Score:
    check_members(body, MEMBERS)
    when = moment(body, "timestamp")
    if when is None:
        raise Problem(400, "timestamp: is required")
    if when > at + FARTHEST_AHEAD:
        raise Problem(400, "timestamp: lies in the future")
    one_of(body, "activityProgress", ACTIVITY_PROGRESS)
    grading = one_of(body, "gradingProgress", GRADING_PROGRESS)
    given = number(body, "scoreGiven")
    if given is not None and given < 0:
        raise Problem(400, "scoreGiven: must not be negative")
    has_maximum = given is not None or "scoreMaximum" in body
    maximum = positive(body, "scoreMaximum") if has_maximum else 1.0
    text(body, "scoringUserId")
    submission = body.get("submission", {})
    if not isinstance(submission, dict):
        raise Problem(400, "submission: must be an object")
    moment(submission, "startedAt")
    moment(submission, "submittedAt")
    return Score(text(body, "userId", required=True), when, grading, given, maximum, text(body, "comment"))


def _learner(db: sqlite3.Connection, course_id: int, user_id: str, ways: Manners) -> int:
    """The id of the one whose score it is."""
    enrolled = enrolment_of(db, course_id, user_id)
    if enrolled is not None and enrolled.role == "Learner" and enrolled.is_active:
        return enrolled.person.id
    is_known = user_id.isdigit() and len(user_id) < 18 and find_person(db, int(user_id)) is not None
    raise refused(ways.not_enrolled if is_known else ways.unknown_user)


def scores(db: sqlite3.Connection, course_id: int, line_item_id: int) -> Response:
    """The score is in the gradebook; under a teacher's override it is kept, and not shown."""
    grant, ways = check_token(db, SCORE), manners(db)
    item = existing(db, course_id, line_item_id, grant)
    body = read_body(SCORE_TYPE)
    score = _read(body, now())
    person_id = _learner(db, course_id, score.user_id, ways)
    grade = find_grade(db, item.id, person_id) or Grade(item.id, person_id)
    if grade.scored_at is not None and score.when <= grade.scored_at:
        raise refused(ways.stale)
    if item.is_locked or grade.is_locked:
        raise Problem(403, "the grade is locked by a teacher")
    if ways.over_maximum is not None and score.given is not None and score.given > score.maximum:
        raise refused(ways.over_maximum)
    if ways.counts_attempts:
        keep_as_canvas(db, item, grade, body, score.when, score.on_scale_of(item))
    else:
        put_score(db, item.id, person_id, score.on_scale_of(item), score.comment, score.grading, score.when)
    column = line_item_url(lms().config.base_url, course_id, item.id, Character.STRICT)
    return told("application/json", {"resultUrl": f"{column}/results?user_id={person_id}"})
