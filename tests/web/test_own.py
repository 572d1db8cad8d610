"""What a learner sets for herself, and what she can take out."""

import json
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from lti_tool.models import Learner, Pause, Platform, Review, RhythmGoal
from lti_tool.models.engine import Database
from lti_tool.services.platforms import AddPlatform, add_platform, disable_platform
from lti_tool.services.privacy import erase_learner, find_learner
from tests.lti.acting import TOOL, ActingPlatform, launch, visit_of
from tests.web.paper import Paper
from tests.web.test_learning import finish_first


@pytest.fixture
def start(browser: FlaskClient, platform: ActingPlatform) -> Paper:
    """A learner who has done the first lesson."""
    page = Paper.open(browser, f"/t/{visit_of(launch(browser, platform))}/")
    finish_first(page)
    return Paper.open(browser, page.path)


def settings(start: Paper) -> Paper:
    """Her settings."""
    return Paper.open(start.client, f"{start.path}settings")


def test_a_goal_and_days_off_are_kept(start: Paper) -> None:
    """They show in the week on the first page."""
    off = datetime.now(UTC) + timedelta(days=3)
    saved = settings(start).press("Save", goal="2", off=[str(off.isoweekday())], game="1", theme="dark")
    assert "Saved." in saved.words
    assert saved.forms["s"].fields["goal"] == "2"
    today = Paper.open(start.client, start.path)
    assert re.search(r"1 of (2 days|1 day)\.", today.words)  # a week that ends today has no second day
    assert f"{off:%A}: your day off" in today.words
    assert 'data-theme="dark"' in today.response.text


def test_one_switch_hides_the_game(start: Paper) -> None:
    """Points and week are gone from sight, and nothing of them is lost."""
    assert "Your week" in start.words
    settings(start).press("Save", goal="3", theme="auto")
    assert "Your week" not in Paper.open(start.client, start.path).words
    settings(start).press("Save", goal="3", theme="auto", game="1")
    assert "Your week" in Paper.open(start.client, start.path).words


def test_a_pause_needs_no_reason(start: Paper, database: Database) -> None:
    """From today until that day; taken back by leaving it empty."""
    until = datetime.now(UTC).date() + timedelta(days=10)
    settings(start).press("Save", goal="3", theme="auto", game="1", pause=until.isoformat())
    assert "Paused until" in Paper.open(start.client, start.path).words
    settings(start).press("Save", goal="3", theme="auto", game="1", pause="")
    assert "Paused until" not in Paper.open(start.client, start.path).words


BAD = [
    ("a goal of eight days", {"goal": "8"}, "not among those offered"),
    ("a goal in words", {"goal": "many"}, "not among those offered"),
    ("an unknown theme", {"theme": "neon"}, "not among those offered"),
    ("a day that does not exist", {"off": ["9"]}, "not among those offered"),
    ("too few days left", {"goal": "6", "off": ["6", "7"]}, "Choose fewer days off, or a smaller goal."),
    ("a pause that has passed", {"pause": "2020-01-01"}, "That day has passed."),
    ("a pause of years", {"pause": "2999-01-01"}, "A pause lasts a year at most."),
    ("no date at all", {"pause": "soon"}, "That is not a day."),
]


@pytest.mark.parametrize(("typed", "says"), [pytest.param(t, s, id=name) for name, t, s in BAD])
def test_nonsense_comes_back_with_a_sentence(
    start: Paper, database: Database, typed: dict[str, str], says: str
) -> None:
    """Nothing is saved, and what was typed is still there."""
    page = settings(start).press("Save", **{"goal": "3", "theme": "auto", "game": "1"} | typed)
    assert page.response.status_code == 422
    assert says in page.words
    with database.reading() as session:
        assert session.execute(select(func.count()).select_from(Pause)).scalar_one() == 0


def test_a_new_goal_holds_from_today(start: Paper, database: Database) -> None:
    """Weeks that were kept with another goal stay kept."""
    settings(start).press("Save", goal="5", theme="auto", game="1")
    with database.reading() as session:
        rows = session.execute(select(RhythmGoal.from_on, RhythmGoal.days).order_by(RhythmGoal.from_on)).all()
    assert rows[0] == (date.min, 3)
    assert rows[1].days == 5


def test_my_data_holds_everything_about_me(start: Paper) -> None:
    """An open format, with reviews, points and days; no secrets of the program."""
    answer = start.client.get(f"{start.path}my-data.json", base_url=TOOL)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="sprig-my-data.json"'
    found = json.loads(answer.text)
    assert found["person"]["name"] == "Ada Learner"
    (mine,) = found["enrolments"]
    assert len(mine["reviews"]) == 2
    assert len(mine["memories"]) == 2
    assert mine["points"][0]["points"] == 10
    assert "binding_hash" not in answer.text


def test_my_data_can_be_written_whatever_was_answered(start: Paper, database: Database) -> None:
    """Half a character, as some keyboards send it, is shown as it is."""
    with database.writing() as session:
        session.execute(update(Review).values(response=["\ud83d"]))
    answer = start.client.get(f"{start.path}my-data.json", base_url=TOOL)
    assert answer.status_code == 200
    (mine,) = json.loads(answer.text)["enrolments"]
    assert mine["reviews"][0]["response"] == ["\ud83d"]


def test_visits_end_when_their_platform_is_switched_off(
    start: Paper, platform: ActingPlatform, database: Database
) -> None:
    """At once, not when their time is over; those of other platforms go on."""
    with database.writing() as session:
        platform_id = session.execute(select(Learner.platform_id)).scalar_one()
        known = session.get_one(Platform, platform_id)
        other = AddPlatform("https://other.example", "c", known.auth_url, known.token_url, known.jwks_url)
        add_platform(session, other, datetime.now(UTC))
        disable_platform(session, other.issuer, None, datetime.now(UTC))
    assert start.client.get(start.path, base_url=TOOL).status_code == 200
    with database.writing() as session:
        disable_platform(session, platform.issuer, None, datetime.now(UTC))
    assert start.client.get(start.path, base_url=TOOL).status_code == 403


def test_erasing_leaves_nothing_behind(
    start: Paper, browser: FlaskClient, platform: ActingPlatform, database: Database
) -> None:
    """Others keep what is theirs, and a visit that was open is over."""
    other = browser.application.test_client()
    visit_of(launch(other, platform, sub="learner-2", name="Bob"))
    settings(start).press("Save", goal="4", theme="auto", game="1")
    with database.writing() as session:
        (learner_id,) = find_learner(session, platform.issuer, "learner-1")
        gone = erase_learner(session, learner_id)
    assert gone["review"] == 2
    with database.reading() as session:
        assert session.execute(select(Learner.name)).scalars().all() == ["Bob"]
    assert start.client.get(start.path, base_url=TOOL).status_code == 403
