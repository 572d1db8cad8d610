"""Points: what is worth coming back for.  Informational; no grade and no award reads them, and none is ever lost."""

from enum import StrEnum


class Reason(StrEnum):
    """Why points were earned.  Speed, repeats, and being there earn none."""

    LESSON = "lesson"
    """A lesson was finished for the first time."""
    RIGHT = "right"
    """An item that was due was answered right at first try."""
    TRIED = "tried"
    """An item that was due was answered wrong: trying a hard one beats avoiding it."""


_WORTH = {Reason.LESSON: 10, Reason.RIGHT: 2, Reason.TRIED: 1}


def points_for(reason: Reason) -> int:
    """What this is worth."""
    return _WORTH[reason]
