"""The instructor's pages: who is on the list, who started, who finished, and what the gradebook was told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, null, select
from sqlalchemy.orm import Session, aliased

from content.model import Lesson
from lti_tool.models import Enrolment, Learner, LessonProgress, LineItem, Member, ResourceLink, Sitting
from lti_tool.services.arrivals import Role, Target
from lti_tool.services.courses import Named, edition, name_target
from lti_tool.services.grades import GradeLine, GradeState, grade_lines
from lti_tool.services.tries import TryResult, results_of_class
from lti_tool.services.visits import Visitor


@dataclass(frozen=True, slots=True)
class Pupil:
    """One learner's line."""

    learner_id: int
    enrolment_id: int | None
    name: str | None
    lms_id: str
    """The LMS's own id for the person: where names are withheld, what finds them in its participants' list."""
    seen_at: datetime | None
    """The last launch; none for somebody who is on the LMS's list and never came."""
    is_gone: bool
    """Left the LMS course; the work stays."""
    started: int
    finished: int
    done: int
    """Steps of the lesson, if the link is a lesson's, else lessons, of `required`; or finished rounds or tries."""
    required: int
    """0 for rounds and tries: nobody asks for a number of them."""
    best: int | None
    """A checkpoint's: the best try in percent."""
    grades: tuple[GradeLine, ...]

    @property
    def is_blocked(self) -> bool:
        """A score of hers waits for a person to do something."""
        return any(line.state is GradeState.BLOCKED for line in self.grades)


PAGE = 100
"""Learners on one page."""


@dataclass(frozen=True, slots=True)
class Classroom:
    """What a link opens in one LMS course, and how far everybody is in that."""

    named: Named
    opens: Target
    lessons: int
    """How many make it finished; one round of reviews does, and one try."""
    everybody: tuple[Pupil, ...]
    """By name, the nameless last; those who left among them."""
    has_column: bool
    """Whether the LMS made a gradebook column for this link."""
    shares_with: str | None
    """If that column is another link's, which sends the grades: its title."""

    @property
    def listed(self) -> tuple[Pupil, ...]:
        """The learners of the LMS course, as far as we know."""
        return tuple(pupil for pupil in self.everybody if not pupil.is_gone)

    @property
    def gone(self) -> tuple[Pupil, ...]:
        """Those who came once, and are no longer in the LMS course."""
        return tuple(pupil for pupil in self.everybody if pupil.is_gone and pupil.seen_at is not None)

    @property
    def pupils(self) -> tuple[Pupil, ...]:
        """As many of them as one page shows; if there are more, those come first for whom there is something to do."""
        listed = self.listed
        return listed if len(listed) <= PAGE else tuple(sorted(listed, key=lambda one: not one.is_blocked))[:PAGE]

    @property
    def came(self) -> int:
        """How many have opened the activity."""
        return sum(pupil.seen_at is not None for pupil in self.listed)

    @property
    def started(self) -> int:
        """How many have opened a lesson, or begun a round or a try."""
        return sum(pupil.started > 0 for pupil in self.listed)

    @property
    def finished(self) -> int:
        """How many have done every lesson, or one round or try."""
        return sum(pupil.finished >= self.lessons for pupil in self.listed)

    @property
    def failed(self) -> int:
        """How many scores wait for a person to do something."""
        return sum(line.state is GradeState.BLOCKED for pupil in self.listed for line in pupil.grades)


def classroom(session: Session, visitor: Visitor, course_id: int, version_id: int) -> Classroom:
    """Everybody who is or was a learner here.  A lesson's link tells of that lesson, a checkpoint's of the tries."""
    course, opens = edition(session, version_id).course, Target(course_id, visitor.lesson_key)
    lessons = [one for one in course.lessons if visitor.lesson_key in (None, one.key)]
    tries = results_of_class(session, visitor.context_id, course_id) if opens.is_checkpoint else {}
    lines: dict[int, list[GradeLine]] = {}
    for line in own_lines(session, visitor, course_id):
        lines.setdefault(line.learner_id, []).append(line)
    rows = _rows(session, visitor, opens)
    pupils = [_pupil(row, opens, lessons, lines.get(row.id, []), tries.get(row.enrolment_id, [])) for row in rows]
    return Classroom(
        named=name_target(course, visitor.lesson_key),
        opens=opens,
        lessons=len(lessons) or 1,
        everybody=tuple(sorted(pupils, key=lambda one: (one.name is None, (one.name or one.lms_id).casefold()))),
        has_column=has_column(session, visitor),
        shares_with=_shares_with(session, visitor),
    )


