"""Who arrives by a launch, and for what: values."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from lti_tool.rules.grading import Terms

ANONYMOUS = "anonymous:"
"""Begins the `sub` that we give to somebody whom the platform does not name at all, for this one launch."""
REVIEWS, CHECKPOINT = "~reviews", "~checkpoint"
"""What a link opens of a course beside its lessons: in the place of a lesson's key, and in a content id after the dot.
No key of an author's holds a tilde (`content.front_matter.KEY`)."""


class Role(StrEnum):
    """A person's part in an LMS course, as far as we act on it."""

    INSTRUCTOR = "instructor"
    DEVELOPER = "developer"
    """Chooses and edits content; sees no learner."""
    LEARNER = "learner"
    MENTOR = "mentor"
    """Sees how far those are who agreed; has no attempt of its own."""
    TEST = "test"
    GUEST = "guest"

    @property
    def learns(self) -> bool:
        """Lessons and reviews are for such a person."""
        return self in {Role.LEARNER, Role.TEST}

    @property
    def chooses(self) -> bool:
        """What a link opens is for such a person to say."""
        return self in {Role.INSTRUCTOR, Role.DEVELOPER}


@dataclass(frozen=True, slots=True)
class LineItemClaim:
    """The column that the platform made for this link, and what we may do with it."""

    url: str
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Services:
    """Where the platform serves this LMS course, and what we may do there; None where it does not say."""

    memberships_url: str | None = None
    line_items_url: str | None = None
    scopes: tuple[str, ...] = ()
    """For `line_items_url`."""
    notices_url: str | None = None
    """Where we may ask to be told of copied courses; of the whole installation, not of this LMS course."""


@dataclass(frozen=True, slots=True)
class Dates:
    """A link's dates as the LMS tells them to this person; None where it tells none."""

    opens_at: datetime | None = None
    due_at: datetime | None = None
    closes_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class History:
    """Of what this LMS course and this link are copies, by the LMS's own ids, newest first."""

    contexts: tuple[str, ...] = ()
    links: tuple[str, ...] = ()


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
    about_sub: str | None = None
    """Whose work a submission review is about."""
    mentees: tuple[str, ...] = ()
    """Whom the LMS names as a mentor's (`role_scope_mentor`)."""
    email: str | None = None
    services: Services = Services()
    dates: Dates | None = None
    """None where the launch says nothing of dates at all."""
    history: History = History()
    terms: Terms | None = None
    """How the link's address says that it is graded; what was said once, or by a teacher here, stays."""


@dataclass(frozen=True, slots=True)
class Target:
    """What a link opens: a whole course, one lesson of it, the reviews of it, or its checkpoint."""

    course_id: int
    lesson_key: str | None
    """A lesson's, `REVIEWS` or `CHECKPOINT`; none for the whole course."""

    @property
    def is_reviews(self) -> bool:
        """The course's reviews that are due, and nothing else."""
        return self.lesson_key == REVIEWS

    @property
    def is_checkpoint(self) -> bool:
        """Tries at questions that the course holds back."""
        return self.lesson_key == CHECKPOINT

    @property
    def is_lesson(self) -> bool:
        """One lesson."""
        return self.lesson_key not in {None, REVIEWS, CHECKPOINT}


@dataclass(frozen=True, slots=True)
class Installed:
    """A deployment that is on record; one that is held lets nobody in yet."""

    id: int
    platform_id: int
    tenant_id: int
    is_held: bool
    notices_url: str | None = None
