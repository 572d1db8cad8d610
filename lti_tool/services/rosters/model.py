"""What goes between a list and whoever reads it: values, and the port."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from lti_tool.services.arrivals import Role
from lti_tool.services.registrations import Registration
from lti_tool.services.roster_reasons import Unread


@dataclass(frozen=True, slots=True)
class Listed:
    """A person on an LMS's list; without name and mail where the institution wants none kept."""

    sub: str
    role: Role
    is_active: bool
    name: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """Which list to read."""

    platform: Registration
    url: str
    role: str | None = None
    """Only people of this role (its whole URI), where the LMS can tell them apart."""
    link: str | None = None
    """Only those whom the LMS lets into this link (its id there).  Nobody else is gone because of that."""
    differences: str | None = None
    """Where the LMS said that it tells what changed since the last reading; asked first."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came of asking; `unread` says why these are not all, None that they are."""

    people: tuple[Listed, ...]
    unread: Unread | None = None
    differences: str | None = None
    """Where to ask what changed since then."""
    is_whole: bool = True
    """These are all; else those who changed since the last reading, also those who left, who are not active."""


class Roster(Protocol):
    """Whoever can read the list of an LMS course."""

    def fetch(self, asked: Asked, now: datetime) -> Fetched:
        """The people on the list.  Called with no transaction open."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one reading changed; learners are counted, staff is not."""

    listed: int = 0
    new: int = 0
    """They were not here before, or had left and are back."""
    left: int = 0
    unread: Unread | None = None
    """Why the list was not read to its end."""

    @property
    def kept(self) -> str:
        """As it stands on record."""
        return self.unread.value if self.unread else f"{self.listed} {self.new} {self.left}"

    @classmethod
    def from_kept(cls, kept: str) -> "Reading":
        """As it stood on record."""
        numbers = kept.split()
        if len(numbers) != 3:
            return cls(unread=Unread(kept))
        listed, new, left = map(int, numbers)
        return cls(listed, new, left)
