"""One learner's grade in one column, told in order: each try, with what the LMS said and what the rule counted."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from lti_tool.errors import NotFound
from lti_tool.models import Course, Enrolment, GradeAttempt, GradeChoice, GradeOwed, Learner, LineItem, ResourceLink
from lti_tool.rules.grading import Rule
from lti_tool.services.grades.figures import Asked, figure
from lti_tool.services.grades.model import Outcome
from lti_tool.services.grades.reasons import TROUBLES
from lti_tool.services.grades.showing import GradeLine, grade_lines
from lti_tool.services.grades.terms import terms_of, with_terms
from lti_tool.words import N_

PAGE = 50
"""Tries on one page, and answers."""
LATEST = 2**31 - 1
SAID = {
    Outcome.SENT: N_("The LMS took it."),
    Outcome.ALREADY_THERE: N_("The LMS showed it already."),
    Outcome.BLOCKED: N_("Sprig stopped here: it needs a person."),
}


@dataclass(frozen=True, slots=True)
class Try:
    """One try at sending."""

    id: int
    tried_at: datetime
    percent: int
    score_at: datetime
    status: int | None
    outcome: Outcome
    up_to_review_id: int | None
    figures: Mapping[str, Any]
    """What the rule counted, by name; nothing if the same bytes had gone out before."""

    @property
    def is_posted(self) -> bool:
        """The gradebook showed this value."""
        return self.outcome.is_settled

    @property
    def said(self) -> str:
        """The LMS's answer in words, as a message id."""
        return SAID[self.outcome] if self.outcome in SAID else TROUBLES[self.outcome.value].sentence


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which of two grades a teacher let stand."""

    chosen_at: datetime
    is_ours: bool
    lms_percent: float | None
    percent: int


@dataclass(frozen=True, slots=True)
class Story:
    """The score, and its tries in order."""

    owed_id: int
    learner_id: int
    name: str | None
    lms_id: str
    link_title: str
    enrolment_id: int
    version_id: int
    lesson_key: str | None
    rule: Rule
    line: GradeLine | None
    """None once it was called off, or the link opens something else."""
    reckoned: int | None
    """Percent, from the answers as they are now; None if they give none."""
    counted: Mapping[str, Any]
    tries: tuple[Try, ...]
    older_than: int | None
    """The try before which more stand; None if these are all."""
    choices: tuple[Chosen, ...]
    """The latest first, at most a page of them."""


def story_of(session: Session, context_id: int, owed_id: int, now: datetime, before: int = LATEST) -> Story:
    """The latest tries before that one; `NotFound` if the score is not one of this LMS course."""
    query: Any = (
        select(GradeOwed, Learner.name, Learner.sub, ResourceLink.title, Enrolment.course_id, Course.version_id)
        .join(LineItem, LineItem.id == GradeOwed.line_item_id)
        .join(ResourceLink, ResourceLink.id == LineItem.resource_link_id)
        .join(Learner, Learner.id == GradeOwed.learner_id)
        .join(Enrolment, Enrolment.id == GradeOwed.enrolment_id)
        .join(Course, Course.id == Enrolment.course_id)
        .where(GradeOwed.id == owed_id, ResourceLink.context_id == context_id, Course.version_id.is_not(None))
    )
    row = session.execute(with_terms(query, GradeOwed.learner_id)).first()
    if row is None:
        raise NotFound
    owed: GradeOwed = row.GradeOwed
    lines = grade_lines(session, context_id, row.course_id, owed.learner_id)
    terms = replace(terms_of(row), rule=Rule(owed.rule))
    found = figure(session, Asked(owed.enrolment_id, owed.lesson_key, terms), now)
    rows = tries_of(session, GradeAttempt.grade_owed_id == owed_id, GradeAttempt.id < before)
    return Story(
        owed_id=owed_id,
        learner_id=owed.learner_id,
        name=row.name,
        lms_id=row.sub,
        link_title=row.title,
        enrolment_id=owed.enrolment_id,
        version_id=row.version_id,
        lesson_key=owed.lesson_key,
        rule=Rule(owed.rule),
        line=next((line for line in lines if line.owed_id == owed_id), None),
        reckoned=found.percent,
        counted=found.counted,
        tries=tuple(reversed(rows[:PAGE])),
        older_than=rows[PAGE - 1].id if len(rows) > PAGE else None,
        choices=_choices(session, owed_id),
    )


def _choices(session: Session, owed_id: int) -> tuple[Chosen, ...]:
    columns = (GradeChoice.chosen_at, GradeChoice.is_ours, GradeChoice.lms_percent, GradeChoice.percent)
    query = select(*columns).where(GradeChoice.grade_owed_id == owed_id).order_by(GradeChoice.id.desc()).limit(PAGE)
    return tuple(Chosen(*row) for row in session.execute(query))


def tries_of(session: Session, *where: ColumnElement[bool]) -> list[Try]:
    """The latest first, one more than a page."""
    query = select(GradeAttempt).where(*where).order_by(GradeAttempt.id.desc()).limit(PAGE + 1)
    return [
        Try(
            id=one.id,
            tried_at=one.tried_at,
            percent=one.percent,
            score_at=one.score_at,
            status=one.status,
            outcome=Outcome(one.outcome),
            up_to_review_id=one.up_to_review_id,
            figures=one.figures or {},
        )
        for one in session.scalars(query)
    ]
