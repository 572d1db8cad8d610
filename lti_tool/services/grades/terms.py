"""By which terms a link is graded, for one learner: the teacher's, the LMS's dates, and what she was allowed."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, func

from lti_tool.models import Allowance, GradeTerms, LineItem, ResourceLink
from lti_tool.rules.grading import Rule, Terms
from lti_tool.services.arrivals import CHECKPOINT, REVIEWS

OF_COURSE = (Rule.COMPLETION, Rule.PROGRESS, Rule.PRACTICE, Rule.MASTERY)
OF_LESSON = (Rule.COMPLETION, Rule.PROGRESS, Rule.MASTERY)
"""Not practice: rounds of reviews are the course's, and would count once for each of its lessons."""
OF_REVIEWS = (Rule.PRACTICE, Rule.MASTERY)
OF_CHECKPOINT = (Rule.CHECKPOINT,)


def rules_for(lesson_key: str | None) -> tuple[Rule, ...]:
    """The rules by which what a link opens can be graded, the usual one first."""
    if lesson_key is None:
        return OF_COURSE
    return {CHECKPOINT: OF_CHECKPOINT, REVIEWS: OF_REVIEWS}.get(lesson_key, OF_LESSON)


def column_rule() -> ColumnElement[str]:
    """The rule of a column, in a query that `with_terms` made: what was said, if it fits what the link opens now."""
    said, key = func.coalesce(LineItem.rule, GradeTerms.rule), ResourceLink.lesson_key

    def fitting(rules: tuple[Rule, ...]) -> ColumnElement[str]:
        return case((said.in_([one.value for one in rules]), said), else_=rules[0].value)

    return case(
        (key.is_(None), fitting(OF_COURSE)),
        (key == CHECKPOINT, fitting(OF_CHECKPOINT)),
        (key == REVIEWS, fitting(OF_REVIEWS)),
        else_=fitting(OF_LESSON),
    )


_TERMS = (
    column_rule().label("rule_now"),
    GradeTerms.settings.label("terms_settings"),
    GradeTerms.late_percent,
    GradeTerms.grace_minutes,
    GradeTerms.opens_at.label("own_opens_at"),
    GradeTerms.due_at.label("own_due_at"),
    GradeTerms.closes_at.label("own_closes_at"),
    ResourceLink.opens_at.label("lms_opens_at"),
    ResourceLink.due_at.label("lms_due_at"),
    ResourceLink.closes_at.label("lms_closes_at"),
    ResourceLink.created_at.label("link_created_at"),
    Allowance.due_at.label("allowed_due_at"),
    Allowance.closes_at.label("allowed_closes_at"),
    Allowance.lms_due_at.label("her_due_at"),
    Allowance.lms_closes_at.label("her_closes_at"),
    Allowance.sittings.label("allowed_sittings"),
)


def with_terms(query: Select[*tuple[Any, ...]], learner_id: Any) -> Select[Any]:
    """The query, which has links and columns, with what `terms_of` needs."""
    mine = and_(Allowance.resource_link_id == ResourceLink.id, Allowance.learner_id == learner_id)
    return (
        query.add_columns(*_TERMS)
        .outerjoin(GradeTerms, GradeTerms.resource_link_id == ResourceLink.id)
        .outerjoin(Allowance, mine)
    )


def terms_of(row: Row[Any]) -> Terms:
    """The terms of a row of such a query.  The LMS's dates go before ours; what she was allowed only ever adds."""
    found = Terms.read(row.rule_now, row.terms_settings)
    return Terms(
        rule=found.rule,
        sittings=found.sittings,
        spare=found.spare,
        is_first_try=found.is_first_try,
        most_tries=found.most_tries,
        allowed_sittings=row.allowed_sittings,
        opens_at=row.lms_opens_at or row.own_opens_at,
        due_at=_later(row.lms_due_at or row.her_due_at or row.own_due_at, row.allowed_due_at, row.her_due_at),
        closes_at=_later(
            row.lms_closes_at or row.her_closes_at or row.own_closes_at, row.allowed_closes_at, row.her_closes_at
        ),
        class_closes_at=row.lms_closes_at or row.own_closes_at,
        late_percent=row.late_percent or 0,
        grace=timedelta(minutes=row.grace_minutes or 0),
        made_at=row.link_created_at,
    )


def _later(said: datetime | None, *allowed: datetime | None) -> datetime | None:
    """No date is no limit, and stays none."""
    return max(said, *(one for one in allowed if one is not None), said) if said is not None else None
