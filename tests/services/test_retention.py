"""Data stay as long as the person, or the institution, wants; and no longer."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_tool.models import Learner, Member
from lti_tool.models.engine import Database
from lti_tool.services.retention import (
    ask_erasure,
    due_for_erasure,
    erase_if_due,
    note_told,
    take_erasure_back,
)
from tests.services.school import BEGAN, pupil

WEEK = timedelta(days=7)


@pytest.fixture
def ada(database: Database) -> int:
    """Somebody who came once; her id."""
    pupil(database)
    with database.writing() as session:
        learner = session.scalars(select(Learner)).one()
        learner.created_at = BEGAN
        member = session.scalars(select(Member)).first()
        if member is not None:
            member.seen_at = BEGAN
        return learner.id


def erase_due(session: Session, now: datetime, keep_days: int) -> int:
    """As the worker does; how many went."""
    return sum(erase_if_due(session, one, now, keep_days) for one in due_for_erasure(session, now, keep_days))


def is_here(database: Database) -> bool:
    """She is on record."""
    with database.reading() as session:
        return session.scalars(select(Learner)).first() is not None


def test_who_asks_is_gone_after_a_week_and_not_before(database: Database, ada: int) -> None:
    """There is time to think."""
    with database.writing() as session:
        ask_erasure(session, ada, BEGAN)
        ask_erasure(session, ada, BEGAN + timedelta(days=3))
        assert erase_due(session, BEGAN + WEEK - timedelta(seconds=1), 0) == 0
    assert is_here(database)
    with database.writing() as session:
        assert erase_due(session, BEGAN + WEEK, 0) == 1
    assert not is_here(database)


def test_who_takes_it_back_stays(database: Database, ada: int) -> None:
    """As if nothing had been asked."""
    with database.writing() as session:
        ask_erasure(session, ada, BEGAN)
        take_erasure_back(session, ada)
        assert erase_due(session, BEGAN + 9 * WEEK, 0) == 0
    assert is_here(database)


@pytest.mark.parametrize(("keep_days", "goes"), [(0, False), (30, False), (29, True)])
def test_who_has_not_come_for_long_goes_where_the_institution_says_so(
    database: Database, ada: int, keep_days: int, goes: bool
) -> None:
    """Nobody goes by default."""
    with database.writing() as session:
        now = BEGAN + timedelta(days=29, hours=1)
        assert erase_due(session, now, keep_days) == goes
    assert is_here(database) is not goes


def test_a_notice_is_read_once(database: Database, ada: int) -> None:
    """The first time counts."""
    with database.writing() as session:
        note_told(session, ada, BEGAN)
        note_told(session, ada, BEGAN + WEEK)
        assert session.scalars(select(Learner.told_at)).one() == BEGAN


def test_who_takes_it_back_while_others_go_stays(database: Database, ada: int) -> None:
    """Her page said so: whatever was looked up before is looked at again."""
    with database.writing() as session:
        ask_erasure(session, ada, BEGAN)
    with database.reading() as session:
        assert due_for_erasure(session, BEGAN + WEEK, 0) == [ada]
    with database.writing() as session:
        take_erasure_back(session, ada)
    with database.writing() as session:
        assert not erase_if_due(session, ada, BEGAN + WEEK, 0)
    assert is_here(database)
