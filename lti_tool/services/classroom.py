"""The instructor's first page: who started, who finished, and what the gradebook was told."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from lti_tool.models import Enrolment, Learner, LessonProgress, LineItem, Member
from lti_tool.services.arrivals import Role
from lti_tool.services.courses import edition
from lti_tool.services.grades import GradeLine, GradeState, grade_lines
from lti_tool.services.visits import Visitor


@dataclass(frozen=True, slots=True)
class Pupil:
    """One learner's line."""

    learner_id: int
    enrolment_id: int | None
    name: str | None
    lms_id: str
    """The LMS's own id for the person: where names are withheld, what finds them in its participants' list."""
    seen_at: datetime
    started: int
    finished: int
    grades: tuple[GradeLine, ...]


@dataclass(frozen=True, slots=True)
class Classroom:
    """A course in one LMS course."""

    title: str
    lessons: int
    pupils: tuple[Pupil, ...]
    has_column: bool
    """Whether the LMS made a gradebook column for this link."""

    @property
    def started(self) -> int:
        """How many have opened a lesson."""
        return sum(pupil.started > 0 for pupil in self.pupils)

    @property
    def finished(self) -> int:
        """How many have done every lesson."""
        return sum(pupil.finished >= self.lessons for pupil in self.pupils)

    @property
    def failed(self) -> int:
        """How many scores wait for a person to do something."""
        return sum(line.state is GradeState.BLOCKED for pupil in self.pupils for line in pupil.grades)


def classroom(session: Session, visitor: Visitor, course_id: int, version_id: int) -> Classroom:
    """Everybody who came here as a learner, by name, the nameless last.  A lesson's link tells of that lesson."""
    course = edition(session, version_id).course
    context_id = visitor.context_id
    lessons = [one for one in course.lessons if visitor.lesson_key in (None, one.key)]
    of_link = [LessonProgress.lesson_key.in_([one.key for one in lessons])] if visitor.lesson_key else []
    opened = func.count(LessonProgress.id)
    done = func.count(LessonProgress.finished_at)
    rows = session.execute(
        select(Learner.id, Learner.name, Learner.sub, Member.seen_at, Enrolment.id, opened, done)
        .join(Member, Member.learner_id == Learner.id)
        .outerjoin(
            Enrolment,
            and_(
                Enrolment.learner_id == Learner.id,
                Enrolment.context_id == context_id,
                Enrolment.course_id == course_id,
            ),
        )
        .outerjoin(LessonProgress, and_(LessonProgress.enrolment_id == Enrolment.id, *of_link))
        .where(Member.context_id == context_id, Member.role == Role.LEARNER.value)
        .group_by(Learner.id, Learner.name, Learner.sub, Member.seen_at, Enrolment.id)
    ).all()
    lines: dict[int, list[GradeLine]] = {}
    for line in own_lines(session, visitor, course_id):
        lines.setdefault(line.learner_id, []).append(line)
    pupils = [
        Pupil(learner_id, enrolment_id, name, sub, seen_at, opened, done, tuple(lines.get(learner_id, ())))
        for learner_id, name, sub, seen_at, enrolment_id, opened, done in rows
    ]
    return Classroom(
        title=lessons[0].title if visitor.lesson_key and lessons else course.title,
        lessons=len(lessons),
        pupils=tuple(sorted(pupils, key=lambda one: (one.name is None, (one.name or one.lms_id).casefold()))),
        has_column=has_column(session, visitor),
    )


def own_lines(session: Session, visitor: Visitor, course_id: int, learner_id: int | None = None) -> list[GradeLine]:
    """The scores of the link that the visitor came by; only one learner's, if named."""
    lines = grade_lines(session, visitor.context_id, course_id, learner_id)
    return [line for line in lines if line.link_id == visitor.link_id]


def has_column(session: Session, visitor: Visitor) -> bool:
    """Whether the LMS made a gradebook column for the link that the visitor came by."""
    query = select(LineItem.id).where(LineItem.resource_link_id == visitor.link_id, LineItem.is_gone.is_(False))
    return session.execute(query.limit(1)).first() is not None
