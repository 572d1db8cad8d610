"""Whether a platform works: what somebody asked, and what the worker found."""

from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_tool.models import PlatformCheck
from lti_tool.models.engine import insert_once
from lti_tool.services.leases import give_back, take_lease
from lti_tool.words import N_

PATIENCE = timedelta(minutes=1)
"""A worker looks every few seconds, and needs some for each platform."""
LEASE = timedelta(minutes=2)
"""Longer than looking at one platform may take."""

OWN_KEY, TOKEN = N_("Sprig’s own signing key"), N_("An access token, from %(address)s")
"""What is looked at, where teachers are told of it, too."""


class State(StrEnum):
    """How a thing stands."""

    WELL = "well"
    MEND = "mend"
    WAITS = "waits"
    """Nothing is known yet."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; `remedy` unless it is well.  Both are message ids with places for `values`."""

    what: str
    state: State = State.WELL
    remedy: str = ""
    values: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Check:
    """What is known of a platform."""

    findings: tuple[Finding, ...]
    checked_at: datetime | None
    is_waiting: bool
    """Somebody asked, and nothing has come of it yet."""
    is_stuck: bool
    """For so long that no worker seems to run."""


def ask_for_check(session: Session, platform_id: int, now: datetime) -> None:
    """The worker will look; what was found before is no longer shown."""
    values: dict[str, object] = {"platform_id": platform_id, "asked_at": now, "findings": []}
    if not insert_once(session, PlatformCheck, values):
        row = session.get_one(PlatformCheck, platform_id)
        row.asked_at, row.checked_at, row.findings = now, None, []


def take_asked(session: Session, holder: str, now: datetime) -> int | None:
    """The platform that was asked about first, for one worker at a time; None if nobody waits.

    What a worker took and did not finish is taken again, once its lease has run out.
    """
    waiting = select(PlatformCheck.platform_id).where(PlatformCheck.asked_at.is_not(None))
    for platform_id in session.scalars(waiting.order_by(PlatformCheck.asked_at)).all():
        if take_lease(session, _lease_name(platform_id), holder, now, LEASE):
            return platform_id
    return None


def note_check(session: Session, platform_id: int, findings: list[Finding], holder: str, now: datetime) -> None:
    """This was found; nobody waits any more."""
    row = session.get_one(PlatformCheck, platform_id)
    row.findings, row.checked_at, row.asked_at = [asdict(one) for one in findings], now, None
    give_back(session, _lease_name(platform_id), holder)


def _lease_name(platform_id: int) -> str:
    return f"check:{platform_id}"


def check_of(session: Session, platform_id: int, now: datetime) -> Check:
    """What is known now."""
    row = session.get(PlatformCheck, platform_id)
    if row is None:
        return Check((), None, is_waiting=False, is_stuck=False)
    findings = tuple(Finding(**one | {"state": State(one["state"])}) for one in row.findings)
    is_stuck = row.asked_at is not None and now - row.asked_at > PATIENCE
    return Check(findings, row.checked_at, is_waiting=row.asked_at is not None, is_stuck=is_stuck)
