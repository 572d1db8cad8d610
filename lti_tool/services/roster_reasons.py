"""Why the list of an LMS course could not be read, in words for teachers."""

from enum import StrEnum

from lti_tool.services.grades.reasons import Explained
from lti_tool.words import N_


class Unread(StrEnum):
    """What stood in the way."""

    NO_LIST = "no-list"
    UNDER_WAY = "under-way"
    NO_ACCESS = "no-access"
    NOT_ALLOWED = "not-allowed"
    NOT_THERE = "not-there"
    TOO_MANY = "too-many"
    BUSY = "busy"
    NO_ANSWER = "no-answer"
    UNREADABLE = "unreadable"
    EMPTY = "empty"
    TOO_LONG = "too-long"
    FOREIGN_ADDRESS = "foreign-address"


_ADMIN = N_("Ask the administrator of your LMS to allow Sprig to read the names and roles of the course.")
_LATER = N_("Nothing to do: Sprig tries again by itself, and you can try again in a few minutes.")

UNREAD = {
    Unread.NO_LIST: Explained(
        N_("Your LMS has not told Sprig where its list is."),
        N_("Open the activity once more from your course. If nothing changes, your LMS does not share its list."),
    ),
    Unread.UNDER_WAY: Explained(N_("The list is being read just now."), N_("Reload this page in a moment.")),
    Unread.NO_ACCESS: Explained(
        N_("The LMS does not let Sprig in."),
        N_("Ask the administrator of your LMS to check Sprig's registration."),
    ),
    Unread.NOT_ALLOWED: Explained(N_("The LMS does not let Sprig read the list of this course."), _ADMIN),
    Unread.NOT_THERE: Explained(
        N_("The LMS has no list at the address that it gave."),
        N_("Open the activity once more from your course, then try again."),
    ),
    Unread.TOO_MANY: Explained(
        N_("The course has more people than the LMS hands out."),
        N_("Ask the administrator of your LMS to raise that limit. Whoever opens the activity appears here anyway."),
    ),
    Unread.BUSY: Explained(N_("The LMS asked Sprig to wait."), _LATER),
    Unread.NO_ANSWER: Explained(N_("The LMS does not answer."), _LATER),
    Unread.UNREADABLE: Explained(
        N_("The LMS answered with something that is no list."),
        N_("Try again once. If it happens again, tell the help desk the time of the try."),
    ),
    Unread.EMPTY: Explained(N_("The LMS sent an empty list, so nobody was taken for gone."), _LATER),
    Unread.TOO_LONG: Explained(
        N_("The list was too long to be read to its end."),
        N_("Those who were read are here. Nobody was taken for gone."),
    ),
    Unread.FOREIGN_ADDRESS: Explained(
        N_("The LMS names an address for its list that is not encrypted and is not its own."),
        N_("Ask the administrator of your LMS to correct its web address (https), then open the activity once."),
    ),
}
