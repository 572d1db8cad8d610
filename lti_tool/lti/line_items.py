"""Columns of an LMS's gradebook: listed, made once, changed as a whole, removed (AGS 2.0, §3.2)."""

import json
import secrets
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from lti_tool.logs import get_log
from lti_tool.lti.ags_answers import Stale, judge
from lti_tool.lti.ags_urls import may_take_token
from lti_tool.lti.claims import origin_of
from lti_tool.lti.http import Answer, CallFailed, call
from lti_tool.lti.paging import MOST_PAGES, ForeignPage, next_page
from lti_tool.lti.tokens import AccessTokens, NoToken
from lti_tool.models.engine import Database
from lti_tool.services.columns import (
    AGS_SCOPE,
    LINE_ITEM_SCOPE,
    POINTS,
    NoColumn,
    NotMade,
    Wanted,
    column_lease,
)
from lti_tool.services.grades import Claimed, Outcome, Reason
from lti_tool.services.grades.families import family
from lti_tool.services.keys import KeyBox
from lti_tool.services.leases import give_back, take_lease
from lti_tool.services.registrations import Registration

READ_SCOPE = AGS_SCOPE + "lineitem.readonly"
LINE_ITEM_TYPE = "application/vnd.ims.lis.v2.lineitem+json"
LINE_ITEMS_TYPE = "application/vnd.ims.lis.v2.lineitemcontainer+json"
LONGEST_TEXT = 255
"""Of label, resourceId and tag: with more Moodle fails, and has made the column all the same (README 45)."""
SECOND = frozenset({"progress", "practice", "mastery"})
"""Tags of second columns: their rules."""
CALLS_IN_ALL = 4
"""So many time-outs one wish may take, however many pages a list has."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column as the LMS tells of it."""

    url: str
    link_id: str | None
    """The LMS's id of the activity that it belongs to."""
    resource_id: str
    tag: str
    told: dict[str, Any]
    """All of it: what is left out of a change is cleared (Moodle's README 47)."""


@dataclass(frozen=True, slots=True)
class Listing:
    """Where an LMS lists the columns of one of its courses, and what we may do there."""

    platform: Registration
    url: str
    scopes: tuple[str, ...]


class LineItems:
    """The LMSs' columns.  One is enough for a process; its threads share it."""

    def __init__(self, database: Database, box: KeyBox, seconds: float) -> None:
        self._database = database
        self._tokens = AccessTokens(database, box, seconds)
        self._seconds = seconds

    def column_for(self, wanted: Wanted, now: datetime) -> str:
        """The address of the link's column: the one that is there, or a new one; or `NoColumn`.

        One, whoever asks for it at the same time, and however often.  No transaction may be open.
        """
        lease, holder = column_lease(wanted.link_id), secrets.token_hex(8)
        # Longer than all calls together: each may wait for a token, and begin just before the end.
        length = timedelta(seconds=(CALLS_IN_ALL + 6) * self._seconds)
        with self._database.writing() as session:
            is_mine = take_lease(session, lease, holder, now, length)
        if not is_mine:
            raise NoColumn(NotMade.UNDER_WAY)
        try:
            listing = Listing(wanted.platform, wanted.line_items_url, wanted.scopes)
            talk = Talk(self._tokens, self._seconds, listing, now)
            found = _there(talk, wanted)
            return (_named(talk, wanted, found) if found is not None else _made(talk, wanted)).url
        finally:
            with self._database.writing() as session:
                give_back(session, lease, holder)


