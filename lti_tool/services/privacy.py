"""One learner's data: out, or gone.

What belongs to a learner is read off the foreign keys, so that no table can be forgotten.
"""

import base64
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Table, and_, delete, or_, select, true
from sqlalchemy.orm import Session

from lti_tool.errors import NotFound
from lti_tool.models import Base, Context, Course, Enrolment, GradeOwed, Item, Learner, Platform, Visit

NAMES = {
    "lesson_progress": "lessons",
    "step_done": "steps_done",
    "sitting": "sittings",
    "sitting_step": "sitting_steps",
    "review": "reviews",
    "memory": "memories",
    "point_entry": "points",
    "practice_day": "practice_days",
    "clear_span": "clear_spans",
    "pause": "pauses",
    "rhythm_goal": "goals",
    "grade_owed": "grades_owed",
    "grade_attempt": "grade_attempts",
    "member": "memberships",
    "mentor_agreement": "mentors",
    "mentor_look": "mentors_looked",
    "course_draft": "uploaded_courses",
    "allowance": "allowances",
    "grade_choice": "grade_choices",
    "visit": "visits",
}
"""What the export calls a table; one that is not here keeps its own name."""

HIDDEN = {"visit": {"key", "binding_hash"}, "grade_owed": {"lease_holder", "lease_until"}}
"""By table, what is the program's secret or its own affair, and tells nothing about a person."""


class NoSuchPerson(NotFound):
    """Nobody has this `sub` there; told on the command line only."""

    title = "No such person at this platform."
    detail = "Nothing is on record, and nothing was changed."
    hint = "`sprig platform list` names the issuers; the person's id is the `sub` of a launch."


def find_learner(session: Session, issuer: str, sub: str) -> list[int]:
    """The learners with this `sub` at this issuer (several where several client ids are registered).

    `NoSuchPerson` if there is none.
    """
    found = list(
        session.scalars(
            select(Learner.id)
            .join(Platform, Platform.id == Learner.platform_id)
            .where(Platform.issuer == issuer, Learner.sub == sub)
        )
    )
    if not found:
        raise NoSuchPerson
    return found


def belongings(owner: type[Base], owner_id: int) -> dict[Table, ColumnElement[bool]]:
    """Each table whose rows may belong to this row, with the condition that those fulfil; owners come first."""
    root = Base.metadata.tables[owner.__tablename__]
    found: dict[Table, ColumnElement[bool]] = {}
    far = {root: 0}
    for table in Base.metadata.sorted_tables:
        keys = [key for key in table.foreign_keys if key.column.table in far and key.column.table is not table]
        if not keys:
            continue
        # The shortest roads: a review names its enrolment as well as its place in a sitting.
        steps = min(far[key.column.table] for key in keys)
        roads = [key for key in keys if far[key.column.table] == steps]
        found[table] = or_(*(_leads_here(key, found.get(key.column.table), owner_id) for key in roads))
        far[table] = steps + 1
    return found


OWN = {"visit": or_(Visit.about_id.is_(None), Visit.about_id == Visit.learner_id)}
"""By table, which of the rows that go with a person are hers to read: a teacher's visit to her work is not."""


def _leads_here(key: ForeignKey, above: ColumnElement[bool] | None, owner_id: int) -> ColumnElement[bool]:
    return key.parent == owner_id if above is None else key.parent.in_(select(key.column).where(above))


def _plain(value: object) -> object:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value.isoformat() if isinstance(value, datetime | date) else value


def _rows(session: Session, table: Table, condition: ColumnElement[bool]) -> Iterator[dict[str, object]]:
    shown = [column for column in table.c if column.name not in HIDDEN.get(table.name, ())]
    for row in session.execute(select(*shown).where(condition).order_by(*table.primary_key)).mappings():
        yield {name: _plain(value) for name, value in row.items()}


def _listed(
    session: Session, found: dict[Table, ColumnElement[bool]], leave: set[Table]
) -> Iterator[tuple[str, list[dict[str, object]]]]:
    for table, condition in found.items():
        if table not in leave:
            mine = and_(condition, OWN.get(table.name, true()))
            yield NAMES.get(table.name, table.name), list(_rows(session, table, mine))


def _person(session: Session, learner_id: int) -> dict[str, object]:
    table = Base.metadata.tables[Learner.__tablename__]
    person = next(_rows(session, table, table.c.id == learner_id))
    person["first_seen"] = person.pop("created_at")
    return person


def export_learner(session: Session, learner_id: int) -> dict[str, Any]:
    """Everything on record about one learner, in plain words and ISO 8601 times.

    Under an enrolment stands what it owns; rows name each other by id, and items by the id that `items` explains.
    """
    enrolments: list[dict[str, Any]] = []
    own = Base.metadata.tables[Enrolment.__tablename__]
    of_enrolments = {own, *belongings(Enrolment, 0)}
    for enrolment_id, context, slug in session.execute(
        select(Enrolment.id, Context.title, Course.slug)
        .join(Context, Context.id == Enrolment.context_id)
        .join(Course, Course.id == Enrolment.course_id)
        .where(Enrolment.learner_id == learner_id)
        .order_by(Enrolment.id)
    ).all():
        mine: dict[str, Any] = {"context": context, "course": slug}
        mine |= next(_rows(session, own, own.c.id == enrolment_id))
        mine |= _listed(session, belongings(Enrolment, enrolment_id), set())
        enrolments.append(mine)
    courses = select(Enrolment.course_id).where(Enrolment.learner_id == learner_id)
    items = session.execute(select(Item.id, Item.key).where(Item.course_id.in_(courses)).order_by(Item.id))
    return {
        "person": _person(session, learner_id),
        **dict(_listed(session, belongings(Learner, learner_id), of_enrolments)),
        "enrolments": enrolments,
        "items": {row.id: row.key for row in items},
    }


def erase_learner(session: Session, learner_id: int) -> dict[str, int]:
    """Nothing about the learner is on record any more; how many rows went, by table.

    Scores already sent stay in the LMS: they are its records, not ours.
    """
    # Whoever launches, answers or settles a score at this moment is done before we look, or finds nothing.  Launches
    # hold the learner first; answers hold the enrolment first and the score after it, so we do too.
    session.execute(select(Learner.id).where(Learner.id == learner_id).with_for_update(key_share=True))
    session.execute(select(Enrolment.id).where(Enrolment.learner_id == learner_id).order_by("id").with_for_update())
    session.execute(select(GradeOwed.id).where(GradeOwed.learner_id == learner_id).order_by("id").with_for_update())
    learner = Base.metadata.tables[Learner.__tablename__]
    conditions = {learner: learner.c.id == learner_id, **belongings(Learner, learner_id)}
    gone: dict[str, int] = {}
    for table, condition in reversed(conditions.items()):
        result: Any = session.execute(delete(table).where(condition))
        gone[table.name] = result.rowcount
    return gone
