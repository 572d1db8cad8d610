"""A class at the practice LMS that the tool knows by real launches, and what its gradebook should show."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import requests
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from lti_tool.models import Course, Enrolment, GradeOwed, GradeTerms, Learner, LessonProgress, LineItem, ResourceLink
from lti_tool.models.engine import Database
from lti_tool.rules.grading import Rule
from lti_tool.services.courses import publish
from lti_tool.services.grades import owe_grades
from lti_tool.services.keys import KeyBox, ensure_key
from lti_tool.services.platforms import AddPlatform, add_platform
from practice_lms.manners import audience_of, deployment_of, issuer_of, manners
from practice_lms.state.courses import add_link
from practice_lms.state.grades import Grade, grades_of
from practice_lms.state.line_items import LineItem as Column
from practice_lms.state.line_items import add_line_item, line_items_of_link
from practice_lms.state.people import Kind, Person, add_person, enrol
from practice_lms.state.seed import SKILLS, TEACHER
from practice_lms.state.switches import Character
from tests.faults.turnstile import Turnstile
from tests.lti.acting import TOOL
from tests.practice_lms.acting_tool import fields_of
from tests.practice_lms.serving import RunningLms, on_a_socket, running_lms
from tests.services.grades.school import Clock, course
from tests.web_client import ENVIRONMENT, app_over

LEARNERS = range(1000, 1020)
LESSONS = ("one", "two", "three", "four")
SPARE = 10
"""Activities that nobody has opened, for which a teacher may ask the tool to make a column."""
DEBOUNCE = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Activity:
    """A link in the LMS course, and how it is graded."""

    link_id: int
    content: str
    made_by_tool: bool = False
    """The column came when a teacher asked the tool for one."""

    def percent(self, done: set[str]) -> int:
        """What somebody who has finished these lessons should have."""
        if self.content == "tiny":
            return 100 * len(done) // len(LESSONS)
        return 100 if self.content.removeprefix("tiny.") in done else 0


@dataclass(frozen=True, slots=True)
class Launch:
    """A launch that the tool has sent to the LMS for its message."""

    browser: requests.Session
    client: FlaskClient
    address: str

    def lands(self) -> TestResponse:
        """The tool's answer to the message; its hint serves once."""
        sent = fields_of(self.browser.get(self.address, timeout=10).text)
        return self.client.post("/lti/launch", data=sent, base_url=TOOL)


@dataclass
class Classroom:
    """The class."""

    character: Character
    lms: RunningLms
    turnstile: Turnstile
    app: Flask
    database: Database
    clock: Clock
    activities: list[Activity]
    box: KeyBox = field(default_factory=lambda: KeyBox(ENVIRONMENT["SECRET_KEY"]))
    """What the tool's keys are sealed with."""
    done: dict[int, set[str]] = field(default_factory=lambda: {one: set() for one in LEARNERS})
    """The lessons that each learner has finished."""

    def launches(self, person: int, activity: Activity) -> Launch:
        """The person opens the activity."""
        browser, client = self.lms.browser(person), self.app.test_client()
        page = browser.get(f"{self.lms.url}/courses/{SKILLS}/activities/{activity.link_id}/open", timeout=10)
        asked = client.post("/lti/login", data=fields_of(page.text), base_url=TOOL)
        return Launch(browser, client, asked.location)

    def finishes(self, person: int, lesson: str) -> None:
        """The learner has done every step of the lesson, and every column that it counts for is owed."""
        self.done[person].add(lesson)
        with self.database.writing() as session:
            found = select(Enrolment.id, Course.version_id).join(Course).join(Learner)
            enrolment_id, version_id = session.execute(found.where(Learner.sub == str(person))).one()
            progress = {"enrolment_id": enrolment_id, "lesson_key": lesson, "course_version_id": version_id}
            times = {"opened_at": self.clock.now, "finished_at": self.clock.now}
            session.add(LessonProgress(required=1, done=1, **progress, **times))
            session.flush()
            owe_grades(session, enrolment_id, self.clock.now, debounce=DEBOUNCE)

    def by_hand(self, activity: Activity, person: int, do: str, score: float | None = None) -> None:
        """A teacher does this to one cell of the gradebook (practice_lms/gradebook.py)."""
        (column,) = self.columns(activity)
        form = {"do": do, "score": "" if score is None else str(score)}
        url = f"{self.lms.url}/courses/{SKILLS}/gradebook/{column.id}/{person}"
        self.lms.browser(TEACHER).post(url, data=form, timeout=10).raise_for_status()

    def columns(self, activity: Activity) -> list[Column]:
        """The activity's columns in the LMS; there should be one."""
        with self.lms.state.reading() as db:
            return line_items_of_link(db, activity.link_id)

    def cells(self, column: Column) -> dict[int, Grade]:
        """What the gradebook holds for every learner."""
        with self.lms.state.reading() as db:
            held = {grade.person_id: grade for grade in grades_of(db, column.id)}
        return {person: held.get(person) or Grade(column.id, person) for person in LEARNERS}

    def without_column(self) -> list[Activity]:
        """The activities of which the tool knows no column."""
        query = select(ResourceLink.lms_id).join(LineItem)
        with self.database.reading() as session:
            known = set(session.scalars(query))
        return [one for one in self.activities if str(one.link_id) not in known]

    def link_id(self, activity: Activity) -> int:
        """The tool's own id of the activity."""
        with self.database.reading() as session:
            query = select(ResourceLink.id).where(ResourceLink.lms_id == str(activity.link_id))
            return session.execute(query).scalar_one()

    def owed(self) -> int:
        """Scores that the tool still wants to send, and may."""
        query = select(func.count()).where(GradeOwed.wanted > GradeOwed.sent, GradeOwed.blocked_reason.is_(None))
        with self.database.reading() as session:
            return session.execute(query).scalar_one()


