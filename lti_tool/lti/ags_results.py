"""Calls about one score, and what the LMS shows for its learner (AGS 2.0, 3.4 and 3.5)."""

import re
from datetime import datetime

from lti_tool.lti.ags_answers import is_throttle
from lti_tool.lti.ags_urls import address
from lti_tool.lti.http import Answer, call
from lti_tool.lti.tokens import AccessTokens
from lti_tool.lti.waiting import retry_after
from lti_tool.services.columns import RESULT_SCOPE, SCORE_SCOPE
from lti_tool.services.grades import Claimed, Outcome, Seen, Tried
from lti_tool.services.grades.families import family

RESULTS_TYPE = "application/vnd.ims.lis.v2.resultcontainer+json"

_NEXT = re.compile(r';\s*rel="?next\b', re.IGNORECASE)


class Calls:
    """The calls about one score, with one access token; one that the LMS refuses is renewed once."""

    def __init__(self, tokens: AccessTokens, seconds: float, claimed: Claimed, now: datetime) -> None:
        self._tokens = tokens
        self._seconds = seconds
        self._claimed = claimed
        self._now = now
        self._scopes = {SCORE_SCOPE, RESULT_SCOPE} & set(claimed.scopes)
        self._is_renewed = False

    def ask(self, method: str, url: str, headers: dict[str, str], data: bytes | None = None) -> Answer:
        """The LMS's answer; `NoToken` or `CallFailed` if there is none."""
        answer = self._asked(method, url, headers, data)
        if answer.status == 401 and not self._is_renewed:
            self._is_renewed = True
            answer = self._asked(method, url, headers, data)
        return answer

    def _asked(self, method: str, url: str, headers: dict[str, str], data: bytes | None) -> Answer:
        token = self._tokens.get(self._claimed.platform, self._scopes, self._now, needed=SCORE_SCOPE)
        allowed = {"Authorization": f"Bearer {token.value}"}
        answer = call(method, url, seconds=self._seconds, headers=allowed | headers, data=data)
        if answer.status == 401:
            # Whoever comes next must not begin with it.
            self._tokens.forget(self._claimed.platform, token)
        return answer

    def see(self) -> Seen | Tried | None:
        """What the LMS shows for this learner; a try that came to nothing if it does not tell now, None if never.

        `NoToken` or `CallFailed` as with `ask`.
        """
        claimed = self._claimed
        if RESULT_SCOPE not in claimed.scopes:
            return None
        quirks = family(claimed.platform.family)
        asked = {"user_id": claimed.sub} if quirks.filters_results else {}
        # Without `limit`, which Moodle cannot take together with its own query (README 51).
        answer = self.ask("GET", address(claimed.url, "results", asked), {"Accept": RESULTS_TYPE})
        if is_throttle(answer, quirks):
            return Tried(Outcome.BUSY, answer.status, retry_after=retry_after(answer, self._now))
        results = answer.json()
        is_gone = answer.status in {404, 410} and (not quirks.needs_json_404 or isinstance(results, dict))
        if answer.status in {401, 403} or is_gone:  # a column that is gone says so to the score
            return None
        if answer.status != 200 or not isinstance(results, list):
            return Tried(Outcome.UNSEEN, answer.status, retry_after=retry_after(answer, self._now))
        mine = [one for one in results if isinstance(one, dict) and str(one.get("userId")) == claimed.sub]
        if not mine and _NEXT.search(answer.headers.get("link", "")):
            # The LMS does not know `user_id` and gave the first page of everybody's: not there is not nothing.
            return Tried(Outcome.UNSEEN, answer.status)
        return Seen(_percent(mine[0]) if mine else None)


def _percent(result: dict[str, object]) -> float | None:
    score, most = result.get("resultScore"), result.get("resultMaximum", 1)
    if not isinstance(score, int | float) or not isinstance(most, int | float) or most <= 0:
        return None
    return 100 * score / most
