"""An honest launch opens a visit, and keeps only what is used of what it says."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from lti_tool.models import (
    Deployment,
    Enrolment,
    Learner,
    Lease,
    LineItem,
    Member,
    PlatformKeySet,
    ResourceLink,
    Tenant,
    Visit,
)
from lti_tool.models.engine import Database
from tests.lti.acting import (
    ABSENT,
    AGS,
    INSTRUCTOR,
    ISSUER,
    LEARNER,
    MEMBERSHIP,
    TOOL,
    ActingPlatform,
    arrive,
    asked,
    launch,
    login,
    visit_of,
)

INSTITUTION = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#"
TEST_USER = "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"


def one(database: Database, query: Any) -> Any:
    """The single value of a query."""
    with database.reading() as session:
        return session.execute(query).scalar_one()


def page(browser: FlaskClient, visit: str, path: str = "") -> Any:
    """A page of a visit."""
    return browser.get(f"/t/{visit}/{path}", base_url=TOOL)


def test_a_learner_arrives_on_the_first_page(browser: FlaskClient, platform: ActingPlatform) -> None:
    """From the LMS to one button: that is the whole way in."""
    answer = page(browser, visit_of(launch(browser, platform)))
    assert answer.status_code == 200
    assert "data-launch" not in answer.text
    assert "First lesson" in answer.text
    assert "Start lesson 1" in answer.text


def test_a_login_may_come_by_get(browser: FlaskClient, platform: ActingPlatform) -> None:
    """The standard allows both ways of beginning."""
    params = {"iss": platform.issuer, "client_id": platform.client_id, "login_hint": "h", "target_link_uri": TOOL}
    begun = asked(browser.get("/lti/login", query_string=params, base_url=TOOL))
    assert begun["redirect_uri"] == f"{TOOL}/lti/launch"
    assert begun["response_mode"] == "form_post"
    assert begun["scope"] == "openid"
    assert begun["prompt"] == "none"


def test_a_message_hint_is_echoed_exactly(browser: FlaskClient, platform: ActingPlatform) -> None:
    """Moodle's is JSON, with braces and quotes."""
    hint = '{"cmid":27,"launchid":"ltilaunch5_1&=é"}'
    assert asked(login(browser, platform, lti_message_hint=hint))["lti_message_hint"] == hint


def test_an_authorization_address_keeps_its_own_query(
    browser: FlaskClient, platform: ActingPlatform, database: Database
) -> None:
    """Some platforms' addresses have one."""
    platform.register(database, auth_url="https://lms.example/auth?tenant=7")
    answer = login(browser, platform)
    assert answer.location.startswith("https://lms.example/auth?tenant=7&scope=openid")


def test_the_cookie_works_inside_a_frame(browser: FlaskClient, platform: ActingPlatform) -> None:
    """Partitioned, for us alone, never readable by scripts."""
    cookie = login(browser, platform).headers["Set-Cookie"]
    assert cookie.startswith("__Host-sprig=")
    for part in ("Secure", "HttpOnly", "Path=/", "SameSite=None", "Partitioned"):
        assert part in cookie


def test_in_a_frame_without_cookies_a_new_tab_is_offered(browser: FlaskClient, platform: ActingPlatform) -> None:
    """Before the login goes on, since a hint may serve only once."""
    params = {"iss": platform.issuer, "client_id": platform.client_id, "login_hint": "h", "target_link_uri": TOOL}
    frame = {"Sec-Fetch-Dest": "iframe"}
    blocked = browser.application.test_client(use_cookies=False)
    first = blocked.post("/lti/login", data=params, headers=frame, base_url=TOOL)
    assert first.status_code == 302
    second = blocked.get(first.location, headers=frame, base_url=TOOL)
    assert 'data-launch="pending"' in second.text
    assert 'target="_blank"' in second.text


def test_a_visit_belongs_to_its_browser(app: Flask, browser: FlaskClient, platform: ActingPlatform) -> None:
    """The address alone opens nothing."""
    visit = visit_of(launch(browser, platform))
    stranger = app.test_client()
    assert page(stranger, visit).status_code == 403
    assert page(browser, visit).status_code == 200


