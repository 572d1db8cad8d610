"""Beginning a stretch of practice: a lesson's steps, or a round of reviews."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Integer, and_, bindparam, exists, func, insert, select
from sqlalchemy.orm import Session

from content.model import Card, Item
from lti_tool.errors import NotFound
from lti_tool.models import CourseVersion, Enrolment, LessonProgress, Memory, Review, Sitting, SittingStep, StepDone
from lti_tool.models import Item as ItemRow
from lti_tool.models.engine import insert_once, run
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
    return open_sitting(session, enrolment_id, progress.id, rows, moment)


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


def open_sitting(
    session: Session,
    enrolment_id: int,
    progress_id: int | None,
    rows: list[dict[str, Any]],
    moment: Moment,
    try_number: int | None = None,
) -> int:
    """The id of a new sitting with these positions, in this order."""
    sitting = Sitting(
        enrolment_id=enrolment_id,
        lesson_progress_id=progress_id,
        try_number=try_number,
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
    today = moment.today
    answered = run(session, _ANSWERED, enrolment=enrolment_id, today=today).all()
    room = max(0, pace.reviews_per_day - sum(row.was_due for row in answered))
    due, total = _due(session, enrolment_id, today.toordinal(), pace.reviews_per_day)
    # Siblings answer each other: one of them is enough for a day, in whatever sitting.
    facts = {row.fact for row in answered if row.fact}
    due = [one for one in due if one.fact not in facts]
    has_backlog = total > pace.reviews_per_day
    fresh = _fresh(session, enrolment_id, newest, set(finished)) if room and not has_backlog else []
    fresh = [one for one in fresh if one.fact not in facts]
    chosen = build(
        due,
        fresh,
        today=today.toordinal(),
        seed=enrolment_id * 1_000_003 + today.toordinal(),
        most=room,
        most_new=pace.new_per_day,
        has_backlog=has_backlog,
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


_ANSWERED = (
    select(Review.was_due, ItemRow.fact)
    .join(ItemRow, ItemRow.id == Review.item_id)
    .where(Review.enrolment_id == bindparam("enrolment"), Review.study_on == bindparam("today"), Review.is_scored)
)
_IS_DUE = and_(
    Memory.enrolment_id == bindparam("enrolment"),
    Memory.due_day <= bindparam("today"),
    ItemRow.is_retired.is_(False),
)
_HOW_MANY_DUE = select(func.count()).select_from(Memory).join(ItemRow, ItemRow.id == Memory.item_id).where(_IS_DUE)
# For one set of parameters elapsed/stability orders like retrievability: lowest first, highest in a backlog.
_URGENCY = (bindparam("today", type_=Integer) - Memory.last_day) / Memory.stability
_DUE = (
    select(Memory.item_id, Memory.stability, Memory.last_day, ItemRow.version_id, ItemRow.outcome, ItemRow.fact)
    .join(ItemRow, ItemRow.id == Memory.item_id)
    .where(_IS_DUE)
    .limit(MOST_READ)
)
_DUE_MOST_URGENT, _DUE_LEAST_URGENT = _DUE.order_by(_URGENCY.desc()), _DUE.order_by(_URGENCY)
_UNKNOWN = (
    select(ItemRow.id)
    .join(CourseVersion, CourseVersion.course_id == ItemRow.course_id)
    .where(
        CourseVersion.id == bindparam("version"),
        ~exists().where(Memory.enrolment_id == bindparam("enrolment"), Memory.item_id == ItemRow.id),
    )
)


def _due(session: Session, enrolment_id: int, today: int, cap: int) -> tuple[list[Due], int]:
    total = run(session, _HOW_MANY_DUE, enrolment=enrolment_id, today=today).scalar_one()
    if total == 0:
        return [], 0
    query = _DUE_LEAST_URGENT if total > cap else _DUE_MOST_URGENT
    return [Due(*row) for row in run(session, query, enrolment=enrolment_id, today=today)], total


def _fresh(session: Session, enrolment_id: int, newest: Edition, finished: set[str]) -> list[Fresh]:
    """Items that came into lessons after this learner had done them."""
    if not finished:
        return []
    unknown = set(run(session, _UNKNOWN, enrolment=enrolment_id, version=newest.version_id).scalars())
    if not unknown:
        return []
    return [
        Fresh(*newest.pins[step.key], step.outcome, step.fact)
        for lesson in newest.course.lessons
        if lesson.key in finished
        for step in lesson.steps
        if isinstance(step, Item) and newest.pins[step.key][0] in unknown
    ]


def start_reviews(
    session: Session, enrolment_id: int, course_version_id: int, finished: Iterable[str], moment: Moment
) -> int | None:
    """The id of today's open round, or of a new one; None when nothing is due."""
    hold(session, enrolment_id)
    under_way = open_round(session, enrolment_id, moment)
    if under_way is not None:
        return int(under_way.id)
    planned = plan_round(session, enrolment_id, course_version_id, finished, moment)
    if not planned.items:
        return None
    rows = [{"card_key": None, "item_id": item, "item_version_id": version} for item, version in planned.items]
    return open_sitting(session, enrolment_id, None, rows, moment)


_OPEN_ROUND = select(Sitting.id, Sitting.steps, Sitting.passed).where(
    Sitting.enrolment_id == bindparam("enrolment"),
    Sitting.lesson_progress_id.is_(None),
    Sitting.try_number.is_(None),
    Sitting.study_on == bindparam("today"),
    Sitting.finished_at.is_(None),
)


def open_round(session: Session, enrolment_id: int, moment: Moment) -> Any:
    """The round of reviews that was begun today and not finished: (id, steps, passed)."""
    return run(session, _OPEN_ROUND, enrolment=enrolment_id, today=moment.today).first()
