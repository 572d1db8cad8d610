"""Workers are killed at random for minutes while the LMS fails in every way it knows; every grade arrives, once."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from lti_tool.models import (
    Context,
    Course,
    Deployment,
    GradeAttempt,
    GradeOwed,
    Learner,
    LessonProgress,
    LineItem,
    Member,
    ResourceLink,
)
from lti_tool.models.engine import Database
from lti_tool.services.courses import edition
from lti_tool.services.grades import owe_grades
from lti_tool.services.placing import enrol
from lti_tool.services.platforms import AddPlatform, add_platform, default_tenant
from practice_lms.state import line_items, people
from practice_lms.state.switches import Character, FaultKind
from tests.practice_lms.serving import RunningLms, on_a_socket, running_lms
from tests.web_client import ENVIRONMENT, app_over, publish_tiny

pytestmark = pytest.mark.soak

LEARNERS, COLUMNS, WORKERS = int(os.environ.get("SOAK_LEARNERS", "1500")), 5, 2
SECONDS = float(os.environ.get("SOAK_SECONDS", "300"))
SETTINGS = {
    "SEND_EVERY_SECONDS": "0.2",
    "BACKOFF_BASE_SECONDS": "0.1",
    "HTTP_TIMEOUT_SECONDS": "0.5",
    "LEASE_SECONDS": "3",
    "LOG_LEVEL": "ERROR",
}
AGS = "https://purl.imsglobal.org/spec/lti-ags/scope/"
COURSE = 2
BEGAN = datetime(2026, 11, 1, tzinfo=UTC)


@dataclass
class Classroom:
    """What the workers have to deliver."""

    lms: RunningLms
    database: Database
    columns: list[int]
    people: list[int]

    def owed(self) -> int:
        """Scores that the gradebook does not show yet."""
        with self.database.reading() as session:
            query = select(func.count()).where(GradeOwed.wanted > GradeOwed.sent)
            return session.execute(query).scalar_one()


def _seat(lms: RunningLms) -> tuple[list[int], list[int]]:
    """(columns, people) at the LMS."""
    with lms.state.writing() as db:
        numbers = list(range(1000, 1000 + LEARNERS))
        for number in numbers:
            name = f"Learner {number}"
            person = people.Person(number, people.Kind.LEARNER, name, "Learner", str(number), "", "", True)
            people.add_person(db, person)
            people.enrol(db, COURSE, number, "Learner")
        columns = [line_items.add_line_item(db, line_items.LineItem(COURSE, f"C{n}", 100.0)) for n in range(COLUMNS)]
    return columns, numbers


def _note(database: Database, lms: RunningLms, columns: list[int], numbers: list[int]) -> None:
    """Everybody has finished everything, and every column is owed."""
    publish_tiny(database)
    scopes = [AGS + "result.readonly", AGS + "score"]
    registration = AddPlatform(
        issuer=lms.url,
        client_id=lms.config.client_id,
        auth_url=f"{lms.url}/auth",
        token_url=f"{lms.url}/token",
        jwks_url=f"{lms.url}/jwks",
        family="moodle",
    )
    with database.writing() as session:
        platform, _ = add_platform(session, registration, BEGAN)
        here = {"platform_id": platform.id, "tenant_id": default_tenant(session).id, "created_at": BEGAN}
        deployment = Deployment(lms_id="1", **here)
        session.add(deployment)
        session.flush()
        context = Context(deployment_id=deployment.id, lms_id=str(COURSE), title="C", created_at=BEGAN)
        session.add(context)
        session.flush()
        course = session.execute(select(Course)).scalar_one()
        assert course.version_id is not None
        for number in columns:
            link = ResourceLink(
                context_id=context.id, lms_id=f"link-{number}", title="L", course_id=course.id, created_at=BEGAN
            )
            session.add(link)
            session.flush()
            url = f"{lms.url}/lti/courses/{COURSE}/lineitems/{number}/lineitem?type_id=1"
            named = {"context_id": context.id, "resource_link_id": link.id}
            session.add(LineItem(url=url, scopes=scopes, created_at=BEGAN, **named))
        lessons = edition(session, course.version_id).course.lessons
        for number in numbers:
            learner = Learner(sub=str(number), **here)
            session.add(learner)
            session.flush()
            session.add(Member(context_id=context.id, learner_id=learner.id, role="learner", seen_at=BEGAN))
            enrolment = enrol(session, learner.id, context.id, course.id, BEGAN)
            for lesson in lessons:
                steps = len(lesson.steps)
                done = LessonProgress(
                    enrolment_id=enrolment,
                    lesson_key=lesson.key,
                    course_version_id=course.version_id,
                    required=steps,
                    done=steps,
                    opened_at=BEGAN,
                    finished_at=BEGAN,
                )
                session.add(done)
            session.flush()
            owe_grades(session, enrolment, datetime.now(UTC), debounce=timedelta(0))


@pytest.fixture
def room(database: Database, database_url: str, tmp_path: Path) -> Iterator[Classroom]:
    """Many learners with five columns each, and the tool's keys where the LMS fetches them."""
    made: list[Flask] = []

    def build(url: str) -> Flask:
        made.append(app := app_over(database_url, PUBLIC_URL=url))
        return app

    with on_a_socket(build, "localhost") as tool, running_lms(tmp_path, tool) as lms:
        lms.be(Character.MOODLE)
        columns, numbers = _seat(lms)
        _note(database, lms, columns, numbers)
        yield Classroom(lms, database, columns, numbers)
    made[0].extensions["sprig"].database.engine.dispose()


