"""The ledger: the answers that a posted value stands on, as they were when it was reckoned."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select
from sqlalchemy.orm import Session

from lti_tool.models import GradeAttempt, LessonProgress, Review, Sitting, SittingStep
from lti_tool.rules.grading import Rule
from lti_tool.services.courses import edition, items_in
from lti_tool.services.grades.model import Outcome
from lti_tool.services.grades.story import LATEST, PAGE, Story, Try, tries_of
from lti_tool.services.tries import TryResult, checkpoint_results, finished_tries
from lti_tool.services.views import name_of

COUNTED_BY = {"kept": Rule.PRACTICE, "shown": Rule.MASTERY, "try": Rule.CHECKPOINT, "done": Rule.COMPLETION}
"""The rule, by one of the names among what it counted; progress counts as completion does."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that the rule reads."""

    id: int
    """The review's; a checkpoint's answers have the step's."""
    name: str
    is_right: bool
    is_unsure: bool
    hints: int
    answered_at: datetime


@dataclass(frozen=True, slots=True)
class Behind:
    """What a posted value stands on, as it was when that was reckoned."""

    tried: Try
    lessons: tuple[tuple[str, datetime], ...] = ()
    """Finished ones, and when."""
    rounds: tuple[datetime, ...] = ()
    """Finished rounds of reviews."""
    tries: tuple[TryResult, ...] = ()
    """At the checkpoint."""
    answers: tuple[Answer, ...] = ()
    """The latest first."""
    older_than: int | None = None


def behind(session: Session, story: Story, try_id: int | None, before: int = LATEST) -> Behind | None:
    """What this try's value stands on, or, with no id, the last one's that was posted; None if there is none."""
    mine = GradeAttempt.grade_owed_id == story.owed_id
    posted = [Outcome.SENT.value, Outcome.ALREADY_THERE.value]
    which = GradeAttempt.id == try_id if try_id is not None else GradeAttempt.outcome.in_(posted)
    tried = next(iter(tries_of(session, mine, which)), None)
    if tried is None:
        return None
    if not tried.figures:
        # The same bytes went out before, and what they stood on was noted then.
        first = tries_of(session, mine, GradeAttempt.score_at == tried.score_at)[-1]
        tried = replace(tried, figures=first.figures, up_to_review_id=first.up_to_review_id)
    return _Reading(session, story, tried, before).read()


class _Reading:
    """What one try's value stands on, being read."""

    def __init__(self, session: Session, story: Story, tried: Try, before: int) -> None:
        self._session, self._story, self._tried, self._before = session, story, tried, before
        self._until = tried.score_at + timedelta(seconds=1)  # its time is the whole second before it was reckoned
        # The link may have opened another course then: the answer knows whose it is.
        whose = select(Review.enrolment_id).where(Review.id == tried.up_to_review_id)
        self._enrolment = session.scalar(whose) or story.enrolment_id
        self._up_to = tried.up_to_review_id or self._newest()

    def _newest(self) -> int:
        """Of a try that was never noted (a worker that died): the answers before the score's time."""
        until = select(func.max(Review.id)).where(
            Review.enrolment_id == self._enrolment, Review.answered_at < self._until
        )
        return self._session.scalar(until) or 0

    def read(self) -> Behind:
        rules = [rule for name, rule in COUNTED_BY.items() if name in self._tried.figures]
        rule = rules[0] if rules else self._story.rule
        if rule is Rule.CHECKPOINT:
            return self._checkpoint()
        if rule is Rule.PRACTICE:
            rounds = self._rounds()
            return self._with_answers(Behind(self._tried, rounds=rounds), _IS_ROUND)
        if rule is Rule.MASTERY:
            return self._with_answers(Behind(self._tried), _IS_SHOWN)
        rows = self._lessons()
        known = Behind(self._tried, lessons=tuple((self._title(row), row.finished_at) for row in rows))
        return self._with_answers(known, Sitting.lesson_progress_id.in_([row.id for row in rows]))

    def _lessons(self) -> Sequence[Row[Any]]:
        query = select(
            LessonProgress.id, LessonProgress.lesson_key, LessonProgress.finished_at, LessonProgress.course_version_id
        ).where(LessonProgress.enrolment_id == self._enrolment, LessonProgress.finished_at < self._until)
        if self._story.lesson_key is not None and self._enrolment == self._story.enrolment_id:
            query = query.where(LessonProgress.lesson_key == self._story.lesson_key)
        rows: Sequence[Any] = self._session.execute(query.order_by(LessonProgress.finished_at, LessonProgress.id)).all()
        return rows

    def _title(self, row: Row[Any]) -> str:
        lessons = edition(self._session, row.course_version_id).course.lessons
        return next((one.title for one in lessons if one.key == row.lesson_key), row.lesson_key)

    def _rounds(self) -> tuple[datetime, ...]:
        query = select(Sitting.finished_at).where(
            Sitting.enrolment_id == self._enrolment, _IS_ROUND, Sitting.finished_at < self._until
        )
        return tuple(at for at in self._session.scalars(query.order_by(Sitting.finished_at)) if at is not None)

    def _checkpoint(self) -> Behind:
        tries = [one for one in checkpoint_results(self._session, self._enrolment) if one.finished_at < self._until]
        counts = self._tried.figures.get("try")
        given = [
            Answer(answer.step_id, answer.name, answer.is_right, not answer.response, 0, one.result.finished_at)
            for one in finished_tries(self._session, self._enrolment, self._story.version_id)
            if one.result.number == counts
            for answer in one.answers
        ]
        return Behind(self._tried, tries=tuple(tries), answers=tuple(given))

    def _with_answers(self, known: Behind, where: ColumnElement[bool]) -> Behind:
        rows = self._session.execute(
            select(
                Review.id,
                Review.item_version_id,
                Review.is_right,
                Review.is_unsure,
                Review.hints,
                Review.answered_at,
            )
            .join(SittingStep, SittingStep.id == Review.step_id)
            .join(Sitting, Sitting.id == SittingStep.sitting_id)
            .where(Review.enrolment_id == self._enrolment, Review.id <= self._up_to, Review.id < self._before, where)
            .order_by(Review.id.desc())
            .limit(PAGE + 1)
        ).all()
        shown = rows[:PAGE]
        items = items_in(self._session, [row.item_version_id for row in shown])
        answers = [
            Answer(row.id, name_of(items[row.item_version_id]), row.is_right, row.is_unsure, row.hints, row.answered_at)
            for row in shown
        ]
        older_than = shown[-1].id if len(rows) > PAGE else None
        return replace(known, answers=tuple(answers), older_than=older_than)


_IS_ROUND = Sitting.lesson_progress_id.is_(None) & Sitting.try_number.is_(None)
_IS_SHOWN = Review.is_scored & Review.is_right & (Review.hints == 0)
