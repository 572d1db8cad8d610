"""Custom parameters with their variables filled in (LTI 1.3, Appendix C)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import quote

from practice_lms.differences import DATES
from practice_lms.manners import Manners, guid_of
from practice_lms.scene import Scene
from practice_lms.state.courses import Link
from practice_lms.state.people import Person

MOODLES_SERVER_ZONE = "99"
BEGIN = datetime(2026, 10, 1, tzinfo=UTC)
END = datetime(2027, 6, 30, tzinfo=UTC)
"""Every course has the same terms."""


def known_variables(ways: Manners) -> list[str]:
    """The names that are filled in here, without their `$`."""
    return sorted((EVERYWHERE - ways.literal_variables) | ways.own_variables)


def _of_person(person: Person, ways: Manners) -> dict[str, str | None]:
    """A withheld name is empty; Moodle says null (README 19)."""
    withheld = None if ways.knows_two_roles else ""
    shares = person.shares_name
    return {
        "User.id": str(person.id),
        "User.username": f"user{person.id}",
        "User.scope.mentor": ",".join(map(str, person.mentees)),
        "Person.name.full": person.name if shares else withheld,
        "Person.name.given": person.given_name if shares else withheld,
        "Person.name.family": person.family_name if shares else withheld,
        "Person.email.primary": person.email if shares else withheld,
        "Person.address.timezone": MOODLES_SERVER_ZONE if ways.knows_two_roles else person.zone,
        "Moodle.Person.userGroupIds": "",
    }


def _history(ids: tuple[str, ...]) -> str:
    return ",".join(quote(one, safe="") for one in ids)


def _of_course(scene: Scene) -> dict[str, str | None]:
    course = scene.course
    return {
        "Context.id": str(course.id),
        "Context.id.history": _history(course.history),
        "Context.label": course.label,
        "Context.title": course.title,
        "Context.type": "http://purl.imsglobal.org/vocab/lis/v2/course#CourseSection",
        "CourseSection.title": course.title,
        "CourseSection.label": course.label,
        "CourseSection.timeFrame.begin": BEGIN.isoformat(),
        "CourseSection.timeFrame.end": END.isoformat(),
        "ToolPlatformInstance.guid": guid_of(scene.ways, course.tenant),
        "Canvas.course.id": str(course.id),
    }


def _of_link(link: Link | None) -> dict[str, str | None]:
    dates = link.dates if link else {}
    return {
        "ResourceLink.id": str(link.id) if link else "",
        "ResourceLink.title": link.title if link else "",
        "ResourceLink.description": link.text if link else "",
        "ResourceLink.id.history": _history(link.history) if link else "",
        **{name: dates.get(name, "") for name in DATES},
        "Canvas.assignment.dueAt.iso8601": dates.get("ResourceLink.submission.endDateTime", ""),
    }


def _of_message(scene: Scene) -> dict[str, str | None]:
    return {
        "Message.locale": scene.launching.locale,
        "Message.documentTarget": scene.opens,
        "Message.returnUrl": scene.return_url if scene.launching.has_return_url else "",
    }


def custom_of(scene: Scene, link: Link | None, own: Mapping[str, str] | None = None) -> dict[str, str | None]:
    """A launch's custom parameters; the activity's own win over the tool's, and the message's over both.

    Known variables have their value (empty if there is none); what is not known here stays literal.
    """
    values = _of_person(scene.person, scene.ways) | _of_course(scene) | _of_link(link) | _of_message(scene)
    known = {f"${name}": values[name] for name in known_variables(scene.ways)}
    wanted = {**scene.tool.custom, **(link.custom if link else {}), **(own or {})}
    return {name: known.get(value, value) for name, value in wanted.items()}


EVERYWHERE = DATES | {
    "User.id",
    "User.username",
    "User.scope.mentor",
    "Person.name.full",
    "Person.name.given",
    "Person.name.family",
    "Person.email.primary",
    "Person.address.timezone",
    "Context.id",
    "Context.id.history",
    "Context.label",
    "Context.title",
    "Context.type",
    "CourseSection.title",
    "CourseSection.label",
    "CourseSection.timeFrame.begin",
    "CourseSection.timeFrame.end",
    "ResourceLink.id",
    "ResourceLink.title",
    "ResourceLink.description",
    "ResourceLink.id.history",
    "Message.locale",
    "Message.documentTarget",
    "Message.returnUrl",
    "ToolPlatformInstance.guid",
}
"""Filled in by every character that does not leave it literal."""
