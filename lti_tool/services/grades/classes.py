"""What a whole class did before its column was there: noted by a launch in one row, owed by the worker bit by bit."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import exists, or_, select, update
from sqlalchemy.orm import Session

from lti_tool.logs import get_log
from lti_tool.models import Enrolment, GradeTerms, LessonProgress, LineItem, ResourceLink, Sitting
from lti_tool.models.engine import Database
from lti_tool.rules.grading import Rule
from lti_tool.services.arrivals import REVIEWS
from lti_tool.services.grades.owing import owe_grades

BATCH = 25
"""Learners in one transaction: about a tenth of a second, for which SQLite's other writers wait."""


def note_class(session: Session, link_id: int) -> None:
    """The link's column has appeared, or come back, or is for something else: it is owed what was done before that."""
    session.execute(update(ResourceLink).where(ResourceLink.id == link_id).values(owes_class_after=0))


def note_practice(session: Session) -> None:
    """Every link with a column for practice: a time in which nothing was due earns its credit though nobody comes."""
    by_terms = select(GradeTerms.resource_link_id).where(GradeTerms.rule == Rule.PRACTICE.value)
    by_column = select(LineItem.resource_link_id).where(LineItem.rule == Rule.PRACTICE.value)
    session.execute(
        update(ResourceLink)
        .where(
            ResourceLink.owes_class_after.is_(None),
            or_(ResourceLink.lesson_key == REVIEWS, ResourceLink.id.in_(by_terms), ResourceLink.id.in_(by_column)),
        )
        .values(owes_class_after=0)
        .execution_options(synchronize_session=False)
    )


def owe_classes(
    database: Database, clock: Callable[[], datetime], *, batch: int = BATCH, stop: threading.Event | None = None
) -> None:
    """Every class that was noted is owed; with `stop` set, only the batch that was under way.

    A worker that is killed leaves the link's mark where its last whole batch ended, and owing again changes nothing.
    What cannot be owed is logged, stays noted, and stops no other class.
    """
    with database.reading() as session:
        noted = select(ResourceLink.id).where(ResourceLink.owes_class_after.is_not(None)).order_by(ResourceLink.id)
        links = session.scalars(noted).all()
    for link_id in links:
        try:
            goes_on = True
            while goes_on and not (stop is not None and stop.is_set()):
                with database.writing() as session:
                    goes_on = _owe_batch(session, link_id, clock(), batch)
        except Exception:  # noqa: BLE001 - one class that cannot be owed must not stop the others
            get_log().exception("class not owed", link=link_id)


def _owe_batch(session: Session, link_id: int, now: datetime, batch: int) -> bool:
    """The link's next learners are owed; False if those were the last, or somebody else has the link."""
    # Held against another worker, but not against a visit that is opened by the link meanwhile.
    link = session.execute(
        select(ResourceLink.context_id, ResourceLink.course_id, ResourceLink.owes_class_after)
        .where(ResourceLink.id == link_id, ResourceLink.owes_class_after.is_not(None))
        .with_for_update(key_share=True, skip_locked=True)
    ).first()
    if link is None:
        return False
    finished = (
        select(Enrolment.id)
        .where(
            Enrolment.context_id == link.context_id,
            Enrolment.course_id == link.course_id,
            Enrolment.id > link.owes_class_after,
            or_(
                exists().where(LessonProgress.enrolment_id == Enrolment.id, LessonProgress.finished_at.is_not(None)),
                exists().where(Sitting.enrolment_id == Enrolment.id, Sitting.finished_at.is_not(None)),
            ),
        )
        .order_by(Enrolment.id)  # two of these at once lock in the same order
        .limit(batch)
    )
    enrolments = session.scalars(finished).all()
    for enrolment_id in enrolments:
        owe_grades(session, enrolment_id, now, debounce=timedelta(0))
    goes_on = len(enrolments) == batch
    after = enrolments[-1] if goes_on else None
    session.execute(update(ResourceLink).where(ResourceLink.id == link_id).values(owes_class_after=after))
    return goes_on
