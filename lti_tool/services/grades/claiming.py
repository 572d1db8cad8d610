"""Taking scores that are due, so that no two workers carry the same one at the same time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

from sqlalchemy import Row, or_, select, update
from sqlalchemy.orm import Session

from lti_tool.logs import get_log
from lti_tool.models import GradeAttempt, GradeOwed, Platform, PlatformPause
from lti_tool.services.arrivals import Role
from lti_tool.services.courses import edition
from lti_tool.services.grades.backoff import pause_after
from lti_tool.services.grades.due import Room, carried, due
from lti_tool.services.grades.figures import Asked, Figure, figure
from lti_tool.services.grades.model import Claimed, Outcome, Place
from lti_tool.services.grades.pacing import room_now
from lti_tool.services.grades.scores import percent_in, score_body
from lti_tool.services.grades.settling import record_lost
from lti_tool.services.grades.terms import terms_of
from lti_tool.services.registrations import COLUMNS, Registration

MOST_UNSEEN = 10
ARRIVED = tuple(outcome.value for outcome in Outcome if outcome.is_settled or outcome.is_uncertain)


def claim_due(
    session: Session,
    holder: str,
    now: datetime,
    *,
    lease: timedelta,
    most: int,
    backoff_base: timedelta,
    room: Mapping[int, int] | None = None,
    room_each: int | None = None,
) -> list[Claimed]:
    """At most `most` scores that are due, the longest due first, held by `holder` until the lease runs out.

    `holder` must be another one for each call.  A platform that was left alone gets one score first, which finds out
    whether it is back.  What cannot be computed is put off and stops nothing else.  No platform gets more than it
    bears, nor more than its room here, by its id, or `room_each`.
    """
    claimed: list[Claimed] = []
    rooms = room_now(session, now, most if room_each is None else room_each, room or {})
    taking = _Taking(session, holder, now, now + lease, backoff_base, rooms)
    # Locked rows are passed over: another worker is finding out (PostgreSQL; SQLite has one writer).
    over = select(PlatformPause).where(PlatformPause.until <= now).with_for_update(skip_locked=True)
    for pause in session.scalars(over).all():
        probe = taking.up_to(min(1, most - len(claimed)), Platform.id == pause.platform_id)
        if probe:
            pause.until, pause.probe_holder = now + lease, holder
            claimed += probe
    session.flush()
    pauses = select(PlatformPause.platform_id).where(PlatformPause.platform_id == Platform.id).correlate(Platform)
    is_free = ~pauses.exists()
    return claimed + taking.up_to(most - len(claimed), is_free)


class _Taking:
    """One claim under way."""

    def __init__(
        self, session: Session, holder: str, now: datetime, until: datetime, base: timedelta, room: Room
    ) -> None:
        self._session = session
        self._holder = holder
        self._now = now
        self._until = until
        self._base = base
        self._room = room
        self._passed_over: set[int] = set()

    def up_to(self, most: int, where: Any) -> list[Claimed]:
        """At most this many; whatever turns out to need no sending is settled on the way."""
        found: list[Claimed] = []
        while len(found) < most and (rows := self._due(most - len(found), where)):
            found += self._taken(rows)
        return found

    def _due(self, most: int, where: Any) -> Sequence[Row[Any]]:
        query = due(self._now, most).where(
            GradeOwed.id.not_in(self._passed_over), Platform.id.not_in(self._room.full), where
        )
        return carried(self._session, self._session.scalars(query).all())

    def _taken(self, rows: Sequence[Row[Any]]) -> Iterator[Claimed]:
        for row in rows:
            owed: GradeOwed = row.GradeOwed
            if row.Platform.id in self._room.full:
                continue
            try:
                # On PostgreSQL a statement that fails spoils what comes after it, up to the savepoint.
                with self._session.begin_nested():
                    claimed = self._take(owed, row)
            except Exception as error:  # noqa: BLE001 - one score that cannot be computed must not stop the others
                get_log().error("grade not computed", owed=owed.id, exc_info=error)
                self._put_off(owed)
                claimed = None
            if claimed is None:
                self._passed_over.add(owed.id)
            else:
                self._room.take(claimed.platform.id)
                yield claimed

    def _take(self, owed: GradeOwed, row: Row[Any]) -> Claimed | None:
        asked = Asked(row.enrolment_id, row.lesson_key, terms_of(row)) if row.enrolment_id is not None else None
        found = figure(self._session, asked, self._now) if asked is not None else Figure(None)
        # The link may open something else by now: what was reached, sent or tried says nothing about that.
        is_same = asked is not None and (owed.enrolment_id, owed.lesson_key) == (asked.enrolment_id, asked.lesson_key)
        is_by_rule = is_same and asked is not None and owed.rule == asked.terms.rule
        if row.role != Role.LEARNER.value or not (is_by_rule or found.percent is not None):
            self._call_off(owed)
            return None
        # A row that still has a holder was left by one that died: its score may have arrived.
        is_unknown = owed.is_ambiguous or owed.lease_holder is not None
        is_resend = is_by_rule and is_unknown and owed.body is not None and owed.body_wanted == owed.wanted
        told = owed.reached if is_by_rule else (owed.sent_percent or 0) if is_same else 0
        percent = max(told, found.percent or 0)
        found = replace(found, percent=percent)
        percent, score_at, body = _kept(owed) if is_resend else self._made(row, percent, overwrites=owed.overwrites)
        if is_same and percent == owed.sent_percent and not is_unknown and not owed.overwrites:
            self._update(owed, sent=owed.wanted)  # the gradebook shows it already
            return None
        claimed = self._claimed(owed, row, percent, score_at, body, is_resend=is_resend)
        is_mine = self._update(
            owed,
            lease_holder=self._holder,
            lease_until=self._until,
            body=body.decode(),
            body_wanted=owed.wanted,
            score_at=score_at,
            **({} if is_by_rule or asked is None else _retargeted(asked, percent, is_same=is_same)),
        )
        if is_mine and owed.lease_holder is not None:
            record_lost(self._session, owed, self._now)
        return replace(claimed, figure=Figure(None) if is_resend else found) if is_mine else None

    def _claimed(
        self, owed: GradeOwed, row: Row[Any], percent: int, score_at: datetime, body: bytes, *, is_resend: bool
    ) -> Claimed:
        return Claimed(
            owed_id=owed.id,
            line_item_id=owed.line_item_id,
            holder=self._holder,
            wanted=owed.wanted,
            platform=Registration(*(getattr(row.Platform, one.key) for one in COLUMNS)).at(row.deployment),
            url=row.url,
            scopes=tuple(row.scopes),
            sub=row.sub,
            percent=percent,
            score_at=score_at,
            body=body,
            is_resend=is_resend,
            shown=self._shown(owed) - {percent},
            was_changed=owed.was_changed,
            tries=owed.tries,
            unseen=self._unseen(owed),
            overwrites=owed.overwrites,
            is_altered=_is_altered(owed),
            place=_place(row),
        )

    def _call_off(self, owed: GradeOwed) -> None:
        """Nothing is to be sent; owing it anew is for whoever finds it finished."""
        nothing = dict.fromkeys(("lease_holder", "lease_until", "body", "body_wanted", "last_outcome"))
        self._update(owed, sent=owed.wanted, is_ambiguous=False, **nothing)

    def _made(self, row: Row[Any], percent: int, *, overwrites: bool) -> tuple[int, datetime, bytes]:
        """(percent, time, bytes) as of now."""
        score_at = self._now.replace(microsecond=0)
        title = _title(self._session, row.version_id, row.lesson_key)
        body = score_body(row.Platform.family, row.sub, percent, score_at, title, overwrites=overwrites)
        return percent, score_at, body

    def _shown(self, owed: GradeOwed) -> frozenset[float]:
        """What the gradebook may show because of us: what it took last, and whatever may have arrived since."""
        found: set[float] = set() if owed.sent_percent is None else {owed.sent_percent}
        tried = select(GradeAttempt.percent, GradeAttempt.outcome).where(
            GradeAttempt.grade_owed_id == owed.id, GradeAttempt.outcome.in_(ARRIVED)
        )
        for percent, outcome in self._session.execute(tried.order_by(GradeAttempt.id.desc())):
            found.add(percent)
            if Outcome(outcome).is_settled:
                break
        if _is_altered(owed) and owed.lms_percent is not None:
            found.add(owed.lms_percent)
        if owed.body is not None and (owed.is_ambiguous or owed.lease_holder is not None):
            found.add(percent_in(owed.body))
        return frozenset(found)

    def _unseen(self, owed: GradeOwed) -> int:
        """How many tries in a row ended without seeing what the LMS holds."""
        if owed.last_outcome != Outcome.UNSEEN:
            return 0
        latest = select(GradeAttempt.outcome).where(GradeAttempt.grade_owed_id == owed.id)
        outcomes = self._session.scalars(latest.order_by(GradeAttempt.id.desc()).limit(MOST_UNSEEN))
        return len(list(takewhile(lambda one: one == Outcome.UNSEEN, outcomes)))

    def _put_off(self, owed: GradeOwed) -> None:
        pause = pause_after(owed.tries + 1, f"score {owed.id}", self._base)
        outcome = Outcome.TOOL_TROUBLE.value
        self._update(owed, tries=owed.tries + 1, due_at=self._now + pause, last_outcome=outcome)

    def _update(self, owed: GradeOwed, **values: Any) -> bool:
        """True if the row was still as we read it.  `owed` itself keeps what was read."""
        result: Any = self._session.execute(
            update(GradeOwed)
            .where(
                GradeOwed.id == owed.id,
                GradeOwed.wanted == owed.wanted,
                or_(GradeOwed.lease_until.is_(None), GradeOwed.lease_until <= self._now),
            )
            .values(**values)
            .execution_options(synchronize_session=False)
        )
        return bool(result.rowcount == 1)


def _is_altered(owed: GradeOwed) -> bool:
    """The LMS showed something else than ours right after it had taken ours: its own lateness, or a curve."""
    is_ours = owed.lms_read_at is not None and owed.lms_read_at == owed.sent_at
    return is_ours and owed.lms_percent is not None and owed.lms_percent != owed.sent_percent


def _retargeted(asked: Asked, percent: int, *, is_same: bool) -> dict[str, object]:
    """The score is for what the link opens now, by the rule that it has now."""
    now: dict[str, object] = {"lesson_key": asked.lesson_key, "rule": asked.terms.rule.value, "reached": percent}
    anew: dict[str, object] = {"enrolment_id": asked.enrolment_id, "sent_percent": None, "sent_at": None}
    return now if is_same else now | anew


def _place(row: Row[Any]) -> Place | None:
    if row.line_items_url is None:
        return None
    return Place(row.line_items_url, tuple(row.service_scopes), row.link_lms_id, row.second_rule)


def _kept(owed: GradeOwed) -> tuple[int, datetime, bytes]:
    """(percent, time, bytes) of the last try."""
    assert owed.body is not None
    assert owed.score_at is not None
    return percent_in(owed.body), owed.score_at, owed.body.encode()


def _title(session: Session, version_id: int | None, lesson_key: str | None) -> str:
    """What the score is for, as its author calls it."""
    if version_id is None:
        return "Sprig"
    course = edition(session, version_id).course
    return next((lesson.title for lesson in course.lessons if lesson.key == lesson_key), course.title)
