"""Registrations as values: what logins, launches, keys and scores need to know of a platform."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Self

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from lti_tool.errors import NotFound
from lti_tool.models import Context, Deployment, Platform
from lti_tool.models.engine import run


@dataclass(frozen=True, slots=True)
class Registration:
    """A platform as it is registered."""

    id: int
    issuer: str
    client_id: str
    auth_url: str
    token_url: str
    jwks_url: str
    token_audience: str | None
    family: str
    is_enabled: bool = True
    lists_deployments: bool = False
    admits_unbound_learners: bool = False
    frame_ancestors: str = ""
    admits_anonymous: bool = False
    admits_mentors: bool = False
    asks_for: str = "name"
    pinned_kid: str | None = None
    deployment: str = ""
    """The platform's id of the installation that is asked about: institutions on one issuer share all the rest."""

    def at(self, deployment: str) -> Self:
        """The same, for this deployment."""
        return replace(self, deployment=deployment)


COLUMNS = tuple(getattr(Platform, one.name) for one in fields(Registration) if one.name != "deployment")
"""Of `Platform`, in the order of the fields: a row that begins with them makes a `Registration`."""
WIDTH = len(COLUMNS)

_ENABLED = select(*COLUMNS).where(Platform.is_enabled)
_OF_ISSUER = _ENABLED.where(Platform.issuer == bindparam("issuer")).limit(2)
_OF_CLIENT = _OF_ISSUER.where(Platform.client_id == bindparam("client"))


def registrations_of(session: Session, issuer: str, client_id: str | None) -> list[Registration]:
    """The enabled registrations of an issuer, two at most; with a client id the one that has it."""
    if client_id:
        rows: Sequence[Any] = run(session, _OF_CLIENT, issuer=issuer, client=client_id).all()
    else:
        rows = run(session, _OF_ISSUER, issuer=issuer).all()
    return [Registration(*row) for row in rows]


def enabled_registrations(session: Session) -> list[Registration]:
    """All that are not switched off, oldest first."""
    return [Registration(*row) for row in run(session, _ENABLED.order_by(Platform.id))]


def registration_of(session: Session, platform_id: int) -> Registration:
    """The registration, switched off or not; `NotFound` if there is none."""
    row = session.execute(select(*COLUMNS).where(Platform.id == platform_id)).first()
    if row is None:
        raise NotFound
    return Registration(*row)


def installation_of(session: Session, context_id: int) -> Registration:
    """The registration and the deployment that an LMS course came by."""
    row = session.execute(
        select(*COLUMNS, Deployment.lms_id)
        .join(Deployment, Deployment.platform_id == Platform.id)
        .join(Context, Context.deployment_id == Deployment.id)
        .where(Context.id == context_id)
    ).one()
    return Registration(*row[:WIDTH]).at(row[WIDTH])


def is_shared_issuer(issuer: str) -> bool:
    """Many institutions share these issuers (LTI.md §0.6)."""
    return issuer in {"https://canvas.instructure.com", "https://blackboard.com"} or issuer.endswith(".instructure.com")
