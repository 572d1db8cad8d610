"""A demo of the tests' own: the tool, a worker, the practice LMS, and a look at what they keep."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Select, select

from content.loader import load
from content.model import Course
from lti_tool.demo import COURSES, Demo
from lti_tool.models import Learner
from lti_tool.models.engine import Database
from lti_tool.services.courses import publish
from practice_lms.state import courses as lms_courses
from practice_lms.state.people import enrol
from practice_lms.state.seed import LEARNERS, METHODS, SKILLS, TEACHER, place
from practice_lms.state.store import Store

KINDS_FOLDER = Path(__file__).parent.parent / "data" / "courses" / "kinds"
KINDS_TITLE = "Every kind of question"
GIT_TITLE = "Git basics"
LESSON_TITLE = "Lesson 1: Why keep a history"
NAMES = {number: f"{given} {family}".strip() for number, given, family, *_ in LEARNERS}


@dataclass(frozen=True, slots=True)
class Activity:
    """Where something stands in the LMS."""

    course: int
    link: int
    title: str


GIT = Activity(SKILLS, 1, GIT_TITLE)
LESSON = Activity(SKILLS, 2, LESSON_TITLE)
KINDS = Activity(METHODS, 4, KINDS_TITLE)
LONELY = Activity(4, 5, KINDS_TITLE)
"""In a course without learners."""


@dataclass(frozen=True, slots=True)
class World:
    """A demo that runs, with the database and the LMS's file at hand."""

    demo: Demo
    database: Database
    git: Course
    kinds: Course

    def rows(self, query: Select[Any]) -> list[Any]:
        """What the tool's database holds now."""
        with self.database.reading() as session:
            return list(session.execute(query).all())

    def learner_id(self, person: int) -> int | None:
        """The tool's id for somebody of the LMS; none before the first launch."""
        found = self.rows(select(Learner.id).where(Learner.sub == str(person)))
        return found[0].id if found else None


def _two_free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]


def _place_kinds(demo: Demo) -> None:
    with Store(demo.data / "lms" / "practice_lms.sqlite3").writing() as db:
        lms_courses.add_course(db, lms_courses.Course(LONELY.course, "NEW100", "A new course"))
        enrol(db, LONELY.course, TEACHER, "Instructor")
        for one in (KINDS, LONELY):
            place(db, one.course, one.title, f"{demo.tool_url}/lti/launch?c=kinds", "kinds", "iframe")


@contextmanager
def running_world(folder: Path, database_url: str = "", *, is_plain: bool = False) -> Iterator[World]:
    """The demo; unless plain, with a question of every kind, in an LMS course with learners and in one without."""
    port, lms_port = _two_free_ports()
    demo = Demo(port, lms_port, folder, database_url)
    demo.prepare()
    database = Database(demo.environment()["DATABASE_URL"])
    kinds = load(KINDS_FOLDER)
    if not is_plain:
        with database.writing() as session:
            publish(session, kinds, datetime.now(UTC))
    with demo.running():
        if not is_plain:
            _place_kinds(demo)
        yield World(demo, database, load(COURSES / "git-basics"), kinds)
    database.engine.dispose()
