"""A score as an LMS takes it: the bytes, made and read back."""

import json
from datetime import UTC, datetime

from lti_tool.services.grades.families import family

MAXIMUM = 100
CANVAS_SUBMISSION = "https://canvas.instructure.com/lti/submission"


def score_body(
    family_name: str, sub: str, percent: int, score_at: datetime, title: str, *, overwrites: bool = False
) -> bytes:
    """The score of this person at that whole second: final, with its comment, on one line.

    Always FullyGraded: Moodle and Canvas take a grade away for anything else.  Always with the comment: leaving it out
    erases the earlier one.  Always on one line and in ASCII: Moodle repeats a refused body in its status line, and
    answers 200 where that breaks (README 38, 40, 41).
    """
    score: dict[str, object] = {
        "userId": sub,
        "scoreGiven": percent,
        "scoreMaximum": MAXIMUM,
        "activityProgress": "Completed",
        "gradingProgress": "FullyGraded",
        "timestamp": f"{score_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "comment": f"{title}: {percent} %",
    }
    if family(family_name).submits:
        score[CANVAS_SUBMISSION] = {"new_submission": False, "prioritize_non_tool_grade": not overwrites}
    return json.dumps(score, separators=(",", ":")).encode()


def percent_in(body: str) -> int:
    """The percent that these bytes of ours carry."""
    return int(json.loads(body)["scoreGiven"])
