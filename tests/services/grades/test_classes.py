"""A column that comes late is owed what the class did before: by the worker, not by whoever launches."""

import threading
from datetime import datetime

import pytest
from sqlalchemy import select, text

from lti_tool.models import Enrolment, LineItem, ResourceLink
from lti_tool.models.engine import Database
from lti_tool.services.arrivals import Role
from lti_tool.services.grades import owe_classes
from tests.services.grades.gradebook import Killed
from tests.services.grades.school import START, Lms, School


def _late(school: School, count: int, name: str = "moodle") -> Lms:
    """So many have finished lesson one, and then a launch brings the column."""
    lms = school.lms(name)
    enrolments = [school.learner(lms, f"learner-{number}") for number in range(count)]
    school.owe()
    with school.database.writing() as session:
        session.get_one(LineItem, lms.line_item_id).is_gone = True
    for enrolment in enrolments:
        assert school.finish(enrolment) == 0
    school.launch(lms, "somebody-else", Role.INSTRUCTOR)
    return lms


def _noted(school: School) -> list[int | None]:
    with school.database.reading() as session:
        return list(session.scalars(select(ResourceLink.owes_class_after).order_by(ResourceLink.id)))


def test_a_launch_only_notes_that_the_class_is_owed(school: School) -> None:
    """Whoever opens the door does not wait for 1,500 others; the worker's next look owes them all."""
    _late(school, 3)
    assert (school.owed(), _noted(school)) == ([], [0])
    school.owe()
    assert [row.due_at for row in school.owed()] == [START] * 3
    assert _noted(school) == [None]


def test_a_class_without_any_work_is_owed_nothing(school: School) -> None:
    """As for each new column; it is looked at once."""
    school.lms()
    assert _noted(school) == [0]
    school.owe()
    assert (school.owed(), _noted(school)) == ([], [None])


@pytest.mark.parametrize("count", [4, 5])
def test_a_worker_that_is_killed_leaves_the_rest_to_the_next(school: School, count: int) -> None:
    """What whole batches owed stays owed, once; the others follow."""
    _late(school, count)
    looks = [START]

    def clock() -> datetime:
        if not looks:
            raise Killed
        return looks.pop()

    with pytest.raises(Killed):
        owe_classes(school.database, clock, batch=2)
    assert len(school.owed()) == 2
    school.owe(batch=2)
    assert [row.wanted for row in school.owed()] == [1] * count
    assert _noted(school) == [None]


def test_owing_a_class_again_changes_nothing(school: School) -> None:
    """A launch may note it while it is being owed: it begins anew."""
    lms = _late(school, 3)
    school.owe()
    with school.database.writing() as session:
        session.get_one(LineItem, lms.line_item_id).is_gone = True
    school.launch(lms, "somebody-else", Role.INSTRUCTOR)
    assert _noted(school) == [0]
    school.owe()
    assert [row.wanted for row in school.owed()] == [1] * 3


def test_a_worker_that_is_stopping_begins_no_batch(school: School) -> None:
    """It ends soon, and the class stays noted."""
    _late(school, 1)
    stop = threading.Event()
    stop.set()
    owe_classes(school.database, school.clock, stop=stop)
    assert (school.owed(), _noted(school)) == ([], [0])


def test_two_workers_at_once_owe_each_learner_once(school: School, database_url: str) -> None:
    """One of them has the class; the other goes on to the next one."""
    _late(school, 6)
    together = threading.Barrier(2)
    databases = [Database(database_url) for _ in range(2)]

    def work(database: Database) -> None:
        together.wait()
        owe_classes(database, school.clock, batch=2)

    workers = [threading.Thread(target=work, args=(one,)) for one in databases]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    for one in databases:
        one.engine.dispose()
    school.owe()  # what one left because the other held it at that moment
    assert [row.wanted for row in school.owed()] == [1] * 6


def test_a_class_that_is_noted_while_it_is_being_owed_stays_noted(school: School) -> None:
    """The worker must not clear a mark that came after its look."""
    if school.database.engine.dialect.name == "sqlite":
        pytest.skip("has one writer at a time")
    lms = _late(school, 1)
    worker = threading.Thread(target=school.owe)
    launch = threading.Thread(target=school.launch, args=(lms, "somebody-else", Role.INSTRUCTOR, "two"))
    with school.database.writing() as session:
        session.execute(select(Enrolment.id).with_for_update())  # under the worker's feet
        worker.start()
        worker.join(timeout=0.5)
        launch.start()
        launch.join(timeout=0.5)
    worker.join()
    launch.join()
    assert _noted(school) == [0]


def test_a_class_that_cannot_be_owed_stops_no_other(school: School) -> None:
    """The database refuses one class; it stays noted, and the next one is owed."""
    first = _late(school, 1, "first")
    with school.database.writing() as session:
        if school.database.engine.dialect.name == "sqlite":
            trigger = (
                f"CREATE TRIGGER refuse BEFORE INSERT ON grade_owed WHEN NEW.line_item_id = {first.line_item_id}"
                " BEGIN SELECT RAISE(ABORT, 'no'); END"
            )
            session.execute(text(trigger))
        else:
            check = f"CHECK (line_item_id <> {first.line_item_id})"
            session.execute(text(f"ALTER TABLE grade_owed ADD CONSTRAINT refuse {check}"))
    second = _late(school, 1, "second")
    school.owe()
    assert school.only().line_item_id == second.line_item_id
    assert _noted(school) == [0, None]
