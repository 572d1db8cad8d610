"""A learner whose practice is graded, by any rule, and the teacher who reads how."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from lti_tool.models import Enrolment, GradeOwed, GradeTerms, LineItem, Member, ResourceLink
from lti_tool.models.engine import Database
from lti_tool.rules.grading import Rule
from lti_tool.services.grades import owe_grades, send_due
from lti_tool.services.grades.behind import Behind, behind
from lti_tool.services.grades.story import LATEST, Story, story_of
from tests.services.grades.gradebook import Gradebook
from tests.services.school import BEGAN, Pupil, pupil


@dataclass
class Graded:
    """A learner whose link is graded, and the LMS's gradebook."""

    one: Pupil
    context_id: int
    gradebook: Gradebook

    def sends(self, day: float) -> None:
        """What is owed on that day is sent."""
        now = BEGAN + timedelta(days=day)
        with self.one.database.writing() as session:
            owe_grades(session, self.one.enrolment, now, debounce=timedelta(0))
        send_due(
            self.one.database,
            self.gradebook,
            lambda: now,
            holder=f"day {day}",
            threads=1,
            lease=timedelta(minutes=2),
            backoff_base=timedelta(seconds=10),
        )

    def story(self, day: float, before: int = LATEST) -> Story:
        """As a teacher reads it on that day."""
        with self.one.database.reading() as session:
            owed = session.scalars(select(GradeOwed.id)).one()
            return story_of(session, self.context_id, owed, BEGAN + timedelta(days=day), before)

    def behind(self, story: Story, number: int | None = None, before: int = LATEST) -> Behind:
        """What the try with this number from 0 stands on; the last posted one's by default."""
        with self.one.database.reading() as session:
            found = behind(session, story, story.tries[number].id if number is not None else None, before)
        assert found is not None
        return found


def graded(database: Database, rule: Rule, lesson: str | None = None) -> Graded:
    """A learner of the tiny course, whose link is graded by this rule."""
    one = pupil(database)
    with database.writing() as session:
        row = session.get_one(Enrolment, one.enrolment)
        place = {"context_id": row.context_id, "created_at": BEGAN}
        link = ResourceLink(lms_id="9", title="Tiny", course_id=row.course_id, lesson_key=lesson, **place)
        session.add_all([link, Member(context_id=row.context_id, learner_id=row.learner_id, role="learner")])
        session.flush()
        session.add_all(
            [
                LineItem(resource_link_id=link.id, url="https://lms.example/1", scopes=[], **place),
                GradeTerms(resource_link_id=link.id, rule=rule.value, settings={}),
            ]
        )
        context_id = row.context_id
    return Graded(one, context_id, Gradebook())
