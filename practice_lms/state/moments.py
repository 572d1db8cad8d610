"""Times as they are kept: UTC, ISO 8601 with microseconds, so that text order is time order."""

from datetime import UTC, datetime


def kept(moment: datetime) -> str:
    """A moment as text."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def read(text: str | None) -> datetime | None:
    """The moment that was kept."""
    return None if text is None else datetime.fromisoformat(text)
