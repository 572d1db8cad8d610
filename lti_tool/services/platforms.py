"""Registrations, made by hand."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_tool.models import Deployment, Platform, Tenant


@dataclass(frozen=True, slots=True)
class AddPlatform:
    """What an administrator gives to register an LMS."""

    issuer: str
    client_id: str
    auth_url: str
    token_url: str
    jwks_url: str
    token_audience: str | None = None
    deployments: tuple[str, ...] = ()
    family: str = "other"
    name: str | None = None
    frame_ancestors: str = ""
    admits_unbound_learners: bool = False


def default_tenant(session: Session) -> Tenant:
    """The institution of a single-institution installation; made if there is none yet."""
    found = session.scalars(select(Tenant).order_by(Tenant.id).limit(1)).first()
    if found is None:
        found = Tenant(name="This institution")
        session.add(found)
        session.flush()
    return found


def add_platform(session: Session, command: AddPlatform, now: datetime) -> tuple[Platform, bool]:
    """The registration is as the command says: (row, whether it is new).  Doing it again changes nothing."""
    row = session.scalars(
        select(Platform).where(Platform.issuer == command.issuer, Platform.client_id == command.client_id)
    ).first()
    is_new = row is None
    if row is None:
        row = Platform(
            issuer=command.issuer, client_id=command.client_id, tenant_id=default_tenant(session).id, created_at=now
        )
        session.add(row)
    row.auth_url, row.token_url, row.jwks_url = command.auth_url, command.token_url, command.jwks_url
    row.token_audience, row.family = command.token_audience, command.family
    row.name = command.name or row.name or command.issuer
    row.frame_ancestors = command.frame_ancestors
    row.admits_unbound_learners = command.admits_unbound_learners
    row.is_enabled = True
    row.lists_deployments = bool(command.deployments)
    session.flush()
    for lms_id in command.deployments:
        known = select(Deployment.id).where(Deployment.platform_id == row.id, Deployment.lms_id == lms_id)
        if session.scalars(known).first() is None:
            session.add(Deployment(platform_id=row.id, lms_id=lms_id, is_held=False, created_at=now))
    session.flush()
    return row, is_new


def list_platforms(session: Session) -> list[Platform]:
    """All registrations, oldest first."""
    return list(session.scalars(select(Platform).order_by(Platform.id)))


def disable_platform(session: Session, issuer: str, client_id: str | None) -> int:
    """How many registrations were switched off; their learners' work stays."""
    query = select(Platform).where(Platform.issuer == issuer)
    rows = session.scalars(query.where(Platform.client_id == client_id) if client_id else query).all()
    for row in rows:
        row.is_enabled = False
    session.flush()
    return len(rows)
