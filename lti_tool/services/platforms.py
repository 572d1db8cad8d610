"""Registrations, made by hand."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_tool.models import Deployment, Platform, Tenant
from lti_tool.models.engine import insert_once


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
    query = select(Tenant).order_by(Tenant.id).limit(1)
    found = session.scalars(query).first()
    if found is None:
        insert_once(session, Tenant, {"name": "This institution"})
        found = session.scalars(query).one()
    return found


def add_platform(session: Session, command: AddPlatform, now: datetime) -> tuple[Platform, bool]:
    """The registration is as the command says: (row, whether it is new).  Doing it again changes nothing."""
    row = session.scalars(
        select(Platform).where(Platform.issuer == command.issuer, Platform.client_id == command.client_id)
    ).first()
    is_new = row is None
    if row is None:
        row = Platform(issuer=command.issuer, client_id=command.client_id, created_at=now)
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
        _confirm(session, row.id, lms_id, now)
    session.flush()
    return row, is_new


def _confirm(session: Session, platform_id: int, lms_id: str, now: datetime) -> None:
    """The deployment is let in, also if it was held until somebody named it."""
    known = select(Deployment).where(Deployment.platform_id == platform_id, Deployment.lms_id == lms_id)
    found = session.scalars(known).first()
    if found is not None:
        found.is_held = False
        return
    tenant_id = default_tenant(session).id
    session.add(Deployment(platform_id=platform_id, tenant_id=tenant_id, lms_id=lms_id, is_held=False, created_at=now))


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
