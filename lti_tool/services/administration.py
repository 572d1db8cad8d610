"""Administrators: how they come in, what they see of the platforms, and what they may change there."""

import secrets
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import Session

from lti_tool.errors import Forbidden, InputInvalid, NotFound
from lti_tool.models import AdminLink, AdminSession, Context, Deployment, Learner, Member, Platform, Tenant
from lti_tool.models.engine import insert_once
from lti_tool.services.invites import ASKED_FOR
from lti_tool.services.launches import digest
from lti_tool.words import N_

LINK_LASTS = timedelta(minutes=15)
SESSION_LASTS = timedelta(hours=8)
LONGEST_INSTITUTION = 200


class LinkSpent(Forbidden):
    """The sign-in address is unknown, used, or too old."""

    slug = "sign-in-link-spent"
    title = N_("This sign-in address does not work any more")
    detail = N_("It works once, and for a quarter of an hour. This one was used, is older, or is not complete.")
    hint = N_("Make a new one where Sprig runs: sprig admin link")
    meaning = N_("Nothing was changed.")


class SignedOut(Forbidden):
    """No administrator is signed in in this browser."""

    slug = "not-signed-in"
    title = N_("This page is for Sprig’s administrator")
    detail = N_("Nobody is signed in in this browser, or the eight hours of a session are over.")
    hint = N_("Get a sign-in address where Sprig runs: sprig admin link")
    meaning = N_("Nothing was changed.")


def make_link(session: Session, now: datetime) -> str:
    """The secret of a new sign-in address, stored nowhere: whoever has it is an administrator, once."""
    token = secrets.token_urlsafe(24)
    insert_once(session, AdminLink, {"token_hash": digest(token), "expires_at": now + LINK_LASTS})
    return token


def sign_in(session: Session, token: str, now: datetime) -> str:
    """The secret of a new session, for exactly one who comes with this address in time; else `LinkSpent`."""
    spent = (
        update(AdminLink)
        .where(AdminLink.token_hash == digest(token), AdminLink.used_at.is_(None), AdminLink.expires_at > now)
        .values(used_at=now)
    )
    if session.execute(spent.execution_options(synchronize_session=False)).rowcount != 1:  # type: ignore[attr-defined]  # an UPDATE gives a cursor result
        raise LinkSpent
    secret = secrets.token_urlsafe(24)
    insert_once(
        session,
        AdminSession,
        {"secret_hash": digest(secret), "created_at": now, "expires_at": now + SESSION_LASTS},
    )
    return secret


def must_be_signed_in(session: Session, secret: str | None, now: datetime) -> None:
    """Nothing happens for an administrator's browser; `SignedOut` for any other."""
    found = session.get(AdminSession, digest(secret)) if secret else None
    if found is None or found.expires_at <= now:
        raise SignedOut


def sign_out(session: Session, secret: str) -> None:
    """The session is over."""
    session.execute(delete(AdminSession).where(AdminSession.secret_hash == digest(secret)))


def forget_sign_ins(session: Session, now: datetime) -> None:
    """Sessions and addresses whose time is over are gone."""
    session.execute(delete(AdminSession).where(AdminSession.expires_at < now))
    session.execute(delete(AdminLink).where(AdminLink.expires_at < now))


@dataclass(frozen=True, slots=True)
class Installation:
    """A deployment as an administrator sees it."""

    id: int
    lms_id: str
    institution: str
    is_held: bool
    created_at: datetime
    seen_at: datetime | None
    """The last launch, within the hour."""


@dataclass(frozen=True, slots=True)
class Overview:
    """A registration as an administrator sees it."""

    platform: Platform
    installations: tuple[Installation, ...]

    @property
    def seen_at(self) -> datetime | None:
        """The last launch, within the hour."""
        return max((one.seen_at for one in self.installations if one.seen_at is not None), default=None)

    @property
    def held(self) -> tuple[Installation, ...]:
        """Who waits to be confirmed."""
        return tuple(one for one in self.installations if one.is_held)


def _installations(session: Session, *which: ColumnElement[bool]) -> dict[int, tuple[Installation, ...]]:
    rows = session.execute(
        select(Deployment, Tenant.name, func.max(Member.seen_at))
        .join(Tenant, Tenant.id == Deployment.tenant_id)
        .outerjoin(Context, Context.deployment_id == Deployment.id)
        .outerjoin(Member, Member.context_id == Context.id)
        .where(*which)
        .group_by(Deployment.id, Tenant.name)
        .order_by(Deployment.is_held.desc(), Deployment.id)
    )
    found: dict[int, tuple[Installation, ...]] = {}
    for one, institution, seen_at in rows:
        line = Installation(one.id, one.lms_id, institution, one.is_held, one.created_at, seen_at)
        found[one.platform_id] = (*found.get(one.platform_id, ()), line)
    return found


def overviews(session: Session) -> list[Overview]:
    """All registrations, oldest first."""
    found = _installations(session)
    return [Overview(one, found.get(one.id, ())) for one in session.scalars(select(Platform).order_by(Platform.id))]


def overview(session: Session, platform_id: int) -> Overview:
    """One registration, or `NotFound`."""
    found = _installations(session, Deployment.platform_id == platform_id)
    return Overview(platform_of(session, platform_id), found.get(platform_id, ()))


def platform_of(session: Session, platform_id: int) -> Platform:
    """The registration, or `NotFound`."""
    row = session.get(Platform, platform_id)
    if row is None:
        raise NotFound
    return row


@dataclass(frozen=True, slots=True)
class Switches:
    """What an administrator decides for a registration."""

    asks_for: str
    admits_unbound_learners: bool
    admits_anonymous: bool
    admits_mentors: bool


def switch(session: Session, platform_id: int, wanted: Switches) -> None:
    """The registration is as wanted from the next launch on, or `InputInvalid`."""
    if wanted.asks_for not in ASKED_FOR:
        raise InputInvalid(what=N_("Choose what Sprig may keep of people."))
    row = platform_of(session, platform_id)
    for one in fields(wanted):
        setattr(row, one.name, getattr(wanted, one.name))
    kept = {"nothing": {"name": None, "email": None}, "name": {"email": None}, "mail": {}}[wanted.asks_for]
    if kept:  # what is not to be kept any more goes now, not at each person's next launch
        theirs = update(Learner).where(Learner.platform_id == platform_id)
        session.execute(theirs.values(kept).execution_options(synchronize_session=False))


def institutions(session: Session) -> list[str]:
    """Their names, oldest first."""
    return list(session.scalars(select(Tenant.name).order_by(Tenant.id)))


def confirm(session: Session, platform_id: int, deployment_id: int, institution: str) -> None:
    """The held deployment is let in, as this institution's; one that was let in already stays whose it is."""
    row = session.get(Deployment, deployment_id)
    if row is None or row.platform_id != platform_id:
        raise NotFound
    if not row.is_held:
        return
    name = " ".join(institution.split())[:LONGEST_INSTITUTION]
    if not name:
        raise InputInvalid(what=N_("Say which institution this is."))
    insert_once(session, Tenant, {"name": name})
    row.tenant_id = session.scalars(select(Tenant.id).where(Tenant.name == name)).one()
    row.is_held = False
