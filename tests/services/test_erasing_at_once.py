"""A launch at the moment at which its person is erased: over two connections, on both engines."""

import threading

import pytest
from sqlalchemy import func, select

from lti_tool.models import Enrolment, Learner, Visit
from lti_tool.models.engine import Database
from lti_tool.services.privacy import erase_learner
from tests.services.grades.school import Lms, School


@pytest.fixture
def school(database: Database) -> School:
    """A course of two lessons, published."""
    made = School(database)
    made.publish("one", "two")
    return made


def _id_of(school: School, sub: str) -> int:
    with school.database.reading() as session:
        return session.execute(select(Learner.id).where(Learner.sub == sub)).scalar_one()


@pytest.mark.parametrize("context", ["7", "another"])
def test_whoever_launches_while_she_is_erased_comes_in_as_new(school: School, context: str) -> None:
    """The launch waits for the end of it, and then finds nobody: no error, and nothing of before is back."""
    lms = school.lms()
    school.finish(school.learner(lms, "ann"))
    ann = _id_of(school, "ann")
    arrived: list[int | None] = []
    launch = threading.Thread(target=lambda: arrived.append(school.launch(lms, "ann", context=context)))
    with school.database.writing() as session:
        erase_learner(session, ann)
        launch.start()
        launch.join(timeout=0.5)
        assert not arrived
    launch.join()
    assert len(arrived) == 1
    with school.database.reading() as session:
        assert session.get(Enrolment, arrived[0]) is not None
        assert session.execute(select(Learner.created_at).where(Learner.sub == "ann")).scalar_one() == school.clock.now
    assert school.owed() == []


def test_whoever_is_erased_while_she_launches_is_gone_whole(school: School) -> None:
    """Erasing waits until she is in, and takes that visit along."""
    lms = school.lms()
    school.finish(school.learner(lms, "ann"))
    ann = _id_of(school, "ann")
    gone: list[dict[str, int]] = []

    def erase() -> None:
        with school.database.writing() as session:
            gone.append(erase_learner(session, ann))

    eraser = threading.Thread(target=erase)
    with school.launching(lms, "ann"):
        eraser.start()
        eraser.join(timeout=0.5)
        assert not gone
    eraser.join()
    assert [(one["learner"], one["visit"]) for one in gone] == [(1, 2)]
    with school.database.reading() as session:
        assert session.execute(select(func.count()).where(Visit.learner_id == ann)).scalar_one() == 0


def test_no_launch_and_no_erasing_fails_however_they_fall(school: School) -> None:
    """Again and again at once: each launch opens, each erasing ends."""
    lms = school.lms()
    for number in range(6):
        _at_once(school, lms, f"learner-{number}")


def _at_once(school: School, lms: Lms, sub: str) -> None:
    school.finish(school.learner(lms, sub))
    learner, together = _id_of(school, sub), threading.Barrier(2)
    ended: list[str] = []

    def erase() -> None:
        together.wait()
        with school.database.writing() as session:
            erase_learner(session, learner)
        ended.append("erased")

    def launch() -> None:
        together.wait()
        school.launch(lms, sub)
        ended.append("launched")

    both = [threading.Thread(target=one) for one in (erase, launch)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(ended) == ["erased", "launched"]
