"""Who arrives by a launch, and for what: values."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """A person's part in an LMS course, as far as we act on it."""

    INSTRUCTOR = "instructor"
    LEARNER = "learner"
    TEST = "test"
    GUEST = "guest"

    @property
    def learns(self) -> bool:
        """Lessons and reviews are for such a person."""
        return self in {Role.LEARNER, Role.TEST}


@dataclass(frozen=True, slots=True)
class LineItemClaim:
    """The column that the platform made for this link, and what we may do with it."""

    url: str
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Arrival:
    """What a verified launch says, as far as we use it; nothing else of it is kept."""

    deployment_id: str
    sub: str
    name: str | None
    role: Role
    context_id: str
    context_title: str
    link_id: str | None
    link_title: str
    content_id: str | None
    line_item: LineItemClaim | None
    locale: str
    return_url: str | None
    zone: str | None
    frame_ancestors: str
    deep_link: dict[str, object] | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """What a link opens: a course, or one lesson of it."""

    course_id: int
    lesson_key: str | None


@dataclass(frozen=True, slots=True)
class Installed:
    """A deployment that is on record; one that is held lets nobody in yet."""

    id: int
    platform_id: int
    tenant_id: int
    is_held: bool
