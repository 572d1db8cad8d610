"""The instructor's view of a link's gradebook columns: our value, the LMS's, what was sent, and what there is to do."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_tool.models import LineItem, ResourceLink
from lti_tool.rules.grading import Terms
from lti_tool.services.classroom import Classroom, Pupil, classroom
from lti_tool.services.columns import RESULT_SCOPE, SCORE_SCOPE
from lti_tool.services.grades import GradeLine, GradeState
from lti_tool.services.grades.estimate import Backlog, backlog
from lti_tool.services.grades.terms import terms_of, with_terms
from lti_tool.services.visits import Visitor


@dataclass(frozen=True, slots=True)
class Column:
    """A column that the link's scores go to."""

    id: int
    terms: Terms
    """Everybody's, without what single learners are allowed."""
    may_write: bool
    may_read: bool
    """As the last launch said."""
    is_gone: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One learner in one column; no line where there is nothing to send yet."""

    pupil: Pupil
    column: Column
    line: GradeLine | None

    @property
    def urgency(self) -> int:
        """0 for what needs a teacher most."""
        if self.line is None:
            return 5
        if self.line.is_changed:
            return 0
        states = (GradeState.BLOCKED, GradeState.TROUBLE, GradeState.WAITING, GradeState.SENT, GradeState.KEPT)
        return 1 + min(states.index(self.line.state), 3)


@dataclass(frozen=True, slots=True)
class Book:
    """Everybody who is in the LMS course, in each column of the link, those who need the teacher first."""

    room: Classroom
    columns: tuple[Column, ...]
    entries: tuple[Entry, ...]
    backlog: Backlog
    """Of the whole platform."""

    @property
    def changed(self) -> list[Entry]:
        """Changed in the LMS, and not decided yet."""
        return self._those(lambda line: line.is_changed)

    @property
    def blocked(self) -> list[Entry]:
        """Not taken by the LMS; a person must mend something and try again."""
        return self._those(lambda line: line.state is GradeState.BLOCKED and not line.is_changed)

    @property
    def kept(self) -> list[Entry]:
        """As they are in the LMS, by a teacher's choice."""
        return self._those(lambda line: line.state is GradeState.KEPT)

    @property
    def waiting(self) -> list[Entry]:
        """Sent by themselves."""
        return self._those(lambda line: line.goes_on)

    @property
    def sent(self) -> list[Entry]:
        """The gradebook shows them."""
        return self._those(lambda line: line.state is GradeState.SENT)

    @property
    def nothing(self) -> list[Entry]:
        """Nothing to send yet."""
        return [one for one in self.entries if one.line is None]

    @property
    def read_at(self) -> datetime | None:
        """When a grade of this link was last read in the LMS."""
        times = [one.line.lms_read_at for one in self.entries if one.line and one.line.lms_read_at]
        return max(times, default=None)

    def _those(self, holds: Callable[[GradeLine], bool]) -> list[Entry]:
        return [one for one in self.entries if one.line is not None and holds(one.line)]


def gradebook(session: Session, visitor: Visitor, course_id: int, version_id: int, now: datetime) -> Book:
    """The link that the visitor came by.

    Our value is the one on record: it is raised in the transaction of whatever raises the grade.  So the number of
    statements does not depend on that of the learners.
    """
    room = classroom(session, visitor, course_id, version_id)
    columns = _columns(session, visitor.link_id)
    entries = [
        Entry(pupil, column, next((line for line in pupil.grades if line.line_item_id == column.id), None))
        for pupil in room.listed
        for column in columns
    ]
    # A column that is gone matters while scores for it are stuck.
    shown = [one for one in entries if not one.column.is_gone or (one.line and one.line.state is GradeState.BLOCKED)]
    shown.sort(key=lambda one: one.urgency)
    return Book(room, tuple(columns), tuple(shown), backlog(session, visitor.platform_id, now))


def _columns(session: Session, link_id: int | None) -> list[Column]:
    query = (
        select(LineItem.id, LineItem.scopes, LineItem.is_gone)
        .join(ResourceLink, ResourceLink.id == LineItem.resource_link_id)
        .where(LineItem.resource_link_id == link_id, LineItem.shares_id.is_(None))
        .order_by(LineItem.id)
    )
    return [
        Column(row.id, terms_of(row), SCORE_SCOPE in row.scopes, RESULT_SCOPE in row.scopes, row.is_gone)
        for row in session.execute(with_terms(query, None))
    ]
