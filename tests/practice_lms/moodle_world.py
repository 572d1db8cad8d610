"""The state that the recordings of Moodle presuppose, and how their requests are sent again."""

import json
import re
import sqlite3
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from practice_lms.state.courses import Course, add_course
from practice_lms.state.grades import override
from practice_lms.state.line_items import LineItem, add_line_item
from practice_lms.state.people import Kind, Person, add_person, enrol
from practice_lms.state.store import forget

RECORDINGS = Path(__file__).parent.parent / "data" / "moodle-4.5"
MOODLE = "http://127.0.0.1:8100"
REVIEW = json.dumps({"url": "http://localhost:9100/launch?review=q1", "custom": {"rv": "1"}})
QUIZ = LineItem(2, "Quiz one (graded)", 20, 1, "res-q1", "tag-q1", review=REVIEW, belongs_to_activity=True, id=2)
COPY = replace(QUIZ, label="Quiz one (graded) (copy)", link_id=11, id=17)
DECOUPLED = LineItem(2, "Decoupled item", 10, None, "dec-1", "dectag", id=3)
SECOND = LineItem(2, "Second item on link 1", 5, 1, "dec-2", "t2", id=4)
MAX_ZERO = LineItem(2, "max zero", 0, id=5)
COUPLED = LineItem(2, "Graded", 10, 9, "mg", "", belongs_to_activity=True, id=15)
TENTH = LineItem(2, "Another", 10, 9, belongs_to_activity=True, id=10)
NINTH = LineItem(2, "To be deleted", 10, 9, belongs_to_activity=True, id=9)
ALL = {item.id: item for item in (QUIZ, COPY, DECOUPLED, SECOND, MAX_ZERO, COUPLED, TENTH, NINTH)}


def load(name: str) -> dict[str, Any]:
    """A recording."""
    read: dict[str, Any] = json.loads((RECORDINGS / f"{name}.json").read_text("utf-8"))
    return read


def ours(text: str, base_url: str) -> str:
    """A recorded text with our addresses in place of Moodle's."""
    return (
        text.replace(f"{MOODLE}/mod/lti/services.php", f"{base_url}/lti/courses")
        .replace("/mod/lti/services.php", "/lti/courses")
        .replace("/mod/lti/token.php", "/token")
    )


def sent_text(name: str, body: Any) -> str | None:
    """The body as it went over the wire."""
    if body is None or isinstance(body, str):
        return body
    made = json.dumps(body, indent=2 if "prettyprinted" in name else None, ensure_ascii="utf8" not in name)
    return re.sub(r"<(\w) times (\d+)>", lambda told: told[1] * int(told[2]), made)


def _person(number: int, kind: Kind = Kind.LEARNER) -> Person:
    return Person(number, kind, f"Person {number}", "Person", str(number), f"p{number}@x.example", "", True)


def arrange(db: sqlite3.Connection, items: tuple[int, ...]) -> None:
    """Two courses, two teachers, students 5 to 8, one suspended (9), one outsider (10), and these columns."""
    forget(db)
    db.execute("INSERT INTO setting VALUES ('character', 'moodle')")
    add_course(db, Course(1, "SITE", "Site"))
    add_course(db, Course(2, "UP101", "Upskill 101"))
    for number in range(3, 11):
        add_person(db, _person(number, Kind.TEACHER if number < 5 else Kind.LEARNER))
        if number < 10:
            enrol(db, 2, number, "Instructor" if number < 5 else "Learner", is_active=number != 9)
    for number in (1, 2, 9, 11):
        db.execute(
            "INSERT INTO link (id, course_id, title, text, url, custom, opens) "
            "VALUES (?, 2, 'A link', '', 'http://localhost:9100/launch', '{}', 'iframe')",
            (number,),
        )
    for number in items:
        add_line_item(db, ALL[number])


def next_line_item_is(db: sqlite3.Connection, number: int) -> None:
    """The next column gets this id."""
    db.execute("DELETE FROM sqlite_sequence WHERE name = 'line_item'")
    db.execute("INSERT INTO sqlite_sequence VALUES ('line_item', ?)", (number - 1,))


def teacher_says_nine(db: sqlite3.Connection) -> None:
    """Student 7's grade is overridden by hand."""
    override(db, 2, 7, 9, "Teacher says 9", datetime(2026, 11, 23, 15, 29, 50, tzinfo=UTC))


def lock_grade_of_8(db: sqlite3.Connection) -> None:
    """Student 8's grade is locked."""
    db.execute("INSERT OR IGNORE INTO grade (line_item_id, person_id) VALUES (2, 8)")
    db.execute("UPDATE grade SET is_locked = 1 WHERE line_item_id = 2 AND person_id = 8")


def lock_column(db: sqlite3.Connection) -> None:
    """The whole column is locked."""
    db.execute("UPDATE line_item SET is_locked = 1 WHERE id = 2")


def delete_activity(db: sqlite3.Connection) -> None:
    """The activity with column 9 is gone, and the column with it."""
    db.execute("DELETE FROM link WHERE id = 9")


@dataclass(frozen=True, slots=True)
class Presupposed:
    """What must have happened before a recording."""

    items: tuple[int, ...] = (2,)
    before: tuple[str, ...] = ()
    """Recordings whose requests were taken earlier."""
    then: tuple[Any, ...] = ()
    """What teachers did after that."""
    later: tuple[str, ...] = ()
    """Recordings whose requests were taken after that."""


