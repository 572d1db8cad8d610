"""How a teacher has a link graded: the rule, its dates, and what she allows single learners."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, or_, select, update
from sqlalchemy.orm import Session

from lti_tool.errors import InputInvalid, NotFound
from lti_tool.models import Allowance, GradeTerms, Learner, LineItem, Member, ResourceLink
from lti_tool.models.engine import insert_once
from lti_tool.rules.grading import MOST_SITTINGS, Rule, Terms
from lti_tool.services.arrivals import Dates, Role
from lti_tool.services.asked_columns import ask_for_column
from lti_tool.services.grades import note_class
from lti_tool.services.grades.ruling import keep_allowance
from lti_tool.services.grades.terms import rules_for, terms_of, with_terms
from lti_tool.services.registrations import installation_of
from lti_tool.services.visits import Visitor
from lti_tool.words import N_

MOST_GRACE = 7 * 24 * 60
"""Minutes."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """What one learner is allowed at this link."""

    learner_id: int
    name: str | None
    lms_id: str
    due_at: datetime | None
    closes_at: datetime | None
    sittings: int | None


@dataclass(frozen=True, slots=True)
class Person:
    """A learner to choose."""

    learner_id: int
    name: str | None
    lms_id: str


@dataclass(frozen=True, slots=True)
class Grading:
    """How the link is graded now, and what could be chosen."""

    terms: Terms
    rules: tuple[Rule, ...]
    of_lms: Dates
    """What the LMS tells of dates: these go before ours."""
    own: Dates
    family: str
    is_graded: bool
    """The link has a gradebook column."""
    second: Rule | None
    """By which rule its second column is, if it has one."""
    allowed: tuple[Allowed, ...]
    learners: tuple[Person, ...]


def grading_of(session: Session, visitor: Visitor) -> Grading:
    """How the visitor's link is graded; `NotFound` if she came by none."""
    row = session.execute(with_terms(_link(visitor.link_id), None)).first()
    if row is None:
        raise NotFound
    return Grading(
        terms=terms_of(row),
        rules=rules_for(row.lesson_key),
        of_lms=Dates(row.lms_opens_at, row.lms_due_at, row.lms_closes_at),
        own=Dates(row.own_opens_at, row.own_due_at, row.own_closes_at),
        family=installation_of(session, visitor.context_id).family,
        is_graded=row.line_item_id is not None,
        second=_second(session, row.id),
        allowed=_allowed(session, row.id),
        learners=_learners(session, visitor.context_id),
    )


def _second(session: Session, link_id: int) -> Rule | None:
    query = select(LineItem.rule).where(
        LineItem.resource_link_id == link_id, LineItem.rule.is_not(None), LineItem.is_gone.is_(False)
    )
    found = session.scalars(query.limit(1)).first()
    return Rule(found) if found is not None else None


def ask_for_second(session: Session, visitor: Visitor, rule: str, now: datetime) -> None:
    """The worker will make the link a second column by this rule; `InputInvalid` if that rule does not fit."""
    found = grading_of(session, visitor)
    if rule not in found.rules or rule == found.terms.rule or found.second is not None or not found.is_graded:
        raise InputInvalid(what=N_("Choose another rule than that of the first column."))
    ask_for_column(session, visitor.link_id, now, rule)


def terms_for(session: Session, link_id: int | None, learner_id: int) -> Terms:
    """By which terms this learner's work at the link is graded, by its first column."""
    query = with_terms(_link(link_id), learner_id)
    row = session.execute(query).first()
    return terms_of(row) if row is not None else Terms()


def _link(link_id: int | None) -> Select[*tuple[Any, ...]]:
    return (
        select(ResourceLink.id, ResourceLink.lesson_key, LineItem.id.label("line_item_id"))
        .outerjoin(LineItem, LineItem.resource_link_id == ResourceLink.id)
        .where(ResourceLink.id == link_id)
        .order_by(LineItem.rule.is_not(None), LineItem.id)
        .limit(1)
    )


def _allowed(session: Session, link_id: int) -> tuple[Allowed, ...]:
    rows = session.execute(
        select(Learner.id, Learner.name, Learner.sub, Allowance.due_at, Allowance.closes_at, Allowance.sittings)
        .join(Allowance, Allowance.learner_id == Learner.id)
        .where(
            Allowance.resource_link_id == link_id,
            or_(Allowance.due_at.is_not(None), Allowance.closes_at.is_not(None), Allowance.sittings.is_not(None)),
        )
        .order_by(Learner.name.is_(None), Learner.name, Learner.id)
    )
    return tuple(Allowed(*row) for row in rows)


