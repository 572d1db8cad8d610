"""What no longer serves anybody is forgotten."""

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from lti_tool.models import LaunchState, Lease, ServiceToken, Visit
from lti_tool.services.leases import forget_runs
from lti_tool.services.throttle import forget_tries

KEPT = timedelta(days=1)
"""So long, a late or repeated launch is told what happened to it."""


def purge(session: Session, now: datetime) -> None:
    """Launch states, visits, tokens, leases and counts whose time is over are gone."""
    session.execute(delete(LaunchState).where(LaunchState.expires_at < now - KEPT))
    session.execute(delete(Visit).where(Visit.expires_at < now - KEPT))
    session.execute(delete(ServiceToken).where(ServiceToken.expires_at < now))
    session.execute(delete(Lease).where(Lease.until < now - KEPT))
    forget_tries(session, now)
    forget_runs(session, now - KEPT)
