"""The pages for people: they open, they say what matters, they keep to roles."""

import re
import sqlite3
from pathlib import Path

import jwt
import pytest

from practice_lms.app import create_app
from practice_lms.config import Config
from practice_lms.state.seed import ADMINISTRATOR, STUDENT_VIEW, TEACHER, seed
from practice_lms.state.store import Store
from practice_lms.wiring import EXTENSION
from tests.practice_lms.acting_tool import Talk, fields_of

ADA = 5
PAGES = ("/", "/courses/2", "/courses/3", "/courses/2/activities/1", "/courses/2/gradebook", "/settings")


@pytest.mark.parametrize("person", [ADA, TEACHER, ADMINISTRATOR, STUDENT_VIEW])
def test_every_page_opens_for_everybody(talk: Talk, person: int) -> None:
    """With one title, one main heading and no error."""
    talk.act_as(person)
    for path in PAGES:
        page = talk.client.get(path)
        assert page.status_code == 200, path
        assert page.text.count("<h1") == 1, path
        assert page.text.count("<title>") == 1, path


def test_the_first_page_says_how_to_begin(talk: Talk) -> None:
    """Two steps, before anybody has chosen who to be."""
    page = talk.client.get("/").text
    assert page.partition("<ol")[2].partition("</ol>")[0].count("<li") == 2
    assert "Choose who you are" in page
    assert "Open “Lesson 1: Why keep a history”" in page
    assert "Private Person" in page


def test_courses_are_closed_until_somebody_is_chosen(talk: Talk) -> None:
    """A page says what to do."""
    page = talk.client.get("/courses/2")
    assert page.status_code == 403
    assert "Choose who you act as" in page.text


def test_what_is_not_there_is_a_page_too(talk: Talk) -> None:
    """404 for unknown courses, activities and people."""
    talk.act_as(TEACHER)
    for path in (
        "/courses/777",
        "/courses/2/activities/777",
        "/courses/777/gradebook",
        "/courses/2/activities/777/open",
    ):
        assert talk.client.get(path).status_code == 404
    assert talk.client.post("/act-as", data={"person": "777"}).status_code == 404


def test_an_activity_opens_in_a_frame_below_the_list(talk: Talk) -> None:
    """The frame's page begins the launch by itself; the new-tab activity is a link."""
    talk.act_as(ADA)
    page = talk.client.get("/courses/2/activities/1").text
    assert '<iframe name="activity"' in page
    assert 'src="/courses/2/activities/1/open?in=iframe"' in page
    assert re.search(r'href="/courses/2/activities/3/open\?in=window"\s+target="_blank"', page)


def test_learners_see_their_own_row_and_change_nothing(talk: Talk) -> None:
    """Neither others' grades, nor buttons, nor the calls that came."""
    talk.act_as(ADA)
    page = talk.client.get("/courses/2/gradebook").text
    assert set(re.findall(r'data-person="(\d+)"', page)) == {"5"}
    assert "Override" not in page
    for path in ("/courses/2/gradebook/1/5", "/courses/2/gradebook/1", "/courses/2/activities/1/remove"):
        assert talk.client.post(path, data={"do": "lock"}).status_code == 403


def test_teachers_see_all_learners_by_all_columns(talk: Talk) -> None:
    """Twelve rows, three columns."""
    talk.act_as(TEACHER)
    page = talk.client.get("/courses/2/gradebook").text
    assert len(re.findall(r"data-person=", page)) == 12 * 3
    assert "ليلى الحداد" in page


def test_an_overridden_grade_is_marked(talk: Talk) -> None:
    """A teacher's grade, with its remark; a decimal comma is understood, a word is not."""
    talk.act_as(TEACHER)
    cell = "/courses/2/gradebook/1/5"
    assert talk.client.post(cell, data={"do": "override", "score": "7,5", "comment": "Orally"}).status_code == 303
    page = talk.client.get("/courses/2/gradebook").text
    assert 'data-score="7.5"' in page
    assert "by hand" in page
    assert "Orally" in page
    assert talk.client.post(cell, data={"do": "override", "score": "good"}).status_code == 400
    assert talk.client.post(cell, data={"do": "shout"}).status_code == 400
    assert talk.client.post("/courses/2/gradebook/1/99", data={"do": "lock"}).status_code == 404


def test_a_removed_activity_takes_its_column_along(talk: Talk) -> None:
    """As in an LMS."""
    talk.act_as(TEACHER)
    assert talk.client.post("/courses/2/activities/1/remove").status_code == 303
    page = talk.client.get("/courses/2/gradebook").text
    assert 'data-line-item="1"' not in page
    assert talk.client.get("/courses/2/activities/1").status_code == 404


