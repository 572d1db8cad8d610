"""The log is the truth: every memory can be computed from it, and is what it says."""

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import event, func, select, update

from lti_tool.models import Item, Memory, Review
from lti_tool.models.engine import Database
from lti_tool.services.memories import Compared, compare_memories, repair_memories
from tests.services.school import Pupil, changed, publish_course, pupil, tiny


def practised(database: Database) -> Pupil:
    """Two lessons and two months of reviews, half of them wrong."""
    luck = random.Random(7)
    ada = pupil(database)
    ada.sit("first", 0, luck)
    ada.sit("second", 1, luck)
    for day in range(2, 60):
        ada.sit(None, day, luck)
    return ada


def compared(database: Database) -> Compared:
    """The cache beside the log, now."""
    with database.reading() as session:
        return compare_memories(session)


@contextmanager
def once_after_the_log_is_read(database: Database, act: Callable[[], None]) -> Iterator[None]:
    """Somebody does this in the moment between the log and the memories."""
    acted = False

    def listen(*arguments: object) -> None:
        nonlocal acted
        if not acted and "review.due_on" in str(arguments[2]) and "ORDER BY" in str(arguments[2]):
            acted = True
            act()

    event.listen(database.engine, "after_cursor_execute", listen)
    yield
    event.remove(database.engine, "after_cursor_execute", listen)
    assert acted


def test_every_memory_equals_what_the_log_gives(database: Database) -> None:
    """After two months of right and wrong answers the cache and the log agree."""
    practised(database)
    done = compared(database)
    with database.reading() as session:
        scored = session.execute(select(func.count()).where(Review.is_scored)).scalar_one()
        lapses = session.execute(select(func.sum(Memory.lapses))).scalar_one()
    assert done.differing == ()
    assert done.memories == 3
    assert done.reviews == scored > 15
    assert lapses > 0


def test_a_damaged_memory_is_found_and_mended(database: Database) -> None:
    """A wrong, a missing: the command names them, and `--repair` puts them right."""
    ada = practised(database)
    with database.writing() as session:
        before = session.execute(select(Memory.item_id, Memory.stability).order_by(Memory.item_id)).all()
        session.execute(update(Memory).where(Memory.item_id == before[0].item_id).values(stability=99.0))
        session.execute(Memory.__table__.delete().where(Memory.item_id == before[1].item_id))  # type: ignore[attr-defined]  # a Table, as declared
    found = compared(database).differing
    assert [item for _, item in found] == [before[0].item_id, before[1].item_id]
    with database.writing() as session:
        assert repair_memories(session, ada.enrolment) == found
    assert compared(database).differing == ()
    with database.reading() as session:
        after = session.execute(select(Memory.item_id, Memory.stability).order_by(Memory.item_id)).all()
    assert after == before


def test_only_the_first_answer_of_a_study_day_is_scored(database: Database) -> None:
    """However often an item is asked on one day, its memory moves once."""
    practised(database)
    with database.reading() as session:
        days = session.execute(
            select(Review.item_id, Review.study_on, func.count())
            .where(Review.is_scored)
            .group_by(Review.item_id, Review.study_on)
        ).all()
        total = session.execute(select(func.count()).select_from(Review)).scalar_one()
    assert all(count == 1 for _, _, count in days)
    assert total > len(days)


def test_comparing_sees_one_moment_and_keeps_nobody_waiting(database: Database) -> None:
    """An answer that arrives between log and memories is in neither or in both, and need not wait."""
    ada = practised(database)
    asked: list[str] = []
    with once_after_the_log_is_read(database, lambda: asked.extend(ada.sit(None, 400))):
        assert compared(database).differing == ()
    assert asked
    assert compared(database).differing == ()


def test_an_answer_that_comes_during_a_repair_is_not_lost(database: Database) -> None:
    """It waits for the repair, and then counts."""
    ada = practised(database)
    with database.writing() as session:
        session.execute(update(Memory).values(stability=99.0))
    asked: list[str] = []
    answering = threading.Thread(target=lambda: asked.extend(ada.sit(None, 400)))

    def answer() -> None:
        answering.start()
        answering.join(timeout=0.5)

    with once_after_the_log_is_read(database, answer), database.writing() as session:
        assert len(repair_memories(session, ada.enrolment)) == 3
    answering.join()
    assert asked
    assert compared(database).differing == ()
    with database.reading() as session:
        days = dict(session.execute(select(Memory.item_id, Memory.last_day)).all())
        log = select(Review.item_id, func.max(Review.study_on)).where(Review.is_scored).group_by(Review.item_id)
        assert days == {item: day.toordinal() for item, day in session.execute(log)}


def test_a_meaning_raised_while_a_sitting_is_open_begins_once(database: Database) -> None:
    """The old sitting's answer neither sets it back nor makes the next one begin anew; the log says the same."""
    ada = pupil(database)
    ada.sit("first", 0)
    old = ada.begin(None, 3)
    assert old is not None
    publish_course(database, changed(tiny(), "sum", meaning=2), day=3)
    ada.sit(None, 4)
    ada.go_on(old, 5)
    ada.sit(None, 60)
    with database.reading() as session:
        item = select(Item.id).where(Item.key == "sum").scalar_subquery()
        log = select(Review.meaning, Review.predicted).where(Review.item_id == item, Review.is_scored)
        rows = session.execute(log.order_by(Review.id)).all()
        assert session.execute(select(Memory.meaning).where(Memory.item_id == item)).scalar_one() == 2
    assert [row.meaning for row in rows] == [1, 2, 1, 2]
    assert [row.predicted is None for row in rows] == [True, True, False, False]
    assert compared(database).differing == ()
