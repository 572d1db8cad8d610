"""An LMS course with a list, and whoever reads it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select, update

from lti_tool.models import Context, Enrolment, Learner, Member
from lti_tool.models.engine import Database
from lti_tool.services.arrivals import Role
from lti_tool.services.roster_reasons import Unread
from lti_tool.services.rosters import Asked, Fetched, Listed, Reading, read_roster
from tests.services.grades.school import Lms, School


@dataclass
class List:
    """What an LMS would tell, and how often it was asked."""

    people: tuple[Listed, ...] = ()
    unread: Unread | None = None
    differences: str | None = None
    changes: tuple[Listed, ...] | None = None
    """Told instead, to whoever asks for differences."""
    asked: list[Asked] = field(default_factory=list)
    meanwhile: Callable[[], Any] = lambda: None

    def fetch(self, asked: Asked, now: datetime) -> Fetched:
        """As it stands."""
        self.asked.append(asked)
        self.meanwhile()
        if asked.differences is not None and self.changes is not None:
            return Fetched(self.changes, self.unread, self.differences, is_whole=False)
        return Fetched(self.people, self.unread, self.differences)


def listed(*subs: str, role: Role = Role.LEARNER, **changes: Any) -> tuple[Listed, ...]:
    """Active people."""
    return tuple(Listed(**{"sub": sub, "role": role, "is_active": True} | changes) for sub in subs)


TEACHER = listed("somebody-else", role=Role.INSTRUCTOR)


@dataclass
class Course:
    """One LMS course."""

    school: School
    lms: Lms
    list: List = field(default_factory=List)

    @property
    def database(self) -> Database:
        """Where it is on record."""
        return self.school.database

    def read(self, *people: Listed, unread: Unread | None = None) -> Reading:
        """The list, with its teacher on it, was read."""
        self.list.people, self.list.changes, self.list.unread = (*TEACHER, *people), None, unread
        return read_roster(self.database, self.list, self.lms.context_id, self.school.clock)

    def read_changes(self, *people: Listed, unread: Unread | None = None) -> Reading:
        """What changed was read, if it was asked for; else the list as it was."""
        self.list.changes, self.list.unread = people, unread
        return read_roster(self.database, self.list, self.lms.context_id, self.school.clock)

    def people(self) -> dict[str, tuple[str, bool, bool]]:
        """(role, has left, has come) of each member."""
        query = select(Learner.sub, Member.role, Member.is_gone, Member.seen_at).join(Member)
        with self.database.reading() as session:
            rows = session.execute(query.where(Member.context_id == self.lms.context_id)).all()
        return {row.sub: (row.role, row.is_gone, row.seen_at is not None) for row in rows}

    def count(self, model: type[Any]) -> int:
        """Rows of a table."""
        with self.database.reading() as session:
            return len(session.scalars(select(model.id)).all())

    def names(self) -> dict[str, tuple[str | None, str | None]]:
        """(name, mail) of everybody."""
        with self.database.reading() as session:
            return {one.sub: (one.name, one.email) for one in session.scalars(select(Learner))}

    def enrolments(self) -> int:
        """How many have work here."""
        return self.count(Enrolment)


@pytest.fixture
def course(database: Database) -> Course:
    """A course whose teacher has come, and whose LMS tells where its list is."""
    school = School(database)
    school.publish("one")
    lms = school.lms()
    with database.writing() as session:
        there = update(Context).where(Context.id == lms.context_id)
        session.execute(there.values(memberships_url="https://moodle.example/7/members"))
    return Course(school, lms)
