"""The log is the truth: every memory can be computed from it, and is what it says."""

import random

from sqlalchemy import func, select, update

from lti_tool.models import Memory, Review
from lti_tool.models.engine import Database
from lti_tool.services.memories import rebuild_memories
from tests.services.school import pupil


def practised(database: Database) -> None:
    """Two lessons and two months of reviews, half of them wrong."""
    luck = random.Random(7)
    ada = pupil(database)
    ada.sit("first", 0, luck)
    ada.sit("second", 1, luck)
    for day in range(2, 60):
        ada.sit(None, day, luck)


def test_every_memory_equals_what_the_log_gives(database: Database) -> None:
    """After two months of right and wrong answers the cache and the log agree."""
    practised(database)
    with database.writing() as session:
        done = rebuild_memories(session, repair=False)
        scored = session.execute(select(func.count()).where(Review.is_scored)).scalar_one()
        lapses = session.execute(select(func.sum(Memory.lapses))).scalar_one()
    assert done.differing == ()
    assert done.memories == 3
    assert done.reviews == scored > 15
    assert lapses > 0


def test_a_damaged_memory_is_found_and_mended(database: Database) -> None:
    """A wrong, a missing: the command names them, and `--repair` puts them right."""
    practised(database)
    with database.writing() as session:
        before = session.execute(select(Memory.item_id, Memory.stability).order_by(Memory.item_id)).all()
        session.execute(update(Memory).where(Memory.item_id == before[0].item_id).values(stability=99.0))
        session.execute(Memory.__table__.delete().where(Memory.item_id == before[1].item_id))  # type: ignore[attr-defined]  # a Table, as declared
    with database.writing() as session:
        found = rebuild_memories(session, repair=True)
    assert [item for _, item in found.differing] == [before[0].item_id, before[1].item_id]
    with database.writing() as session:
        assert rebuild_memories(session, repair=False).differing == ()
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
