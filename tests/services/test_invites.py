"""An invite registers one platform, once, and nothing that others rely on is changed by it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from lti_tool.errors import RegistrationRefused
from lti_tool.models import Deployment, Invite, Platform
from lti_tool.models.engine import Database
from lti_tool.services.invites import (
    LASTS,
    AlreadyRegistered,
    Found,
    InviteBusy,
    InviteExpired,
    InviteUnknown,
    InviteUsed,
    accept,
    find_invite,
    forget_invites,
    make_invite,
    one_try,
    registered_by,
)
from lti_tool.services.platforms import AddPlatform
from tests.services.school import BEGAN

HERE, SHARED = "https://lms.example", "https://canvas.instructure.com"
OWN = AddPlatform(HERE, "client", f"{HERE}/auth", f"{HERE}/token", f"{HERE}/jwks", asks_for="nothing", family="moodle")
FOUND = Found(OWN, "7")
CANVAS = Found(replace(OWN, issuer=SHARED, family="canvas"), "8:abc")


def invited(database: Database) -> str:
    """A new invite."""
    with database.writing() as session:
        return make_invite(session, BEGAN)


def accepted(database: Database, token: str, found: Found = FOUND) -> Platform:
    """The registration, by this invite."""
    with database.writing() as session:
        return accept(session, token, found, BEGAN)


def deployments(database: Database) -> list[tuple[str, bool]]:
    """Each, and whether it is held."""
    with database.reading() as session:
        return [(one.lms_id, one.is_held) for one in session.scalars(select(Deployment).order_by(Deployment.id))]


def test_an_invite_registers_a_platform_with_its_deployment(database: Database) -> None:
    """What the institution chose is kept, and only the deployment that the LMS named is let in."""
    token = invited(database)
    row = accepted(database, token)
    assert (row.issuer, row.client_id, row.asks_for, row.family) == (HERE, "client", "nothing", "moodle")
    assert row.lists_deployments
    assert deployments(database) == [("7", False)]
    with database.reading() as session:
        assert registered_by(session, token).id == row.id


def test_the_secret_is_not_stored(database: Database) -> None:
    """Who reads the database cannot register anything."""
    token = invited(database)
    with database.reading() as session:
        assert token not in str(session.execute(select(*Invite.__table__.columns)).all())


def test_a_used_invite_registers_nothing_more(database: Database) -> None:
    """Not even the same again."""
    token = invited(database)
    accepted(database, token)
    with pytest.raises(InviteUsed):
        accepted(database, token, replace(FOUND, platform=replace(OWN, client_id="other")))
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Platform)) == 1


@pytest.mark.parametrize("token", ["", "guess", "a" * 5000])
def test_an_unknown_invite_registers_nothing(database: Database, token: str) -> None:
    """A guess, an empty one, a huge one."""
    with pytest.raises(InviteUnknown):
        accepted(database, token)
    assert deployments(database) == []


def test_an_invite_ends_after_a_week(database: Database) -> None:
    """And is told apart from an unknown one for a month."""
    token = invited(database)
    with database.writing() as session:
        find_invite(session, token, BEGAN + LASTS - timedelta(seconds=1))
        with pytest.raises(InviteExpired):
            find_invite(session, token, BEGAN + LASTS)
        forget_invites(session, BEGAN + LASTS + timedelta(days=31))
        with pytest.raises(InviteUnknown):
            find_invite(session, token, BEGAN + LASTS)


def test_of_two_at_once_one_waits(database: Database) -> None:
    """Two presses of the button do not register two tools; when one has failed, the other may try."""
    token, length = invited(database), timedelta(seconds=30)
    with one_try(database, token, BEGAN, length):
        with pytest.raises(InviteBusy), one_try(database, token, BEGAN, length):
            raise AssertionError("both are in")
        with one_try(database, invited(database), BEGAN, length):
            """Another invite is not in the way."""
    with one_try(database, token, BEGAN, length):
        """The first has given it back."""


def test_a_try_that_broke_off_gives_the_invite_back(database: Database) -> None:
    """A refusal of the LMS is not the end of the invite."""
    token = invited(database)
    with pytest.raises(RegistrationRefused), one_try(database, token, BEGAN, timedelta(seconds=30)):
        raise RegistrationRefused
    with one_try(database, token, BEGAN, timedelta(seconds=30)):
        assert accepted(database, token).client_id == "client"


def test_registering_again_changes_only_what_was_chosen(database: Database) -> None:
    """The name that an administrator gave, and a registration that was switched off, stay as they are."""
    row = accepted(database, invited(database))
    with database.writing() as session:
        known = session.get_one(Platform, row.id)
        known.name, known.is_enabled, known.lists_deployments = "Ours", False, False
    again = accepted(database, invited(database), replace(FOUND, platform=replace(OWN, asks_for="mail", name="x")))
    assert (again.id, again.name, again.is_enabled, again.lists_deployments) == (row.id, "Ours", False, False)
    assert again.asks_for == "mail"
    assert deployments(database) == [("7", False)]


def test_where_institutions_share_an_issuer_the_deployment_is_held(database: Database) -> None:
    """Until an administrator says whose it is; and further ones may come."""
    row = accepted(database, invited(database), CANVAS)
    assert not row.lists_deployments
    assert deployments(database) == [("8:abc", True)]


def test_nobody_takes_a_shared_registration_over(database: Database) -> None:
    """Another invite cannot lead the same client id to other addresses."""
    accepted(database, invited(database), CANVAS)
    token = invited(database)
    stranger = replace(CANVAS, platform=replace(CANVAS.platform, jwks_url="https://elsewhere.example/jwks"))
    with pytest.raises(AlreadyRegistered):
        accepted(database, token, stranger)
    with database.reading() as session:
        assert session.scalars(select(Platform.jwks_url)).all() == [f"{HERE}/jwks"]
        find_invite(session, token, BEGAN)


def test_an_invite_moves_no_registration_that_is_in_use(database: Database) -> None:
    """One host may hold several sites, and none of them speaks for another."""
    accepted(database, invited(database))
    moved = replace(FOUND, platform=replace(OWN, jwks_url=f"{HERE}/b/jwks"))
    with pytest.raises(AlreadyRegistered):
        accepted(database, invited(database), moved)
