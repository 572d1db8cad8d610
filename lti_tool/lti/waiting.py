"""When an LMS that asked us to wait wants to hear from us again."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from lti_tool.lti.http import Answer


def retry_after(answer: Answer, now: datetime) -> timedelta | None:
    """The answer's `Retry-After`, in seconds or as a date (RFC 9110, 10.2.3); None if it has none that makes sense."""
    value = answer.headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return timedelta(seconds=int(value) if len(value) <= 6 else 10**6)
    try:
        at = parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError):
        return None
    return max(timedelta(0), (at if at.tzinfo else at.replace(tzinfo=UTC)) - now)
