"""With the practice LMS, over real HTTP: its lists in each character, and its notices of copies."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from lti_tool.lti.notice_handlers import NoticeHandlers
from lti_tool.lti.nrps import NrpsRoster
from lti_tool.models import Context, Deployment, Learner, Member, Platform
from lti_tool.models.engine import Database
from lti_tool.services.keys import KeyBox
from lti_tool.services.platforms import AddPlatform, add_platform, default_tenant
from lti_tool.services.roster_reasons import Unread
from lti_tool.services.rosters import Reading, read_roster
from practice_lms.state.people import enrol, unenrol
from practice_lms.state.seed import ASSISTANT, LEARNERS, SKILLS, TEACHER
from practice_lms.state.switches import Character
from tests.practice_lms.serving import RunningLms, on_a_socket, running_lms
from tests.web_client import ENVIRONMENT, app_over, publish_tiny


def utc_now() -> datetime:
    """Real time."""
    return datetime.now(UTC)


@dataclass
class Line:
    """The tool and the LMS, both listening; one LMS course is on record."""

    database: Database
    lms: RunningLms
    tool_url: str
    context_id: int

    @property
    def box(self) -> KeyBox:
        """What the tool's keys are sealed with."""
        return KeyBox(ENVIRONMENT["SECRET_KEY"])

    def be(self, character: Character) -> None:
        """The LMS behaves so, and the tool knows under which issuer and which token address."""
        self.lms.be(character)

    def read(self) -> Reading:
        """The course's list was read."""
        return read_roster(self.database, NrpsRoster(self.database, self.box, 5.0), self.context_id, utc_now)


@pytest.fixture
def connected(database: Database, database_url: str, tmp_path: Path) -> Iterator[Line]:
    """Registered with each other."""
    publish_tiny(database)
    apps: list[Flask] = []

    def build(url: str) -> Flask:
        apps.append(app_over(database_url, DEMO="1", PUBLIC_URL=url))
        return apps[0]

    with (
        on_a_socket(build, "localhost") as tool,
        running_lms(tmp_path / "lms", tool) as lms,
    ):
        address = lms.config
        with database.writing() as session:
            known = AddPlatform(
                address.base_url,
                address.client_id,
                f"{lms.url}/auth",
                address.token_url,
                f"{lms.url}/jwks",
                deployments=("1",),
            )
            add_platform(session, known, utc_now())
            place = session.scalars(select(Deployment)).one()
            assert place.tenant_id == default_tenant(session).id
            place.notices_url = f"{lms.url}/lti/notice-handlers/1"
            context = Context(deployment_id=place.id, lms_id=str(SKILLS), title="Skills", created_at=utc_now())
            context.memberships_url = f"{lms.url}/lti/courses/{SKILLS}/members"
            session.add(context)
            session.flush()
            found = Line(database, lms, tool, context.id)
        yield found
    apps[0].extensions["sprig"].database.engine.dispose()


def roles(line: Line) -> dict[str, str]:
    """Who is there, as what."""
    query = select(Learner.sub, Member.role).join(Member).where(Member.is_gone.is_(False))
    with line.database.reading() as session:
        return {row.sub: row.role for row in session.execute(query)}


@pytest.mark.parametrize("character", [Character.STRICT, Character.MOODLE])
def test_the_list_is_read(connected: Line, character: Character) -> None:
    """Everybody with their part; who withholds a name has none here either."""
    connected.be(character)
    assert connected.read() == Reading(len(LEARNERS), len(LEARNERS), 0)
    found = roles(connected)
    assert found.pop(str(TEACHER)) == "instructor"
    assert set(found.values()) == {"learner"}
    with connected.database.reading() as session:
        names = dict(session.execute(select(Learner.sub, Learner.name)).all())  # type: ignore[arg-type]  # pairs
    assert names["5"] == "Ada Okafor"
    assert names["16"] is None