def register(database: Database, lms: RunningLms, character: Character, now: datetime) -> int:
    """The LMS is registered at the tool under the name that this character gives itself; the row's id."""
    with lms.state.reading() as db:
        ways = manners(db)
    registration = AddPlatform(
        issuer=issuer_of(lms.config, ways),
        client_id=lms.config.client_id,
        auth_url=f"{lms.url}/auth",
        token_url=lms.config.token_url,
        token_audience=audience_of(lms.config, ways),
        jwks_url=f"{lms.url}/jwks",
        family="other" if character is Character.STRICT else character.value,
        deployments=(deployment_of(lms.config, ways, 1),),
    )
    with database.writing() as session:
        return add_platform(session, registration, now)[0].id


def seat(lms: RunningLms, numbers: range) -> None:
    """So many learners are in the LMS course."""
    with lms.state.writing() as db:
        for number in numbers:
            add_person(db, Person(number, Kind.LEARNER, f"Learner {number}", "Learner", str(number), "", "", True))
            enrol(db, SKILLS, number, "Learner")


def _place(lms: RunningLms) -> list[Activity]:
    """The whole course and a lesson with columns of 100 and 20 points; a lesson and many more without a column."""
    found = []
    with lms.state.writing() as db:
        for content, points in (("tiny", 100), ("tiny.one", 20), ("tiny.two", None), *[("spare", None)] * SPARE):
            link_id = add_link(db, SKILLS, content, "", lms.config.target(content), {}, "iframe")
            if points is not None:
                add_line_item(db, Column(SKILLS, content, points, link_id, content, belongs_to_activity=True))
            found.append(Activity(link_id, content, made_by_tool=points is None))
    return found


def _publish(database: Database, now: datetime) -> None:
    with database.writing() as session:
        ensure_key(session, KeyBox(ENVIRONMENT["SECRET_KEY"]), now)
        publish(session, course(*LESSONS), now)
        publish(session, replace(course("one"), key="spare"), now)


def _tells_progress(room: Classroom, activity: Activity) -> None:
    """The activity's column is told each lesson, and not only the end."""
    terms = {"rule": Rule.PROGRESS.value, "settings": {}}
    with room.database.writing() as session:
        session.add(GradeTerms(resource_link_id=room.link_id(activity), **terms))


@contextmanager
def classroom(folder: Path, database: Database, database_url: str, character: Character) -> Iterator[Classroom]:
    """Everybody has come once, by a launch of the first activity; the teacher has opened all of them."""
    clock, made = Clock(), list[Flask]()
    clock.now = datetime.now(UTC)  # launches are judged by real time; afterwards only the tests move it

    def build(url: str) -> Flask:
        made.append(app_over(database_url, PUBLIC_URL=url))
        return made[0]

    with on_a_socket(build, "localhost") as tool, running_lms(folder, tool, clock) as lms:
        lms.be(character)
        _publish(database, clock.now)
        register(database, lms, character, clock.now)
        seat(lms, LEARNERS)
        room = Classroom(character, lms, Turnstile(lms.app), made[0], database, clock, _place(lms))
        for activity in room.activities:
            assert room.launches(TEACHER, activity).lands().status_code == 303
        _tells_progress(room, room.activities[0])
        for person in LEARNERS:
            assert room.launches(person, room.activities[0]).lands().status_code == 303
        yield room
        room.turnstile.wait_until_empty()
    made[0].extensions["sprig"].database.engine.dispose()