class Talk:
    """Calls about one LMS course's columns: with its token, at its origin, and with an end."""

    def __init__(self, tokens: AccessTokens, seconds: float, listing: Listing, now: datetime) -> None:
        self._tokens = tokens
        self._seconds = seconds
        self._listing = listing
        self._now = now
        self._ends = time.monotonic() + CALLS_IN_ALL * seconds
        self._origin = origin_of(listing.url)
        if not may_take_token(listing.url, listing.platform):
            raise NoColumn(NotMade.FOREIGN_ADDRESS)

    def columns(self, **filters: str) -> list[Column]:
        """The columns that pass the filters (`resource_link_id`, `resource_id`, `tag`, `limit`), from all pages.

        An LMS may not know a filter: look at what comes.  Without `limit` Moodle gives all of them at once.
        """
        parts = urlsplit(self._listing.url)
        query = "&".join(part for part in (parts.query, urlencode(filters)) if part)
        url: str | None = parts._replace(query=query, fragment="").geturl()
        pages: set[str] = set()
        found: dict[str, Column] = {}
        while url is not None:
            if url in pages or len(pages) == MOST_PAGES:
                raise NoColumn(NotMade.REFUSED)  # part of a list is no list: what is not on it may be there
            pages.add(url)
            answer = self.must(self.ask("GET", url, LINE_ITEMS_TYPE))
            told = answer.json()
            if not isinstance(told, list):
                raise NoColumn(NotMade.NO_ANSWER)
            for one in told:
                column = self.read(one)
                if column is None:
                    raise NoColumn(NotMade.REFUSED)
                found[column.url] = column
            try:
                url = next_page(answer, url)
            except ForeignPage:
                raise NoColumn(NotMade.FOREIGN_ADDRESS) from None
        return list(found.values())

    def get(self, url: str) -> Column:
        """The column at this address, as it is now."""
        column = self.read(self.must(self.ask("GET", url, LINE_ITEM_TYPE)).json())
        if column is None:
            raise NoColumn(NotMade.REFUSED)
        return column

    def create(self, body: dict[str, Any]) -> Answer | None:
        """The LMS's answer to a new column; None if none came, and it may have been made all the same."""
        try:
            return self.ask("POST", self._listing.url, LINE_ITEM_TYPE, body)
        except NoColumn as error:
            if error.why is not NotMade.NO_ANSWER:
                raise
            return None

    def change(self, url: str, **changes: object) -> None:
        """These members are changed, and all others are as they are."""
        self.must(self.ask("PUT", url, LINE_ITEM_TYPE, self.get(url).told | changes))

    def remove(self, url: str) -> None:
        """The column is gone, with every grade in it."""
        self.must(self.ask("DELETE", url))

    def ask(self, method: str, url: str, media_type: str | None = None, body: dict[str, Any] | None = None) -> Answer:
        """The LMS's answer; a token that it refuses is renewed once.  A strange address is not asked at all."""
        if origin_of(url) != self._origin:
            raise NoColumn(NotMade.FOREIGN_ADDRESS)
        try:
            answer = self._tried(method, url, media_type, body)
            return answer if answer.status != 401 else self._tried(method, url, media_type, body)
        except NoToken as error:
            is_refusal = error.outcome is Outcome.NO_ACCESS
            raise NoColumn(NotMade.NOT_ALLOWED if is_refusal else NotMade.NO_ANSWER) from error
        except CallFailed as error:
            raise NoColumn(NotMade.NO_ANSWER) from error

    def _tried(self, method: str, url: str, media_type: str | None, body: dict[str, Any] | None) -> Answer:
        if time.monotonic() >= self._ends:
            raise NoColumn(NotMade.NO_ANSWER)
        # Moodle's door for GET wants `lineitem.readonly` by name, whatever else the token holds (LTI.md §2.4).
        scopes = {LINE_ITEM_SCOPE, READ_SCOPE} & set(self._listing.scopes)
        token = self._tokens.get(self._listing.platform, scopes, self._now, needed=LINE_ITEM_SCOPE)
        headers = {"Authorization": f"Bearer {token.value}"}
        if media_type is not None:
            headers["Accept"] = media_type
        data = None
        if body is not None:
            headers["Content-Type"] = LINE_ITEM_TYPE
            data = json.dumps(body, separators=(",", ":")).encode()
        answer = call(method, url, seconds=self._seconds, headers=headers, data=data)
        if answer.status == 401:
            self._tokens.forget(self._listing.platform, token)
        return answer

    def must(self, answer: Answer) -> Answer:
        """The answer, if it says yes."""
        if 200 <= answer.status < 300:
            return answer
        raise NoColumn(self.why(answer))

    def why(self, answer: Answer) -> NotMade:
        """What the LMS means by a no."""
        verdict = judge(answer, family(self._listing.platform.family), self._now)
        if isinstance(verdict, Stale):
            return NotMade.REFUSED
        if verdict.outcome is Outcome.NO_ACCESS or verdict.reason is Reason.NOT_ALLOWED:
            return NotMade.NOT_ALLOWED
        return NotMade.REFUSED if verdict.outcome is Outcome.BLOCKED else NotMade.NO_ANSWER

    def read(self, told: Any) -> Column | None:
        """The column that the LMS tells of; None if it is none.  One that stands somewhere else is refused."""
        url = told.get("id") if isinstance(told, dict) else None
        if not isinstance(url, str) or len(url) > 2000 or not url.isprintable():
            return None
        if origin_of(url) != self._origin:
            raise NoColumn(NotMade.FOREIGN_ADDRESS)
        link_id = told.get("resourceLinkId")
        return Column(
            url,
            str(link_id) if isinstance(link_id, str | int) and link_id != "" else None,
            _text(told.get("resourceId")),
            _text(told.get("tag")),
            told,
        )


