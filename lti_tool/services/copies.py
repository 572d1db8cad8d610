"""Copied LMS courses: what came from where, and what their links may open.

A copy takes over what a link opens, and nothing else: no learner, no work, no board, no date.  What an LMS calls the
origin counts only within the same institution, since histories are text that a course's teachers can edit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, case, or_, select, update
from sqlalchemy.orm import Session

from lti_tool.models import Context, Deployment, ResourceLink
from lti_tool.models.engine import insert_once
from lti_tool.services.arrivals import Arrival, History, Installed


@dataclass(frozen=True, slots=True)
class Origin:
    """A link of which another one is a copy."""

    id: int
    course_id: int | None
    lesson_key: str | None


def _first(rows: Sequence[Row[*tuple[Any, ...]]], history: tuple[str, ...]) -> Row[*tuple[Any, ...]] | None:
    """The newest of the history that we know; the rows of one id come in the order in which we trust them."""
    return min(rows, key=lambda row: history.index(row.lms_id), default=None)


def _own_first(installed: Installed) -> ColumnElement[int]:
    """An LMS's ids are unique within one deployment; another one of the institution's comes after it."""
    return case((Context.deployment_id == installed.id, 0), else_=1)


def _in_institution(installed: Installed) -> tuple[ColumnElement[bool], ...]:
    return Deployment.platform_id == installed.platform_id, Deployment.tenant_id == installed.tenant_id


def find_original_context(
    session: Session, installed: Installed, context_id: int | None, history: History
) -> int | None:
    """The LMS course that this one is a copy of, if we know one of those that its history names."""
    if not history.contexts:
        return None
    rows = session.execute(
        select(Context.id, Context.lms_id)
        .join(Deployment, Deployment.id == Context.deployment_id)
        .where(Context.lms_id.in_(history.contexts), Context.id.is_distinct_from(context_id))
        .where(*_in_institution(installed))
        .order_by(_own_first(installed), Context.id)
    ).all()
    found = _first(rows, history.contexts)
    return found.id if found is not None else None


def find_original_link(session: Session, installed: Installed, context_id: int, arrival: Arrival) -> Origin | None:
    """The link that the arrival's is a copy of, if we know one of those that its history names.

    In another deployment, where the same id may mean another link, its LMS course must be in the history as well.
    """
    links = tuple(one for one in arrival.history.links if one != arrival.link_id)
    if not links:
        return None
    is_named = Context.lms_id.in_(arrival.history.contexts)
    rows = session.execute(
        select(ResourceLink.id, ResourceLink.lms_id, ResourceLink.course_id, ResourceLink.lesson_key)
        .join(Context, Context.id == ResourceLink.context_id)
        .join(Deployment, Deployment.id == Context.deployment_id)
        .where(
            ResourceLink.lms_id.in_(links),
            or_(Context.deployment_id == installed.id, is_named),
            *_in_institution(installed),
        )
        .order_by(_own_first(installed), case((is_named, 0), (Context.id == context_id, 1), else_=2), ResourceLink.id)
    ).all()
    found = _first(rows, links)
    return Origin(found.id, found.course_id, found.lesson_key) if found is not None else None


def find_deployment(session: Session, platform_id: int, lms_id: str) -> Installed | None:
    """The deployment as it is on record; unlike a launch, what asks here adds none."""
    row = session.execute(
        select(Deployment.id, Deployment.platform_id, Deployment.tenant_id, Deployment.is_held).where(
            Deployment.platform_id == platform_id, Deployment.lms_id == lms_id
        )
    ).first()
    return Installed(*row) if row is not None else None


@dataclass(frozen=True, slots=True)
class Copied:
    """What a platform tells of an LMS course that was copied."""

    context_id: str
    title: str
    origins: tuple[str, ...]
    """The LMS's ids of what it is a copy of."""


def note_copy(session: Session, installed: Installed, copied: Copied, now: datetime) -> bool:
    """The LMS course is known as a copy of one that we know; False, and nothing is kept, if we know none of them.

    Being told twice changes nothing, and neither does being told after the first launch.
    """
    origin_id = find_original_context(session, installed, None, History(contexts=copied.origins))
    if origin_id is None:
        return False
    place: dict[str, object] = {"deployment_id": installed.id, "lms_id": copied.context_id}
    values: dict[str, object] = {"title": copied.title, "copied_from_id": origin_id, "service_scopes": []}
    if not insert_once(session, Context, place | values | {"created_at": now}):
        session.execute(
            update(Context)
            .where(
                Context.deployment_id == installed.id,
                Context.lms_id == copied.context_id,
                Context.copied_from_id.is_(None),
                Context.id != origin_id,
            )
            .values(copied_from_id=origin_id)
            .execution_options(synchronize_session=False)
        )
    return True
