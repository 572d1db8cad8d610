"""What launches have shown of a platform: where its services are, and what was done there."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from lti_tool.models import Context, Deployment, Learner, LineItem, Member, ResourceLink, ServiceToken, Visit

LATEST = 20
"""So many LMS courses tell what a platform allows; older ones may tell what it once allowed."""


@dataclass(frozen=True, slots=True)
class Observed:
    """What the latest LMS courses of a platform, and its visits on record, tell."""

    has_launched: bool
    has_chosen: bool
    """A teacher chose content for a link, or opened the picker."""
    memberships_url: str | None
    scopes: frozenset[str]
    """Of the gradebook."""
    visits: int
    visits_in_address: int
    """Of browsers that kept no cookie."""


def _some(session: Session, query: Select[Any]) -> bool:
    return session.execute(query.limit(1)).first() is not None


def observed(session: Session, platform_id: int) -> Observed:
    """What is known of this platform."""
    courses = (
        select(Context.id, Context.memberships_url, Context.service_scopes)
        .join(Deployment, Deployment.id == Context.deployment_id)
        .where(Deployment.platform_id == platform_id)
        .order_by(Context.id.desc())
        .limit(LATEST)
    )
    latest = session.execute(courses).all()
    ids = [one.id for one in latest]
    theirs = select(Learner.id).where(Learner.platform_id == platform_id)
    columns = session.scalars(select(LineItem.scopes).where(LineItem.context_id.in_(ids)).limit(LATEST))
    visits = session.execute(
        select(func.count(), func.count().filter(Visit.is_in_address)).where(Visit.learner_id.in_(theirs))
    ).one()
    links = select(ResourceLink.id).join(Context, Context.id == ResourceLink.context_id)
    links = links.join(Deployment, Deployment.id == Context.deployment_id).where(Deployment.platform_id == platform_id)
    picking = select(Visit.key).where(Visit.learner_id.in_(theirs), Visit.deep_link.is_not(None))
    return Observed(
        has_launched=_some(
            session, select(Member.id).where(Member.learner_id.in_(theirs), Member.seen_at.is_not(None))
        ),
        has_chosen=_some(session, links.where(ResourceLink.course_id.is_not(None))) or _some(session, picking),
        memberships_url=next((one.memberships_url for one in latest if one.memberships_url), None),
        scopes=frozenset(scope for scopes in [*(one.service_scopes for one in latest), *columns] for scope in scopes),
        visits=visits[0],
        visits_in_address=visits[1],
    )


def forget_tokens(session: Session, platform_id: int) -> None:
    """The next access token comes from the platform itself."""
    session.execute(delete(ServiceToken).where(ServiceToken.platform_id == platform_id))