def test_the_character_is_chosen_on_a_page(talk: Talk) -> None:
    """One of the five, and nothing else."""
    assert talk.client.post("/character", data={"character": "moodle"}).status_code == 303
    assert "the <b>moodle</b> character" in talk.client.get("/").text
    assert talk.client.post("/character", data={"character": "webct"}).status_code == 400


def test_switching_goes_nowhere_else(talk: Talk) -> None:
    """`next` is a path of this LMS, or the first page."""
    for wish, goes in (("/courses/2", "/courses/2"), ("https://evil.example", "/"), ("//evil.example", "/")):
        answer = talk.client.post("/act-as", data={"person": "5", "next": wish})
        assert answer.headers["Location"] == goes


def test_what_a_tool_says_on_return_is_shown_as_text(talk: Talk) -> None:
    """Markup in a message is not markup here."""
    page = talk.client.get("/courses/2/return?lti_errormsg=%3Cb%3ESorry%3C/b%3E").text
    assert "&lt;b&gt;Sorry&lt;/b&gt;" in page
    assert "window.top" not in page
    assert "window.top" in talk.client.get("/courses/2/return").text


def test_jumping_is_asked_of_the_tool(talk: Talk) -> None:
    """A form of one day that leads back to this very page, which then says so."""
    talk.act_as(ADA)
    page = talk.client.get("/courses/2/gradebook").text
    assert f'action="{talk.config.tool_url}/demo/jump"' in page
    assert '<input type="hidden" name="days" value="1">' in page
    back = '<input type="hidden" name="back" value="http://127.0.0.1:8001/courses/2/gradebook?jumped=1">'
    assert back in page
    assert "a day has passed" not in page
    after = talk.client.get("/courses/2/gradebook?jumped=1").text
    assert back in after
    assert "a day has passed" in after


def test_a_reset_brings_the_first_day_back(talk: Talk) -> None:
    """Activities and settings, with the numbers they had."""
    talk.act_as(TEACHER)
    talk.client.post("/courses/2/activities/1/remove")
    talk.client.post("/character", data={"character": "moodle"})
    assert talk.client.post("/reset").status_code == 303
    assert "the <b>strict</b> character" in talk.client.get("/").text
    assert talk.client.get("/courses/2/activities/1").status_code == 200


def test_the_key_outlives_a_reset(talk: Talk) -> None:
    """Tools cache key sets: after a reset the same key signs."""
    talk.act_as(ADA)
    before = talk.client.get("/jwks").json
    assert talk.client.post("/reset").status_code == 303
    assert talk.client.get("/jwks").json == before
    page = talk.authorize(talk.begun("/courses/2/activities/1/open"))
    kid = jwt.get_unverified_header(fields_of(page.text)["id_token"])["kid"]
    assert kid == talk.client.application.extensions[EXTENSION].key.kid


def test_the_state_outlives_the_process(talk: Talk, tmp_path: Path) -> None:
    """Starting again on the same folder changes nothing; seeding is done once."""
    talk.act_as(TEACHER)
    talk.client.post("/courses/2/activities/1/remove")
    lms = talk.client.application.extensions[EXTENSION]
    again = Store(lms.config.data / "practice_lms.sqlite3")
    with again.reading() as db:
        assert db.execute("SELECT count(*) FROM link").fetchone()[0] == 2


def test_an_older_file_is_begun_anew_but_for_its_key(tmp_path: Path) -> None:
    """Nothing in it counts; tools may have cached the key."""
    config = Config("http://127.0.0.1:8001", "http://localhost:8000", tmp_path)
    before = create_app(config).test_client().get("/jwks").json
    with sqlite3.connect(tmp_path / "practice_lms.sqlite3") as db:
        db.execute("ALTER TABLE course RENAME COLUMN history TO past")
        db.execute("PRAGMA user_version = 1")
    db.close()
    client = create_app(config).test_client()
    assert client.get("/jwks").json == before
    assert "Digital skills" in client.get("/").text


def test_a_failed_write_leaves_nothing(tmp_path: Path) -> None:
    """A transaction is kept as a whole, or not at all."""
    store = Store(tmp_path / "lms.sqlite3")

    def fail_midway() -> None:
        with store.writing() as db:
            seed(db, Config("http://127.0.0.1:8001", "http://localhost:8000", tmp_path))
            raise RuntimeError("midway")

    with pytest.raises(RuntimeError):
        fail_midway()
    with store.reading() as db:
        assert db.execute("SELECT count(*) FROM course").fetchone()[0] == 0