def test_two_tabs_never_share_a_visit(browser: FlaskClient, platform: ActingPlatform) -> None:
    """Two launches in one browser stand side by side."""
    first = visit_of(launch(browser, platform))
    second = visit_of(launch(browser, platform, roles=[INSTRUCTOR], sub="teacher"))
    assert first != second
    assert "Start lesson 1" in page(browser, first).text
    assert page(browser, second).location.endswith("/course")


def test_a_visit_ends(browser: FlaskClient, platform: ActingPlatform, database: Database) -> None:
    """After its time the page says so, and where to go."""
    visit = visit_of(launch(browser, platform))
    with database.writing() as session:
        session.execute(update(Visit).values(expires_at=datetime.now(UTC) - timedelta(seconds=1)))
    answer = page(browser, visit)
    assert answer.status_code == 403
    assert 'data-problem="visit-over"' in answer.text


def test_without_any_cookie_a_learner_may_be_let_in_by_address(
    app: Flask, platform: ActingPlatform, database: Database
) -> None:
    """The logged relaxation: learners only, two hours, a secret in the address that no other page learns."""
    platform.register(database, admits_unbound_learners=True)
    blocked = app.test_client(use_cookies=False)
    visit = visit_of(launch(blocked, platform))
    assert "." in visit
    answer = page(blocked, visit)
    assert answer.status_code == 200
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert page(blocked, visit.partition(".")[0]).status_code == 403
    teacher = launch(blocked, platform, roles=[INSTRUCTOR])
    assert 'data-launch="pending"' in teacher.text


ROLES = [
    ("learner", [LEARNER], "learner"),
    ("short name", ["Learner"], "learner"),
    ("instructor", [INSTRUCTOR], "instructor"),
    ("teaching assistant", [MEMBERSHIP.rstrip("#") + "/Instructor#TeachingAssistant"], "instructor"),
    ("content developer", [MEMBERSHIP + "ContentDeveloper"], "developer"),
    ("both", [LEARNER, INSTRUCTOR], "instructor"),
    ("a lecturer elsewhere learns here", [INSTITUTION + "Instructor", LEARNER], "learner"),
    ("only an institution role", [INSTITUTION + "Administrator"], "guest"),
    ("student view", [LEARNER, TEST_USER], "test"),
    ("unknown", ["urn:something#Else"], "guest"),
    ("none", [], "guest"),
    ("not even texts", [7, None], "guest"),
]


@pytest.mark.parametrize(("roles", "expected"), [pytest.param(r, e, id=name) for name, r, e in ROLES])
def test_a_role_of_the_course_wins(
    browser: FlaskClient, platform: ActingPlatform, database: Database, roles: list[Any], expected: str
) -> None:
    """Institution and system roles give no rights in a course; unknown ones give the least."""
    assert launch(browser, platform, roles=roles).status_code == 303
    assert one(database, select(Member.role)) == expected


def test_the_same_person_comes_twice(browser: FlaskClient, platform: ActingPlatform, database: Database) -> None:
    """One learner, one enrolment, one column, however often she comes."""
    for _ in range(2):
        assert launch(browser, platform).status_code == 303
    for model in (Learner, Enrolment, ResourceLink, LineItem, Member):
        assert one(database, select(func.count()).select_from(model)) == 1


def test_only_what_is_used_is_kept(browser: FlaskClient, platform: ActingPlatform, database: Database) -> None:
    """Mail, pictures, person numbers: nothing of them is stored anywhere."""
    launch(browser, platform, **{"email:x": "never"}, lis={"person_sourcedid": "secret-number"})
    with database.reading() as session:
        for table in reversed(Learner.metadata.sorted_tables):
            assert "secret-number" not in str(session.execute(table.select()).all())


def test_a_name_that_is_withheld_later_is_forgotten(
    browser: FlaskClient, platform: ActingPlatform, database: Database
) -> None:
    """We keep a name only as long as the platform sends it."""
    launch(browser, platform)
    assert one(database, select(Learner.name)) == "Ada Learner"
    launch(browser, platform, name=ABSENT)
    assert one(database, select(Learner.name)) is None


def test_a_launch_needs_no_context(browser: FlaskClient, platform: ActingPlatform) -> None:
    """The certification suite sends one without."""
    assert launch(browser, platform, context=ABSENT).status_code == 303


