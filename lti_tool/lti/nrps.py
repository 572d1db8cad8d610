"""The list of an LMS course, read page by page: Names and Role Provisioning Services 2.0."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from lti_tool.logs import get_log
from lti_tool.lti.ags_urls import may_take_token
from lti_tool.lti.claims import email_of, name_of, origin_of
from lti_tool.lti.http import Answer, CallFailed, call
from lti_tool.lti.keepable import is_keepable
from lti_tool.lti.paging import MOST_PAGES, ForeignPage, differences, next_page
from lti_tool.lti.roles import role_of
from lti_tool.lti.tokens import AccessTokens, NoToken
from lti_tool.models.engine import Database
from lti_tool.services.grades import Outcome
from lti_tool.services.keys import KeyBox
from lti_tool.services.registrations import Registration
from lti_tool.services.roster_reasons import Unread
from lti_tool.services.rosters import Asked, Fetched, Listed

SCOPE = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
MEMBERS_TYPE = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
PAGE = 200
"""People that we ask for at once; an LMS may send fewer."""
SECONDS_IN_ALL = 30.0
NO_TOKEN = {Outcome.BUSY: Unread.BUSY, Outcome.UNREACHED: Unread.NO_ANSWER}


class _Stopped(Exception):
    """The list goes no further."""

    def __init__(self, unread: Unread) -> None:
        super().__init__(unread.value)
        self.unread = unread


class NrpsRoster:
    """The LMSs' lists.  One for each process; its threads share it."""

    def __init__(self, database: Database, box: KeyBox, seconds: float) -> None:
        self._tokens = AccessTokens(database, box, seconds)
        self._seconds = seconds

    def fetch(self, asked: Asked, now: datetime) -> Fetched:
        """What changed, where the LMS tells it; else everybody, or those up to where it went no further, and why."""
        if not may_take_token(asked.url, asked.platform):
            return Fetched((), Unread.FOREIGN_ADDRESS)
        if asked.differences is not None and origin_of(asked.differences) == origin_of(asked.url):
            changes = self._read(asked.platform, asked.differences, now)
            if changes.unread in {None, Unread.BUSY}:  # whoever asks us to wait is not asked for more
                return replace(changes, is_whole=False)
        return self._read(asked.platform, first_page(asked), now)

    def _read(self, platform: Registration, url: str, now: datetime) -> Fetched:
        """The list that begins there, as far as it goes.

        Of the addresses for what changes from then on the first counts: it misses nothing that happens between pages.
        """
        people: list[Listed] = []
        since: str | None = None
        try:
            for came_from, answer in self._pages(platform, url, now):
                people.extend(_people(answer, platform))
                since = since or differences(answer, came_from)
        except _Stopped as stopped:
            get_log(platform=platform.id).warning("roster not read to its end", reason=stopped.unread.value)
            return Fetched(tuple(people), stopped.unread)
        return Fetched(tuple(people), differences=since)

    def _pages(self, platform: Registration, url: str, now: datetime) -> Iterator[tuple[str, Answer]]:
        """Each page with its address, until the list ends or goes no further."""
        ends = time.monotonic() + SECONDS_IN_ALL
        for _ in range(MOST_PAGES):
            left = ends - time.monotonic()
            if left <= 0:
                break
            answer = self._page(platform, url, now, min(self._seconds, left))
            yield url, answer
            try:
                following = next_page(answer, url)
            except ForeignPage as error:
                raise _Stopped(Unread.FOREIGN_ADDRESS) from error
            if following is None:
                return
            url = following
        raise _Stopped(Unread.TOO_LONG)

    def _page(self, platform: Registration, url: str, now: datetime, seconds: float) -> Answer:
        """A page, in whatever state; a token that the LMS refuses is renewed once."""
        try:
            answer = self._tried(platform, url, now, seconds)
            return answer if answer.status != 401 else self._tried(platform, url, now, seconds)
        except NoToken as error:
            raise _Stopped(NO_TOKEN.get(error.outcome, Unread.NO_ACCESS)) from error
        except CallFailed as error:
            raise _Stopped(Unread.NO_ANSWER) from error

    def _tried(self, platform: Registration, url: str, now: datetime, seconds: float) -> Answer:
        token = self._tokens.get(platform, {SCOPE}, now, needed=SCOPE)
        headers = {"Authorization": f"Bearer {token.value}", "Accept": MEMBERS_TYPE}
        answer = call("GET", url, seconds=seconds, headers=headers)
        if answer.status == 401:
            self._tokens.forget(platform, token)
        return answer


def first_page(asked: Asked) -> str:
    """Where the list begins; what the address says already stays."""
    parts = urlsplit(asked.url)
    wanted = {"role": asked.role, "rlid": asked.link, "limit": str(PAGE)}
    query = urlencode({name: value for name, value in wanted.items() if value is not None})
    return parts._replace(query="&".join(part for part in (parts.query, query) if part), fragment="").geturl()


def _people(answer: Answer, platform: Registration) -> list[Listed]:
    if answer.status != 200:
        raise _Stopped(_why(answer))
    body = answer.json()
    members = body.get("members") if isinstance(body, dict) else None
    if not isinstance(members, list):
        raise _Stopped(Unread.UNREADABLE)
    return [_person(member, platform) for member in members]


def _why(answer: Answer) -> Unread:
    text = answer.body[:10_000].lower()
    if answer.status == 429 or (answer.status == 403 and b"rate limit" in text):
        return Unread.BUSY
    if answer.status == 403:
        # Open edX hands out only so many people, and says so by this word (LTI.md §3).
        return Unread.TOO_MANY if b"above_response_limit" in text else Unread.NOT_ALLOWED
    if answer.status >= 500:
        return Unread.NO_ANSWER
    return {401: Unread.NO_ACCESS, 404: Unread.NOT_THERE, 410: Unread.NOT_THERE}.get(answer.status, Unread.UNREADABLE)


def _person(member: Any, platform: Registration) -> Listed:
    """One that we cannot read makes the list one that we cannot read: left out, she would be taken for gone."""
    if not isinstance(member, dict):
        raise _Stopped(Unread.UNREADABLE)
    sub, roles, status = member.get("user_id"), member.get("roles"), member.get("status") or "Active"
    if isinstance(sub, int) and not isinstance(sub, bool):
        sub = str(sub)
    if not isinstance(sub, str) or not 0 < len(sub) <= 255 or not is_keepable(sub) or not isinstance(roles, list):
        raise _Stopped(Unread.UNREADABLE)
    return Listed(
        sub=sub,
        role=role_of(roles),
        is_active=isinstance(status, str) and status.casefold() == "active",
        name=name_of(member) if platform.asks_for in {"name", "mail"} else None,
        email=email_of(member) if platform.asks_for == "mail" else None,
    )
