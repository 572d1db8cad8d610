"""Who is in a message, where, and how the platform puts things."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from practice_lms.config import Config
from practice_lms.manners import Manners, deployment_of, issuer_of
from practice_lms.state.courses import Course
from practice_lms.state.line_items import LineItem
from practice_lms.state.people import Kind, Person
from practice_lms.state.switches import Character, Launching
from practice_lms.state.tools import Tool
from practice_lms.vocabulary import ADMINISTRATOR, MEMBERSHIP, TEACHING_ASSISTANT, TEST_USER, UNKNOWN_ROLE

PLAIN = Launching()
NAME_CLAIMS = frozenset({"name", "given_name", "family_name", "email"})


@dataclass(frozen=True, slots=True)
class Scene:
    """One message to one tool."""

    config: Config
    character: Character
    ways: Manners
    tool: Tool
    person: Person
    course: Course
    launching: Launching = PLAIN
    opens: str = "iframe"
    is_used: bool = True
    """The tool has an activity in the course."""

    @property
    def issuer(self) -> str:
        """Who signs."""
        return issuer_of(self.config, self.ways)

    @property
    def deployment_id(self) -> str:
        """The tool's deployment in this course's institution."""
        return deployment_of(self.config, self.ways, self.tool.number, self.course.tenant)

    @property
    def return_url(self) -> str:
        """Where the tool sends people back to."""
        return f"{self.config.base_url}/courses/{self.course.id}/return"

    def lineitems_url(self) -> str:
        """The container of this course's columns."""
        return f"{self.config.base_url}/lti/courses/{self.course.id}/lineitems" + query_of(self.character)

    def line_item_url(self, item: LineItem) -> str:
        """One column.  Moodle's addresses carry a query of their own."""
        return line_item_url(self.config.base_url, self.course.id, item.id, self.character)

    def granted(self, scopes: Iterable[str]) -> list[str]:
        """Those of the scopes that the tool registered for."""
        return [one for one in scopes if self.tool.scopes is None or one in self.tool.scopes]


def query_of(character: Character) -> str:
    """What Moodle adds to the address of each column."""
    return "?type_id=1" if character is Character.MOODLE else ""


def line_item_url(base_url: str, course_id: int, line_item_id: int, character: Character) -> str:
    """The id of a column."""
    return f"{base_url}/lti/courses/{course_id}/lineitems/{line_item_id}/lineitem" + query_of(character)


ROLES = {
    Kind.TEACHER: (MEMBERSHIP + "Instructor",),
    Kind.ADMINISTRATOR: (MEMBERSHIP + "Instructor", *ADMINISTRATOR),
    Kind.STUDENT_VIEW: (MEMBERSHIP + "Learner", TEST_USER),
    Kind.LEARNER: (MEMBERSHIP + "Learner",),
    Kind.ASSISTANT: (MEMBERSHIP + "Instructor", TEACHING_ASSISTANT),
    Kind.DEVELOPER: (MEMBERSHIP + "ContentDeveloper",),
    Kind.MENTOR: (MEMBERSHIP + "Mentor",),
    Kind.AUDITOR: (UNKNOWN_ROLE,),
}
SHORT = {
    Kind.TEACHER: "Instructor",
    Kind.ADMINISTRATOR: "Instructor",
    Kind.DEVELOPER: "Instructor",
}
"""In Moodle's rosters; everybody else is a Learner there, an assistant, too (README 17)."""
MOODLES_TEACHERS = frozenset({*SHORT, Kind.ASSISTANT})
ROLE_IN_COURSE = {
    Kind.TEACHER: "Instructor",
    Kind.ADMINISTRATOR: "Instructor",
    Kind.ASSISTANT: "TeachingAssistant",
    Kind.DEVELOPER: "ContentDeveloper",
    Kind.MENTOR: "Mentor",
    Kind.AUDITOR: "Auditor",
}


def roles_of(person: Person, ways: Manners) -> list[str]:
    """The roles of somebody, in full.  Moodle knows two of them (README 17)."""
    if not ways.knows_two_roles or person.kind is Kind.ADMINISTRATOR or person.kind is Kind.STUDENT_VIEW:
        return list(ROLES[person.kind])
    return [MEMBERSHIP + ("Instructor" if person.kind in MOODLES_TEACHERS else "Learner")]


def identity(person: Person, tool: Tool) -> dict[str, Any]:
    """Name and mail, as far as they may be told and the tool asked for them; an absent one is left out."""
    if not person.shares_name:
        return {}
    told = {
        "name": person.name,
        "given_name": person.given_name,
        "family_name": person.family_name,
        "email": person.email,
    }
    wanted = NAME_CLAIMS if tool.claims is None else tool.claims
    return {name: value for name, value in told.items() if value and name in wanted}
