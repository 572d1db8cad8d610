"""LMS courses with learners who finish lessons, and a worker that sends their scores."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.model import Card, Course, Lesson, Rich
from lti_tool.models import Course as PublishedCourse
from lti_tool.models import (
    Enrolment,
    GradeAttempt,
    GradeOwed,
    GradeTerms,
    Learner,
    LessonProgress,
    LineItem,
    Platform,
    ResourceLink,
)
from lti_tool.models.engine import Database
from lti_tool.rules.grading import Rule
from lti_tool.services.arrivals import Arrival, LineItemClaim, Role, Target
from lti_tool.services.courses import publish
from lti_tool.services.grades import Delivered, owe_classes, owe_grades, send_due
from lti_tool.services.launches import find_or_add_deployment, open_visit
from lti_tool.services.platforms import AddPlatform, add_platform
from tests.services.grades.gradebook import Gradebook

START = datetime(2026, 9, 1, 9, 0, 0, 250_000, tzinfo=UTC)
BASE = timedelta(seconds=10)
LEASE = timedelta(seconds=120)
DEBOUNCE = timedelta(seconds=60)
AGS_SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/"
SCOPES = (AGS_SCOPE + "result.readonly", AGS_SCOPE + "score")


def course(*lessons: str) -> Course:
    """A course with one card in each lesson."""
    text = Rich("Text.", "<p>Text.</p>")
    return Course(
        key="tiny",
        title="Tiny",
        language="en",
        summary="A tiny course.",
        about=text,
        licence="CC0-1.0",
        source="",
        decimal=".",
        outcomes=(),
        lessons=tuple(Lesson(key, key.title(), 5, (Card("card", "Card", text),)) for key in lessons),
    )


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, time: timedelta) -> None:
        self.now += time


@dataclass
class Lms:
    """An LMS course with one link and its column."""

    platform_id: int
    context_id: int
    line_item_id: int
    url: str


@dataclass
class School:
    """A database with LMSs in it, and the clock that its workers read."""

    database: Database
    clock: Clock = field(default_factory=Clock)
    course_id: int = 0

    def publish(self, *lessons: str) -> None:
        """The course has these lessons from now on."""
        with self.database.writing() as session:
            publish(session, course(*lessons), self.clock.now)
            self.course_id = session.scalars(select(PublishedCourse.id)).one()

    def lms(
        self,
        name: str = "moodle",
        lesson: str | None = "one",
        family: str = "moodle",
        address: str | None = None,
        rule: Rule = Rule.COMPLETION,
    ) -> Lms:
        """An LMS with a course in which a link opens this lesson (or the whole course)."""
        with self.database.writing() as session:
            address = address or f"https://{name}.example"
            command = AddPlatform(
                issuer=address,
                client_id="sprig",
                auth_url=f"{address}/auth",
                token_url=f"{address}/token",
                jwks_url=f"{address}/jwks",
                family=family,
            )
            platform, _ = add_platform(session, command, self.clock.now)
            made = Lms(platform.id, 0, 0, f"{address}/columns/1?type_id=1")
        self.launch(made, "somebody-else", Role.INSTRUCTOR, lesson)
        with self.database.reading() as session:
            link, item = session.execute(
                select(ResourceLink, LineItem).join(LineItem).where(LineItem.url == made.url)
            ).one()
            made.line_item_id, made.context_id = item.id, link.context_id
        with self.database.writing() as session:
            session.add(GradeTerms(resource_link_id=link.id, rule=rule.value, settings={}))
        return made

    def launch(
        self, lms: Lms, sub: str, role: Role = Role.LEARNER, lesson: str | None = "one", **place: str
    ) -> int | None:
        """The person has opened the link; returns the newest enrolment, if the person has one."""
        with self.launching(lms, sub, role, lesson, **place) as session:
            query = select(Enrolment.id).join(Learner).where(Learner.sub == sub, Learner.platform_id == lms.platform_id)
            return session.execute(query.order_by(Enrolment.id.desc()).limit(1)).scalar_one_or_none()

    @contextmanager
    def launching(
        self, lms: Lms, sub: str, role: Role = Role.LEARNER, lesson: str | None = "one", **place: str
    ) -> Iterator[Session]:
        """The person's launch is under way: everything is written, nothing is committed.

        `place` names another `link` or `context` than the LMS course's own.
        """
        link = place.get("link", "9")
        arrival = Arrival(
            deployment_id="1",
            sub=sub,
            name=None,
            role=role,
            context_id=place.get("context", "7"),
            context_title="Course",
            link_id=link,
            link_title=f"Activity {link}",
            content_id=None,
            line_item=LineItemClaim(lms.url, SCOPES),
            locale="en",
            return_url=None,
            zone=None,
            frame_ancestors="",
        )
        with self.database.writing() as session:
            platform = session.get_one(Platform, lms.platform_id)
            deployment = find_or_add_deployment(session, platform, "1", self.clock.now)
            assert deployment is not None
            target = Target(self.course_id, lesson)
            open_visit(session, deployment, arrival, target, "hash", self.clock.now)
            yield session

    def learner(self, lms: Lms, sub: str, lesson: str | None = "one") -> int:
        """A learner's enrolment."""
        found = self.launch(lms, sub, lesson=lesson)
        assert found is not None
        return found

    def finish(self, enrolment_id: int, lesson: str = "one", *, is_noted: bool = True) -> int:
        """The learner has done every step of the lesson; returns how many columns are behind because of it."""
        with self.database.writing() as session:
            version_id = session.get_one(PublishedCourse, self.course_id).version_id
            session.add(
                LessonProgress(
                    enrolment_id=enrolment_id,
                    lesson_key=lesson,
                    course_version_id=version_id,
                    required=1,
                    done=1,
                    opened_at=self.clock.now,
                    finished_at=self.clock.now,
                )
            )
            session.flush()
            return owe_grades(session, enrolment_id, self.clock.now, debounce=DEBOUNCE) if is_noted else 0

    def graduates(self, lms: Lms, count: int) -> list[int]:
        """So many learners who have finished lesson one."""
        enrolments = [self.learner(lms, f"learner-{number}") for number in range(count)]
        for enrolment in enrolments:
            self.finish(enrolment)
        return enrolments

    def owe(self, *, batch: int = 25) -> None:
        """One run of a worker over the classes that were noted."""
        owe_classes(self.database, self.clock, batch=batch)

    def send(self, gradebook: Gradebook, *, threads: int = 4, stop: threading.Event | None = None) -> Delivered:
        """One run of a worker over the scores that are due."""
        return send_due(
            self.database,
            gradebook,
            self.clock,
            holder=f"worker-{self.clock.now.timestamp()}-{threading.get_ident()}",
            threads=threads,
            lease=LEASE,
            backoff_base=BASE,
            stop=stop,
        )

    def send_for(self, gradebook: Gradebook, time: timedelta, *, every: timedelta = timedelta(minutes=3)) -> None:
        """Runs of a worker, one in each stretch of that time."""
        ends = self.clock.now + time
        while self.clock.now < ends:
            self.clock.pass_by(every)
            self.send(gradebook)

    def owed(self) -> list[GradeOwed]:
        """All rows of the outbox."""
        with self.database.reading() as session:
            return list(session.scalars(select(GradeOwed).order_by(GradeOwed.id)))

    def only(self) -> GradeOwed:
        """The only row of the outbox."""
        (row,) = self.owed()
        return row

    def tries(self) -> list[GradeAttempt]:
        """Every try, in order."""
        with self.database.reading() as session:
            return list(session.scalars(select(GradeAttempt).order_by(GradeAttempt.id)))
