"""What else a launch tells: services, dates, history, mail; kept as far as the institution wants it."""

from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from lti_tool.lti.claims import NRPS, read_arrival
from lti_tool.models import Context, Learner, Member, ResourceLink
from lti_tool.models.engine import Database
from lti_tool.services.arrivals import Role
from lti_tool.services.purging import purge
from lti_tool.services.registrations import Registration
from tests.lti.acting import (
    ABSENT,
    AGS,
    INSTRUCTOR,
    ISSUER,
    LEARNER,
    MEMBERSHIP,
    TOOL,
    ActingPlatform,
    launch,
    visit_of,
)

KNOWN = Registration(1, ISSUER, "c", f"{ISSUER}/auth", f"{ISSUER}/token", f"{ISSUER}/jwks", None, "other")


def claimed(platform: ActingPlatform, **changes: object) -> dict[str, object]:
    """An honest launch's claims, changed."""
    return platform.claims("nonce", **changes)


@pytest.mark.parametrize(
    "said", ["$ResourceLink.submission.endDateTime", "", None, "soon", 7, "9999-12-31T23:59:59-01"]
)
def test_a_date_that_is_none_is_unknown(acting: ActingPlatform, said: object) -> None:
    """A variable that the LMS does not know comes back as it was sent."""
    arrival = read_arrival(claimed(acting, custom={"due_at": said}), KNOWN, TOOL)
    assert arrival.dates
    assert arrival.dates.due_at is None


def test_a_date_is_an_instant_whatever_its_zone(acting: ActingPlatform) -> None:
    """Kept in UTC."""
    arrival = read_arrival(claimed(acting, custom={"due_at": "2026-04-01T18:00:00+02:00"}), KNOWN, TOOL)
    assert arrival.dates
    assert arrival.dates.due_at == datetime(2026, 4, 1, 16, tzinfo=UTC)


def test_a_history_is_read_newest_first_and_decoded(acting: ActingPlatform) -> None:
    """Ids may hold commas, so each is URL-encoded."""
    told = {"context_history": "b%2C2,a", "link_history": "$ResourceLink.id.history"}
    arrival = read_arrival(claimed(acting, custom=told), KNOWN, TOOL)
    assert arrival.history.contexts == ("b,2", "a")
    assert arrival.history.links == ()


def due_of_link(database: Database) -> datetime | None:
    """The link's date."""
    with database.reading() as session:
        return session.scalars(select(ResourceLink.due_at)).one()


def test_a_links_dates_are_those_that_a_teacher_is_told(
    browser: FlaskClient, platform: ActingPlatform, database: Database
) -> None:
    """Set in the LMS, they are known here; removed there, gone here; a launch that says nothing leaves them."""
    teacher = {"roles": [INSTRUCTOR], "sub": "teacher"}
    launch(browser, platform, custom={"due_at": "2026-04-01T18:00:00Z"}, **teacher)
    launch(browser, platform, custom={}, **teacher)
    assert due_of_link(database) == datetime(2026, 4, 1, 18, tzinfo=UTC)
    launch(browser, platform, custom={"due_at": ""}, **teacher)
    assert due_of_link(database) is None


def test_one_learners_extension_is_hers_alone(
    browser: FlaskClient, platform: ActingPlatform, database: Database
) -> None:
    """An LMS may tell each her own date: she sees it, and the link keeps none of it."""
    visit = visit_of(launch(browser, platform, custom={"due_at": "2031-04-01T18:00:00Z"}))
    assert "Due Tue 1 Apr" in browser.get(f"/t/{visit}/", base_url=TOOL).text
    assert due_of_link(database) is None


def test_a_launch_without_titles_takes_none_away(
    browser: FlaskClient, platform: ActingPlatform, database: Database
) -> None:
    """Some launches, such as reviews, name nothing."""
    launch(browser, platform)
    launch(browser, platform, resource_link={"id": "link-1"}, context={"id": "context-1"})
    with database.reading() as session:
        assert session.scalars(select(ResourceLink.title)).one() == "Tiny"
        assert session.scalars(select(Context.title)).one() == "A course"


def test_services_are_kept_until_others_are_told(
    browser: FlaskClient, platform: ActingPlatform, database: Database
) -> None:
    """A launch that names none takes none away."""
    endpoint = {"lineitems": f"{ISSUER}/items", "scope": [AGS + "scope/lineitem"]}
    roster = {"context_memberships_url": f"{ISSUER}/members", "service_versions": ["2.0"]}
    launch(browser, platform, **{AGS + "claim/endpoint": endpoint, NRPS: roster})
    launch(browser, platform, **{AGS + "claim/endpoint": ABSENT, NRPS: ABSENT})
    with database.reading() as session:
        context = session.scalars(select(Context)).one()
    assert (context.line_items_url, context.memberships_url) == (f"{ISSUER}/items", f"{ISSUER}/members")
    assert context.service_scopes == [AGS + "scope/lineitem"]


@pytest.mark.parametrize(
    ("asks_for", "kept"),
    [("nothing", (None, None)), ("name", ("Ada Learner", None)), ("mail", ("Ada Learner", "ada@school.example"))],
)
def test_of_people_only_what_the_institution_chose_is_kept(
    acting: ActingPlatform, database: Database, browser: FlaskClient, asks_for: str, kept: tuple[str | None, str | None]
) -> None:
    """Whatever the LMS sends."""
    acting.register(database, asks_for=asks_for)
    launch(browser, acting, email="ada@school.example")
    with database.reading() as session:
        learner = session.scalars(select(Learner)).one()
    assert (learner.name, learner.email) == kept


def test_a_content_developer_chooses_and_sees_nobody(browser: FlaskClient, platform: ActingPlatform) -> None:
    """The class is the teachers' affair."""
    visit = visit_of(launch(browser, platform, roles=[MEMBERSHIP + "ContentDeveloper"]))
    assert browser.get(f"/t/{visit}/pick", base_url=TOOL).status_code == 200
    assert browser.get(f"/t/{visit}/course", base_url=TOOL).status_code == 403


def test_who_has_no_name_at_all_stays_outside(browser: FlaskClient, platform: ActingPlatform) -> None:
    """Unless the institution says otherwise (certification: user claim missing)."""
    answer = launch(browser, platform, sub=ABSENT)
    assert answer.status_code == 400
    assert 'data-problem="claim-missing"' in answer.text


@pytest.mark.parametrize("role", [LEARNER, INSTRUCTOR])
def test_the_anonymous_may_look_where_the_institution_lets_them(
    browser: FlaskClient, acting: ActingPlatform, database: Database, app: object, role: str
) -> None:
    """As guests, whatever they say they are; and nothing of theirs stays."""
    acting.register(database, admits_anonymous=True)
    visit = visit_of(launch(browser, acting, sub=ABSENT, roles=[role]))
    assert browser.get(f"/t/{visit}/", base_url=TOOL).status_code == 200
    with database.writing() as session:
        assert session.scalars(select(Member.role)).one() == Role.GUEST
        purge(session, datetime.now(UTC) + timedelta(days=2))
        assert session.scalars(select(Learner)).all() == []


def test_two_anonymous_launches_are_two_strangers(
    browser: FlaskClient, acting: ActingPlatform, database: Database, app: object
) -> None:
    """Nobody finds what somebody else left."""
    acting.register(database, admits_anonymous=True)
    launch(browser, acting, sub=ABSENT)
    launch(browser, acting, sub=ABSENT)
    with database.reading() as session:
        assert len(session.scalars(select(Learner)).all()) == 2
