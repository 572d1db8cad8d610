"""The demo's days, the housekeeping, and who does what only one should do."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from lti_tool.errors import TooMany
from lti_tool.models import JobRun, LaunchState, Lease, LoginCount, Visit
from lti_tool.models.engine import Database, insert_once
from lti_tool.services.days import days_jumped, jump, moment
from lti_tool.services.leases import claim_run, give_back, is_leased, take_lease
from lti_tool.services.purging import purge
from lti_tool.services.throttle import address_hash, count_try

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_days_add_up(database: Database) -> None:
    """Each jump moves the study day on; the instant stays."""
    with database.writing() as session:
        assert days_jumped(session) == 0
        assert [jump(session, 1), jump(session, 2)] == [1, 3]
    with database.reading() as session:
        later = moment(NOW, "UTC", jumped=days_jumped(session))
    assert (later.today - NOW.date()).days == 3
    assert later.at == NOW


def test_a_lease_is_held_by_one(database: Database) -> None:
    """Until it is given back or runs out."""
    with database.writing() as session:
        assert take_lease(session, "keys", "one", NOW, MINUTE)
        assert not take_lease(session, "keys", "two", NOW, MINUTE)
        assert take_lease(session, "other", "two", NOW, MINUTE)
        give_back(session, "keys", "two")
        assert is_leased(session, "keys", NOW)
        give_back(session, "keys", "one")
        assert not is_leased(session, "keys", NOW)
        assert take_lease(session, "keys", "two", NOW, MINUTE)
        assert take_lease(session, "keys", "three", NOW + 2 * MINUTE, MINUTE)


def test_a_run_of_the_timetable_is_claimed_once(database: Database) -> None:
    """Whatever the number of workers."""
    with database.writing() as session:
        assert claim_run(session, "purge", NOW)
    with database.writing() as session:
        assert not claim_run(session, "purge", NOW)
        assert claim_run(session, "purge", NOW + MINUTE)


def test_tries_are_counted_by_minute_and_address(database: Database) -> None:
    """Too many from one address wait; others do not notice."""
    with database.writing() as session:
        for _ in range(3):
            count_try(session, "one", NOW, 3)
        with pytest.raises(TooMany):
            count_try(session, "one", NOW, 3)
        count_try(session, "two", NOW, 3)
        count_try(session, "one", NOW + MINUTE, 3)


def test_an_address_cannot_be_read_from_its_hash() -> None:
    """Without the secret nobody can try all addresses."""
    assert address_hash("203.0.113.7", "a") != address_hash("203.0.113.7", "b")
    assert "203" not in address_hash("203.0.113.7", "a")


def test_what_no_longer_serves_is_forgotten(database: Database) -> None:
    """Launch states, leases, counts and runs of days ago are gone; those of today stay."""
    old, new = NOW - timedelta(days=3), NOW
    with database.writing() as session:
        for when in (old, new):
            insert_once(session, Lease, {"name": str(when), "holder": "x", "until": when})
            insert_once(session, JobRun, {"job": "purge", "planned_at": when})
            minute = int(when.timestamp() // 60)
            insert_once(session, LoginCount, {"address_hash": "x", "minute": minute, "count": 1})
        purge(session, NOW)
    with database.reading() as session:
        for model in (Lease, JobRun, LoginCount):
            assert session.execute(select(func.count()).select_from(model)).scalar_one() == 1, model
        for model in (LaunchState, Visit):
            assert session.execute(select(func.count()).select_from(model)).scalar_one() == 0, model
