"""How each character differs from the strict one: a row for each difference, with its reason and its source.

Sources: "LTI" is the project's research on platforms, by section; "Moodle" the numbered behaviours of a recorded
Moodle 4.5.6 (tests/data/moodle-4.5).  A "?" in a source says that it was told, and not seen.
"""

from dataclasses import dataclass
from typing import Any

from practice_lms.state.switches import Character
from practice_lms.vocabulary import DEEP_LINKING_REQUEST, RESOURCE_LINK_REQUEST
from practice_lms.ways import DeploymentForm, Refusal, Registers


@dataclass(frozen=True, slots=True)
class Difference:
    """One row: which of the manners, how it is here, and why one should care."""

    what: str
    how: Any
    why: str
    source: str


DATES = frozenset(
    f"ResourceLink.{what}.{which}DateTime" for what in ("available", "submission") for which in ("start", "end")
)
REGISTRABLE = {RESOURCE_LINK_REQUEST: (), DEEP_LINKING_REQUEST: ("ContentArea",)}

NO_STUDENT = "User not found in course or is not a student"
NOT_FOUND = "User could not be found:"

MOODLE = (
    Difference("family", "moodle", "tools recognise the product by it", "Moodle 7"),
    Difference("version", "4.5.6 (Build: 20250811)", "its release string", "Moodle 7"),
    Difference("registration_status", 200, "answers 200, not 201", "Moodle 2"),
    Difference("refuses_unknown", False, "what it does not know is dropped in silence", "Moodle 6"),
    Difference("is_domain_exact", True, "the domain must equal the host and port of target_link_uri", "Moodle 5"),
    Difference("needs_showing", True, "an active tool is not yet in the activity chooser", "Moodle 4"),
    Difference("messages", REGISTRABLE, "reviews are sent, but not offered", "Moodle 7"),
    Difference("kept_messages", frozenset({DEEP_LINKING_REQUEST}), "other messages are dropped", "Moodle 6"),
    Difference("storage_frame", "", "stores nothing for tools", "Moodle 3"),
    Difference("ticks_by_grade", True, "“receive a grade” is met by any grade", "Moodle 40"),
    Difference("resize_subjects", (), "a tool cannot ask for height", "Moodle 23"),
    Difference("has_short_context_type", True, "CourseSection without its namespace", "Moodle 20"),
    Difference(
        "literal_variables",
        DATES
        | {
            "ResourceLink.id.history",
            "Context.type",
            "Message.locale",
            "Message.documentTarget",
            "Message.returnUrl",
            "User.scope.mentor",
            "ToolPlatformInstance.guid",
        },
        "left literally as $Name",
        "Moodle, Variables",
    ),
    Difference("own_variables", frozenset({"Moodle.Person.userGroupIds"}), "groups", "Moodle, Variables"),
    Difference("knows_two_roles", True, "only Instructor and Learner, an assistant being the former", "Moodle 17"),
    Difference("has_deep_link_data", False, "no data, no accept_lineitem", "Moodle 26"),
    Difference("keeps_dates", False, "available and submission of an item are dropped", "Moodle 29"),
    Difference("members_need_an_activity", True, "the first deep linking tells no members", "Moodle 30"),
    Difference("tells_inactive", False, "suspended members are left out", "Moodle 54"),
    Difference("tells_differences", False, "no such link was seen", "Moodle 55"),
    Difference("copies_tools_columns", False, "only activities were seen to be copied", "Moodle 31"),
    Difference("sends_notices", False, "no notification service", "LTI 3, Copy"),
)

CANVAS = (
    Difference("family", "canvas", "tools recognise the product by it", "LTI 3"),
    Difference("version", "cloud", "its own word for the hosted one", "LTI 3"),
    Difference("shared_issuer", "https://canvas.instructure.com", "one issuer for all customers", "LTI 0.6"),
    Difference(
        "deployment_form", DeploymentForm.NUMBER_AND_HASH, "<id>:<hash> for each place it is installed in", "LTI 3"
    ),
    Difference("config_needs_token", True, "the configuration is told to the bearer of the token only", "LTI 2.7"),
    Difference("tells_deployment", False, "the deployment is learned at the first launch", "LTI 2.7"),
    Difference("refuses_unknown", False, "an administrator may trim scopes", "LTI 3"),
    Difference(
        "messages",
        {RESOURCE_LINK_REQUEST: ("course_navigation",), DEEP_LINKING_REQUEST: ("assignment_selection", "ContentArea")},
        "placements of its own; SpeedGrader uses a launch of its own",
        "LTI 2.9, 3",
    ),
    Difference("reviews_submissions", False, "SpeedGrader uses a launch of its own", "LTI 2.9"),
    Difference("storage_frame", "post_message_forwarding", "a named frame beside the tool's", "LTI 2.8"),
    Difference("literal_variables", frozenset({"ResourceLink.id.history"}), "not named in its documents", "LTI 3 ?"),
    Difference(
        "own_variables",
        frozenset({"Canvas.course.id", "Canvas.assignment.dueAt.iso8601"}),
        "variables of its own",
        "LTI 2.9",
    ),
    Difference("tells_inactive", False, "members are those with access", "LTI 3"),
    Difference("tells_differences", False, "not named in its documents", "LTI 3 ?"),
    Difference("page_size", 10, "pages of ten unless asked otherwise", "Canvas API, pagination ?"),
    Difference("cursor", ("page", "bookmark:"), "opaque bookmarks with upper case letters", "LTI 0.3"),
    Difference("stale", Refusal(400, "timestamp is older than the result's"), "400, not 409", "LTI 0.2"),
    Difference("unknown_user", Refusal(422, NO_STUDENT), "422 for whoever is no student", "LTI 3, Scores"),
    Difference("not_enrolled", Refusal(422, NO_STUDENT), "422 for whoever is no student", "LTI 3, Scores"),
    Difference(
        "counts_attempts",
        True,
        "a score is a new attempt unless new_submission is false; unfinished ones take the grade away unless "
        "preserve_score; a teacher's grade gives way unless prioritize_non_tool_grade",
        "LTI 0.1, 0.9, 3",
    ),
    Difference("deletes_coupled", False, "401 for the column of an assignment", "LTI 3, Line items"),
    Difference("makes_assignments", True, "a column without a link is an assignment of its own", "LTI 0.8"),
    Difference("copies_tools_columns", False, "not told", "LTI 3 ?"),
)

