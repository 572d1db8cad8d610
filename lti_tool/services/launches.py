"""A verified launch becomes a visit."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from lti_tool.models import Deployment, LaunchState, Learner, LineItem, ResourceLink, Visit
from lti_tool.models.engine import insert_once, run
from lti_tool.services.arrivals import Arrival, Installed, Role, Target
from lti_tool.services.grades.classes import note_class
from lti_tool.services.grades.owing import owe_grades
from lti_tool.services.grades.ruling import note_own_dates
from lti_tool.services.placing import Place, place
from lti_tool.services.platforms import default_tenant
from lti_tool.services.registrations import Registration, is_shared_issuer

VISIT_HOURS = {False: 12, True: 2}
"""A visit bound by a cookie lasts a working day; one whose secret stands in the address, two hours."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A visit that was opened; `secret` only if the browser keeps no cookie."""

    key: str
    secret: str | None
    link_id: int | None
    has_content: bool
    has_subject: bool = True
    """Whoever a submission review is about is on record."""


def digest(secret: str) -> str:
    """What we store of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


_CONSUME = (
    update(LaunchState)
    .where(LaunchState.state_hash == bindparam("state"), LaunchState.consumed_at.is_(None))
    .values(consumed_at=bindparam("at"))
)


def consume_state(session: Session, state_hash: str, now: datetime) -> bool:
    """True for exactly one caller, whoever else tries with the same launch."""
    return run(session, _CONSUME, state=state_hash, at=now).rowcount == 1


_DEPLOYMENT = select(
    Deployment.id, Deployment.platform_id, Deployment.tenant_id, Deployment.is_held, Deployment.notices_url
).where(Deployment.platform_id == bindparam("platform"), Deployment.lms_id == bindparam("lms"))


def find_or_add_deployment(session: Session, platform: Registration, lms_id: str, now: datetime) -> Installed | None:
    """The deployment, learned at its first verified launch; None where the platform lists its deployments."""
    found = run(session, _DEPLOYMENT, platform=platform.id, lms=lms_id).first()
    if found is None and not platform.lists_deployments:
        values: dict[str, object] = {
            "platform_id": platform.id,
            "tenant_id": default_tenant(session).id,
            "lms_id": lms_id,
            "is_held": is_shared_issuer(platform.issuer),
            "created_at": now,
        }
        insert_once(session, Deployment, values)
        found = run(session, _DEPLOYMENT, platform=platform.id, lms=lms_id).one()
    return Installed(*found) if found is not None else None


def open_visit(
    session: Session,
    installed: Installed,
    arrival: Arrival,
    target: Target | None,
    browser_hash: str | None,
    now: datetime,
) -> Opened:
    """The person, the place and the visit are on record; `browser_hash` is None where no cookie can bind it."""
    found = place(session, installed, arrival, target, now)
    told = arrival.dates
    if arrival.role is Role.LEARNER and found.link_id is not None and told and (told.due_at or told.closes_at):
        note_own_dates(session, found.link_id, found.learner_id, told, now)
    secret = secrets.token_urlsafe(24) if browser_hash is None else None
    values = _visit(found, arrival) | {
        "key": secrets.token_urlsafe(16),
        "binding_hash": digest(secret) if secret else browser_hash,
        "is_in_address": secret is not None,
        "expires_at": now + timedelta(hours=VISIT_HOURS[secret is not None]),
    }
    if arrival.about_sub is not None:
        values |= _reviewed(session, installed, arrival, found)
    insert_once(session, Visit, values)
    if found.is_class_behind and found.link_id is not None:
        note_class(session, found.link_id)
    elif found.behind_id is not None:
        owe_grades(session, found.behind_id, now, debounce=timedelta(0))
    return Opened(
        key=values["key"],
        secret=secret,
        link_id=found.link_id,
        has_content=values["course_id"] is not None,
        has_subject=arrival.about_sub is None or values["about_id"] is not None,
    )


def _visit(found: Place, arrival: Arrival) -> dict[str, Any]:
    """What a visit keeps of its launch."""
    return {
        "learner_id": found.learner_id,
        "context_id": found.context_id,
        "resource_link_id": found.link_id,
        "course_id": found.course_id,
        "lesson_key": found.lesson_key,
        "role": arrival.role.value,
        "locale": arrival.locale,
        "return_url": arrival.return_url,
        "frame_ancestors": arrival.frame_ancestors,
        "zone": arrival.zone,
        "due_at": arrival.dates.due_at if arrival.dates else None,
        "mentees": list(arrival.mentees) if arrival.role is Role.MENTOR else None,
        "deep_link": arrival.deep_link,
    }


def _reviewed(session: Session, installed: Installed, arrival: Arrival, found: Place) -> dict[str, Any]:
    """Whose work is looked at, and of which link: the one that is named, else the one whose column it is."""
    about = select(Learner.id).where(
        Learner.platform_id == installed.platform_id,
        Learner.tenant_id == installed.tenant_id,
        Learner.sub == arrival.about_sub,
    )
    values: dict[str, Any] = {"about_id": session.scalars(about).first()}
    if found.link_id is None and arrival.line_item is not None:
        link = (
            select(ResourceLink.id.label("resource_link_id"), ResourceLink.course_id, ResourceLink.lesson_key)
            .join(LineItem, LineItem.resource_link_id == ResourceLink.id)
            .where(
                LineItem.context_id == found.context_id,
                LineItem.url == arrival.line_item.url,
                LineItem.shares_id.is_(None),
            )
        )
        row = session.execute(link).mappings().first()
        values |= dict(row) if row else {}
    return values