def address_now(tokens: AccessTokens, seconds: float, claimed: Claimed, now: datetime) -> str | None:
    """Where the column is that a score cannot find any more: the only other one of its link; None if there is none."""
    place = claimed.place
    if place is None or LINE_ITEM_SCOPE not in place.scopes:
        return None
    try:
        talk = Talk(tokens, seconds, Listing(claimed.platform, place.line_items_url, place.scopes), now)
        coupled = [one for one in _coupled(talk, place.link_lms_id) if _is_for(one, place.rule)]
    except NoColumn:
        return None
    return coupled[0].url if len(coupled) == 1 and coupled[0].url != claimed.url else None


def _is_for(column: Column, rule: str | None) -> bool:
    """A second column bears its rule as its tag; the first bears none of these."""
    return column.tag == rule if rule is not None else column.tag not in SECOND


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _there(talk: Talk, wanted: Wanted) -> Column | None:
    """The link's column: one that belongs to it, else the only one of this content that belongs to nobody.

    The same content may stand in the course twice, with the same resourceId and tag: a duplicate's column is its own.
    """
    coupled = _own(talk, wanted)
    if coupled:
        return min(coupled, key=lambda one: (one.resource_id, one.tag) != (_resource_id(wanted), wanted.tag))
    loose = [
        one
        for one in talk.columns(resource_id=_resource_id(wanted), tag=wanted.tag)
        if one.link_id is None and (one.resource_id, one.tag) == (_resource_id(wanted), wanted.tag)
    ]
    free = [one for one in loose if one.url not in wanted.taken]
    return free[0] if len(free) == 1 else None


def _own(talk: Talk, wanted: Wanted) -> list[Column]:
    """Those of the link that may be the one that is wanted: a second one is known by its tag alone."""
    return [
        one
        for one in _coupled(talk, wanted.link_lms_id)
        if one.url not in wanted.taken and (wanted.rule is None or one.tag == wanted.tag)
    ]


def _coupled(talk: Talk, link_lms_id: str) -> list[Column]:
    return [one for one in talk.columns(resource_link_id=link_lms_id) if one.link_id == link_lms_id]


def _resource_id(wanted: Wanted) -> str:
    return wanted.content_id[:LONGEST_TEXT]


def _named(talk: Talk, wanted: Wanted, found: Column) -> Column:
    """The column says which content it is for, so that it is known again in a copy of the course.

    One that says something already is left as it is, and so is one that the LMS does not let us change.
    """
    if found.link_id is not None and not found.resource_id and not found.tag:
        try:
            talk.change(found.url, resourceId=_resource_id(wanted), tag=wanted.tag)
        except NoColumn as error:
            get_log(link=wanted.link_id).info("column not named", reason=str(error))
    return found


def _made(talk: Talk, wanted: Wanted) -> Column:
    """A new column.  Where its making is in doubt, it is looked for."""
    body = {
        "label": wanted.label[:LONGEST_TEXT],
        "scoreMaximum": POINTS,
        "resourceLinkId": wanted.link_lms_id,
        "resourceId": _resource_id(wanted),
        "tag": wanted.tag,
    }
    answer = talk.create(body)
    is_yes = answer is not None and 200 <= answer.status < 300
    made = talk.read(answer.json()) if answer is not None and is_yes else None
    if made is not None:
        return _only(talk, wanted, made)
    if answer is None or is_yes or answer.status >= 500:
        found = _there(talk, wanted)
        if found is not None:
            return found
    raise NoColumn(NotMade.NO_ANSWER if answer is None or is_yes else talk.why(answer))


def _only(talk: Talk, wanted: Wanted, made: Column) -> Column:
    """The link's one column: if the LMS made another meanwhile, ours, in which nothing stands yet, is removed."""
    log = get_log(link=wanted.link_id)
    try:
        others = [one for one in _own(talk, wanted) if one.url != made.url]
    except NoColumn as error:
        log.warning("column not looked at again", reason=str(error))
        return made
    if not others:
        return made
    try:
        talk.remove(made.url)
    except NoColumn as error:
        # It may be gone all the same; the other one stands either way.
        log.warning("column not removed", reason=str(error))
    return others[0]
