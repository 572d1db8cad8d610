"""Invites: one-time addresses by which an LMS may register itself."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from lti_tool.errors import RegistrationRefused
from lti_tool.models import Deployment, Invite, Platform
from lti_tool.models.engine import Database, insert_once
from lti_tool.services.launches import digest
from lti_tool.services.leases import give_back, take_lease
from lti_tool.services.platforms import AddPlatform, add_platform, default_tenant
from lti_tool.services.registrations import is_shared_issuer
from lti_tool.words import N_

LASTS = timedelta(days=7)
KEPT = timedelta(days=30)
"""So long, who comes late is told what became of the invite."""
ASKED_FOR = ("nothing", "name", "mail")
"""What of people an institution may let Sprig keep; each includes the one before it."""


class InviteUnknown(RegistrationRefused):
    """No such invite was made here, or it is long gone."""

    slug = "invite-unknown"
    title = N_("This address holds no invite that Sprig knows")
    detail = N_("An LMS registers with a one-time address. This one is cut, withdrawn, or made by another Sprig.")
    hint = N_("Copy the whole address again, or ask Sprig’s administrator for a new one (sprig invite).")


class InviteUsed(RegistrationRefused):
    """Something was registered by this invite already."""

    slug = "invite-used"
    title = N_("This invite was used already")
    detail = N_("Each invite registers one learning platform, once.")
    hint = N_(
        "If Sprig stands in your list of tools, all is done. Otherwise ask Sprig’s administrator for a new invite."
    )
    meaning = N_("Nothing was changed. What was registered before goes on working.")


class InviteExpired(RegistrationRefused):
    """A week is over."""

    slug = "invite-expired"
    title = N_("This invite is too old")
    detail = N_("An invite can be used for seven days.")
    hint = N_("Ask Sprig’s administrator for a new one (sprig invite).")
    meaning = N_("Nothing was registered.")


class InviteBusy(RegistrationRefused):
    """Another try with the same invite is under way."""

    slug = "invite-busy"
    title = N_("Sprig is being registered with this invite right now")
    detail = N_("Somebody pressed the button a moment ago, and the answer is still on its way.")
    hint = N_("Wait half a minute. If Sprig then does not stand in your list of tools, try again.")


class AlreadyRegistered(RegistrationRefused):
    """The same client id is known with other addresses: a host may hold several sites, a name several institutions."""

    slug = "registration-conflict"
    title = N_("This registration exists, with other addresses")
    detail = N_("Sprig knows the client id %(client)s already, and only its administrator may change where it leads.")
    hint = N_("Ask Sprig’s administrator to compare the addresses, and to change them with “sprig platform add”.")
    meaning = N_("Nothing was changed. What was registered before goes on working.")


@dataclass(frozen=True, slots=True)
class Invited:
    """An invite that can be used."""

    tenant_id: int
    family: str
    asks_for: str


@dataclass(frozen=True, slots=True)
class Found:
    """What an LMS and we agreed on."""

    platform: AddPlatform
    deployment: str | None


def make_invite(session: Session, now: datetime, family: str = "", asks_for: str = "name") -> str:
    """The secret of a new invite, which is stored nowhere.  It serves once, within a week."""
    token = secrets.token_urlsafe(24)
    values: dict[str, object] = {
        "token_hash": digest(token),
        "tenant_id": default_tenant(session).id,
        "family": family,
        "asks_for": asks_for,
        "created_at": now,
        "expires_at": now + LASTS,
    }
    insert_once(session, Invite, values)
    return token


def find_invite(session: Session, token: str, now: datetime) -> Invited:
    """The invite, if it can be used now; else why not."""
    row = session.get(Invite, digest(token))
    if row is None:
        raise InviteUnknown
    if row.used_at is not None:
        raise InviteUsed
    if row.expires_at <= now:
        raise InviteExpired
    return Invited(row.tenant_id, row.family, row.asks_for)


def registered_by(session: Session, token: str) -> Platform:
    """What was registered by the invite."""
    row = session.get(Invite, digest(token))
    if row is None or row.platform_id is None:
        raise InviteUnknown
    return session.get_one(Platform, row.platform_id)


@contextmanager
def one_try(database: Database, token: str, now: datetime, length: timedelta) -> Iterator[None]:
    """Nobody else tries the invite meanwhile, or `InviteBusy`; no transaction is open in between."""
    name, holder = f"invite:{digest(token)}", secrets.token_hex(8)
    with database.writing() as session:
        if not take_lease(session, name, holder, now, length):
            raise InviteBusy
    try:
        yield
    finally:
        with database.writing() as session:
            give_back(session, name, holder)


def accept(session: Session, token: str, found: Found, now: datetime) -> Platform:
    """The registration is on record and the invite is spent, both or neither.

    Registering the same again changes nothing but what the institution chose; a registration that was switched off
    stays off.  A deployment that the LMS named is listed; it waits for confirmation where the issuer is shared.
    """
    invited = find_invite(session, token, now)
    spent = update(Invite).where(Invite.token_hash == digest(token), Invite.used_at.is_(None)).values(used_at=now)
    if session.execute(spent.execution_options(synchronize_session=False)).rowcount != 1:  # type: ignore[attr-defined]  # an UPDATE gives a cursor result
        raise InviteUsed
    row, is_new = _added(session, found, now)
    if found.deployment is not None:
        _list_deployment(session, row, invited.tenant_id, found.deployment, now)
        row.lists_deployments = row.lists_deployments or (is_new and not is_shared_issuer(row.issuer))
    by = update(Invite).where(Invite.token_hash == digest(token)).values(platform_id=row.id)
    session.execute(by.execution_options(synchronize_session=False))
    return row


def _added(session: Session, found: Found, now: datetime) -> tuple[Platform, bool]:
    wanted = found.platform
    known = session.scalars(
        select(Platform).where(Platform.issuer == wanted.issuer, Platform.client_id == wanted.client_id)
    ).first()
    if known is None:
        return add_platform(session, wanted, now)
    if _leads(known) != _leads(wanted):  # an invite opens a new door, and moves none that is in use
        raise AlreadyRegistered(client=wanted.client_id)
    was_on = known.is_enabled
    row, _ = add_platform(session, replace(wanted, name=known.name), now)
    row.is_enabled = was_on
    return row, False


def _leads(one: Platform | AddPlatform) -> tuple[str, str, str]:
    return one.auth_url, one.token_url, one.jwks_url


def _list_deployment(session: Session, platform: Platform, tenant_id: int, lms_id: str, now: datetime) -> None:
    values: dict[str, object] = {
        "platform_id": platform.id,
        "tenant_id": tenant_id,
        "lms_id": lms_id,
        "is_held": is_shared_issuer(platform.issuer),
        "created_at": now,
    }
    insert_once(session, Deployment, values)


def forget_invites(session: Session, now: datetime) -> None:
    """Invites whose time was over a month ago are gone."""
    session.execute(delete(Invite).where(Invite.expires_at < now - KEPT))