def _learners(session: Session, context_id: int) -> tuple[Person, ...]:
    rows = session.execute(
        select(Learner.id, Learner.name, Learner.sub)
        .join(Member, Member.learner_id == Learner.id)
        .where(Member.context_id == context_id, Member.role == Role.LEARNER.value, Member.is_gone.is_(False))
        .order_by(Learner.name.is_(None), Learner.name, Learner.id)
    )
    return tuple(Person(*row) for row in rows)


@dataclass(frozen=True, slots=True)
class Wished:
    """What a teacher's form asks for, as numbers and dates."""

    rule: str
    sittings: int
    spare: int
    is_first_try: bool
    most_tries: int | None
    dates: Dates
    late_percent: int
    grace_minutes: int

    def terms(self, rules: Sequence[Rule]) -> Terms:
        """The terms, or `InputInvalid` with what to mend."""
        if self.rule not in rules:
            raise InputInvalid(what=N_("Choose how this activity is graded."))
        rule = Rule(self.rule)
        if rule is Rule.PRACTICE and not 0 <= self.spare < self.sittings <= MOST_SITTINGS:
            raise InputInvalid(what=N_("Offer at least one sitting, and let fewer be missed than are offered."))
        if not 0 <= self.late_percent <= 100:
            raise InputInvalid(what=N_("A day late takes off 0 to 100 percent."))
        if not 0 <= self.grace_minutes <= MOST_GRACE:
            raise InputInvalid(what=N_("The time of grace is 0 minutes to 7 days."))
        return Terms(
            rule=rule,
            sittings=self.sittings,
            spare=self.spare,
            is_first_try=self.is_first_try,
            most_tries=self.most_tries,
            late_percent=self.late_percent,
            grace=timedelta(minutes=self.grace_minutes),
        )


def grade_by(session: Session, visitor: Visitor, wished: Wished) -> None:
    """The link is graded so from now on, and everybody's grade is reckoned anew; nobody's falls by it."""
    found = grading_of(session, visitor)
    terms = wished.terms(found.rules)
    values: dict[str, object] = {
        "rule": terms.rule.value,
        "settings": terms.settings(),
        "opens_at": wished.dates.opens_at,
        "due_at": wished.dates.due_at,
        "closes_at": wished.dates.closes_at,
        "late_percent": terms.late_percent,
        "grace_minutes": wished.grace_minutes,
    }
    assert visitor.link_id is not None
    if not insert_once(session, GradeTerms, {"resource_link_id": visitor.link_id} | values):
        session.execute(update(GradeTerms).where(GradeTerms.resource_link_id == visitor.link_id).values(values))
    note_class(session, visitor.link_id)


def allow(
    session: Session, visitor: Visitor, learner_ids: Iterable[int], dates: Dates, sittings: int | None, now: datetime
) -> None:
    """These learners of the LMS course have more time, or less to do; the last word counts."""
    wanted = set(learner_ids)
    here = {one.learner_id for one in _learners(session, visitor.context_id)}
    if visitor.link_id is None or not wanted <= here:
        raise NotFound
    if not wanted:
        raise InputInvalid(what=N_("Choose the learners first."))
    if sittings is not None and not 1 <= sittings <= MOST_SITTINGS:
        raise InputInvalid(what=N_("Offer at least one sitting."))
    if dates.due_at is None and dates.closes_at is None and sittings is None:
        raise InputInvalid(what=N_("Give a later date, or fewer sittings."))
    values: dict[str, object] = {
        "due_at": dates.due_at,
        "closes_at": dates.closes_at,
        "sittings": sittings,
        "noted_at": now,
    }
    for learner_id in sorted(wanted):
        keep_allowance(session, visitor.link_id, learner_id, values)
    note_class(session, visitor.link_id)


def disallow(session: Session, visitor: Visitor, learner_ids: Iterable[int]) -> None:
    """These learners are graded as everybody; what they were told already stays."""
    nothing = dict.fromkeys(("due_at", "closes_at", "sittings"))
    session.execute(
        update(Allowance)
        .where(Allowance.resource_link_id == visitor.link_id, Allowance.learner_id.in_(sorted(learner_ids)))
        .values(**nothing)
    )
