"""A learner in a course, and days of practice, without the web."""

import random
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from content.loader import load
from content.model import Course as TaughtCourse
from content.model import Item, Lesson
from lti_tool.models import Context, Course, Deployment, Learner
from lti_tool.models.engine import Database
from lti_tool.services.completion import lesson_states
from lti_tool.services.courses import publish
from lti_tool.services.days import Moment, moment
from lti_tool.services.placing import enrol
from lti_tool.services.platforms import AddPlatform, add_platform, default_tenant
from lti_tool.services.practice import answer_item, pass_card
from lti_tool.services.sittings import start_lesson, start_reviews
from lti_tool.services.steps import frontier, open_step
from lti_tool.services.today import finished_keys

TINY = Path(__file__).parent.parent / "data" / "courses" / "tiny"
BEGAN = datetime(2026, 3, 2, 9, tzinfo=UTC)
RIGHT = {"sum": ("1",), "town": ("Paris",), "product": ("6",)}
ZONE = "Europe/Brussels"


def tiny() -> TaughtCourse:
    """The course as its author wrote it."""
    return load(TINY)


def changed(course: TaughtCourse, key: str, **changes: object) -> TaughtCourse:
    """The course with one item edited."""

    def edited(lesson: Lesson) -> Lesson:
        steps = tuple(
            replace(step, **changes) if isinstance(step, Item) and step.key == key else step for step in lesson.steps
        )
        return replace(lesson, steps=steps)

    return replace(course, lessons=tuple(map(edited, course.lessons)))


def on(day: int) -> Moment:
    """So many days after the beginning."""
    return moment(BEGAN + timedelta(days=day), ZONE)


@dataclass(frozen=True, slots=True)
class Pupil:
    """One enrolment, and what it does."""

    database: Database
    enrolment: int

    @property
    def version(self) -> int:
        """The newest version of the course."""
        with self.database.reading() as session:
            found = session.execute(select(Course.version_id)).scalar_one()
        assert found is not None
        return found

    def begin(self, lesson: str | None, day: int) -> int | None:
        """The sitting of a lesson, or of reviews."""
        with self.database.writing() as session:
            if lesson is not None:
                return start_lesson(session, self.enrolment, self.version, lesson, on(day))
            finished = finished_keys(lesson_states(session, self.enrolment, self.version))
            return start_reviews(session, self.enrolment, self.version, finished, on(day))

    def sit(self, lesson: str | None, day: int, luck: random.Random | None = None) -> list[str]:
        """A whole sitting, all right, or by luck: the keys of what was asked."""
        return self.go_on(self.begin(lesson, day), day, luck)

    def go_on(self, sitting: int | None, day: int, luck: random.Random | None = None) -> list[str]:
        """What is left of a sitting, in the same way."""
        asked = []
        while sitting is not None:
            with self.database.writing() as session:
                number = frontier(session, self.enrolment, sitting)
                if number is None:
                    break
                step = open_step(session, self.enrolment, self.version, sitting, number)
                if step.item is None:
                    pass_card(session, step, on(day), timedelta(0))
                    continue
                asked.append(step.item.key)
                response = RIGHT[step.item.key] if luck is None or luck.random() < 0.5 else ()
                answer_item(session, step, response, on(day), None, timedelta(0))
        return asked


def publish_course(database: Database, course: TaughtCourse, day: int = 0) -> bool:
    """It is published; whether that made a new version."""
    with database.writing() as session:
        return publish(session, course, BEGAN + timedelta(days=day)).is_new


def pupil(database: Database) -> Pupil:
    """A learner in the tiny course."""
    publish_course(database, tiny())
    with database.writing() as session:
        address = "https://lms.example"
        platform, _ = add_platform(session, AddPlatform(address, "client", address, address, address), BEGAN)
        here = {"platform_id": platform.id, "tenant_id": default_tenant(session).id, "created_at": BEGAN}
        deployment = Deployment(lms_id="1", **here)
        learner = Learner(sub="learner-1", **here)
        session.add_all([deployment, learner])
        session.flush()
        context = Context(deployment_id=deployment.id, lms_id="c", title="C", created_at=BEGAN)
        session.add(context)
        session.flush()
        course_id = session.execute(select(Course.id)).scalar_one()
        return Pupil(database, enrol(session, learner.id, context.id, course_id, BEGAN))
