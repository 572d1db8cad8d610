"""One learner's work, for whoever may see it: her teachers, and herself."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from content.marking import mark
from content.model import Course, Item, Marked, Response
from lti_tool.errors import Forbidden, NotFound
from lti_tool.models import Enrolment, Learner, Member, Review, SittingStep
from lti_tool.models.engine import run
from lti_tool.services.completion import LessonState, lesson_states
from lti_tool.services.courses import edition, items_in
from lti_tool.services.tries import FinishedTry, finished_tries
from lti_tool.services.views import name_of
from lti_tool.services.visits import Visitor

PAGE = 50
"""Answers on one page."""


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as it was given, to the wording that was shown, with its verdict."""

    review_id: int
    step_id: int
    item: Item
    hints: int
    response: Response
    marked: Marked
    course: Course
    answered_at: datetime
    zone: str
    again: int
    """0 for the first answer of a sitting; a later one followed the feedback."""
    is_unsure: bool
    """“I don't know yet.”"""

    @property
    def name(self) -> str:
        """The question's short name."""
        return name_of(self.item)


@dataclass(frozen=True, slots=True)
class Work:
    """What somebody has done in a course, the latest answers first."""

    name: str | None
    lms_id: str
    course: Course
    lessons: tuple[LessonState, ...]
    tries: tuple[FinishedTry, ...]
    """At the course's checkpoint, the first one first."""
    answers: tuple[Given, ...]
    older_than: int | None
    """The review before which more answers stand; None if these are all."""


_WHO = (
    select(Learner.name, Learner.sub, Enrolment.id.label("enrolment_id"))
    .join(Member, Member.learner_id == Learner.id)
    .outerjoin(
        Enrolment,
        (Enrolment.learner_id == Learner.id)
        & (Enrolment.context_id == Member.context_id)
        & (Enrolment.course_id == bindparam("course")),
    )
    .where(Learner.id == bindparam("learner"), Member.context_id == bindparam("context"))
)
_ANSWERS = (
    select(
        Review.id, Review.step_id, Review.item_version_id, Review.hints, Review.response, Review.answered_at,
        Review.zone, Review.is_unsure, SittingStep.again,
    )
    .join(SittingStep, SittingStep.id == Review.step_id)
    .where(Review.enrolment_id == bindparam("enrolment"), Review.id < bindparam("before"))
    .order_by(Review.id.desc())
    .limit(PAGE + 1)
)  # fmt: skip
LATEST = 2**31 - 1


def work_of(session: Session, visitor: Visitor, learner_id: int, version_id: int, before: int = LATEST) -> Work:
    """What the learner has done in the course of this visit; `Forbidden` for anybody but her teachers and herself."""
    if not (visitor.is_instructor or learner_id == visitor.learner_id):
        raise Forbidden
    who = run(session, _WHO, learner=learner_id, context=visitor.context_id, course=visitor.course_id).first()
    if who is None:
        raise NotFound
    rows = run(session, _ANSWERS, enrolment=who.enrolment_id or 0, before=before).all()
    shown = rows[:PAGE]
    course = edition(session, version_id).course
    items = items_in(session, [row.item_version_id for row in shown])
    return Work(
        name=who.name,
        lms_id=who.sub,
        course=course,
        lessons=tuple(lesson_states(session, who.enrolment_id or 0, version_id)),
        tries=tuple(finished_tries(session, who.enrolment_id or 0, version_id)),
        answers=tuple(
            Given(
                review_id=row.id,
                step_id=row.step_id,
                item=items[row.item_version_id],
                hints=row.hints,
                response=tuple(row.response),
                marked=mark(items[row.item_version_id], tuple(row.response), course.decimal),
                course=course,
                answered_at=row.answered_at,
                zone=row.zone,
                again=row.again,
                is_unsure=row.is_unsure,
            )
            for row in shown
        ),
        older_than=shown[-1].id if len(rows) > PAGE else None,
    )
