"""Roles: those of the context win; institution and system roles never grant rights in a course (LTI.md §2.2)."""

from lti_tool.services.arrivals import Role

MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership"
TEST_USER = "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"
TEACHING = frozenset({"Instructor", "TeachingAssistant", "Administrator"})


def role_of(roles: list[object]) -> Role:
    """What these role claims amount to; unknown or no roles give the least."""
    names = [role for role in roles if isinstance(role, str)]
    parts = {_context_role(name) for name in names}
    if TEST_USER in names:
        return Role.TEST
    if parts & TEACHING:
        return Role.INSTRUCTOR
    if "ContentDeveloper" in parts:
        return Role.DEVELOPER
    if "Learner" in parts:
        return Role.LEARNER
    return Role.MENTOR if "Mentor" in parts else Role.GUEST


def _context_role(name: str) -> str | None:
    """`Instructor` for …/membership#Instructor, …/membership/Instructor#TeachingAssistant, or the short name."""
    if "#" not in name and "/" not in name and ":" not in name:
        return name
    if name.startswith(MEMBERSHIP + "#"):
        return name.partition("#")[2]
    if name.startswith(MEMBERSHIP + "/"):
        return name.removeprefix(MEMBERSHIP + "/").partition("#")[0]
    return None
