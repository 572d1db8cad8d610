"""Which jobs run, and how often.  What they do is told to the runner by name."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

NOTE_PRACTICE = "note_practice"
OWE_CLASSES = "owe_classes"
SEND_GRADES = "send_grades"
REFRESH_PLATFORM_KEYS = "refresh_platform_keys"
CHECK_ASKED_PLATFORMS = "check_asked_platforms"
READ_ASKED_ROSTERS = "read_asked_rosters"
MAKE_ASKED_COLUMNS = "make_asked_columns"
READ_ROSTERS = "read_rosters"
ASK_FOR_NOTICES = "ask_for_notices"
PURGE = "purge"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Job:
    """A name, and the time between its runs."""

    name: str
    every: timedelta


def timetable(send_every: timedelta) -> tuple[Job, ...]:
    """All jobs.  Keys are fetched well before the day for which stale ones are accepted is over."""
    return (
        Job(NOTE_PRACTICE, timedelta(hours=6)),
        Job(OWE_CLASSES, send_every),
        Job(SEND_GRADES, send_every),
        Job(REFRESH_PLATFORM_KEYS, timedelta(minutes=20)),
        Job(CHECK_ASKED_PLATFORMS, send_every),
        Job(READ_ASKED_ROSTERS, send_every),
        Job(MAKE_ASKED_COLUMNS, send_every),
        Job(READ_ROSTERS, timedelta(minutes=10)),
        Job(ASK_FOR_NOTICES, timedelta(minutes=10)),
        Job(PURGE, timedelta(hours=1)),
    )


def planned_at(now: datetime, every: timedelta) -> datetime:
    """The last planned instant, counted from 1970 in UTC: every worker that asks within one stretch gets the same."""
    return _EPOCH + (now - _EPOCH) // every * every
