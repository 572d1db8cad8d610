"""What goes between the outbox and whoever carries a score to an LMS: values, and the port."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from lti_tool.services.grades.figures import Figure
from lti_tool.services.grades.reasons import Reason
from lti_tool.services.registrations import Registration

SERVICE_UNAVAILABLE = 503
NOTHING = Figure(None)


class Outcome(StrEnum):
    """How one try ended."""

    SENT = "sent"
    ALREADY_THERE = "already-there"
    """The LMS holds this score already: an earlier try had got through."""
    NO_ANSWER = "no-answer"
    SERVER_TROUBLE = "server-trouble"
    LOCKED = "locked"
    """Moodle's way to say that a grade is locked; also what it says when it stumbles."""
    UNSEEN = "unseen"
    """What the LMS holds could not be read before the score was to go; it never left."""
    MOVED = "moved"
    """The column is at another address now, and nothing was sent to the old one."""
    UNREAD = "unread"
    """Refused as stale, and what the LMS holds could not be read just now."""
    TOOL_TROUBLE = "tool-trouble"
    """Our own mistake; it must not stop the other scores."""
    BUSY = "busy"
    NO_ACCESS = "no-access"
    """No access token, or one that the LMS does not accept."""
    UNREACHED = "unreached"
    """The LMS could not even be asked for an access token; the score never left."""
    OLDER_THERE = "older-there"
    """Refused as stale while the LMS shows our earlier score: it needs a newer time."""
    BLOCKED = "blocked"

    @property
    def is_settled(self) -> bool:
        """The gradebook shows this score."""
        return self in {Outcome.SENT, Outcome.ALREADY_THERE}

    @property
    def is_uncertain(self) -> bool:
        """The score may have been applied."""
        return self in _UNCERTAIN

    @property
    def is_of_platform(self) -> bool:
        """Every other score for this platform would fare alike."""
        return self in {Outcome.NO_ANSWER, Outcome.BUSY, Outcome.NO_ACCESS, Outcome.UNREACHED}


_UNCERTAIN = {
    Outcome.NO_ANSWER,
    Outcome.SERVER_TROUBLE,
    Outcome.LOCKED,
    Outcome.UNREAD,
    Outcome.TOOL_TROUBLE,
}


@dataclass(frozen=True, slots=True)
class Place:
    """The link that a column belongs to, and where the LMS lists the columns of its course."""

    line_items_url: str
    scopes: tuple[str, ...]
    link_lms_id: str
    rule: str | None = None
    """The column's own, if it is a second one."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the LMS showed for a learner, in percent; None if nothing."""

    percent: float | None


@dataclass(frozen=True, slots=True)
class Claimed:
    """A score that one worker holds for a while, ready to go."""

    owed_id: int
    line_item_id: int
    holder: str
    wanted: int
    """Which state of the owed row this score settles."""
    platform: Registration
    url: str
    """The line item's."""
    scopes: tuple[str, ...]
    sub: str
    percent: int
    score_at: datetime
    body: bytes
    is_resend: bool
    """These bytes went out before, and nobody knows whether they arrived."""
    shown: frozenset[float]
    """Percents that the gradebook may show because of us, this one left out."""
    was_changed: bool
    """A person had changed this grade in the LMS; the LMS may keep that change and answer as if it took ours."""
    tries: int
    unseen: int = 0
    """How many tries in a row, up to now, could not see what the LMS holds."""
    overwrites: bool = False
    """A teacher said that this score replaces what a person put into the LMS."""
    is_altered: bool = False
    """The LMS showed something else than our last score right after it had taken it: it reckons by itself."""
    place: Place | None = None
    """Where to look for the column if it is gone; None where the LMS does not let us."""
    figure: Figure = NOTHING
    """What the percent stands on; nothing for bytes that go again."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of a try; `reason` exactly if it is blocked, `status` if the LMS answered."""

    outcome: Outcome
    status: int | None = None
    reason: Reason | None = None
    retry_after: timedelta | None = None
    seen: Seen | None = None
    """What the LMS shows after this try, as far as we know."""
    moved_to: str | None = None
    """The column's new address, exactly if it has moved."""

    @property
    def stops_platform(self) -> bool:
        """Nothing more goes to this platform for a while."""
        return self.outcome.is_of_platform or self.retry_after is not None or self.status == SERVICE_UNAVAILABLE


class Gradebook(Protocol):
    """Whoever can carry a score to an LMS."""

    def send(self, claimed: Claimed, now: datetime) -> Tried:
        """The LMS's verdict on this score.  Called with no transaction open, from several threads at once."""