@contextmanager
def workers(database_url: str) -> Iterator[list["subprocess.Popen[bytes]"]]:
    """Real worker processes."""
    environment = os.environ | ENVIRONMENT | SETTINGS | {"DATABASE_URL": database_url}
    running = [start(environment) for _ in range(WORKERS)]
    try:
        yield running
    finally:
        for one in running:
            one.kill()
            one.wait()


def start(environment: dict[str, str] | None = None) -> "subprocess.Popen[bytes]":
    """One worker."""
    return subprocess.Popen([sys.executable, "-m", "lti_tool", "worker"], env=environment)


def trouble(lms: RunningLms, chance: random.Random) -> int:
    """A handful of faults for the next calls; how many calls they spoil."""
    kind = chance.choice([one for one in FaultKind if one is not FaultKind.THROTTLED])
    target = chance.choice(["scores", "scores", "scores", "token", "results"])
    count = chance.randint(5, 25)
    lms.fail(kind, target, count, 1 if kind is FaultKind.TOO_MANY else 700)
    return count


def test_every_grade_arrives_whatever_happens(room: Classroom, database_url: str) -> None:
    """The gradebook shows 100 for everybody in every column, and nothing is owed or blocked any more."""
    chance = random.Random(11)
    environment = os.environ | ENVIRONMENT | SETTINGS | {"DATABASE_URL": database_url}
    kills = faults = 0
    with workers(database_url) as running:
        ends = time.monotonic() + SECONDS
        while time.monotonic() < ends and room.owed():
            time.sleep(chance.uniform(0.5, 2.0))
            faults += trouble(room.lms, chance)
            if chance.random() < 0.5:
                victim = chance.randrange(WORKERS)
                running[victim].send_signal(signal.SIGKILL)
                running[victim].wait()
                running[victim] = start(environment)
                kills += 1
        room.lms.mend()
        patience = time.monotonic() + 120
        while room.owed() and time.monotonic() < patience:
            time.sleep(0.5)
    with room.database.reading() as session:
        tries = session.execute(select(func.count()).select_from(GradeAttempt)).scalar_one()
        blocked = session.execute(
            select(GradeOwed.blocked_reason, func.count())
            .where(GradeOwed.blocked_reason.is_not(None))
            .group_by(GradeOwed.blocked_reason)
        ).all()
    print(f"{LEARNERS * COLUMNS} scores, {tries} tries on record, {kills} kills, up to {faults} faults")
    assert blocked == []
    assert room.owed() == 0
    wrong = [
        (column, person)
        for column in room.columns
        for person in room.people
        if (grade := room.lms.grade(column, person)) is None or grade.shown != 100
    ]
    assert wrong == []
