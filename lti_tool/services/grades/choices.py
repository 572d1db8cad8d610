"""What a teacher can say about scores: keep the LMS's grade, send ours, try again, do not wait."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, insert, literal, select, update
from sqlalchemy.orm import Session

from lti_tool.errors import NotFound
from lti_tool.models import GradeChoice, GradeOwed, LineItem, ResourceLink
from lti_tool.models.base import UTCDateTime
from lti_tool.services.grades.reasons import Reason

_CHANGED, _KEPT = Reason.CHANGED_IN_LMS.value, Reason.KEPT_IN_LMS.value
IS_OWED = and_(GradeOwed.wanted > GradeOwed.sent, GradeOwed.blocked_reason.is_(None))


def keep_lms(session: Session, context_id: int, owed_ids: Collection[int], now: datetime) -> int:
    """What a person put into the LMS stands, for those of these scores that it stopped; returns how many.

    Nothing more is sent for them until a teacher sends ours.  As with the other choices, `NotFound` and nothing done if
    one of the scores is not this LMS course's, and doing it again changes nothing.
    """
    is_changed = GradeOwed.blocked_reason == _CHANGED
    _note(session, context_id, owed_ids, is_changed, now, is_ours=False)
    return _change(session, context_id, owed_ids, is_changed, {"blocked_reason": _KEPT})


def send_ours(session: Session, context_id: int, owed_ids: Collection[int], now: datetime) -> int:
    """Our score replaces what a person put into the LMS, kept or not yet decided, and is due now."""
    is_persons = GradeOwed.blocked_reason.in_([_CHANGED, _KEPT])
    _note(session, context_id, owed_ids, is_persons, now, is_ours=True)
    return _change(session, context_id, owed_ids, is_persons, renewed(now) | {"overwrites": True})


def send_again(session: Session, context_id: int, owed_ids: Collection[int], now: datetime) -> int:
    """What the LMS did not take is due now, with a new time; never over a grade that a person changed there."""
    is_refused = GradeOwed.blocked_reason.not_in([_CHANGED, _KEPT])
    return _change(session, context_id, owed_ids, is_refused, renewed(now))


def hurry(session: Session, link_id: int | None, now: datetime) -> int:
    """What waits for this link's columns is due now; returns how many did not wait for that already.

    A platform that is left alone stays so: that is not one teacher's to end.
    """
    columns = select(LineItem.id).where(LineItem.resource_link_id == link_id)
    result: Any = session.execute(
        update(GradeOwed)
        .where(GradeOwed.line_item_id.in_(columns), IS_OWED, GradeOwed.due_at > now)
        .values(due_at=now)
        .execution_options(synchronize_session=False)
    )
    return int(result.rowcount)


def renewed(now: datetime) -> dict[str, object]:
    """A row as if it were owed anew: due now, no tries, nothing gone wrong."""
    return {
        "wanted": GradeOwed.wanted + 1,
        "due_at": now,
        "tries": 0,
        "blocked_reason": None,
        "last_outcome": None,
    }


def _note(
    session: Session,
    context_id: int,
    owed_ids: Collection[int],
    where: ColumnElement[bool],
    now: datetime,
    *,
    is_ours: bool,
) -> None:
    """The choice is on record, with both grades as they were."""
    _must_be_here(session, context_id, set(owed_ids))
    chosen = select(GradeOwed.id, literal(now, UTCDateTime), literal(is_ours), GradeOwed.lms_percent, GradeOwed.reached)
    columns = ["grade_owed_id", "chosen_at", "is_ours", "lms_percent", "percent"]
    session.execute(insert(GradeChoice).from_select(columns, chosen.where(GradeOwed.id.in_(set(owed_ids)), where)))


def _must_be_here(session: Session, context_id: int, wanted: Collection[int]) -> None:
    here = (
        select(func.count())
        .select_from(GradeOwed)
        .join(LineItem, LineItem.id == GradeOwed.line_item_id)
        .join(ResourceLink, ResourceLink.id == LineItem.resource_link_id)
        .where(GradeOwed.id.in_(wanted), ResourceLink.context_id == context_id)
    )
    if session.execute(here).scalar_one() != len(wanted):
        raise NotFound


def _change(
    session: Session, context_id: int, owed_ids: Collection[int], where: ColumnElement[bool], values: dict[str, object]
) -> int:
    wanted = set(owed_ids)
    _must_be_here(session, context_id, wanted)
    result: Any = session.execute(
        update(GradeOwed)
        .where(GradeOwed.id.in_(wanted), where)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    return int(result.rowcount)
