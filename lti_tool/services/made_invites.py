"""Invites that were made: what became of them, and taking one back."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from lti_tool.logs import get_log
from lti_tool.models import Invite, Platform

NUMBER_SIGNS = 12
"""By so many signs of its hash an invite is told apart; they open nothing."""
MOST_SHOWN = 100


class Standing(StrEnum):
    """What became of an invite."""

    OPEN = "open"
    USED = "used"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class MadeInvite:
    """An invite, as whoever may make some sees it afterwards; its secret is nowhere."""

    number: str
    """Names it here."""
    family: str
    asks_for: str
    made_at: datetime
    ends_at: datetime
    used_at: datetime | None
    standing: Standing
    platform_id: int | None
    platform: str | None
    """What was registered by it."""


def made_invites(session: Session, now: datetime) -> list[MadeInvite]:
    """The latest that are still remembered, newest first."""
    query = (
        select(Invite, Platform.name)
        .outerjoin(Platform, Platform.id == Invite.platform_id)
        .order_by(Invite.created_at.desc(), Invite.token_hash)
        .limit(MOST_SHOWN)
    )
    return [_made(invite, platform, now) for invite, platform in session.execute(query)]


def _made(invite: Invite, platform: str | None, now: datetime) -> MadeInvite:
    standing = Standing.OPEN if invite.expires_at > now else Standing.EXPIRED
    return MadeInvite(
        number=invite.token_hash[:NUMBER_SIGNS],
        family=invite.family,
        asks_for=invite.asks_for,
        made_at=invite.created_at,
        ends_at=invite.expires_at,
        used_at=invite.used_at,
        standing=standing if invite.used_at is None else Standing.USED,
        platform_id=invite.platform_id,
        platform=platform,
    )


def withdraw_invite(session: Session, number: str) -> bool:
    """Nobody registers anything by this invite any more, and it is forgotten; one that was used stays on record.

    False if there is none to withdraw, as when it was withdrawn before.
    """
    unused = delete(Invite).where(func.substr(Invite.token_hash, 1, NUMBER_SIGNS) == number, Invite.used_at.is_(None))
    done: Any = session.execute(unused.execution_options(synchronize_session=False))
    if done.rowcount:
        get_log().info("invite withdrawn", invite=number)
    return bool(done.rowcount)
