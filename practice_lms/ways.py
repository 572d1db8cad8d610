"""The words in which manners are told."""

from dataclasses import dataclass
from enum import StrEnum


class Registers(StrEnum):
    """How a tool's registration page is opened."""

    FRAME = "frame"
    WINDOW = "window"
    BY_HAND = "by hand"
    """Not at all: an administrator types everything in."""


class DeploymentForm(StrEnum):
    """What the id of a deployment looks like."""

    NUMBER = "number"
    NUMBER_AND_HASH = "number and hash"
    GUID = "guid"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A status, and what is said with it."""

    status: int
    detail: str

    def __str__(self) -> str:
        return f"{self.status} “{self.detail}”"