def test_pages_in_canvass_manner_are_followed(connected: Line) -> None:
    """Its cursors are upper case, and it sends ten at once, whatever is asked."""
    with connected.database.writing() as session:
        session.execute(update(Platform).values(family="canvas"))
        session.execute(
            update(Context).values(memberships_url=f"{connected.lms.url}/lti/courses/{SKILLS}/members?limit=5")
        )
    connected.be(Character.CANVAS)
    assert connected.read().listed == len(LEARNERS)


def test_a_change_in_the_lms_is_seen_at_the_next_reading(connected: Line) -> None:
    """Somebody is suspended, an assistant comes."""
    connected.read()
    with connected.lms.state.writing() as db:
        enrol(db, SKILLS, 5, "Learner", is_active=False)
        enrol(db, SKILLS, ASSISTANT, "Instructor")
    assert connected.read() == Reading(len(LEARNERS) - 1, 0, 1)
    assert roles(connected)[str(ASSISTANT)] == "instructor"
    assert "5" not in roles(connected)


def test_what_changed_is_asked_for_and_told(connected: Line) -> None:
    """The second reading gets changes alone; where the LMS has begun anew meanwhile, everybody."""
    connected.read()
    with connected.database.writing() as session:
        told = session.scalars(select(Context.roster_differences_url)).one()
        assert told is not None
        assert told.startswith(f"{connected.lms.url}/lti/courses/{SKILLS}/members?")
        learner = select(Learner.id).where(Learner.sub == "6").scalar_subquery()
        session.execute(update(Member).where(Member.learner_id == learner).values(is_gone=True))
    with connected.lms.state.writing() as db:
        unenrol(db, SKILLS, 5)
        enrol(db, SKILLS, ASSISTANT, "Instructor")
    assert connected.read() == Reading(len(LEARNERS) - 2, 0, 1)
    assert str(ASSISTANT) in roles(connected)
    assert not {"5", "6"} & set(roles(connected))
    with connected.database.writing() as session:
        session.execute(update(Context).values(roster_differences_url=told.partition("=")[0] + "=9999"))
    assert connected.read() == Reading(len(LEARNERS) - 1, 1, 0)
    assert {"6"} <= set(roles(connected))


def test_a_course_that_is_not_there_changes_nothing(connected: Line) -> None:
    """Its list was read before."""
    connected.read()
    with connected.database.writing() as session:
        elsewhere = f"{connected.lms.url}/lti/courses/777/members"
        session.execute(
            update(Context).values(memberships_url=elsewhere, roster_differences_url=f"{elsewhere}?since=1")
        )
    assert connected.read() == Reading(len(LEARNERS), 0, 0, Unread.NOT_THERE)


def test_a_copy_in_the_lms_is_noted_here(connected: Line) -> None:
    """We ask to be told once; the LMS tells, and the copy is known before anybody opens it."""
    handlers = NoticeHandlers(connected.database, connected.box, 5.0)
    for _ in range(2):
        handlers.ask(f"{connected.tool_url}/lti/notices", utc_now)
    with connected.database.reading() as session:
        assert session.scalars(select(Deployment)).one().notices_asked_at is not None
    teacher = connected.lms.browser(TEACHER)
    made = teacher.post(f"{connected.lms.url}/courses/{SKILLS}/copy", allow_redirects=False, timeout=20)
    assert made.status_code == 303
    number = made.headers["Location"].rpartition("/")[2]
    with connected.database.reading() as session:
        copied = session.scalars(select(Context).where(Context.lms_id == number)).one()
        assert (copied.copied_from_id, copied.memberships_url) == (connected.context_id, None)


def test_a_platform_that_takes_no_address_is_asked_again_later(connected: Line) -> None:
    """Not each time the worker looks."""
    with connected.database.writing() as session:
        session.execute(update(Deployment).values(notices_url=f"{connected.lms.url}/lti/notice-handlers/9"))
    handlers = NoticeHandlers(connected.database, connected.box, 5.0)
    handlers.ask(f"{connected.tool_url}/lti/notices", utc_now)
    with connected.database.reading() as session:
        assert session.scalars(select(Deployment)).one().notices_asked_at is None
