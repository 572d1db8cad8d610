"""Beginning a stretch of practice: a lesson's steps, or a round of reviews."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from content.model import Card, Item
from lti_tool.errors import NotFound
from lti_tool.models import Enrolment, LessonProgress, Memory, Review, Sitting, SittingStep, StepDone
from lti_tool.models import Item as ItemRow
from lti_tool.models.engine import insert_once
from lti_tool.services.courses import Edition, edition
from lti_tool.services.days import Moment
from scheduler.sitting import Due, Fresh, build, minutes

MOST_READ = 200
"""Due memories looked at for one round: ten times the usual cap, so that siblings and topics leave room to choose."""


def step_key(step: Card | Item) -> str:
    """What `StepDone` calls a step."""
    return f"item:{step.key}" if isinstance(step, Item) else f"card:{step.key}"


def hold(session: Session, enrolment_id: int) -> None:
    """Whoever else changes this enrolment's practice waits until we are done (SQLite: writers wait anyway)."""
    session.execute(select(Enrolment.id).where(Enrolment.id == enrolment_id).with_for_update()).scalar_one()


def start_lesson(session: Session, enrolment_id: int, course_version_id: int, lesson_key: str, moment: Moment) -> int:
    """The id of the open sitting of this lesson: the one under way, or a new one with what is still to do."""
    hold(session, enrolment_id)
    progress = _progress(session, enrolment_id, course_version_id, lesson_key, moment)
    under_way = session.execute(
        select(Sitting.id).where(Sitting.lesson_progress_id == progress.id, Sitting.finished_at.is_(None))
    ).first()
    if under_way is not None:
        return int(under_way.id)
    pinned = edition(session, progress.course_version_id)
    lesson = next(one for one in pinned.course.lessons if one.key == lesson_key)
    steps = lesson.steps
    if progress.finished_at is None:
        done = set(session.scalars(select(StepDone.step_key).where(StepDone.lesson_progress_id == progress.id)))
        steps = tuple(step for step in steps if step_key(step) not in done)
    rows = [_row(pinned, step) for step in steps]
    return _open(session, enrolment_id, progress.id, rows, moment)


def _progress(session: Session, enrolment_id: int, version_id: int, lesson_key: str, moment: Moment) -> LessonProgress:
    query = select(LessonProgress).where(
        LessonProgress.enrolment_id == enrolment_id, LessonProgress.lesson_key == lesson_key
    )
    found = session.scalars(query).first()
    if found is not None:
        return found
    lesson = next((one for one in edition(session, version_id).course.lessons if one.key == lesson_key), None)
    if lesson is None:
        raise NotFound
    values: dict[str, object] = {
        "enrolment_id": enrolment_id,
        "lesson_key": lesson_key,
        "course_version_id": version_id,
        "required": len(lesson.steps),
        "opened_at": moment.at,
    }
    insert_once(session, LessonProgress, values)
    return session.scalars(query).one()


def _row(pinned: Edition, step: Card | Item) -> dict[str, Any]:
    if isinstance(step, Card):
        return {"card_key": step.key, "item_id": None, "item_version_id": None}
    item_id, version_id = pinned.pins[step.key]
    return {"card_key": None, "item_id": item_id, "item_version_id": version_id}


def _open(
    session: Session, enrolment_id: int, progress_id: int | None, rows: list[dict[str, Any]], moment: Moment
) -> int:
    sitting = Sitting(
        enrolment_id=enrolment_id,
        lesson_progress_id=progress_id,
        study_on=moment.today,
        planned=len(rows),
        steps=len(rows),
        started_at=moment.at,
    )
    session.add(sitting)
    session.flush()
    session.execute(
        insert(SittingStep), [{"sitting_id": sitting.id, "position": n, **row} for n, row in enumerate(rows, 1)]
    )
    return sitting.id


@dataclass(frozen=True, slots=True)
class Round:
    """The reviews to offer now: never more than a day's share, and nothing said about the rest."""

    items: tuple[tuple[int, int], ...]
    """(item id, item version id), in the order to ask."""
    minutes: int
    outcomes: tuple[str, ...]
    """The keys of the outcomes they belong to, most frequent first."""


