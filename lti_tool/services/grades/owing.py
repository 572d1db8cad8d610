"""Noting that a gradebook is behind."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, String, and_, case, cast, func, or_, select, update
from sqlalchemy.orm import Session

from lti_tool.models import Enrolment, GradeOwed, LineItem, Member, ResourceLink
from lti_tool.models.engine import insert_once
from lti_tool.rules.grading import FULL
from lti_tool.services.arrivals import Role
from lti_tool.services.grades.figures import Asked, figure
from lti_tool.services.grades.reasons import Reason
from lti_tool.services.grades.terms import column_rule, terms_of, with_terms


def owe_grades(session: Session, enrolment_id: int, now: datetime, *, debounce: timedelta) -> int:
    """Every gradebook column that this enrolment has got ahead of is noted as behind; returns how many.

    The score itself is computed when it is sent: a retry must deliver today's result, not the one that was true when
    the first try failed (AGS 2.0, 3.4.9).  Nothing is owed before the column's rule has something to tell: on Moodle
    any grade ticks "receive a grade".  Below 100 % it waits `debounce` for a newer one.  Calling it again changes
    nothing.  Staff, test users and guests owe nothing.
    """
    columns = _columns(session, enrolment_id)
    if not columns:
        return 0
    # Two writers that each finish a part must not both find the other's part missing: the second waits here, and then
    # sees the first one's work.  (SQLite has one writer anyway.)
    session.execute(select(Enrolment.id).where(Enrolment.id == enrolment_id).with_for_update(key_share=True))
    behind = 0
    for column in columns:
        asked = Asked(enrolment_id, column.lesson_key, terms_of(column))
        percent = figure(session, asked, now).percent
        if percent is not None:
            behind += _owe(session, column, asked, percent, now, debounce)
    return behind


def _columns(session: Session, enrolment_id: int) -> Sequence[Row[Any]]:
    """The columns of this enrolment's links that do not show the full score yet."""
    query: Any = (
        select(LineItem.id.label("line_item_id"), ResourceLink.lesson_key, Enrolment.learner_id)
        .select_from(Enrolment)
        .join(Member, and_(Member.context_id == Enrolment.context_id, Member.learner_id == Enrolment.learner_id))
        .join(
            ResourceLink,
            and_(ResourceLink.context_id == Enrolment.context_id, ResourceLink.course_id == Enrolment.course_id),
        )
        .join(LineItem, LineItem.resource_link_id == ResourceLink.id)
        .outerjoin(GradeOwed, and_(GradeOwed.line_item_id == LineItem.id, GradeOwed.learner_id == Enrolment.learner_id))
    )
    query = with_terms(query, Enrolment.learner_id).where(
        Enrolment.id == enrolment_id,
        Member.role == Role.LEARNER.value,
        LineItem.is_gone.is_(False),
        LineItem.shares_id.is_(None),
        or_(
            GradeOwed.id.is_(None),
            GradeOwed.sent_percent.is_(None),
            GradeOwed.sent_percent < FULL,
            GradeOwed.enrolment_id != Enrolment.id,
            GradeOwed.lesson_key.is_distinct_from(ResourceLink.lesson_key),
            GradeOwed.rule != column_rule(),
        ),
    )
    rows: Sequence[Row[Any]] = session.execute(query).all()
    return rows


def _owe(session: Session, column: Row[Any], asked: Asked, percent: int, now: datetime, debounce: timedelta) -> bool:
    is_full = percent >= FULL
    begun: dict[str, object] = {
        "enrolment_id": asked.enrolment_id,
        "lesson_key": asked.lesson_key,
        "rule": asked.terms.rule.value,
        "reached": percent,
        "owed_at": now,
        "due_at": now if is_full else now + debounce,
        "tries": 0,
    }
    # The column's defaults are Python's, so Core needs them spelled out.
    first: dict[str, object] = dict.fromkeys(("is_ambiguous", "was_changed", "overwrites"), False)
    keys: dict[str, object] = {"line_item_id": column.line_item_id, "learner_id": column.learner_id}
    if insert_once(session, GradeOwed, keys | begun | first | {"wanted": 1, "sent": 0}):
        return True
    mine = and_(GradeOwed.line_item_id == column.line_item_id, GradeOwed.learner_id == column.learner_id)
    is_other = or_(
        GradeOwed.enrolment_id != asked.enrolment_id,
        GradeOwed.lesson_key.is_distinct_from(cast(asked.lesson_key, String)),
    )
    # What the gradebook shows was for something else; what a person changed there stays that person's.
    persons = [Reason.CHANGED_IN_LMS.value, Reason.KEPT_IN_LMS.value]
    anew: dict[str, object] = {"sent_percent": None, "sent_at": None, "last_outcome": None}
    anew["blocked_reason"] = case((GradeOwed.blocked_reason.in_(persons), GradeOwed.blocked_reason), else_=None)
    if _raise(session, and_(mine, is_other), begun | anew):
        return True
    # By another rule from now on: what was told is never less.
    told = func.coalesce(GradeOwed.sent_percent, 0)
    best = case((told > percent, told), else_=percent)
    if _raise(session, and_(mine, GradeOwed.rule != asked.terms.rule.value), begun | {"reached": best}):
        return True
    is_free = GradeOwed.blocked_reason.is_distinct_from(Reason.KEPT_IN_LMS.value)
    is_idle = and_(
        GradeOwed.wanted == GradeOwed.sent,
        is_free,
        or_(GradeOwed.sent_percent.is_(None), GradeOwed.sent_percent < percent),
    )
    # The column was gone and a launch has named it again.
    is_back = and_(GradeOwed.wanted > GradeOwed.sent, GradeOwed.blocked_reason == Reason.COLUMN_GONE.value)
    if _raise(session, and_(mine, or_(is_idle, is_back)), begun | {"blocked_reason": None, "last_outcome": None}):
        return True
    # Under way with less: whoever carries the old score must not settle the new one.  (Also of a grade that a teacher
    # keeps as it is in the LMS: there it is only noted.)
    is_behind = and_(GradeOwed.wanted > GradeOwed.sent, GradeOwed.reached < percent)
    raised: dict[str, object] = {"reached": percent}
    return _raise(session, and_(mine, is_behind), raised | ({"due_at": now} if is_full else {}))


def _raise(session: Session, where: ColumnElement[bool], values: dict[str, object]) -> bool:
    result: Any = session.execute(
        update(GradeOwed)
        .where(where)
        .values(wanted=GradeOwed.wanted + 1, **values)
        .execution_options(synchronize_session=False)
    )
    return bool(result.rowcount == 1)