def test_two_installations_on_one_platform_stay_apart(
    browser: FlaskClient, platform: ActingPlatform, database: Database
) -> None:
    """The same context id in two deployments is two contexts."""
    launch(browser, platform)
    launch(browser, platform, deployment_id="2")
    assert one(database, select(func.count()).select_from(Enrolment)) == 2
    assert one(database, select(func.count()).select_from(Deployment)) == 2


def test_the_same_id_at_two_institutions_is_two_people(
    browser: FlaskClient, platform: ActingPlatform, database: Database
) -> None:
    """Where many institutions share an issuer and a client id, each deployment belongs to one of them."""
    launch(browser, platform)
    with database.writing() as session:
        other = Tenant(name="Another institution")
        session.add(other)
        session.flush()
        shared = session.execute(select(Deployment)).scalar_one()
        here = {"platform_id": shared.platform_id, "tenant_id": other.id, "created_at": shared.created_at}
        session.add(Deployment(lms_id="2", **here))
    launch(browser, platform, deployment_id="2")
    with database.reading() as session:
        tenants = session.execute(select(Learner.tenant_id).where(Learner.sub == "learner-1")).scalars().all()
    assert len(set(tenants)) == 2


def test_a_held_deployment_waits_until_somebody_names_it(
    browser: FlaskClient, platform: ActingPlatform, database: Database
) -> None:
    """On an issuer that institutions share, a new deployment lets nobody in before it is confirmed."""
    platform.issuer = "https://canvas.instructure.com"
    try:
        platform.register(database)
        assert 'data-problem="deployment-held"' in launch(browser, platform).text
        platform.register(database, deployments=("1",))
        assert launch(browser, platform).status_code == 303
        assert 'data-problem="deployment-held"' in launch(browser, platform, deployment_id="2").text
    finally:
        platform.issuer = ISSUER


def test_audiences_may_be_a_list_with_an_authorised_party(browser: FlaskClient, platform: ActingPlatform) -> None:
    """Several audiences are fine if we are the authorised one."""
    answer = launch(browser, platform, aud=["another", platform.client_id], azp=platform.client_id)
    assert answer.status_code == 303


def test_clocks_may_differ_by_a_minute(browser: FlaskClient, platform: ActingPlatform) -> None:
    """Three seconds of difference must not lock a class out."""
    now = datetime.now(UTC)
    ahead, behind = int((now + timedelta(seconds=50)).timestamp()), int((now - timedelta(seconds=110)).timestamp())
    assert launch(browser, platform, iat=ahead, exp=ahead + 60).status_code == 303
    assert launch(browser, platform, iat=behind, exp=behind + 60).status_code == 303


def test_the_page_may_be_framed_by_the_platform_alone(browser: FlaskClient, platform: ActingPlatform) -> None:
    """A visit's pages name who may show them; nothing else may."""
    visit = visit_of(launch(browser, platform))
    policy = page(browser, visit).headers["Content-Security-Policy"]
    ancestors = policy.partition("frame-ancestors ")[2].partition(";")[0]
    assert ancestors == "'self' https://lms.example"


def test_on_a_shared_issuer_any_institution_may_frame_the_page(
    browser: FlaskClient, platform: ActingPlatform, database: Database
) -> None:
    """Each has a host of its own; one without https is named by its registration, its launch, or an administrator."""
    platform.issuer = "https://canvas.instructure.com"
    try:
        platform.register(database, deployments=("1",), frame_ancestors="http://127.0.0.1:8001")
        policy = page(browser, visit_of(launch(browser, platform))).headers["Content-Security-Policy"]
    finally:
        platform.issuer = ISSUER
    assert policy.partition("frame-ancestors ")[2].partition(";")[0] == "'self' https: http://127.0.0.1:8001"


def test_a_column_of_the_platform_is_noted(browser: FlaskClient, platform: ActingPlatform, database: Database) -> None:
    """The line item's address and what we may do with it."""
    launch(browser, platform)
    assert one(database, select(LineItem.url)) == "https://lms.example/items/1"
    launch(browser, platform, **{AGS + "claim/endpoint": {"scope": [], "lineitem": "javascript:alert(1)"}})
    assert one(database, select(func.count()).select_from(LineItem)) == 1


