"""The tool's keys change without anybody noticing, also where one was pasted."""

from datetime import datetime, timedelta

import pytest

from lti_tool.models import Platform
from lti_tool.models.engine import Database
from lti_tool.services.keys import (
    KEPT_AFTER_RETIREMENT,
    PUBLISHED_BEFORE_USE,
    KeyBox,
    all_keys,
    ensure_key,
    pin_key,
    public_keys,
    rotate_keys,
    signing_key,
    unpin_key,
)
from lti_tool.services.platforms import AddPlatform, add_platform
from tests.services.school import BEGAN

BOX = KeyBox("a secret for tests, long enough for them")
HERE = "https://lms.example"
LATER = BEGAN + PUBLISHED_BEFORE_USE
MUCH_LATER = LATER + KEPT_AFTER_RETIREMENT + timedelta(days=1)


@pytest.fixture
def platform_id(database: Database) -> int:
    """A registration, and the first key."""
    with database.writing() as session:
        ensure_key(session, BOX, BEGAN)
        return add_platform(session, AddPlatform(HERE, "c", HERE, HERE, HERE), BEGAN)[0].id


def signs(database: Database, now: datetime, platform_id: int | None = None) -> str:
    """The id of the key that signs, for this platform or for all others."""
    with database.reading() as session:
        pinned = session.get_one(Platform, platform_id).pinned_kid if platform_id else None
        return signing_key(session, BOX, now, pinned).kid


def published(database: Database, now: datetime) -> set[str]:
    """The ids in the key set."""
    with database.reading() as session:
        return {key["kid"] for key in public_keys(session, now)}


def test_the_first_key_signs_at_once(database: Database) -> None:
    """Also where somebody rotates before there is any."""
    with database.writing() as session:
        first = rotate_keys(session, BOX, BEGAN)
        rotate_keys(session, BOX, BEGAN)
    assert signs(database, BEGAN) == first


def test_a_pinned_key_signs_for_its_platform_through_two_rotations(database: Database, platform_id: int) -> None:
    """The others go on with the new ones, and the pinned one stays public."""
    with database.writing() as session:
        first = pin_key(session, session.get_one(Platform, platform_id), BEGAN)
        rotate_keys(session, BOX, BEGAN)
        last = rotate_keys(session, BOX, MUCH_LATER)
    after = MUCH_LATER + PUBLISHED_BEFORE_USE
    assert signs(database, after, platform_id) == first
    assert signs(database, after) == last
    assert published(database, after + KEPT_AFTER_RETIREMENT) == {first, last}


def test_a_key_is_pinned_in_the_middle_of_a_rotation(database: Database, platform_id: int) -> None:
    """Its retirement was set already, and does not come."""
    with database.writing() as session:
        new = rotate_keys(session, BOX, BEGAN)
        old = pin_key(session, session.get_one(Platform, platform_id), BEGAN)
    assert old != new
    assert signs(database, LATER, platform_id) == old
    assert published(database, MUCH_LATER) == {old, new}


def test_a_key_that_nobody_needs_any_more_retires(database: Database, platform_id: int) -> None:
    """A week after it was unpinned it is gone from the key set; the present key stays."""
    with database.writing() as session:
        platform = session.get_one(Platform, platform_id)
        old = pin_key(session, platform, BEGAN)
        new = rotate_keys(session, BOX, BEGAN)
        unpin_key(session, platform, LATER)
        pin_key(session, platform, LATER)
        unpin_key(session, platform, LATER)
        lines = all_keys(session)
    assert {line.kid: line.retired_at for line in lines} == {old: LATER, new: None}
    assert signs(database, LATER, platform_id) == new
    assert published(database, MUCH_LATER) == {new}


def test_the_list_says_who_needs_a_key(database: Database, platform_id: int) -> None:
    """By the platform's name."""
    with database.writing() as session:
        pin_key(session, session.get_one(Platform, platform_id), BEGAN)
        rotate_keys(session, BOX, BEGAN)
        assert sorted(line.pinned_by for line in all_keys(session)) == [(), (HERE,)]
