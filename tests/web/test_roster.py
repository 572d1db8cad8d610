"""The teacher sees who is on the LMS's list, who never came, and who left."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from lti_tool.models import Context, GradeOwed, Learner, Member
from lti_tool.models.engine import Database
from lti_tool.services.arrivals import Role
from lti_tool.services.classroom import PAGE
from lti_tool.services.rosters import Asked, Fetched, Listed, note_roster, read_asked_rosters
from tests.lti.acting import LEARNER, TOOL, ActingPlatform, launch, visit_of
from tests.web.paper import Paper
from tests.web.test_learning import finish_first
from tests.web.test_queries import counted
from tests.web.test_teaching import teacher


def read_list(database: Database, *subs: str, teachers: tuple[str, ...] = ("teacher",)) -> None:
    """The LMS listed these learners."""
    people = [Listed(one, Role.LEARNER, is_active=True, name=f"Name of {one}") for one in subs]
    staff = [Listed(one, Role.INSTRUCTOR, is_active=True) for one in teachers]
    with database.reading() as session:
        (context_id,) = session.scalars(select(Context.id)).all()
    note_roster(database, context_id, Fetched((*people, *staff)), datetime.now(UTC))


def roster_of(page: Paper) -> Paper:
    """The list, from the course's page."""
    return Paper.open(page.client, page.path.replace("/course", "/roster"))


@pytest.fixture
def begun(app: Flask, browser: FlaskClient, platform: ActingPlatform, database: Database) -> Paper:
    """Ada has finished a lesson; then the list came, with two more on it."""
    client = app.test_client()
    finish_first(Paper.open(client, f"/t/{visit_of(launch(client, platform))}/"))
    room = teacher(browser, platform)
    read_list(database, "learner-1", "bob", "cem")
    return Paper.open(browser, room.path)


def test_who_never_came_is_told_as_not_started(begun: Paper) -> None:
    """Counts are of everybody on the list."""
    assert "Opened it 1 of 3 Started 1 of 3 Finished 0 of 3" in begun.words
    assert "Name of bob 0 of 2 Never yet Not started" in begun.words
    listed = roster_of(begun)
    assert "On the list 3 Started 1 Finished 0" in listed.words
    assert "Name of cem Not started 0 of 2 Never yet" in listed.words
    assert "Ada Learner Started 1 of 2" in listed.words


def test_who_left_is_shown_apart_and_counts_no_more(begun: Paper, database: Database) -> None:
    """With the work that is kept; who left and never came is not shown at all."""
    with database.writing() as session:
        session.execute(update(Member).where(Member.role == "learner").values(is_gone=True))
    listed = roster_of(begun)
    assert "On the list 0 Started 0 Finished 0 No longer here 1" in listed.words
    assert re.search(r"No longer in this course .* Ada Learner Started 1 of 2", listed.words)
    assert "Name of bob" not in listed.words
    course = Paper.open(begun.client, begun.path)
    assert "Ada Learner" not in course.words
    assert "Opened it 0 of 0" in course.words


def test_without_a_list_those_who_came_are_told(app: Flask, browser: FlaskClient, platform: ActingPlatform) -> None:
    """And that it is not the LMS's list."""
    client = app.test_client()
    launch(client, platform)
    listed = roster_of(teacher(browser, platform))
    assert "list has not been read yet" in listed.words
    assert "On the list 1" in listed.words


ANSWERS = {
    "24 2 1": "24 learners on the list, 2 new, 1 left.",
    "1 0 0": "1 learner on the list, 0 new, 0 left.",
    "too-many": "The course has more people than the LMS hands out.",
}


@pytest.mark.parametrize(("said", "words"), ANSWERS.items())
def test_what_the_reading_came_to_is_said(begun: Paper, database: Database, said: str, words: str) -> None:
    """Once it is over; until then, that it is under way."""
    waiting = roster_of(begun).press("Read the list again")
    assert "The list is being read." in waiting.words
    assert not any("Read the list" in button[2] for form in waiting.forms.values() for button in form.buttons)
    with database.writing() as session:
        session.execute(update(Context).values(roster_asked_at=None, roster_said=said))
    assert words in roster_of(begun).words


