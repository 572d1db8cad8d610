"""Custom parameters with their variables filled in (LTI 1.3, Appendix C)."""

from collections.abc import Mapping

from practice_lms.state.courses import Course, Link
from practice_lms.state.people import Person
from practice_lms.state.switches import Character

TOOL_WIDE = {
    "zone": "$Person.address.timezone",
    "context_history": "$Context.id.history",
    "link_history": "$ResourceLink.id.history",
    "opens_at": "$ResourceLink.available.startDateTime",
}
"""What the tool asked for when it was registered.  The last two are not supported here, and stay as they are."""

MOODLES_SERVER_ZONE = "99"


def fill_in(
    wanted: Mapping[str, str], person: Person, course: Course, link: Link | None, character: Character
) -> dict[str, str]:
    """Known variables have their value (empty if there is none); unknown ones stay literal."""
    zone = MOODLES_SERVER_ZONE if character is Character.MOODLE else person.zone
    known = {
        "$User.id": str(person.id),
        "$Person.name.full": person.name if person.shares_name else "",
        "$Person.name.given": person.given_name if person.shares_name else "",
        "$Person.name.family": person.family_name if person.shares_name else "",
        "$Person.email.primary": person.email if person.shares_name else "",
        "$Person.address.timezone": zone,
        "$Context.id": str(course.id),
        "$Context.id.history": "",
        "$Context.label": course.label,
        "$Context.title": course.title,
        "$CourseSection.title": course.title,
        "$ResourceLink.id": str(link.id) if link else "",
        "$ResourceLink.title": link.title if link else "",
    }
    return {name: known.get(value, value) for name, value in wanted.items()}


def custom_of(person: Person, course: Course, link: Link | None, character: Character) -> dict[str, str]:
    """A launch's custom parameters; the activity's own win over the tool's."""
    return fill_in({**TOOL_WIDE, **(link.custom if link else {})}, person, course, link, character)
