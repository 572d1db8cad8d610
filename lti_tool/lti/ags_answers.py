"""What an LMS means by its answer to a score."""

from datetime import datetime

from lti_tool.lti.http import Answer
from lti_tool.lti.waiting import retry_after
from lti_tool.services.grades import Outcome, Reason, Tried
from lti_tool.services.grades.families import Family


class Stale:
    """The LMS holds something as new as this score; its results say what."""


def judge(answer: Answer, quirks: Family, now: datetime) -> Tried | Stale:
    """The verdict, by status and by the product's habits (LTI.md §3; Moodle's README 36 to 45)."""
    status = answer.status
    if 200 <= status < 300:
        return _taken(answer, quirks)
    if status == 401:
        return Tried(Outcome.NO_ACCESS, status)
    if is_throttle(answer, quirks):
        return Tried(Outcome.BUSY, status, retry_after=retry_after(answer, now))
    if status == 409 or (status == 400 and quirks.says_stale_with_400 and "timestamp" in _text(answer)):
        return Stale()
    if status >= 500:
        is_lock = status == 500 and quirks.empty_list_500_is_lock and answer.body.strip() == b"[]"
        outcome = Outcome.LOCKED if is_lock else Outcome.SERVER_TROUBLE
        return Tried(outcome, status, retry_after=retry_after(answer, now))
    return _refused(answer, quirks)


def _taken(answer: Answer, quirks: Family) -> Tried:
    body = answer.body.strip()
    if not quirks.body_means_refusal or not body:
        return Tried(Outcome.SENT, answer.status)
    if body == b"[]":
        return Tried(Outcome.BLOCKED, answer.status, Reason.REFUSED)
    # A page of something in front of the LMS, or a warning printed before the answer: it may have been taken.
    return Tried(Outcome.SERVER_TROUBLE, answer.status)


def _refused(answer: Answer, quirks: Family) -> Tried:
    """A 4xx that says no; what comes from something in front of the LMS is trouble, not a no."""
    status = answer.status
    if status < 400 or status in {407, 408, 425}:
        return Tried(Outcome.SERVER_TROUBLE, status)
    if status in {404, 410}:
        if quirks.needs_json_404 and not isinstance(answer.json(), dict):
            return Tried(Outcome.SERVER_TROUBLE, status)
        return Tried(Outcome.BLOCKED, status, Reason.COLUMN_GONE)
    if status == 403:
        reason = Reason.NOT_GRADABLE if "enrolled" in _text(answer) else Reason.NOT_ALLOWED
        return Tried(Outcome.BLOCKED, status, reason)
    if status in {400, 422}:
        # Moodle's own no to a person is `[]`; with JSON it did not understand the request.
        is_of_person = not quirks.body_means_refusal or answer.body.strip() in {b"[]", b""}
        return Tried(Outcome.BLOCKED, status, Reason.NOT_GRADABLE if is_of_person else Reason.REFUSED)
    return Tried(Outcome.BLOCKED, status, Reason.REFUSED)


def is_throttle(answer: Answer, quirks: Family) -> bool:
    """The LMS asks us to come less often."""
    if answer.status != 403 or not quirks.throttles_with_403:
        return answer.status == 429
    try:
        is_used_up = float(answer.headers.get("x-rate-limit-remaining", "1")) <= 0
    except ValueError:
        is_used_up = False
    return is_used_up or "rate limit exceeded" in _text(answer)


def _text(answer: Answer) -> str:
    return answer.body[:10_000].decode(errors="replace").lower()
