"""One learner's data: out, or gone."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from lti_tool.errors import NotFound
from lti_tool.models import (
    Base,
    ClearSpan,
    Context,
    Course,
    Enrolment,
    GradeAttempt,
    GradeOwed,
    Item,
    Learner,
    LessonProgress,
    Member,
    Memory,
    Pause,
    Platform,
    PointEntry,
    PracticeDay,
    Review,
    RhythmGoal,
    Sitting,
    SittingStep,
    StepDone,
    Visit,
)

OWN: tuple[tuple[str, type[Base]], ...] = (
    ("lessons", LessonProgress),
    ("sittings", Sitting),
    ("reviews", Review),
    ("memories", Memory),
    ("points", PointEntry),
    ("practice_days", PracticeDay),
    ("clear_spans", ClearSpan),
    ("pauses", Pause),
    ("goals", RhythmGoal),
    ("grades_owed", GradeOwed),
)
"""What an enrolment owns, by the name it has in the export."""

HIDDEN = frozenset({"id", "enrolment_id", "learner_id", "binding_hash", "key", "lease_holder", "lease_until", "body"})


def find_learner(session: Session, issuer: str, sub: str) -> list[int]:
    """The learners with this `sub` at this issuer (several where several client ids are registered); or `NotFound`."""
    found = list(
        session.scalars(
            select(Learner.id)
            .join(Platform, Platform.id == Learner.platform_id)
            .where(Platform.issuer == issuer, Learner.sub == sub)
        )
    )
    if not found:
        raise NotFound
    return found


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime | date) else value


def _rows(session: Session, query: Select[Any]) -> Iterator[dict[str, object]]:
    for row in session.scalars(query):
        columns = (column.key for column in type(row).__table__.columns)
        yield {name: _plain(getattr(row, name)) for name in columns if name not in HIDDEN}


def export_learner(session: Session, learner_id: int) -> dict[str, Any]:
    """Everything on record about one learner, in plain words and ISO 8601 times."""
    learner = session.get_one(Learner, learner_id)
    enrolments = []
    for enrolment, context, course in session.execute(
        select(Enrolment, Context, Course)
        .join(Context, Context.id == Enrolment.context_id)
        .join(Course, Course.id == Enrolment.course_id)
        .where(Enrolment.learner_id == learner_id)
    ):
        mine: dict[str, Any] = {"context": context.title, "course": course.slug}
        mine |= next(iter(_rows(session, select(Enrolment).where(Enrolment.id == enrolment.id))))
        for name, model in OWN:
            mine[name] = list(_rows(session, select(model).where(model.enrolment_id == enrolment.id)))  # type: ignore[attr-defined]  # every model in OWN has one
        enrolments.append(mine)
    mine_only = select(Enrolment.id).where(Enrolment.learner_id == learner_id)
    items = session.execute(
        select(Item.id, Item.key)
        .join(Memory, Memory.item_id == Item.id)
        .where(Memory.enrolment_id.in_(mine_only))
        .distinct()
    )
    return {
        "person": {"sub": learner.sub, "name": learner.name, "first_seen": learner.created_at.isoformat()},
        "memberships": list(_rows(session, select(Member).where(Member.learner_id == learner_id))),
        "visits": list(_rows(session, select(Visit).where(Visit.learner_id == learner_id))),
        "enrolments": enrolments,
        "items": {row.id: row.key for row in items},
    }


def erase_learner(session: Session, learner_id: int) -> dict[str, int]:
    """Nothing about the learner is on record any more; how many rows went, by table.

    Scores already sent stay in the LMS: they are its records, not ours.
    """
    gone: dict[str, int] = {}

    def remove(model: type[Base], condition: Any) -> None:
        result: Any = session.execute(delete(model).where(condition).execution_options(synchronize_session=False))
        gone[model.__tablename__] = result.rowcount

    enrolments = select(Enrolment.id).where(Enrolment.learner_id == learner_id)
    owed = select(GradeOwed.id).where(GradeOwed.learner_id == learner_id)
    progress = select(LessonProgress.id).where(LessonProgress.enrolment_id.in_(enrolments))
    sittings = select(Sitting.id).where(Sitting.enrolment_id.in_(enrolments))
    remove(GradeAttempt, GradeAttempt.grade_owed_id.in_(owed))
    remove(GradeOwed, GradeOwed.learner_id == learner_id)
    remove(StepDone, StepDone.lesson_progress_id.in_(progress))
    for owned in (Review, Memory, PointEntry, PracticeDay, ClearSpan, Pause, RhythmGoal):
        remove(owned, owned.enrolment_id.in_(enrolments))
    remove(SittingStep, SittingStep.sitting_id.in_(sittings))
    remove(Sitting, Sitting.enrolment_id.in_(enrolments))
    remove(LessonProgress, LessonProgress.enrolment_id.in_(enrolments))
    remove(Visit, Visit.learner_id == learner_id)
    remove(Member, Member.learner_id == learner_id)
    remove(Enrolment, Enrolment.learner_id == learner_id)
    remove(Learner, Learner.id == learner_id)
    return gone