THREE = Presupposed((2, 3, 4))
GONE = Presupposed((2, 9), then=(delete_activity,))
OK = Presupposed(before=("ags-score-ok",))

PRESUPPOSED = {
    "ags-lineitem-create": Presupposed((2,)),
    "ags-lineitem-create-coupled-second": Presupposed((2, 3)),
    "ags-lineitem-create-max-0": THREE,
    "ags-lineitem-delete": THREE,
    "ags-lineitem-delete-coupled": Presupposed((2, 10)),
    "ags-lineitem-get": THREE,
    "ags-lineitem-get-after-put": Presupposed((2, 3, 4), before=("ags-lineitem-put-without-link",)),
    "ags-lineitem-get-coupled-after-put": Presupposed((2, 15), before=("ags-lineitem-put-coupled-no-link",)),
    "ags-lineitem-put": THREE,
    "ags-lineitem-put-coupled": Presupposed((2, 15)),
    "ags-lineitem-put-coupled-no-link": Presupposed((2, 15)),
    "ags-lineitem-put-without-link": THREE,
    "ags-lineitems-after-duplicate": Presupposed((2, 17)),
    "ags-lineitems-get-3": THREE,
    "ags-lineitems-no-type-id": Presupposed((2, 3, 4, 5)),
    "ags-lineitems-paged": THREE,
    "errors-ags-lineitem-deleted-activity": GONE,
    "errors-ags-lineitem-deleted-activity-before-cron": GONE,
    "errors-ags-lineitem-get-deleted": Presupposed((2, 3, 4), before=("ags-lineitem-delete",)),
    "errors-ags-results-deleted-activity": GONE,
    "errors-ags-score-deleted-activity": GONE,
    "errors-ags-score-deleted-activity-before-cron": GONE,
    "ags-results-after-score": OK,
    "ags-results-after-started": Presupposed(before=("ags-score-tz-plus2", "ags-score-started-no-score")),
    "ags-results-after-pendingmanual": Presupposed(
        before=("ags-score-full-again", "ags-score-pendingmanual-with-score")
    ),
    "ags-results-all": Presupposed(
        before=(
            "ags-score-no-type-id",
            "ags-score-bogus-progress-values",
            "ags-score-submitted-fullygraded",
            "ags-score-zero",
            "ags-score-fraction",
            "ags-score-suspended-student",
        )
    ),
    "ags-results-decoupled": Presupposed((2, 3), before=("ags-lineitem-put", "ags-score-decoupled")),
    "ags-results-fraction": Presupposed(before=("ags-score-fraction",)),
    "ags-results-hidden-item": Presupposed(before=("ags-score-long-comment", "ags-score-short-comment-again")),
    "ags-results-html-comment": Presupposed(before=("ags-score-html-comment",)),
    "ags-results-locked-grade": Presupposed(before=("ags-score-unlocked-again",), then=(lock_grade_of_8,)),
    "ags-results-max-0": Presupposed(before=("ags-score-max-0",)),
    "ags-results-over-max": Presupposed(before=("ags-score-over-max",)),
    "ags-results-overridden": Presupposed(
        before=("ags-score-zero",), then=(teacher_says_nine,), later=("ags-score-overridden-by-teacher",)
    ),
    "ags-results-rescaled": Presupposed(before=("ags-score-over-max", "ags-score-other-scale")),
    "ags-results-zero": Presupposed(before=("ags-score-zero",)),
    "ags-results-unknown-user": OK,
    "ags-score-before-delete": Presupposed((2, 9)),
    "ags-score-decoupled": Presupposed((2, 3), before=("ags-lineitem-put",)),
    "ags-score-full-again": Presupposed(before=("ags-score-tz-plus2", "ags-score-started-no-score")),
    "ags-score-full-after-pending": Presupposed(before=("ags-score-full-again", "ags-score-pendingmanual-with-score")),
    "ags-score-ms-timestamp": OK,
    "ags-score-us-offset-timestamp": Presupposed(before=("ags-score-ok", "ags-score-ms-timestamp")),
    "ags-score-space-timestamp": Presupposed(before=("ags-score-us-offset-timestamp",)),
    "ags-score-overridden-by-teacher": Presupposed(before=("ags-score-zero",), then=(teacher_says_nine,)),
    "errors-ags-results-limit": OK,
    "errors-ags-score-after-teacher-older": Presupposed(before=("ags-score-zero",), then=(teacher_says_nine,)),
    "errors-ags-score-decoupled-same": Presupposed((2, 3), before=("ags-score-decoupled",)),
    "errors-ags-score-locked-grade": Presupposed(before=("ags-score-unlocked-again",), then=(lock_grade_of_8,)),
    "errors-ags-score-locked-item": Presupposed(then=(lock_column,)),
    "errors-ags-score-no-zone-timestamp": OK,
    "errors-ags-score-older-timestamp": OK,
    "errors-ags-score-same-timestamp": OK,
}
PRESUPPOSED["ags-results-limit-no-type-id"] = PRESUPPOSED["ags-results-all"]

NOT_COVERED = {
    "errors-ags-score-course-total-item": "the practice LMS's gradebook has no course total",
    "ags-score-hidden-activity": "nothing can be hidden in the practice LMS",
    "ags-score-hidden-item": "nothing can be hidden in the practice LMS",
    "ags-score-needsupdate": "the practice LMS never needs to grade anew",
}
"""Recordings that are not replayed, each with its reason."""
