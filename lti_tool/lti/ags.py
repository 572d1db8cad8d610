"""Scores on their way to an LMS: Assignment and Grade Services 2.0."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from urllib.parse import urlencode, urlsplit

from lti_tool.lti.ags_answers import Stale, judge
from lti_tool.lti.claims import origin_of
from lti_tool.lti.http import Answer, CallFailed, call
from lti_tool.lti.tokens import AccessToken, AccessTokens, NoToken
from lti_tool.models.engine import Database
from lti_tool.services.grades import Claimed, Outcome, Reason, Tried
from lti_tool.services.grades.families import family
from lti_tool.services.keys import KeyBox
from lti_tool.services.registrations import Registration

SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/"
SCORE_SCOPE, RESULT_SCOPE = SCOPE + "score", SCOPE + "result.readonly"
SCORE_TYPE = "application/vnd.ims.lis.v1.score+json"
RESULTS_TYPE = "application/vnd.ims.lis.v2.resultcontainer+json"
CLOSE = 0.05
"""Percent: an LMS that scales scores may round them."""


_NEXT = re.compile(r';\s*rel="?next\b', re.IGNORECASE)


class _Unread(Enum):
    """Why we do not know what the LMS shows."""

    NOT_NOW = "not now"
    NOT_ALLOWED = "not allowed"


@dataclass(frozen=True, slots=True)
class _Shown:
    """What the LMS shows for this person, in percent; None if nothing."""

    percent: float | None


class AgsGradebook:
    """The LMSs' gradebooks.  One for each process; its threads share it."""

    def __init__(self, database: Database, box: KeyBox, seconds: float) -> None:
        self._tokens = AccessTokens(database, box, seconds)
        self._seconds = seconds

    def send(self, claimed: Claimed, now: datetime) -> Tried:
        """The LMS's verdict on this score, within five time-outs; a token that it refuses is renewed once."""
        if not may_take_token(claimed.url, claimed.platform):
            return Tried(Outcome.BLOCKED, reason=Reason.FOREIGN_ADDRESS)
        if SCORE_SCOPE not in claimed.scopes:
            return Tried(Outcome.BLOCKED, reason=Reason.NOT_ALLOWED)
        scopes = {SCORE_SCOPE, RESULT_SCOPE} & set(claimed.scopes)
        try:
            token = self._tokens.get(claimed.platform, scopes, now, needed=SCORE_SCOPE)
            answer = self._post(claimed, token)
            if answer.status == 401:
                self._tokens.forget(claimed.platform, token)
                token = self._tokens.get(claimed.platform, scopes, now, needed=SCORE_SCOPE)
                answer = self._post(claimed, token)
        except NoToken as error:
            return Tried(error.outcome, error.status, retry_after=error.retry_after)
        except CallFailed:
            return Tried(Outcome.NO_ANSWER)
        if answer.status == 401:
            # A new token was refused as well: the next try must not begin with it.
            self._tokens.forget(claimed.platform, token)
        verdict = judge(answer, family(claimed.platform.family), now)
        if isinstance(verdict, Stale):
            return self._stale(claimed, token, answer.status)
        if verdict.outcome is Outcome.SENT and claimed.was_changed:
            return self._kept_change(claimed, token, verdict)
        return verdict

    def _post(self, claimed: Claimed, token: AccessToken) -> Answer:
        headers = {"Authorization": f"Bearer {token.value}", "Content-Type": SCORE_TYPE}
        return call("POST", address(claimed.url, "scores"), seconds=self._seconds, headers=headers, data=claimed.body)

    def _stale(self, claimed: Claimed, token: AccessToken, status: int) -> Tried:
        """The LMS has something as new as this score: ours, or a person's (DECISIONS, Delivery)."""
        shown = self._read(claimed, token)
        if shown is _Unread.NOT_NOW:
            return Tried(Outcome.UNREAD, status)
        if shown is _Unread.NOT_ALLOWED:
            # Only these same bytes can be as new as they are, unless a person was there.
            shown = _Shown(claimed.percent if claimed.is_resend else None)
        if shown.percent is not None and abs(shown.percent - claimed.percent) <= CLOSE:
            return Tried(Outcome.ALREADY_THERE, status)
        if shown.percent is not None and any(abs(shown.percent - ours) <= CLOSE for ours in claimed.shown):
            return Tried(Outcome.OLDER_THERE, status)
        return Tried(Outcome.BLOCKED, status, Reason.CHANGED_IN_LMS)

    def _kept_change(self, claimed: Claimed, token: AccessToken, taken: Tried) -> Tried:
        """Taken, unless the LMS still shows what a person put there: Moodle keeps an overridden grade and says 200."""
        shown = self._read(claimed, token)
        if shown is _Unread.NOT_NOW:
            return Tried(Outcome.UNREAD, taken.status)
        if shown is _Unread.NOT_ALLOWED or shown.percent is None or abs(shown.percent - claimed.percent) <= CLOSE:
            return taken
        return Tried(Outcome.BLOCKED, taken.status, Reason.CHANGED_IN_LMS)

    def _read(self, claimed: Claimed, token: AccessToken) -> _Shown | _Unread:
        """What the LMS shows for this person."""
        if RESULT_SCOPE not in claimed.scopes:
            return _Unread.NOT_ALLOWED
        asked = {"user_id": claimed.sub} if family(claimed.platform.family).filters_results else {}
        headers = {"Authorization": f"Bearer {token.value}", "Accept": RESULTS_TYPE}
        try:
            # Without `limit`, which Moodle cannot take together with its own query (README 51).
            answer = call("GET", address(claimed.url, "results", asked), seconds=self._seconds, headers=headers)
        except CallFailed:
            return _Unread.NOT_NOW
        if answer.status in {401, 403}:
            return _Unread.NOT_ALLOWED
        results = answer.json()
        if answer.status != 200 or not isinstance(results, list):
            return _Unread.NOT_NOW
        mine = [one for one in results if isinstance(one, dict) and str(one.get("userId")) == claimed.sub]
        if not mine and _NEXT.search(answer.headers.get("link", "")):
            # The LMS does not know `user_id` and gave the first page of everybody's: not there is not nothing.
            return _Unread.NOT_NOW
        return _Shown(_percent(mine[0])) if mine else _Shown(None)


def _percent(result: dict[str, object]) -> float | None:
    score, most = result.get("resultScore"), result.get("resultMaximum", 1)
    if not isinstance(score, int | float) or not isinstance(most, int | float) or most <= 0:
        return None
    return 100 * score / most


def may_take_token(url: str, platform: Registration) -> bool:
    """Whether the platform's token may go there: over TLS wherever its signed launch said, in the clear only to itself.

    The hosts of a registration say nothing about those of its gradebooks: Canvas and Blackboard have one issuer for all
    institutions, and a gradebook at each.  An LMS on http is one in a closed network, or the demo.
    """
    origin = origin_of(url)
    if origin is None:
        return False
    return origin.startswith("https:") or origin in {origin_of(platform.issuer), origin_of(platform.token_url)}


def address(line_item: str, what: str, asked: dict[str, str] | None = None) -> str:
    """The line item's `scores` or `results`: they belong to the path, before the query (AGS 2.0, 3.4.1; README 36)."""
    parts = urlsplit(line_item)
    query = "&".join(part for part in (parts.query, urlencode(asked or {})) if part)
    return parts._replace(path=f"{parts.path.rstrip('/')}/{what}", query=query, fragment="").geturl()
