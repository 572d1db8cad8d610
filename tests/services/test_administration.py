"""Administrators come in by a link that serves once, and decide who is let in."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from lti_tool.errors import InputInvalid, NotFound
from lti_tool.models import AdminSession, Context, Deployment, Learner, Member, Tenant
from lti_tool.models.engine import Database
from lti_tool.services.administration import (
    LINK_LASTS,
    SESSION_LASTS,
    LinkSpent,
    SignedOut,
    Switches,
    confirm,
    forget_sign_ins,
    institutions,
    make_link,
    must_be_signed_in,
    overview,
    overviews,
    sign_in,
    sign_out,
    switch,
)
from lti_tool.services.platforms import AddPlatform, add_platform, default_tenant
from tests.services.school import BEGAN

SHARED = "https://blackboard.com"


def platform_with(database: Database, *held: bool) -> int:
    """A registration with so many deployments."""
    with database.writing() as session:
        row, _ = add_platform(session, AddPlatform(SHARED, "c", f"{SHARED}/a", f"{SHARED}/t", f"{SHARED}/j"), BEGAN)
        for number, is_held in enumerate(held):
            session.add(
                Deployment(
                    platform_id=row.id,
                    tenant_id=default_tenant(session).id,
                    lms_id=f"d{number}",
                    is_held=is_held,
                    created_at=BEGAN,
                )
            )
        return row.id


def deployment(database: Database, lms_id: str) -> tuple[int, bool, str]:
    """Its id, whether it is held, and whose it is."""
    with database.reading() as session:
        row = session.execute(
            select(Deployment.id, Deployment.is_held, Tenant.name)
            .join(Tenant, Tenant.id == Deployment.tenant_id)
            .where(Deployment.lms_id == lms_id)
        ).one()
        return row[0], row[1], row[2]


def test_a_link_signs_one_browser_in(database: Database) -> None:
    """And nobody a second time."""
    with database.writing() as session:
        link = make_link(session, BEGAN)
        secret = sign_in(session, link, BEGAN)
        must_be_signed_in(session, secret, BEGAN)
        with pytest.raises(LinkSpent):
            sign_in(session, link, BEGAN)


def test_a_link_ends_after_a_quarter_of_an_hour(database: Database) -> None:
    """A guess is none, either."""
    with database.writing() as session:
        link = make_link(session, BEGAN)
        for token in (link, "guess", ""):
            with pytest.raises(LinkSpent):
                sign_in(session, token, BEGAN + LINK_LASTS)


def test_a_session_ends_after_a_working_day_or_when_it_is_ended(database: Database) -> None:
    """Its secret is stored nowhere."""
    with database.writing() as session:
        secret = sign_in(session, make_link(session, BEGAN), BEGAN)
        assert session.scalars(select(AdminSession.secret_hash)).one() != secret
        must_be_signed_in(session, secret, BEGAN + SESSION_LASTS - timedelta(seconds=1))
        with pytest.raises(SignedOut):
            must_be_signed_in(session, secret, BEGAN + SESSION_LASTS)
        for nobody in (None, "", "guess"):
            with pytest.raises(SignedOut):
                must_be_signed_in(session, nobody, BEGAN)
        sign_out(session, secret)
        with pytest.raises(SignedOut):
            must_be_signed_in(session, secret, BEGAN)


def test_what_is_over_is_forgotten(database: Database) -> None:
    """Sessions and links alike."""
    with database.writing() as session:
        sign_in(session, make_link(session, BEGAN), BEGAN)
        forget_sign_ins(session, BEGAN + SESSION_LASTS + timedelta(seconds=1))
        assert session.scalars(select(AdminSession)).all() == []


def test_a_held_deployment_becomes_an_institutions(database: Database) -> None:
    """Whose name may be new; one that was let in already stays whose it is."""
    number = platform_with(database, True, True, False)
    with database.writing() as session:
        for lms_id, name in (("d0", "  North   College "), ("d1", "North College"), ("d2", "North College")):
            confirm(session, number, deployment(database, lms_id)[0], name)
    told = [deployment(database, lms_id)[1:] for lms_id in ("d0", "d1", "d2")]
    assert told == [(False, "North College"), (False, "North College"), (False, "This institution")]
    with database.reading() as session:
        assert institutions(session) == ["This institution", "North College"]


def test_nothing_is_confirmed_by_mistake(database: Database) -> None:
    """Neither another registration's deployment, nor one without an institution's name."""
    number = platform_with(database, True)
    found, _, _ = deployment(database, "d0")
    with database.writing() as session:
        for platform_id, deployment_id in ((number + 1, found), (number, found + 1)):
            with pytest.raises(NotFound):
                confirm(session, platform_id, deployment_id, "North")
        with pytest.raises(InputInvalid):
            confirm(session, number, found, "  ")
    assert deployment(database, "d0")[1]


def test_the_last_launch_is_the_latest_of_anybody(database: Database) -> None:
    """Of this platform; who never came counts for nothing."""
    number = platform_with(database, False, True)
    with database.writing() as session:
        here, _, _ = deployment(database, "d0")
        tenant = default_tenant(session).id
        context = Context(deployment_id=here, lms_id="c", title="C", created_at=BEGAN)
        session.add(context)
        session.flush()
        for sub, seen_at in (("a", BEGAN), ("b", BEGAN + timedelta(days=2)), ("c", None)):
            learner = Learner(platform_id=number, tenant_id=tenant, sub=sub, created_at=BEGAN)
            session.add(learner)
            session.flush()
            session.add(Member(context_id=context.id, learner_id=learner.id, role="learner", seen_at=seen_at))
    with database.reading() as session:
        [one] = overviews(session)
        assert one.seen_at == BEGAN + timedelta(days=2)
        assert [line.lms_id for line in one.held] == ["d1"]
        with pytest.raises(NotFound):
            overview(session, number + 1)


def test_the_switches_are_as_an_administrator_sets_them(database: Database) -> None:
    """All four at once; what is none of the three choices is refused."""
    number = platform_with(database)
    with database.writing() as session:
        switch(session, number, Switches("mail", True, True, True))
        row = overview(session, number).platform
        assert (row.asks_for, row.admits_unbound_learners, row.admits_anonymous, row.admits_mentors) == (
            "mail",
            True,
            True,
            True,
        )
        with pytest.raises(InputInvalid):
            switch(session, number, Switches("everything", False, False, False))
