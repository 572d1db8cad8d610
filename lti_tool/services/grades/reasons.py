"""Why a score does not reach a gradebook, in words for teachers."""

from dataclasses import dataclass
from enum import StrEnum

from lti_tool.words import N_


class Reason(StrEnum):
    """Why sending has stopped until a person does something."""

    COLUMN_GONE = "column-gone"
    NOT_GRADABLE = "not-gradable"
    NOT_ALLOWED = "not-allowed"
    CHANGED_IN_LMS = "changed-in-lms"
    KEPT_IN_LMS = "kept-in-lms"
    """A teacher chose that what a person put into the LMS stands."""
    PERHAPS_LOCKED = "perhaps-locked"
    FOREIGN_ADDRESS = "foreign-address"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Explained:
    """What happened and what helps; English message ids, translated by whoever shows them."""

    sentence: str
    hint: str


REASONS = {
    Reason.COLUMN_GONE: Explained(
        N_("The gradebook column of this activity no longer exists."),
        N_("If the activity is still in your course, open it once from there, then send again."),
    ),
    Reason.NOT_GRADABLE: Explained(
        N_("The LMS does not take grades for this person in this course."),
        N_("Check in the LMS that this person is enrolled as a student, then send again."),
    ),
    Reason.NOT_ALLOWED: Explained(
        N_("The LMS does not let Sprig write to this gradebook column."),
        N_(
            "It may be locked in the gradebook: unlock it there, then send again. "
            "Otherwise ask the administrator of your LMS to allow Sprig to send grades."
        ),
    ),
    Reason.CHANGED_IN_LMS: Explained(
        N_("The grade was changed in the LMS, so Sprig left it alone."),
        N_(
            "Keep the LMS's grade, or send Sprig's. If the LMS keeps its own even so, "
            "remove the change in its gradebook first."
        ),
    ),
    Reason.KEPT_IN_LMS: Explained(
        N_("You chose to keep the grade that stands in the LMS."),
        N_("Nothing to do. To let Sprig grade this learner again, send Sprig's grade."),
    ),
    Reason.PERHAPS_LOCKED: Explained(
        N_("The LMS failed five times in a row to take this grade; it may be locked in the gradebook."),
        N_("Look for a lock on the column or the grade in the gradebook, remove it, then send again."),
    ),
    Reason.FOREIGN_ADDRESS: Explained(
        N_("The LMS names a gradebook address that is not encrypted and is not its own."),
        N_(
            "Ask the administrator of your LMS to correct its web address (https), open the activity once, then send again."
        ),
    ),
    Reason.REFUSED: Explained(
        N_("The LMS refused this grade and did not say why."),
        N_("Send again once. If it is refused again, tell the help desk the time of the try."),
    ),
}

TROUBLES = {
    "no-answer": Explained(
        N_("The LMS does not answer."), N_("Nothing to do: Sprig keeps the grade and tries again by itself.")
    ),
    "unreached": Explained(
        N_("The LMS does not answer."), N_("Nothing to do: Sprig keeps the grade and tries again by itself.")
    ),
    "server-trouble": Explained(
        N_("The LMS answered with an error of its own."),
        N_("Nothing to do: Sprig keeps the grade and tries again by itself."),
    ),
    "locked": Explained(
        N_("The LMS could not take this grade; it may be locked in the gradebook."),
        N_("Look for a lock on the column or the grade. Sprig tries again by itself."),
    ),
    "unseen": Explained(
        N_("Sprig could not see what the LMS holds, and so sent nothing over it."),
        N_("Nothing to do: Sprig keeps the grade and tries again by itself."),
    ),
    "moved": Explained(
        N_("The gradebook column has a new address."),
        N_("Nothing to do: Sprig found it and sends the grade there."),
    ),
    "unread": Explained(
        N_("The LMS holds a newer grade, and Sprig could not read it yet."),
        N_("Nothing to do: Sprig keeps the grade and tries again by itself."),
    ),
    "tool-trouble": Explained(
        N_("Sprig made a mistake while sending this grade."),
        N_("It tries again by itself. If this line stays for a day, tell whoever runs Sprig."),
    ),
    "busy": Explained(N_("The LMS asked Sprig to wait."), N_("Nothing to do: Sprig tries again by itself.")),
    "no-access": Explained(
        N_("The LMS does not let Sprig in."),
        N_("Ask the administrator of your LMS to check Sprig's registration. Sprig tries again by itself."),
    ),
    "older-there": Explained(
        N_("The LMS still shows the earlier grade."), N_("Nothing to do: Sprig sends the new one again by itself.")
    ),
}
"""For each temporary outcome by its name."""


def explain(blocked_reason: str | None, last_outcome: str | None) -> Explained | None:
    """What to tell a teacher about a score that is not through; None if nothing went wrong."""
    if blocked_reason is not None:
        return REASONS[Reason(blocked_reason)]
    return TROUBLES.get(last_outcome or "")
