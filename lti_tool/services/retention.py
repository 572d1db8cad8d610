"""How long data stay: until a person asks, or until nobody has come for as long as the institution keeps them."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, or_, select, update
from sqlalchemy.orm import Session

from lti_tool.models import Learner, Member
from lti_tool.services.privacy import erase_learner

DAYS_TO_THINK = 7
"""So long, whoever asked for her data to be erased can still take it back."""
MOST = 500
"""At once; the rest goes next time."""


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


def _is_due(now: datetime, keep_days: int) -> ColumnElement[bool]:
    """Who asked a week ago, or has not come for `keep_days` (0: for ever).

    Somebody on a roster who never came counts from the day she was put on it.
    """
    due = Learner.erasure_asked_at <= now - timedelta(days=DAYS_TO_THINK)
    if not keep_days:
        return due
    since = now - timedelta(days=keep_days)
    has_come = exists().where(Member.learner_id == Learner.id, Member.seen_at > since)
    return or_(due, and_(Learner.created_at <= since, ~has_come))


def due_for_erasure(session: Session, now: datetime, keep_days: int) -> list[int]:
    """Whose data are to go; some of them, if they are many."""
    return list(session.scalars(select(Learner.id).where(_is_due(now, keep_days)).order_by(Learner.id).limit(MOST)))


def erase_if_due(session: Session, learner_id: int, now: datetime, keep_days: int) -> bool:
    """Her data went; not if she took it back, or came, since somebody looked.  One transaction for each person."""
    held = select(Learner.id).where(Learner.id == learner_id).with_for_update(key_share=True)
    if session.execute(held).first() is None:
        return False
    still = select(Learner.id).where(Learner.id == learner_id, _is_due(now, keep_days))
    if session.execute(still).first() is None:
        return False
    erase_learner(session, learner_id)
    return True