def test_the_worker_reads_what_was_asked_for(begun: Paper, database: Database) -> None:
    """Here there is nothing to read."""

    class Nobody:
        def fetch(self, asked: Asked, now: datetime) -> Fetched:
            raise AssertionError("the LMS has told no address")

    roster_of(begun).press("Read the list again")
    read_asked_rosters(database, Nobody(), lambda: datetime.now(UTC))
    assert "Your LMS has not told Sprig where its list is." in roster_of(begun).words


@pytest.mark.parametrize("page", ["x", "-1", "0", "99999"])
def test_nonsense_in_the_address_is_nothing(begun: Paper, page: str) -> None:
    """The nearest page is there."""
    listed = Paper.open(begun.client, begun.path.replace("/course", f"/roster?page={page}"))
    assert "Name of bob" in listed.words


def test_a_large_course_comes_in_pages(begun: Paper, app: Flask, database: Database) -> None:
    """Of a hundred; with no more statements than a small one, and its blocked grades first."""
    small = len_of(app, begun)
    read_list(database, "learner-1", *(f"n{number:04}" for number in range(1499)))
    assert len_of(app, begun) == small
    first = roster_of(begun)
    assert "On the list 1500" in first.words
    assert "Page 1 of 15" in first.words
    assert first.response.text.count("<tr") == PAGE + 1
    assert "Name of n1498" not in first.words
    last = Paper.open(begun.client, begun.path.replace("/course", "/roster?page=15"))
    assert "Name of n1498" in last.words
    course = Paper.open(begun.client, begun.path)
    assert "The whole list: 1500 learners" in course.words
    assert course.response.text.count("<tr") == PAGE + 1


def len_of(app: Flask, page: Paper) -> tuple[int, int]:
    """Statements of the course's page and of the list."""
    with counted(app) as course:
        Paper.open(page.client, page.path)
    with counted(app) as listed:
        roster_of(page)
    return len(course), len(listed)


def test_what_there_is_to_do_is_on_the_first_page(
    begun: Paper, app: Flask, platform: ActingPlatform, database: Database
) -> None:
    """However late in the alphabet."""
    client = app.test_client()
    start = Paper.open(client, f"/t/{visit_of(launch(client, platform, name='Zoe'))}/")
    start.press("Start lesson 2").press("Continue").press("Check", a="6")
    with database.writing() as session:
        session.execute(update(GradeOwed).values(blocked_reason="changed-in-lms", last_outcome="blocked"))
    read_list(database, "learner-1", *(f"n{number:04}" for number in range(300)))
    words = Paper.open(begun.client, begun.path).words
    assert re.search(r"Zoe 2 of 2 [^.]*? Changed in the LMS The grade was changed", words)


def test_only_teachers_see_the_list(browser: FlaskClient, platform: ActingPlatform) -> None:
    """And only they have it read."""
    visit = visit_of(launch(browser, platform, roles=[LEARNER]))
    assert browser.get(f"/t/{visit}/roster", base_url=TOOL).status_code == 403
    assert browser.post(f"/t/{visit}/roster/read", base_url=TOOL).status_code == 403


def test_somebody_on_the_list_comes_for_the_first_time(
    begun: Paper, app: Flask, platform: ActingPlatform, database: Database
) -> None:
    """She is the same person, and can work."""
    client = app.test_client()
    start = Paper.open(client, f"/t/{visit_of(launch(client, platform, sub='bob', name='Bob'))}/")
    assert "Start lesson 1" in start.words
    with database.reading() as session:
        came = session.scalars(select(Member).join(Learner).where(Learner.sub == "bob")).one()
    assert came.seen_at is not None
    assert datetime.now(UTC) - came.seen_at < timedelta(minutes=1)
