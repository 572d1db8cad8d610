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
from practice_lms.scene import line_item_url
from practice_lms.state.line_items import LineItem as Column
from practice_lms.state.line_items import add_line_item
from practice_lms.state.seed import SKILLS
from practice_lms.state.switches import Character, FaultKind
from tests.faults.classroom import register, seat
from tests.faults.injected import Injected, kinds_of
from tests.practice_lms.serving import RunningLms, on_a_socket, running_lms
from tests.web_client import ENVIRONMENT, app_over, publish_tiny

pytestmark = pytest.mark.soak

LEARNERS, COLUMNS, WORKERS = int(os.environ.get("SOAK_LEARNERS", "300")), 5, 2
SECONDS = float(os.environ.get("SOAK_SECONDS", "60"))
SETTINGS = {
    "SEND_EVERY_SECONDS": "0.2",
    "BACKOFF_BASE_SECONDS": "0.1",
    "HTTP_TIMEOUT_SECONDS": "0.5",
    "LEASE_SECONDS": "4",
    "LOG_LEVEL": "ERROR",
}
AGS = "https://purl.imsglobal.org/spec/lti-ags/scope/"
BEGAN = datetime(2026, 11, 1, tzinfo=UTC)


@dataclass
class Classroom:
    """What the workers have to deliver."""

    lms: RunningLms
    database: Database
    columns: list[int]
    people: range

    def owed(self) -> int:
        """Scores that the gradebook does not show yet."""
        with self.database.reading() as session:
            query = select(func.count()).where(GradeOwed.wanted > GradeOwed.sent)
            return session.execute(query).scalar_one()


def _columns(lms: RunningLms) -> list[int]:
    """The numbers of the columns, made at the LMS."""
    with lms.state.writing() as db:
        return [add_line_item(db, Column(SKILLS, f"C{number}", 100.0)) for number in range(COLUMNS)]


def _note(database: Database, room: Classroom, character: Character) -> None:
    """Everybody has finished everything, and every column is owed."""
    publish_tiny(database)
    scopes = [AGS + "result.readonly", AGS + "score"]
    register(database, room.lms, character, BEGAN)
    with database.writing() as session:
        deployment = session.scalars(select(Deployment)).one()
        here = {"platform_id": deployment.platform_id, "tenant_id": deployment.tenant_id, "created_at": BEGAN}
        context = Context(deployment_id=deployment.id, lms_id=str(SKILLS), title="C", created_at=BEGAN)
        session.add(context)
        session.flush()
        course = session.execute(select(Course)).scalar_one()
        assert course.version_id is not None
        for number in room.columns:
            link = ResourceLink(
                context_id=context.id, lms_id=f"link-{number}", title="L", course_id=course.id, created_at=BEGAN
            )
            session.add(link)
            session.flush()
            url = line_item_url(room.lms.url, SKILLS, number, character)
            named = {"context_id": context.id, "resource_link_id": link.id}
            session.add(LineItem(url=url, scopes=scopes, created_at=BEGAN, **named))
        lessons = edition(session, course.version_id).course.lessons
        for number in room.people:
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


@pytest.fixture(params=list(Character))
def character(request: pytest.FixtureRequest) -> Character:
    """Each of the LMS's."""
    found: Character = request.param
    return found


@pytest.fixture
def room(database: Database, database_url: str, tmp_path: Path, character: Character) -> Iterator[Classroom]:
    """Many learners with five columns each, and the tool's keys where the LMS fetches them."""
    made: list[Flask] = []

    def build(url: str) -> Flask:
        made.append(app := app_over(database_url, PUBLIC_URL=url))
        return app

    with on_a_socket(build, "localhost") as tool, running_lms(tmp_path, tool) as lms:
        lms.be(character)
        people = range(1000, 1000 + LEARNERS)
        seat(lms, people)
        room = Classroom(lms, database, _columns(lms), people)
        _note(database, room, character)
        yield room
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


def trouble(injected: Injected, character: Character, chance: random.Random) -> None:
    """Something for the next few calls, where the last trouble is over: what stays down is left alone ever longer."""
    waiting = {target for _, target in injected.waiting()}
    target = chance.choice(["scores", "scores", "results", "results", "token"])
    if target in waiting:
        return
    if target == "token" and "scores" not in waiting:
        injected.arm(FaultKind.LOST_TOKENS, "scores")  # so that another is asked for
    kind = chance.choice(kinds_of(character))
    count = 1 if target == "token" else chance.randint(1, 4)
    injected.arm(kind, target, count, 1 if kind is FaultKind.TOO_MANY else 700)


def test_every_grade_arrives_whatever_happens(room: Classroom, database_url: str, character: Character) -> None:
    """The gradebook shows 100 for everybody in every column, and nothing is owed or blocked any more."""
    chance, injected = random.Random(11), Injected(room.lms)
    environment = os.environ | ENVIRONMENT | SETTINGS | {"DATABASE_URL": database_url}
    kills = 0
    with workers(database_url) as running:
        ends = time.monotonic() + SECONDS
        while time.monotonic() < ends and room.owed():
            time.sleep(chance.uniform(0.3, 1.5))
            trouble(injected, character, chance)
            if chance.random() < 0.1:
                victim = chance.randrange(WORKERS)
                running[victim].send_signal(signal.SIGKILL)
                running[victim].wait()
                running[victim] = start(environment)
                kills += 1
        injected.end()
        patience = time.monotonic() + 300
        while room.owed() and time.monotonic() < patience:
            time.sleep(0.5)
    with room.database.reading() as session:
        tries = session.execute(select(func.count()).select_from(GradeAttempt)).scalar_one()
        blocked = session.execute(
            select(GradeOwed.blocked_reason, func.count())
            .where(GradeOwed.blocked_reason.is_not(None))
            .group_by(GradeOwed.blocked_reason)
        ).all()
    met = {f"{kind.value} ({target})": times for (kind, target), times in sorted(injected.met().items())}
    print(f"{character}: {LEARNERS * COLUMNS} scores, {tries} tries, {kills} kills, {sum(met.values())} faults: {met}")
    assert blocked == []
    assert room.owed() == 0
    wrong = [
        (column, person)
        for column in room.columns
        for person in room.people
        if (grade := room.lms.grade(column, person)) is None or grade.shown != 100
    ]
    assert wrong == []
