"""The checks ask a real platform, and say what helps."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from lti_tool.lti.checks import check_asked, check_keys, check_platform
from lti_tool.models import Context, Deployment, Learner, LineItem, ServiceToken
from lti_tool.models.engine import Database
from lti_tool.services.keys import KeyBox
from lti_tool.services.platform_checks import Finding, State, ask_for_check, check_of, take_asked
from lti_tool.services.platforms import AddPlatform, add_platform, default_tenant
from lti_tool.services.registrations import registration_of
from practice_lms.state.seed import SKILLS
from practice_lms.state.switches import FaultKind
from tests.lti.acting import ActingPlatform, launch
from tests.practice_lms.serving import RunningLms, on_a_socket, running_lms
from tests.web_client import ENVIRONMENT, app_over, publish_tiny

BOX = KeyBox(ENVIRONMENT["SECRET_KEY"])
MEMBERS = f"/lti/courses/{SKILLS}/members"


@pytest.fixture
def lms(database: Database, database_url: str, tmp_path: Path) -> Iterator[RunningLms]:
    """A practice LMS that reads the keys of this test's Sprig."""
    publish_tiny(database)
    app = app_over(database_url)
    with on_a_socket(lambda _: app) as tool, running_lms(tmp_path, tool) as running:
        yield running
    app.extensions["sprig"].database.engine.dispose()


def register(database: Database, lms: RunningLms, **changes: str) -> int:
    """Sprig knows it, with the addresses as they are or as a test wants them."""
    known = {"token_url": f"{lms.url}/token", "jwks_url": f"{lms.url}/jwks"} | changes
    with database.writing() as session:
        command = AddPlatform(lms.url, lms.config.client_id, f"{lms.url}/auth", **known)
        return add_platform(session, command, datetime.now(UTC))[0].id


def findings(database: Database, platform_id: int) -> dict[str, Finding]:
    """By the first words of each."""
    with database.reading() as session:
        platform = registration_of(session, platform_id)
    found = check_platform(database, BOX, platform, datetime.now(UTC))
    return {" ".join(one.what.split()[:3]): one for one in found}


def test_a_new_platform_answers_and_the_rest_waits_for_a_launch(database: Database, lms: RunningLms) -> None:
    """Keys, clock and token are there; what launches tell is not known yet."""
    found = findings(database, register(database, lms))
    well = {name for name, one in found.items() if one.state is State.WELL}
    assert well == {"Its public keys,", "Its clock and", "An access token,"}
    assert {one.state for one in found.values()} == {State.WELL, State.WAITS}
    assert all(one.remedy for one in found.values() if one.state is not State.WELL)


def test_what_does_not_answer_is_to_mend(database: Database, lms: RunningLms) -> None:
    """Keys and token are looked at one by one."""
    found = findings(database, register(database, lms, jwks_url="http://127.0.0.1:1/", token_url=f"{lms.url}/nothing"))
    assert found["Its public keys,"].state is State.MEND
    assert found["An access token,"].state is State.MEND
    assert "clock" not in " ".join(found)


def test_an_answer_that_is_no_key_set_is_to_mend(database: Database, lms: RunningLms) -> None:
    """A page, for example."""
    found = findings(database, register(database, lms, jwks_url=f"{lms.url}/.well-known/openid-configuration"))
    assert found["Its public keys,"].state is State.MEND


def test_a_token_is_asked_for_anew_each_time(database: Database, lms: RunningLms) -> None:
    """One that is kept would hide that the platform gives no more."""
    number = register(database, lms)
    assert findings(database, number)["An access token,"].state is State.WELL
    lms.fail(FaultKind.SERVER_ERROR, "token", count=None)
    assert findings(database, number)["An access token,"].state is State.MEND
    with database.reading() as session:
        assert session.scalars(select(ServiceToken)).all() == []


def test_after_a_launch_its_services_are_tried(
    database: Database, app: Flask, browser: FlaskClient, platform: ActingPlatform
) -> None:
    """The gradebook that it named, the content that was chosen, the cookie that was kept."""
    launch(browser, platform)
    with database.reading() as session:
        number = session.scalars(select(Learner.platform_id)).one()
        assert session.scalars(select(LineItem.scopes)).one()
    found = findings(database, number)
    for name in ("Leave to write", "Choosing content (deep", "Browsers keep Sprig’s"):
        assert found[name].state is State.WELL, name
    assert found["The list of"].state is State.WAITS
    assert "Not shared" in found["The list of"].remedy


def test_the_list_of_members_is_read(database: Database, lms: RunningLms) -> None:
    """Where a launch said that it is; a refusal is to mend."""
    number = register(database, lms)
    with database.writing() as session:
        now, tenant = datetime.now(UTC), default_tenant(session).id
        deployment = Deployment(platform_id=number, tenant_id=tenant, lms_id="1", created_at=now)
        session.add(deployment)
        session.flush()
        where = lms.url + MEMBERS
        context = Context(deployment_id=deployment.id, lms_id="c", title="C", memberships_url=where, created_at=now)
        session.add(context)
    assert findings(database, number)["The list of"].state is State.WELL
    lms.fail(FaultKind.SERVER_ERROR, "members", count=None)
    found = findings(database, number)["The list of"]
    assert (found.state, found.remedy) == (State.MEND, "The LMS does not answer.")


def test_our_own_key_is_looked_at(database: Database) -> None:
    """There is none yet; then there is one, which another secret does not open."""
    assert "keys rotate" in check_keys(database, BOX, datetime.now(UTC)).remedy
    publish_tiny(database)
    now = datetime.now(UTC)
    assert check_keys(database, BOX, now).state is State.WELL
    assert "SECRET_KEY" in check_keys(database, KeyBox("another secret, as long as the first one"), now).remedy


def test_who_asks_is_answered_by_a_worker(database: Database, lms: RunningLms) -> None:
    """Meanwhile the page waits; what was found before is gone."""
    number, now = register(database, lms), datetime.now(UTC)
    for _ in range(2):
        with database.writing() as session:
            ask_for_check(session, number, now)
            asked = check_of(session, number, now)
        assert (asked.is_waiting, asked.is_stuck, asked.findings) == (True, False, ())
        check_asked(database, BOX, lambda: datetime.now(UTC))
        with database.reading() as session:
            answered = check_of(session, number, now)
        assert not answered.is_waiting
        assert {one.what: one.state for one in answered.findings}["Sprig’s own signing key"] is State.WELL


def test_one_worker_looks_and_another_takes_over_if_it_died(database: Database, lms: RunningLms) -> None:
    """Somebody who waits for over a minute is told that no worker seems to run."""
    number, now = register(database, lms), datetime.now(UTC)
    with database.writing() as session:
        ask_for_check(session, number, now)
        assert take_asked(session, "one", now) == number
        assert take_asked(session, "other", now) is None
        assert take_asked(session, "other", now + timedelta(minutes=3)) == number
        assert check_of(session, number, now + timedelta(minutes=2)).is_stuck
