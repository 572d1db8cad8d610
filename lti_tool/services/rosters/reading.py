"""When a list is read, and by whom."""

import secrets
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import String, cast, exists, literal, or_, select, update
from sqlalchemy.orm import Session

from lti_tool.logs import get_log
from lti_tool.models import Context, Deployment, Member, Platform
from lti_tool.models.engine import Database
from lti_tool.services.leases import give_back, is_leased, leased, take_lease
from lti_tool.services.registrations import COLUMNS, WIDTH, Registration
from lti_tool.services.roster_reasons import Unread
from lti_tool.services.rosters.model import Asked, Reading, Roster
from lti_tool.services.rosters.noting import note_roster

LEASE = timedelta(minutes=2)
"""Longer than a reading may take."""
IN_USE = timedelta(hours=24)
"""The worker reads the lists of LMS courses from which somebody came within this time…"""
READ_EVERY = timedelta(hours=6)
"""…this often…"""
TRIED = "roster-tried:"
TRIED_EVERY = timedelta(hours=1)
"""…and tries again this often where a list could not be read."""
WHOLE_EVERY = timedelta(hours=24)
"""So old may a whole reading be for the changes since to be enough: a change that was missed heals."""
MOST_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class RosterState:
    """How the reading of a list stands."""

    read_at: datetime | None
    """When it was last read to its end."""
    is_waiting: bool
    """It is being read, or will be in a moment."""
    last: Reading | None


def ask_for_roster(session: Session, context_id: int, now: datetime) -> None:
    """The worker will read the list in a moment: a web server that waited for an LMS could serve nobody else."""
    session.execute(
        update(Context)
        .where(Context.id == context_id, Context.roster_asked_at.is_(None))
        .values(roster_asked_at=now, roster_said=None)
    )


def roster_state(session: Session, context_id: int, now: datetime) -> RosterState:
    """How the reading of this LMS course's list stands."""
    row = session.execute(
        select(Context.roster_read_at, Context.roster_asked_at, Context.roster_said).where(Context.id == context_id)
    ).one()
    is_waiting = row.roster_asked_at is not None or is_leased(session, _lease_name(context_id), now)
    last = Reading.from_kept(row.roster_said) if row.roster_said is not None and not is_waiting else None
    return RosterState(row.roster_read_at, is_waiting, last)


def _lease_name(context_id: int) -> str:
    return f"roster:{context_id}"


def read_roster(database: Database, roster: Roster, context_id: int, clock: Callable[[], datetime]) -> Reading:
    """The list of this LMS course is on record, as far as it could be read.  Reading it again changes nothing."""
    began, lease, holder = clock(), _lease_name(context_id), secrets.token_hex(8)
    with database.writing() as session:
        known = _known(session, context_id, began)
        if known is None:
            return _concluded(session, context_id, Reading(unread=Unread.NO_LIST))
        if not take_lease(session, lease, holder, began, LEASE):
            return Reading(unread=Unread.UNDER_WAY)
    try:
        fetched = roster.fetch(known, began)
        reading = note_roster(database, context_id, fetched, began)
    finally:
        with database.writing() as session:
            give_back(session, lease, holder)
    counts = {"listed": reading.listed, "new": reading.new, "left": reading.left}
    log = get_log(platform=known.platform.id, context=context_id)
    log.info("roster read", whole=fetched.is_whole, unread=reading.unread, **counts)
    return reading


def _concluded(session: Session, context_id: int, reading: Reading) -> Reading:
    session.execute(update(Context).where(Context.id == context_id).values(roster_said=reading.kept))
    return reading


def read_asked_rosters(
    database: Database, roster: Roster, clock: Callable[[], datetime], stop: threading.Event | None = None
) -> None:
    """The lists for which teachers wait are read, each by one worker."""
    with database.reading() as session:
        waiting = select(Context.id).where(Context.roster_asked_at.is_not(None)).order_by(Context.roster_asked_at)
        contexts = session.scalars(waiting.limit(MOST_AT_ONCE)).all()
    for context_id in contexts:
        if stop is not None and stop.is_set():
            return
        with database.writing() as session:
            taken: Any = session.execute(
                update(Context)
                .where(Context.id == context_id, Context.roster_asked_at.is_not(None))
                .values(roster_asked_at=None)
                .execution_options(synchronize_session=False)
            )
        if taken.rowcount == 1:
            _read_safely(database, roster, context_id, clock)


def read_rosters(
    database: Database, roster: Roster, clock: Callable[[], datetime], stop: threading.Event | None = None
) -> None:
    """The lists that are due are read, each by one worker; with `stop` set, only the one that was under way."""
    with database.reading() as session:
        contexts = _due(session, clock())
    for context_id in contexts:
        if stop is not None and stop.is_set():
            return
        with database.writing() as session:  # never given back: whatever comes of it, the next try is an hour away
            is_mine = take_lease(session, f"{TRIED}{context_id}", secrets.token_hex(8), clock(), TRIED_EVERY)
        if is_mine:
            _read_safely(database, roster, context_id, clock)


def _read_safely(database: Database, roster: Roster, context_id: int, clock: Callable[[], datetime]) -> None:
    try:
        read_roster(database, roster, context_id, clock)
    except Exception:  # noqa: BLE001 - one list that cannot be read must not stop the others
        get_log().exception("roster not read", context=context_id)


def _due(session: Session, now: datetime) -> Sequence[int]:
    is_in_use = exists().where(Member.context_id == Context.id, Member.seen_at > now - IN_USE)
    query = (
        select(Context.id)
        .where(
            Context.memberships_url.is_not(None),
            or_(Context.roster_read_at.is_(None), Context.roster_read_at <= now - READ_EVERY),
            is_in_use,
            # Whoever was tried lately would be in the way of the others.
            ~leased(literal(TRIED) + cast(Context.id, String), now),
        )
        .order_by(Context.roster_read_at.nulls_first(), Context.id)
        .limit(MOST_AT_ONCE)
    )
    return session.scalars(query).all()


def _known(session: Session, context_id: int, now: datetime) -> Asked | None:
    """Where the list is; None if the LMS has not told, or is switched off."""
    row = session.execute(
        select(
            *COLUMNS,
            Context.memberships_url,
            Context.roster_differences_url,
            Context.roster_whole_at,
            Deployment.lms_id,
        )
        .join(Deployment, Deployment.platform_id == Platform.id)
        .join(Context, Context.deployment_id == Deployment.id)
        .where(Context.id == context_id, Platform.is_enabled)
    ).first()
    if row is None or row.memberships_url is None:
        return None
    is_fresh = row.roster_whole_at is not None and row.roster_whole_at > now - WHOLE_EVERY
    differences = row.roster_differences_url if is_fresh else None
    return Asked(Registration(*row[:WIDTH]).at(row.lms_id), row.memberships_url, differences=differences)
