"""A class with grades in every state, and the teacher's pages about them."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from lti_tool.models import (
    Course,
    Enrolment,
    GradeAttempt,
    GradeOwed,
    Learner,
    LessonProgress,
    LineItem,
    Member,
    ResourceLink,
)
from lti_tool.models.engine import Database
from lti_tool.services.grades import Outcome, Reason, owe_grades
from tests.lti.acting import ABSENT, ActingPlatform, launch
from tests.web.paper import Paper
from tests.web.test_teaching import teacher

SENT_AT = datetime(2026, 11, 24, 16, 2, tzinfo=UTC)
"""A Tuesday."""


def finishes(app: Flask, platform: ActingPlatform, database: Database, sub: str, name: str) -> None:
    """A learner has come, and done the whole course, so that its column is owed a grade."""
    launch(app.test_client(), platform, sub=sub, name=name)
    now = datetime.now(UTC)
    with database.writing() as session:
        enrolment = session.scalars(select(Enrolment).join(Learner).where(Learner.sub == sub)).one()
        version_id = session.get_one(Course, enrolment.course_id).version_id
        for key, steps in (("first", 3), ("second", 2)):
            counts = {"required": steps, "done": steps, "opened_at": now, "finished_at": now}
            lesson = {"enrolment_id": enrolment.id, "lesson_key": key, "course_version_id": version_id}
            session.add(LessonProgress(**lesson, **counts))
        session.flush()
        owe_grades(session, enrolment.id, now, debounce=timedelta(0))


def owed_of(database: Database, sub: str) -> GradeOwed:
    """The row of the outbox for this learner."""
    with database.reading() as session:
        query = select(GradeOwed).join(Learner, Learner.id == GradeOwed.learner_id).where(Learner.sub == sub)
        return session.scalars(query).one()


def is_now(database: Database, sub: str, **values: object) -> None:
    """The row says so."""
    with database.writing() as session:
        session.execute(update(GradeOwed).where(GradeOwed.id == owed_of(database, sub).id).values(**values))


def changed(database: Database, sub: str, lms_percent: float = 80.0) -> None:
    """The worker found another grade in the LMS."""
    stopped(database, sub, Reason.CHANGED_IN_LMS, lms_percent=lms_percent, lms_read_at=SENT_AT)


def stopped(database: Database, sub: str, reason: Reason, **values: object) -> None:
    """The score is blocked."""
    is_now(database, sub, blocked_reason=reason.value, last_outcome="blocked", **values)


def sent(database: Database, sub: str) -> None:
    """The LMS took it."""
    is_now(
        database,
        sub,
        sent=GradeOwed.wanted,
        sent_percent=GradeOwed.reached,
        sent_at=SENT_AT,
        lms_percent=100.0,
        lms_read_at=SENT_AT,
    )
    owed = owed_of(database, sub)
    tried = {"grade_owed_id": owed.id, "wanted": 1, "percent": 100, "status": 200, "outcome": Outcome.SENT.value}
    now = datetime.now(UTC)
    with database.writing() as session:
        session.add(GradeAttempt(tried_at=now, score_at=now.replace(microsecond=0), **tried))


def crowd(database: Database, count: int, *, reason: Reason | None = None, later: timedelta = timedelta(0)) -> None:
    """So many more learners whose grade waits, or is stopped for this reason."""
    now = datetime.now(UTC)
    with database.writing() as session:
        link = session.scalars(select(ResourceLink)).one()
        column = session.scalars(select(LineItem.id)).one()
        one = session.scalars(select(Learner)).first()
        assert one is not None
        had = session.query(Learner).count()
        for number in range(had, had + count):
            learner = Learner(
                platform_id=one.platform_id,
                tenant_id=one.tenant_id,
                sub=f"n{number:04}",
                name=f"N {number:04}",
                created_at=now,
            )
            session.add(learner)
            session.flush()
            here = {"context_id": link.context_id, "learner_id": learner.id}
            enrolment = Enrolment(course_id=link.course_id, created_at=now, **here)
            session.add_all([Member(role="learner", seen_at=now, **here), enrolment])
            session.flush()
            session.add(
                GradeOwed(
                    line_item_id=column,
                    learner_id=learner.id,
                    enrolment_id=enrolment.id,
                    reached=100,
                    owed_at=now,
                    due_at=now + later,
                    blocked_reason=reason.value if reason else None,
                    lms_percent=80.0 if reason else None,
                )
            )


def grades_of(page: Paper, path: str = "") -> Paper:
    """A page of the grades, from the course's page."""
    return Paper.open(page.client, page.path.replace("/course", f"/grades{path}"))


@pytest.fixture
def book(app: Flask, browser: FlaskClient, platform: ActingPlatform, database: Database) -> Paper:
    """The teacher's page: one grade was changed, one not taken, one waits, one is sent, one kept, one not begun."""
    for sub, name in [("ada", "Ada"), ("bob", "Bob"), ("cem", "Cem"), ("dee", "Dee"), ("fay", ABSENT)]:
        finishes(app, platform, database, sub, name)
    launch(app.test_client(), platform, sub="eve", name="Eve")
    changed(database, "ada")
    stopped(database, "bob", Reason.PERHAPS_LOCKED)
    sent(database, "dee")
    stopped(database, "fay", Reason.KEPT_IN_LMS, lms_percent=55.5)
    return grades_of(teacher(browser, platform))
