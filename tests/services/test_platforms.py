"""Registrations keep what was not said again, and end what came by them."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from lti_tool.models import Deployment, Platform
from lti_tool.models.engine import Database
from lti_tool.services.platforms import AddPlatform, NoSuchPlatform, add_platform, disable_platform
from tests.services.school import BEGAN

HERE = "https://lms.example"
BARE = AddPlatform(HERE, "client", f"{HERE}/auth", f"{HERE}/token", f"{HERE}/jwks")
FULL = replace(
    BARE,
    token_audience="audience",
    deployments=("1",),
    family="moodle",
    name="Ours",
    frame_ancestors="https://frame.example",
    admits_unbound_learners=True,
)


def added(database: Database, command: AddPlatform) -> Platform:
    """The registration as it is after this."""
    with database.writing() as session:
        return add_platform(session, command, BEGAN)[0]


def told(row: Platform) -> tuple[object, ...]:
    """What may be left out."""
    return (
        row.token_audience,
        row.family,
        row.name,
        row.frame_ancestors,
        row.admits_unbound_learners,
        row.lists_deployments,
    )


def test_a_new_registration_is_cautious(database: Database) -> None:
    """What was not said has its default."""
    assert told(added(database, BARE)) == (None, "other", HERE, "", False, False)


def test_what_is_not_said_again_stays(database: Database) -> None:
    """A new token address does not open the door to other deployments, or change the software."""
    added(database, FULL)
    row = added(database, replace(BARE, token_url=f"{HERE}/new"))
    assert row.token_url == f"{HERE}/new"
    assert told(row) == ("audience", "moodle", "Ours", "https://frame.example", True, True)


def test_what_is_said_again_is_changed(database: Database) -> None:
    """Also to nothing, to no, and to every deployment."""
    added(database, FULL)
    changes = replace(
        BARE, family="canvas", frame_ancestors="", admits_unbound_learners=False, any_deployment=True, name="Theirs"
    )
    assert told(added(database, changes)) == ("audience", "canvas", "Theirs", "", False, False)


def test_a_further_deployment_joins_the_others(database: Database) -> None:
    """Those named before stay."""
    added(database, FULL)
    added(database, replace(BARE, deployments=("2",)))
    with database.reading() as session:
        assert session.scalars(select(Deployment.lms_id).order_by(Deployment.id)).all() == ["1", "2"]


def test_only_what_is_registered_is_switched_off(database: Database) -> None:
    """Another client id of the issuer is another registration."""
    added(database, BARE)
    with database.writing() as session:
        for issuer, client in (("https://other.example", None), (HERE, "other")):
            with pytest.raises(NoSuchPlatform):
                disable_platform(session, issuer, client, BEGAN)
        assert session.scalars(select(Platform.is_enabled)).all() == [True]