BRIGHTSPACE = (
    Difference("family", "desire2learn", "tools recognise the product by it", "LTI 3 ?"),
    Difference("version", "20.26", "a release", "LTI 3 ?"),
    Difference("deployment_form", DeploymentForm.GUID, "deployments are GUIDs", "LTI 3"),
    Difference(
        "token_audience",
        "https://api.brightspace.example/auth/token",
        "assertions are for one fixed address, told as authorization_server",
        "LTI 3, Token aud",
    ),
    Difference("registers", Registers.WINDOW, "registration opens in a new tab", "LTI 2.7"),
    Difference("refuses_unknown", False, "what it does not know is left out", "LTI 3 ?"),
    Difference("one_tool_per_domain", True, "one active registration for each domain", "LTI 3"),
    Difference("messages", REGISTRABLE, "reviews are not named in its documents", "LTI 3 ?"),
    Difference("reviews_submissions", False, "not named in its documents", "LTI 3 ?"),
    Difference("resize_subjects", ("org.imsglobal.lti.frameResize",), "the older name of the message", "LTI 3 ?"),
    Difference("tells_inactive", False, "not told", "LTI 3 ?"),
    Difference("tells_differences", False, "not told", "LTI 3 ?"),
    Difference("unknown_user", Refusal(404, "User not found"), "404 for whoever it does not know", "LTI 3, Scores"),
    Difference(
        "not_enrolled",
        Refusal(403, "User in requested score is not enrolled in the org unit"),
        "403 for whoever is not in the course",
        "LTI 3, Scores",
    ),
    Difference(
        "over_maximum",
        Refusal(400, "scoreGiven is above the maximum of the grade item"),
        "more than the maximum needs “Can Exceed”; the status is a guess",
        "LTI 3, Scores ?",
    ),
    Difference("copies_tools_columns", False, "not told", "LTI 3 ?"),
)

BLACKBOARD = (
    Difference("family", "BlackboardLearn", "tools recognise the product by it", "LTI 3"),
    Difference("version", "3900.93.0", "a release", "LTI 3"),
    Difference("shared_issuer", "https://blackboard.com", "one issuer and client for all customers", "LTI 0.6"),
    Difference("deployment_form", DeploymentForm.GUID, "the deployment alone tells the customer", "LTI 3"),
    Difference("registers", Registers.BY_HAND, "registered once, with the vendor", "LTI 3, Registration"),
    Difference("messages", REGISTRABLE, "reviews are not named in what was read", "LTI 3 ?"),
    Difference("reviews_submissions", False, "not named in what was read", "LTI 3 ?"),
    Difference("storage_frame", "lti_storage_frame", "a named frame", "LTI 2.8"),
    Difference("returns_storage_target", False, "told at the login only", "LTI 2.8"),
    Difference("resize_subjects", ("org.imsglobal.lti.frameResize",), "the older name of the message", "LTI 3 ?"),
    Difference("tells_inactive", False, "not told", "LTI 3 ?"),
    Difference("tells_differences", False, "not told", "LTI 3 ?"),
    Difference("unknown_user", Refusal(400, NOT_FOUND), "400 with this text", "LTI 3, Scores"),
    Difference("not_enrolled", Refusal(400, NOT_FOUND), "400 with this text", "LTI 3, Scores"),
    Difference("hides_comment_of_one", True, "results of one user come without the remark", "LTI 3, Scores"),
    Difference("copies_tools_columns", False, "not told", "LTI 3 ?"),
    Difference("sends_notices", False, "no notification service was found", "LTI 3 ?"),
)

DIFFERENCES: dict[Character, tuple[Difference, ...]] = {
    Character.MOODLE: MOODLE,
    Character.CANVAS: CANVAS,
    Character.BRIGHTSPACE: BRIGHTSPACE,
    Character.BLACKBOARD: BLACKBOARD,
}
