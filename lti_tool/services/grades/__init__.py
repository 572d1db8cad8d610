"""The gradebooks: what they are owed, how it gets there, and what people are told about it."""

from lti_tool.services.grades.choices import hurry, keep_lms, send_again, send_ours
from lti_tool.services.grades.classes import note_class, note_practice, owe_classes
from lti_tool.services.grades.model import Claimed, Gradebook, Outcome, Seen, Tried
from lti_tool.services.grades.owing import owe_grades
from lti_tool.services.grades.reasons import Explained, Reason, explain
from lti_tool.services.grades.sending import Delivered, send_due
from lti_tool.services.grades.showing import GradeLine, GradeState, grade_lines
from lti_tool.services.grades.status import PlatformGrades, grade_status, retry

__all__ = [
    "Claimed",
    "Delivered",
    "Explained",
    "GradeLine",
    "GradeState",
    "Gradebook",
    "Outcome",
    "PlatformGrades",
    "Reason",
    "Seen",
    "Tried",
    "explain",
    "grade_lines",
    "grade_status",
    "hurry",
    "keep_lms",
    "note_class",
    "note_practice",
    "owe_classes",
    "owe_grades",
    "retry",
    "send_again",
    "send_due",
    "send_ours",
]
