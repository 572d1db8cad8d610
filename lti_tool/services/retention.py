"""How long data stay: until a person asks, or until nobody has come for as long as the institution keeps them."""

from datetime import datetime, timedelta

from sqlalchemy import and_, exists, or_, select, update
from sqlalchemy.orm import Session

from lti_tool.models import Learner, Member
from lti_tool.services.privacy import erase_learner

DAYS_TO_THINK = 7
"""So long, whoever asked for her data to be erased can still take it back."""
MOST_AT_ONCE = 50
"""Nobody waits long for one transaction; the rest goes next time."""


def note_told(session: Session, learner_id: int, now: datetime) -> None:
    """She has read what is kept of her."""
    session.execute(update(Learner).where(Learner.id == learner_id, Learner.told_at.is_(None)).values(told_at=now))


def ask_erasure(session: Session, learner_id: int, now: datetime) -> None:
    """Her data go in a week; asking again changes nothing."""
    session.execute(
        update(Learner).where(Learner.id == learner_id, Learner.erasure_asked_at.is_(None)).values(erasure_asked_at=now)
    )


def take_erasure_back(session: Session, learner_id: int) -> None:
    """Her data stay."""
    session.execute(update(Learner).where(Learner.id == learner_id).values(erasure_asked_at=None))


def erase_due(session: Session, now: datetime, keep_days: int) -> int:
    """How many people's data went: of those who asked a week ago, and who have not come for `keep_days` (0: for ever).

    Somebody on a roster who never came counts from the day she was put on it.
    """
    due = Learner.erasure_asked_at <= now - timedelta(days=DAYS_TO_THINK)
    if keep_days:
        since = now - timedelta(days=keep_days)
        has_come = exists().where(Member.learner_id == Learner.id, Member.seen_at > since)
        due = or_(due, and_(Learner.created_at <= since, ~has_come))
    found = session.scalars(select(Learner.id).where(due).order_by(Learner.id).limit(MOST_AT_ONCE)).all()
    for learner_id in found:
        erase_learner(session, learner_id)
    return len(found)
