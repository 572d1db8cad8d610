"""Courses, learners and memories in any number, put into a database quickly."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, select, update

from content.model import Card, Choice, Choices, Course, Item, Kind, Lesson, Outcome, Pool, Rich, ShortText
from lti_tool.models import Context, Deployment, Enrolment, Learner, LessonProgress, Member, Memory
from lti_tool.models import Course as CourseRow
from lti_tool.models import Item as ItemRow
from lti_tool.models.engine import Database
from lti_tool.services.arrivals import Installed, Role
from lti_tool.services.courses import publish
from lti_tool.services.days import Moment, moment
from lti_tool.services.platforms import default_tenant
from scheduler.memory import MODEL

AT_ONCE = 20_000
TOPICS = 10


def now() -> Moment:
    """This moment, in UTC."""
    return moment(datetime.now(UTC), "UTC")


def _rich(text: str) -> Rich:
    return Rich(text, f"<p>{text}</p>")


def _item(number: int) -> Item:
    choices = tuple(Choice(_rich(f"Answer {n} to question {number}."), right=n == 1) for n in range(4))
    return Item(
        key=f"item-{number}",
        kind=Kind.SHORT_TEXT if number % 2 else Kind.SINGLE_CHOICE,
        outcome=f"topic-{number % TOPICS}",
        pool=Pool.LEARN,
        stem=_rich(f"Question {number}: what is asked here, in a sentence of the usual length?"),
        body=ShortText(("Paris",)) if number % 2 else Choices(choices),
        hints=(_rich("Think of the card."),),
        why=_rich("Because the card says so."),
    )


def right_answer(key: str) -> dict[str, str]:
    """The form that answers this item of ours right."""
    return {"a": "Paris" if int(key.removeprefix("item-")) % 2 else "1"}


def course(items: int, per_lesson: int = 100) -> Course:
    """A course of so many items, in lessons of so many."""
    lessons = [
        Lesson(
            key=f"lesson-{first}",
            title=f"Lesson {first}",
            minutes=5,
            steps=(
                Card("card", "Card", _rich("What the lesson tells.")),
                *map(_item, range(first, min(first + per_lesson, items))),
            ),
        )
        for first in range(0, items, per_lesson)
    ]
    outcomes = tuple(Outcome(f"topic-{n}", f"Topic {n}", f"can do {n}") for n in range(TOPICS))
    about = _rich("A course for measuring.")
    return Course("large", "Large", "en", "Large.", about, "CC0-1.0", "", ".", outcomes, tuple(lessons))


@dataclass(frozen=True, slots=True)
class School:
    """A database with one LMS course, and a course to learn."""

    database: Database
    installed: Installed
    context_id: int
    course_id: int
    version_id: int
    items: dict[str, int]
    """Ids by key."""

    def enrol(self, first: int, count: int) -> list[int]:
        """So many more learners' enrolments."""
        subs = [f"learner-{n}" for n in range(first, first + count)]
        at = datetime.now(UTC)
        here = {"platform_id": self.installed.platform_id, "tenant_id": self.installed.tenant_id}
        with self.database.writing() as session:
            session.execute(insert(Learner), [here | {"sub": sub, "created_at": at} for sub in subs])
            ids = session.scalars(select(Learner.id).where(Learner.sub.in_(subs)).order_by(Learner.id)).all()
            rows = [
                {"learner_id": one, "context_id": self.context_id, "course_id": self.course_id, "created_at": at}
                for one in ids
            ]
            session.execute(insert(Enrolment), rows)
            here = {"context_id": self.context_id, "role": Role.LEARNER.value, "seen_at": at}
            session.execute(insert(Member), [here | {"learner_id": one} for one in ids])
            return list(
                session.scalars(select(Enrolment.id).where(Enrolment.learner_id.in_(ids)).order_by(Enrolment.id))
            )

    def finish_lessons(self, enrolment: int, taught: Course) -> None:
        """The enrolment has done every lesson."""
        at = datetime.now(UTC)
        done = {"enrolment_id": enrolment, "course_version_id": self.version_id, "opened_at": at, "finished_at": at}
        rows = [
            done | {"lesson_key": one.key, "required": len(one.steps), "done": len(one.steps)} for one in taught.lessons
        ]
        with self.database.writing() as session:
            session.execute(insert(LessonProgress), rows)
            session.execute(update(Enrolment).where(Enrolment.id == enrolment).values(first_lesson_on=at.date()))

    def remember(self, enrolments: list[int], today: int, *, due_share: float) -> int:
        """Every item is remembered by each of them, a share of them due; returns how many memories were made."""
        ids = list(self.items.values())
        due = round(len(ids) * due_share)
        rows = (
            _memory(enrolment, item, n, today, is_due=n < due) for enrolment in enrolments for n, item in enumerate(ids)
        )
        count = 0
        with self.database.writing() as session:
            for some in _in_parts(rows):
                session.connection().execute(insert(Memory), some)
                count += len(some)
        return count


def _memory(enrolment: int, item: int, n: int, today: int, *, is_due: bool) -> dict[str, Any]:
    last = today - 5 - n % 60
    return {
        "enrolment_id": enrolment,
        "item_id": item,
        "stability": 2.0 + n % 50,
        "difficulty": 5.0,
        "last_day": last,
        "due_day": today - n % 4 if is_due else today + 1 + n % 90,
        "reviews": 3,
        "lapses": 0,
        "meaning": 1,
        "model": MODEL,
    }


def _in_parts(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    part: list[dict[str, Any]] = []
    for row in rows:
        part.append(row)
        if len(part) == AT_ONCE:
            yield part
            part = []
    if part:
        yield part


def school(database: Database, platform_id: int, taught: Course) -> School:
    """The course is published, and taught in one LMS course of this platform."""
    at = datetime.now(UTC)
    with database.writing() as session:
        publish(session, taught, at)
        row = session.scalars(select(CourseRow).where(CourseRow.slug == taught.key)).one()
        tenant_id = default_tenant(session).id
        deployment = Deployment(platform_id=platform_id, tenant_id=tenant_id, lms_id="1", created_at=at)
        session.add(deployment)
        session.flush()
        installed = Installed(deployment.id, platform_id, tenant_id, is_held=False)
        context = Context(deployment_id=deployment.id, lms_id="context-1", title="A course", created_at=at)
        session.add(context)
        session.flush()
        rows = session.execute(select(ItemRow.key, ItemRow.id).where(ItemRow.course_id == row.id))
        items = {one.key: one.id for one in rows}
        assert row.version_id is not None
        return School(database, installed, context.id, row.id, row.version_id, items)
