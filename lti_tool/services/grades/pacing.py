"""How many scores a platform bears at once, by all workers together: learnt from its answers, kept in the database."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from lti_tool.models import GradeOwed, Learner, PlatformPace
from lti_tool.services.grades.due import Room

CALM = timedelta(minutes=1)
"""After so long without being asked to slow down, one more at once is tried."""
TOGETHER = timedelta(seconds=5)
"""Scores that are turned away within this time were turned away for one reason."""
SHARE = 2


def room_now(session: Session, now: datetime, each: int, mine: Mapping[int, int]) -> Room:
    """What may go where: no more than the platform bears, and no more than this process has to spare (`mine`, `each`).

    The paces are held until the end of the transaction, so that two workers do not both take the last place.
    """
    paces = session.scalars(select(PlatformPace).order_by(PlatformPace.platform_id).with_for_update()).all()
    leased = (
        select(Learner.platform_id, func.count())
        .join(GradeOwed, GradeOwed.learner_id == Learner.id)
        .where(GradeOwed.lease_until > now)
        .group_by(Learner.platform_id)
    )
    under_way = {row[0]: row[1] for row in session.execute(leased)}
    left = dict(mine)
    for pace in paces:
        if pace.at_once < pace.most and pace.changed_at <= now - CALM:
            pace.at_once, pace.changed_at = pace.at_once + 1, now
        at_once = min(pace.at_once, pace.most)
        left[pace.platform_id] = min(mine.get(pace.platform_id, each), at_once - under_way.get(pace.platform_id, 0))
    session.flush()
    return Room(each, left)


def slow_down(session: Session, platform_id: int, now: datetime) -> None:
    """The platform asked for it: half as many at once from now on, and always one."""
    session.execute(
        update(PlatformPace)
        .where(PlatformPace.platform_id == platform_id, PlatformPace.at_once > 1)
        .where((PlatformPace.changed_at <= now - TOGETHER) | (PlatformPace.at_once >= PlatformPace.most))
        .values(at_once=PlatformPace.at_once // SHARE, changed_at=now)
        .execution_options(synchronize_session=False)
    )
