"""The study day: it turns at 04:00 where the learner is, so that a late evening belongs to the day it ends."""

from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

TURN = timedelta(hours=4)
_UTC = "UTC"


def zone_from(*names: str | None) -> ZoneInfo:
    """The first of these that is an IANA zone, else UTC.  Moodle's `99`, `$User.timezone`, and paths are none."""
    return ZoneInfo(next((name for name in names if name in _known()), None) or _UTC)


@cache
def _known() -> frozenset[str | None]:
    """A list, not a try: a name would be a path, and `localtime` is the machine's zone, not the learner's."""
    return frozenset(available_timezones() - {"localtime", "Factory"})


def day_begins(day: date, zone: ZoneInfo) -> datetime:
    """The instant at which this study day begins."""
    return datetime.combine(day, time(), zone) + TURN


def study_day(at: datetime, zone: ZoneInfo) -> date:
    """The study day of this instant: the local date, or the one before until 04:00 by the clock on the wall."""
    if at.tzinfo is None:
        message = "a study day needs an instant, and a time without a zone is none"
        raise ValueError(message)
    # Aware arithmetic in one zone is the wall's: no hour is lost or counted twice when the clocks change.
    return (at.astimezone(zone) - TURN).date()
