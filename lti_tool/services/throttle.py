"""How often one network address may begin a launch."""

import hashlib
import hmac
from datetime import datetime

from sqlalchemy import bindparam, delete, update
from sqlalchemy.orm import Session

from lti_tool.errors import TooMany
from lti_tool.models import LoginCount
from lti_tool.models.engine import insert_once, run


def address_hash(address: str, secret: str) -> str:
    """What we store of a network address: nobody without the secret can tell which it was."""
    return hmac.new(secret.encode(), address.encode(), hashlib.sha256).hexdigest()


_ONE_MORE = (
    update(LoginCount)
    .where(LoginCount.address_hash == bindparam("address"), LoginCount.minute == bindparam("in_minute"))
    .values(count=LoginCount.count + 1)
    .returning(LoginCount.count)
)


def count_try(session: Session, address: str, now: datetime, most: int) -> None:
    """One more try of this (hashed) address in this minute; `TooMany` once there are more than `most`."""
    minute = int(now.timestamp() // 60)
    count = run(session, _ONE_MORE, address=address, in_minute=minute).scalar_one_or_none()
    if count is None:
        if insert_once(session, LoginCount, {"address_hash": address, "minute": minute, "count": 1}):
            return
        # Somebody else's first try came in between.
        count = run(session, _ONE_MORE, address=address, in_minute=minute).scalar_one()
    if count > most:
        raise TooMany


def forget_tries(session: Session, now: datetime) -> None:
    """Counts older than ten minutes are gone."""
    session.execute(delete(LoginCount).where(LoginCount.minute < int(now.timestamp() // 60) - 10))
