"""When it is for a learner: the instant, the zone, and the study day that turns at 04:00 there."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lti_tool.models import DemoClock
from lti_tool.models.engine import insert_once
from scheduler.day import study_day, zone_from


@dataclass(frozen=True, slots=True)
class Moment:
    """When something happens to a learner."""

    at: datetime
    zone: str
    """IANA name."""
    today: date
    """The study day."""


def moment(now: datetime, *zones: str | None, jumped: int = 0) -> Moment:
    """The moment in the first known zone; only the study day is ever `jumped` days ahead (demo)."""
    zone = zone_from(*zones)
    return Moment(now, zone.key, study_day(now, zone) + timedelta(days=jumped))


def days_jumped(session: Session) -> int:
    """How far the demo's study day is ahead."""
    return session.execute(select(DemoClock.days).where(DemoClock.id == 1)).scalar_one_or_none() or 0


def jump(session: Session, days: int) -> int:
    """The demo's study day is that many days further ahead; returns how far in all."""
    insert_once(session, DemoClock, {"id": 1, "days": 0})
    session.execute(update(DemoClock).where(DemoClock.id == 1).values(days=DemoClock.days + days))
    return days_jumped(session)
