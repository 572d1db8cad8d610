"""What no longer serves anybody is forgotten."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lti_tool.models import LaunchState, Learner, Lease, ServiceToken, Visit
from lti_tool.services.administration import forget_sign_ins
from lti_tool.services.arrivals import ANONYMOUS
from lti_tool.services.invites import forget_invites
from lti_tool.services.leases import forget_runs
from lti_tool.services.privacy import erase_learner
from lti_tool.services.throttle import forget_tries

KEPT = timedelta(days=1)
"""So long, a late or repeated launch is told what happened to it."""


MOST_AT_ONCE = 200
"""Nobody waits long for a transaction that tidies; the rest goes next time."""


def purge(session: Session, now: datetime) -> None:
    """Launch states, visits, tokens, leases and counts whose time is over are gone, and who came without a name."""
    session.execute(delete(LaunchState).where(LaunchState.expires_at < now - KEPT))
    session.execute(delete(Visit).where(Visit.expires_at < now - KEPT))
    session.execute(delete(ServiceToken).where(ServiceToken.expires_at < now))
    session.execute(delete(Lease).where(Lease.until < now - KEPT))
    forget_tries(session, now)
    forget_runs(session, now - KEPT)
    forget_invites(session, now)
    forget_sign_ins(session, now)
    nameless = select(Learner.id).where(
        Learner.sub.startswith(ANONYMOUS, autoescape=True), Learner.created_at < now - KEPT
    )
    for learner_id in session.scalars(nameless.limit(MOST_AT_ONCE)).all():
        erase_learner(session, learner_id)
