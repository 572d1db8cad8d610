"""Invites that were made are listed with what became of them, and an unused one can be taken back."""

from datetime import timedelta

import pytest

from lti_tool.models.engine import Database
from lti_tool.services.invites import LASTS, InviteUnknown, InviteUsed, find_invite, make_invite
from lti_tool.services.made_invites import MadeInvite, Standing, made_invites, withdraw_invite
from tests.services.school import BEGAN
from tests.services.test_invites import accepted

HOUR = timedelta(hours=1)


def made(database: Database, later: timedelta = HOUR) -> list[MadeInvite]:
    """As they stand so much later."""
    with database.reading() as session:
        return made_invites(session, BEGAN + later)


def test_each_says_what_became_of_it(database: Database) -> None:
    """The newest first: open, used and by which platform, or too old."""
    with database.writing() as session:
        make_invite(session, BEGAN - LASTS, "canvas", "mail")
        used = make_invite(session, BEGAN, "moodle", "nothing")
        make_invite(session, BEGAN + HOUR)
    row = accepted(database, used)
    newest, middle, oldest = made(database)
    assert (newest.standing, newest.family, newest.asks_for, newest.made_at) == (
        Standing.OPEN,
        "",
        "name",
        BEGAN + HOUR,
    )
    assert (middle.standing, middle.platform_id, middle.platform) == (Standing.USED, row.id, row.name)
    assert (middle.family, middle.asks_for, middle.used_at) == ("moodle", "nothing", BEGAN)
    assert (oldest.standing, oldest.ends_at, oldest.platform) == (Standing.EXPIRED, BEGAN, None)
    assert len({one.number for one in (newest, middle, oldest)}) == 3


def test_no_number_opens_anything(database: Database) -> None:
    """It is no part of the secret, and no secret."""
    with database.writing() as session:
        token = make_invite(session, BEGAN)
        [one] = made_invites(session, BEGAN)
        assert one.number not in token
        with pytest.raises(InviteUnknown):
            find_invite(session, one.number, BEGAN)


def test_a_withdrawn_invite_is_good_no_more(database: Database) -> None:
    """Nobody else's is touched, and withdrawing it again changes nothing."""
    with database.writing() as session:
        token, other = make_invite(session, BEGAN), make_invite(session, BEGAN + HOUR)
    [_, one] = made(database)
    for is_done in (True, False):
        with database.writing() as session:
            assert withdraw_invite(session, one.number) is is_done
    with pytest.raises(InviteUnknown):
        accepted(database, token)
    with database.reading() as session:
        find_invite(session, other, BEGAN)
    assert len(made(database)) == 1


def test_an_old_one_can_be_taken_off_the_list(database: Database) -> None:
    """It is good for nothing."""
    with database.writing() as session:
        make_invite(session, BEGAN - LASTS)
    [one] = made(database)
    with database.writing() as session:
        assert withdraw_invite(session, one.number)
    assert made(database) == []


def test_what_was_registered_stays_on_record(database: Database) -> None:
    """A used invite is not withdrawn: its platform has its own switch."""
    with database.writing() as session:
        token = make_invite(session, BEGAN)
    accepted(database, token)
    [one] = made(database)
    with database.writing() as session:
        assert not withdraw_invite(session, one.number)
    with database.reading() as session, pytest.raises(InviteUsed):
        find_invite(session, token, BEGAN)


@pytest.mark.parametrize("number", ["", "x", "%", "0123456789ab", "' OR '1'='1", "a" * 5000])
def test_a_number_that_is_none_withdraws_nothing(database: Database, number: str) -> None:
    """No prefix, no wildcard."""
    with database.writing() as session:
        make_invite(session, BEGAN)
        assert not withdraw_invite(session, number)
    assert len(made(database)) == 1
