"""How long it takes until what waits for a platform is through, at the pace of its latest scores."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lti_tool.models import GradeAttempt, GradeOwed, Learner, PlatformPace, PlatformPause
from lti_tool.services.grades.choices import IS_OWED

UNKNOWN = timedelta(seconds=2)
"""For one score, on a platform that took none lately."""
IDLE = timedelta(seconds=30)
"""A longer time between two tries says that nothing was to be sent."""
LATELY = timedelta(hours=1)
LATEST = 1000
"""Tries of all platforms that are looked at."""
MANY = 20
"""With more than these, people are told how long it takes."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits for a platform, whoever it is from."""

    waiting: int
    takes: timedelta | None
    """About how long that takes, where many wait."""
    paused_until: datetime | None


def time_for(waiting: int, tried_at: Sequence[datetime], at_once: int) -> timedelta:
    """The time for so many scores, given when the latest were tried, the newest first, with so many at once."""
    gaps = [later - earlier for later, earlier in pairwise(tried_at) if later - earlier <= IDLE]
    # What lies between two tries is one score's time already shared by those that were under way at once.
    each = sum(gaps, timedelta(0)) / len(gaps) if gaps else UNKNOWN / max(1, at_once)
    return waiting * each


def backlog(session: Session, platform_id: int, now: datetime) -> Backlog:
    """What waits for this platform now; where it is left alone, the time until that is over is part of `takes`."""
    count = select(func.count()).select_from(GradeOwed).join(Learner, Learner.id == GradeOwed.learner_id)
    waiting = session.execute(count.where(Learner.platform_id == platform_id, IS_OWED)).scalar_one()
    until = session.execute(
        select(PlatformPause.until).where(PlatformPause.platform_id == platform_id)
    ).scalar_one_or_none()
    if waiting <= MANY:
        return Backlog(waiting, None, until)
    at_once = session.execute(
        select(PlatformPace.at_once).where(PlatformPace.platform_id == platform_id)
    ).scalar_one_or_none()
    takes = time_for(waiting, _tried_at(session, platform_id, now), at_once or 1)
    return Backlog(waiting, takes + max(timedelta(0), (until or now) - now), until)


def _tried_at(session: Session, platform_id: int, now: datetime) -> Sequence[datetime]:
    # Bounded by the table's own order: the tries of a quiet platform may lie behind a million of a busy one.
    latest = (
        select(GradeAttempt.grade_owed_id, GradeAttempt.tried_at)
        .order_by(GradeAttempt.id.desc())
        .limit(LATEST)
        .subquery()
    )
    return session.scalars(
        select(latest.c.tried_at)
        .join(GradeOwed, GradeOwed.id == latest.c.grade_owed_id)
        .join(Learner, Learner.id == GradeOwed.learner_id)
        .where(Learner.platform_id == platform_id, latest.c.tried_at > now - LATELY)
        .order_by(latest.c.tried_at.desc())
    ).all()