# The platform's keys


def test_keys_are_fetched_once_for_many_launches(browser: FlaskClient, platform: ActingPlatform) -> None:
    """A thousand launches cost the platform one request for its keys."""
    for _ in range(5):
        assert launch(browser, platform).status_code == 303
    assert platform.fetches == 1


def test_another_process_need_not_fetch_them_again(
    app: Flask, browser: FlaskClient, platform: ActingPlatform, database_url: str
) -> None:
    """They are in the database, too."""
    from tests.web_client import app_over

    launch(browser, platform)
    second = app_over(database_url)
    assert launch(second.test_client(), platform).status_code == 303
    second.extensions["sprig"].database.engine.dispose()
    assert platform.fetches == 1


def test_a_new_key_is_found(browser: FlaskClient, platform: ActingPlatform, database: Database) -> None:
    """A platform that changes its key locks nobody out: an unknown key id is looked up, at most once a minute."""
    launch(browser, platform)
    platform.keys["new"] = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    try:
        begun = asked(login(browser, platform))
        token = platform.token(platform.claims(begun["nonce"]), kid="new", signed_by="new")
        assert 'data-problem="signature-invalid"' in arrive(browser, begun["state"], token).text
        assert platform.fetches == 1  # asked less than a minute ago
        with database.writing() as session:
            session.execute(update(PlatformKeySet).values(fetched_at=datetime.now(UTC) - timedelta(minutes=2)))
        browser.application.extensions["sprig"].platform_keys._known.clear()
        assert arrive(browser, begun["state"], token).status_code == 303
        assert platform.fetches == 2
    finally:
        del platform.keys["new"]


def test_a_platform_that_is_down_locks_nobody_out(
    browser: FlaskClient, platform: ActingPlatform, database: Database
) -> None:
    """Keys that were fetched within a day serve on."""
    launch(browser, platform)
    platform.is_down = True
    with database.writing() as session:
        session.execute(update(PlatformKeySet).values(fetched_at=datetime.now(UTC) - timedelta(hours=20)))
    browser.application.extensions["sprig"].platform_keys._known.clear()
    assert launch(browser, platform).status_code == 303


def test_unreachable_keys_are_told_apart_from_forgery(browser: FlaskClient, platform: ActingPlatform) -> None:
    """Without any keys the page says that the platform is out of reach."""
    platform.is_down = True
    answer = launch(browser, platform)
    assert 'data-problem="platform-keys-unavailable"' in answer.text
    assert answer.status_code == 400


def test_an_outage_is_asked_about_once_a_minute(
    app: Flask, browser: FlaskClient, platform: ActingPlatform, database: Database, database_url: str
) -> None:
    """A class that arrives during an outage waits for no time-out of its own, in whatever process."""
    from tests.web_client import app_over

    platform.is_down = True
    second = app_over(database_url)
    for client in [browser, second.test_client()] * 10:
        assert 'data-problem="platform-keys-unavailable"' in launch(client, platform).text
    second.extensions["sprig"].database.engine.dispose()
    assert platform.fetches == 1
    platform.is_down = False
    with database.writing() as session:
        session.execute(update(Lease).values(until=datetime.now(UTC)))
    assert launch(browser, platform).status_code == 303


def test_stored_keys_serve_at_once_during_an_outage(
    browser: FlaskClient, platform: ActingPlatform, database: Database
) -> None:
    """One of twenty asks; all get in."""
    launch(browser, platform)
    platform.is_down = True
    with database.writing() as session:
        session.execute(update(PlatformKeySet).values(fetched_at=datetime.now(UTC) - timedelta(hours=20)))
    for _ in range(20):
        browser.application.extensions["sprig"].platform_keys._known.clear()
        assert launch(browser, platform).status_code == 303
    assert platform.fetches == 2


def test_our_keys_are_public(browser: FlaskClient) -> None:
    """The key set holds public halves only, and may be cached for an hour."""
    answer = browser.get("/lti/jwks", base_url=TOOL)
    keys = answer.json["keys"]
    assert [set(key) for key in keys] == [{"kty", "n", "e", "kid", "alg", "use"}]
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