def _rows(session: Session, visitor: Visitor, opens: Target) -> Sequence[Row[*tuple[Any, ...]]]:
    counted, of_link = _counted(opens)
    is_of_lesson = counted is LessonProgress
    figures = (
        func.count(counted.id).label("started"),
        func.count(counted.finished_at).label("finished"),
        (func.sum(LessonProgress.done) if is_of_lesson else null()).label("done"),
        (func.sum(LessonProgress.required) if is_of_lesson else null()).label("required"),
    )
    who = (Learner.id, Learner.name, Learner.sub, Member.seen_at, Member.is_gone)
    query = (
        select(*who, Enrolment.id.label("enrolment_id"), *figures)
        .join(Member, Member.learner_id == Learner.id)
        .outerjoin(
            Enrolment,
            and_(
                Enrolment.learner_id == Learner.id,
                Enrolment.context_id == visitor.context_id,
                Enrolment.course_id == opens.course_id,
            ),
        )
        .outerjoin(counted, and_(counted.enrolment_id == Enrolment.id, *of_link))
        .where(Member.context_id == visitor.context_id, Member.role == Role.LEARNER.value)
        .group_by(*who, Enrolment.id)
    )
    return session.execute(query).all()


def _counted(opens: Target) -> tuple[type[LessonProgress] | type[Sitting], list[ColumnElement[bool]]]:
    """What is counted for each learner, lessons that were opened or sittings, and which of them."""
    if opens.is_checkpoint:
        return Sitting, [Sitting.try_number.is_not(None)]
    if opens.is_reviews:
        return Sitting, [Sitting.lesson_progress_id.is_(None), Sitting.try_number.is_(None)]
    return LessonProgress, [LessonProgress.lesson_key == opens.lesson_key] if opens.is_lesson else []


def _pupil(
    row: Row[*tuple[Any, ...]], opens: Target, lessons: list[Lesson], grades: list[GradeLine], tries: list[TryResult]
) -> Pupil:
    # A lesson that the learner has not opened counts as it is written now.
    steps = row.required or sum(len(one.steps) for one in lessons)
    return Pupil(
        learner_id=row.id,
        enrolment_id=row.enrolment_id,
        name=row.name,
        lms_id=row.sub,
        seen_at=row.seen_at,
        is_gone=row.is_gone,
        started=row.started,
        finished=row.finished,
        done=(row.done or 0) if opens.is_lesson else row.finished,
        required=steps if opens.is_lesson else len(lessons),
        best=max((one.percent for one in tries), default=None),
        grades=tuple(grades),
    )


def own_lines(session: Session, visitor: Visitor, course_id: int, learner_id: int | None = None) -> list[GradeLine]:
    """The scores of the link that the visitor came by; only one learner's, if named."""
    lines = grade_lines(session, visitor.context_id, course_id, learner_id)
    return [line for line in lines if line.link_id == visitor.link_id]


def has_column(session: Session, visitor: Visitor) -> bool:
    """Whether the LMS made a gradebook column for the link that the visitor came by."""
    query = select(LineItem.id).where(
        LineItem.resource_link_id == visitor.link_id, LineItem.is_gone.is_(False), LineItem.shares_id.is_(None)
    )
    return session.execute(query.limit(1)).first() is not None


def is_graded(session: Session, visitor: Visitor) -> bool:
    """Whether a column waits for what this visit opened; none does once its link opens something else."""
    opens = select(ResourceLink.id).where(
        ResourceLink.id == visitor.link_id,
        ResourceLink.course_id == visitor.course_id,
        ResourceLink.lesson_key.is_not_distinct_from(visitor.lesson_key),
    )
    return has_column(session, visitor) and session.execute(opens).first() is not None


def _shares_with(session: Session, visitor: Visitor) -> str | None:
    owner = aliased(LineItem)
    query = (
        select(ResourceLink.title)
        .join(owner, owner.resource_link_id == ResourceLink.id)
        .join(LineItem, LineItem.shares_id == owner.id)
        .where(LineItem.resource_link_id == visitor.link_id)
    )
    return session.scalars(query.limit(1)).first()