def plan_round(
    session: Session, enrolment_id: int, course_version_id: int, finished: Iterable[str], moment: Moment
) -> Round:
    """What a round of reviews would hold now; `finished` are the keys of the lessons that are done."""
    newest = edition(session, course_version_id)
    pace = newest.course.pace
    reviewed = session.execute(
        select(func.count())
        .select_from(Review)
        .where(
            Review.enrolment_id == enrolment_id,
            Review.study_on == moment.today,
            Review.is_scored,
            Review.was_due,
        )
    ).scalar_one()
    due, total = _due(session, enrolment_id, moment.today.toordinal(), pace.reviews_per_day)
    fresh = _fresh(session, enrolment_id, newest, set(finished))
    chosen = build(
        due,
        fresh,
        today=moment.today.toordinal(),
        seed=enrolment_id * 1_000_003 + moment.today.toordinal(),
        most=max(0, pace.reviews_per_day - reviewed),
        most_new=pace.new_per_day if total <= pace.reviews_per_day else 0,
        has_backlog=total > pace.reviews_per_day,
    )
    offered: list[Due | Fresh] = [*due, *fresh]
    versions = {one.item_id: one.version_id for one in offered}
    outcomes = {one.item_id: one.outcome for one in offered}
    named = [outcomes[item_id] for item_id in chosen]
    return Round(
        items=tuple((item_id, versions[item_id]) for item_id in chosen),
        minutes=minutes(len(chosen)),
        outcomes=tuple(sorted(set(named), key=lambda key: (-named.count(key), named.index(key)))),
    )


def _due(session: Session, enrolment_id: int, today: int, cap: int) -> tuple[list[Due], int]:
    is_due = (Memory.enrolment_id == enrolment_id, Memory.due_day <= today, ItemRow.is_retired.is_(False))
    total = session.execute(
        select(func.count()).select_from(Memory).join(ItemRow, ItemRow.id == Memory.item_id).where(*is_due)
    ).scalar_one()
    if total == 0:
        return [], 0
    # For one set of parameters elapsed/stability orders like retrievability: lowest first, highest in a backlog.
    urgency = (today - Memory.last_day) / Memory.stability
    rows: Any = session.execute(
        select(Memory.item_id, Memory.stability, Memory.last_day, ItemRow.version_id, ItemRow.outcome, ItemRow.fact)
        .join(ItemRow, ItemRow.id == Memory.item_id)
        .where(*is_due)
        .order_by(urgency if total > cap else urgency.desc())
        .limit(MOST_READ)
    )
    return [Due(*row) for row in rows], total


def _fresh(session: Session, enrolment_id: int, newest: Edition, finished: set[str]) -> list[Fresh]:
    """Items that came into lessons after this learner had done them."""
    taught = [
        step
        for lesson in newest.course.lessons
        if lesson.key in finished
        for step in lesson.steps
        if isinstance(step, Item)
    ]
    ids = [newest.pins[item.key][0] for item in taught]
    if not ids:
        return []
    known = set(
        session.scalars(select(Memory.item_id).where(Memory.enrolment_id == enrolment_id, Memory.item_id.in_(ids)))
    )
    return [
        Fresh(*newest.pins[item.key], item.outcome, item.fact)
        for item in taught
        if newest.pins[item.key][0] not in known
    ]


def start_reviews(
    session: Session, enrolment_id: int, course_version_id: int, finished: Iterable[str], moment: Moment
) -> int | None:
    """The id of today's open round, or of a new one; None when nothing is due."""
    hold(session, enrolment_id)
    under_way = session.execute(open_round(enrolment_id, moment)).first()
    if under_way is not None:
        return int(under_way.id)
    planned = plan_round(session, enrolment_id, course_version_id, finished, moment)
    if not planned.items:
        return None
    rows = [{"card_key": None, "item_id": item, "item_version_id": version} for item, version in planned.items]
    return _open(session, enrolment_id, None, rows, moment)


def open_round(enrolment_id: int, moment: Moment) -> Any:
    """The query for a round of reviews that was begun today and not finished."""
    return select(Sitting.id, Sitting.steps, Sitting.passed).where(
        Sitting.enrolment_id == enrolment_id,
        Sitting.lesson_progress_id.is_(None),
        Sitting.study_on == moment.today,
        Sitting.finished_at.is_(None),
    )
