"""What Canvas makes of a score: attempts, and grades that vanish (LTI.md, 0.1, 0.9 and 3)."""

import json
import sqlite3
from datetime import datetime, timedelta
from typing import Any

from practice_lms.state.grades import Grade, add_attempt, attempts_of, lift_override, put_score
from practice_lms.state.line_items import LineItem
from practice_lms.state.moments import kept
from practice_lms.strict.problems import Problem
from practice_lms.strict.values import moment
from practice_lms.vocabulary import CANVAS_SUBMISSION
from practice_lms.wiring import now

FARTHEST_AHEAD = timedelta(minutes=1)
TYPES = frozenset({"none", "basic_lti_launch", "online_text_entry", "online_url", "external_tool", "online_upload"})
SWITCHES = ("new_submission", "preserve_score", "prioritize_non_tool_grade")
KNOWN = frozenset({*SWITCHES, "submission_type", "submission_data", "submitted_at", "content_items"})


def _extension(body: dict[str, Any]) -> dict[str, Any]:
    told = body.get(CANVAS_SUBMISSION, {})
    if not isinstance(told, dict) or not KNOWN.issuperset(told):
        raise Problem(400, f"{CANVAS_SUBMISSION}: its members are {', '.join(sorted(KNOWN))}")
    for name in SWITCHES:
        if not isinstance(told.get(name, True), bool):
            raise Problem(400, f"{name}: must be true or false")
    if told.get("submission_type", "none") not in TYPES:
        raise Problem(422, f"submission_type: must be one of {', '.join(sorted(TYPES))}")
    return told


def _submitted_at(extension: dict[str, Any], body: dict[str, Any], when: datetime) -> datetime:
    at = moment(extension, "submitted_at") or moment(body.get("submission", {}), "submittedAt") or when
    if at > now() + FARTHEST_AHEAD:
        raise Problem(400, "submitted_at: lies in the future")
    return at


def keep_as_canvas(
    db: sqlite3.Connection, item: LineItem, grade: Grade, body: dict[str, Any], when: datetime, points: float | None
) -> None:
    """The score is kept.

    A new attempt is counted unless `new_submission` is false, and refused when there are no more (422).  What is not
    fully graded takes the grade away, unless `preserve_score` asks to keep it.  A teacher's grade gives way, unless
    `prioritize_non_tool_grade` asks to keep that.
    """
    extension = _extension(body)
    submitted_at = _submitted_at(extension, body, when)
    if extension.get("new_submission", True):
        made = len(attempts_of(db, item.id, grade.person_id))
        if item.most_attempts is not None and made >= item.most_attempts:
            raise Problem(422, "the maximum number of allowed attempts has been reached for this submission")
        add_attempt(db, item.id, grade.person_id, kept(submitted_at), json.dumps(extension))
    comment, grading = str(body.get("comment") or ""), body["gradingProgress"]
    if grading != "FullyGraded" and extension.get("preserve_score", False):
        put_score(db, item.id, grade.person_id, grade.raw, comment or grade.comment, grade.grading, when)
        return
    if not extension.get("prioritize_non_tool_grade", False):
        lift_override(db, item.id, grade.person_id)
    put_score(db, item.id, grade.person_id, points, comment, grading, when)
