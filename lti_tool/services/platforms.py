"""Registrations, made by hand."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lti_tool.errors import NotFound
from lti_tool.models import Deployment, Learner, Platform, PlatformPace, Tenant, Visit
from lti_tool.models.engine import insert_once
from lti_tool.services.grades.families import FAMILIES
from lti_tool.services.registrations import is_shared_issuer


class NoSuchPlatform(NotFound):
    """Nothing is registered under this issuer (and client id); told on the command line only."""

    title = "No such platform is registered."
    detail = "Nothing was changed."
    hint = "`sprig platform list` names those that are."


@dataclass(frozen=True, slots=True)
class AddPlatform:
    """What an administrator gives to register an LMS.  What is None or empty leaves what is stored."""

    issuer: str
    client_id: str
    auth_url: str
    token_url: str
    jwks_url: str
    token_audience: str | None = None
    deployments: tuple[str, ...] = ()
    """Only these, and those named before, are let in."""
    any_deployment: bool = False
    """All are let in, also after some were named."""
    family: str | None = None
    name: str | None = None
    frame_ancestors: str | None = None
    admits_unbound_learners: bool | None = None
    admits_anonymous: bool | None = None
    admits_mentors: bool | None = None
    asks_for: str | None = None
    product: str | None = None
    at_once: int | None = None
    """How many scores it takes at a time, at most."""


AT_ONCE = 4
OPTIONS = (
    "token_audience",
    "family",
    "frame_ancestors",
    "admits_unbound_learners",
    "admits_anonymous",
    "admits_mentors",
    "asks_for",
    "product",
)
"""Fields that the command and `Platform` share, and that need not be given."""
PRODUCTS = (*FAMILIES, "brightspace", "blackboard", "sakai")
"""What `family` may be: the software of the LMS."""


def default_tenant(session: Session) -> Tenant:
    """The institution of a single-institution installation; made if there is none yet."""
    query = select(Tenant).order_by(Tenant.id).limit(1)
    found = session.scalars(query).first()
    if found is None:
        insert_once(session, Tenant, {"name": "This institution"})
        found = session.scalars(query).one()
    return found


def add_platform(session: Session, command: AddPlatform, now: datetime) -> tuple[Platform, bool]:
    """The registration is as the command says: (row, whether it is new).  Doing it again changes nothing.

    A registration that was switched off is on again.
    """
    row = session.scalars(
        select(Platform).where(Platform.issuer == command.issuer, Platform.client_id == command.client_id)
    ).first()
    is_new = row is None
    if row is None:
        row = Platform(issuer=command.issuer, client_id=command.client_id, created_at=now)
        session.add(row)
    row.auth_url, row.token_url, row.jwks_url = command.auth_url, command.token_url, command.jwks_url
    row.name = command.name or row.name or command.issuer
    for option in OPTIONS:
        given = getattr(command, option)
        if given is not None:
            setattr(row, option, given)
    row.is_enabled = True
    if command.deployments or command.any_deployment:
        # Where institutions share the issuer, naming one confirms it; the next one is held, not shut out.
        row.lists_deployments = bool(command.deployments) and not is_shared_issuer(row.issuer)
    session.flush()
    insert_once(session, PlatformPace, {"platform_id": row.id, "most": AT_ONCE, "at_once": AT_ONCE, "changed_at": now})
    if command.at_once is not None:
        session.execute(update(PlatformPace).where(PlatformPace.platform_id == row.id).values(most=command.at_once))
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


def disable_platform(session: Session, issuer: str, client_id: str | None, now: datetime) -> int:
    """How many registrations were switched off, or `NoSuchPlatform`.

    Visits that came by them are over at once; their learners' work stays.
    """
    query = select(Platform).where(Platform.issuer == issuer)
    rows = session.scalars(query.where(Platform.client_id == client_id) if client_id else query).all()
    if not rows:
        raise NoSuchPlatform
    for row in rows:
        switch_off(session, row, now)
    return len(rows)


def switch_off(session: Session, row: Platform, now: datetime) -> None:
    """Nobody comes in by it any more, and visits that came by it are over; its learners' work stays."""
    row.is_enabled = False
    session.flush()
    theirs = select(Learner.id).where(Learner.platform_id == row.id)
    session.execute(
        update(Visit)
        .where(Visit.learner_id.in_(theirs), Visit.revoked_at.is_(None))
        .values(revoked_at=now)
        .execution_options(synchronize_session=False)
    )
