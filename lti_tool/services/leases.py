"""Who does a thing that only one should do: a row, so that it works across processes and machines."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, select, update
from sqlalchemy.orm import Session

from lti_tool.models import JobRun, Lease
from lti_tool.models.engine import insert_once


def take_lease(session: Session, name: str, holder: str, now: datetime, length: timedelta) -> bool:
    """True if the holder has the lease from now for `length`; it runs out by itself."""
    until = now + length
    if insert_once(session, Lease, {"name": name, "holder": holder, "until": until}):
        return True
    result: Any = session.execute(
        update(Lease)
        .where(Lease.name == name, Lease.until <= now)
        .values(holder=holder, until=until)
        .execution_options(synchronize_session=False)
    )
    return bool(result.rowcount == 1)


def leased(name: ColumnElement[str], now: datetime) -> ColumnElement[bool]:
    """A condition: somebody holds the lease of this name, which may be made of columns."""
    return exists().where(Lease.name == name, Lease.until > now)


def give_back(session: Session, name: str, holder: str) -> None:
    """The holder no longer has the lease, if it still had it."""
    session.execute(delete(Lease).where(Lease.name == name, Lease.holder == holder))


def is_leased(session: Session, name: str, now: datetime) -> bool:
    """Somebody has the lease."""
    return session.execute(select(Lease.name).where(Lease.name == name, Lease.until > now)).first() is not None


def claim_run(session: Session, job: str, planned_at: datetime) -> bool:
    """True for exactly one worker for each run of the timetable."""
    return insert_once(session, JobRun, {"job": job, "planned_at": planned_at})


def forget_runs(session: Session, before: datetime) -> None:
    """Runs planned before then are no longer on record."""
    session.execute(delete(JobRun).where(JobRun.planned_at < before))
