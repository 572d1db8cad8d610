"""Scores on their way to an LMS: Assignment and Grade Services 2.0.

What the LMS shows is read before anything is written: a grade that a person put there is hers (DECISIONS, Delivery).
An edit between our reading and our writing is found by the next reading; only the platform could prevent it.
"""

from dataclasses import replace
from datetime import datetime

from lti_tool.lti.ags_answers import Stale, judge
from lti_tool.lti.ags_results import Calls
from lti_tool.lti.ags_urls import address, may_take_token
from lti_tool.lti.http import CallFailed
from lti_tool.lti.line_items import address_now
from lti_tool.lti.tokens import AccessTokens, NoToken
from lti_tool.models.engine import Database
from lti_tool.services.columns import SCORE_SCOPE
from lti_tool.services.grades import Claimed, Outcome, Reason, Seen, Tried
from lti_tool.services.grades.families import family
from lti_tool.services.keys import KeyBox

SCORE_TYPE = "application/vnd.ims.lis.v1.score+json"
CLOSE = 0.05
"""Percent: an LMS that scales scores may round them."""
UNSEEN_TRIES = 3
"""So often a score waits for an LMS that cannot tell what it holds; then it goes all the same."""


class AgsGradebook:
    """The LMSs' gradebooks.  One for each process; its threads share it."""

    def __init__(self, database: Database, box: KeyBox, seconds: float) -> None:
        self._tokens = AccessTokens(database, box, seconds)
        self._seconds = seconds

    def send(self, claimed: Claimed, now: datetime) -> Tried:
        """The LMS's verdict on this score, within seven time-outs."""
        if not may_take_token(claimed.url, claimed.platform):
            return Tried(Outcome.BLOCKED, reason=Reason.FOREIGN_ADDRESS)
        if SCORE_SCOPE not in claimed.scopes:
            return Tried(Outcome.BLOCKED, reason=Reason.NOT_ALLOWED)
        calls = Calls(self._tokens, self._seconds, claimed, now)
        try:
            seen = calls.see()
        except NoToken as error:
            return _without_token(error)
        except CallFailed:
            return Tried(Outcome.UNREACHED)
        if isinstance(seen, Tried):
            if seen.outcome is Outcome.BUSY or claimed.unseen < UNSEEN_TRIES:
                return seen
            seen = None
        before = _before(claimed, seen)
        return before if before is not None else self._sent(claimed, calls, seen, now)

    def _sent(self, claimed: Claimed, calls: Calls, before: Seen | None, now: datetime) -> Tried:
        try:
            answer = calls.ask("POST", address(claimed.url, "scores"), {"Content-Type": SCORE_TYPE}, claimed.body)
        except NoToken as error:
            return _without_token(error)
        except CallFailed:
            return Tried(Outcome.NO_ANSWER)
        verdict = judge(answer, family(claimed.platform.family), now)
        if isinstance(verdict, Stale):
            return _stale(claimed, calls, answer.status)
        if verdict.reason is Reason.COLUMN_GONE:
            moved_to = address_now(self._tokens, self._seconds, claimed, now)
            return Tried(Outcome.MOVED, answer.status, moved_to=moved_to) if moved_to else verdict
        if verdict.outcome is not Outcome.SENT:
            return verdict
        return _kept_change(claimed, calls, before, replace(verdict, seen=Seen(claimed.percent)))


def _without_token(error: NoToken) -> Tried:
    return Tried(error.outcome, error.status, retry_after=error.retry_after)


def _before(claimed: Claimed, seen: Seen | None) -> Tried | None:
    """What the LMS's own grade makes of the try; None if the score may go."""
    if seen is None or seen.percent is None:
        return None
    if _is_close(seen.percent, claimed.percent):
        return Tried(Outcome.ALREADY_THERE, seen=seen)
    is_automatic = seen.percent == 0 and not claimed.shown and family(claimed.platform.family).zeroes_missing
    if claimed.overwrites or is_automatic or _is_ours(claimed, seen.percent):
        return None
    return Tried(Outcome.BLOCKED, reason=Reason.CHANGED_IN_LMS, seen=seen)


def _stale(claimed: Claimed, calls: Calls, status: int) -> Tried:
    """The LMS has something as new as this score: ours, or a person's."""
    seen = _seen_again(calls)
    if isinstance(seen, Tried):
        return Tried(Outcome.UNREAD, status)
    # Where we may not look: only these same bytes can be as new as they are, unless a person was there.
    percent = seen.percent if seen is not None else claimed.percent if claimed.is_resend else None
    if percent is not None and _is_close(percent, claimed.percent):
        return Tried(Outcome.ALREADY_THERE, status, seen=seen)
    if percent is not None and (_is_ours(claimed, percent) or claimed.overwrites):
        return Tried(Outcome.OLDER_THERE, status, seen=seen)
    return Tried(Outcome.BLOCKED, status, Reason.CHANGED_IN_LMS, seen=seen)


def _kept_change(claimed: Claimed, calls: Calls, before: Seen | None, taken: Tried) -> Tried:
    """Taken, unless the LMS still shows what a person put there: Moodle keeps an overridden grade and says 200.

    Something else than before, and than ours, is the LMS's own reckoning (lateness, a curve): that is noted as ours.
    """
    if not (claimed.was_changed or claimed.overwrites or claimed.is_altered):
        return taken
    seen = _seen_again(calls)
    if isinstance(seen, Tried):
        return Tried(Outcome.UNREAD, taken.status)
    if seen is None or seen.percent is None or _is_close(seen.percent, claimed.percent):
        return taken
    if before is not None and before.percent is not None and not _is_close(seen.percent, before.percent):
        return replace(taken, seen=seen)
    return Tried(Outcome.BLOCKED, taken.status, Reason.CHANGED_IN_LMS, seen=seen)


def _seen_again(calls: Calls) -> Seen | Tried | None:
    try:
        return calls.see()
    except (NoToken, CallFailed):
        return Tried(Outcome.UNSEEN)


def _is_ours(claimed: Claimed, percent: float) -> bool:
    return any(_is_close(percent, ours) for ours in claimed.shown)


def _is_close(one: float, other: float) -> bool:
    return abs(one - other) <= CLOSE
