"""A teacher's LMS courses on one page, and the way between them; links in a copied course."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from lti_tool.models import Context, GradeOwed, Learner, LineItem, Member, Visit
from lti_tool.models.engine import Database
from lti_tool.services.launches import digest
from lti_tool.services.sections import CONFIRMED_FOR
from tests.lti.acting import ABSENT, AGS, CLAIM, INSTRUCTOR, LEARNER, TOOL, ActingPlatform, launch, visit_of
from tests.web.paper import Paper
from tests.web.test_learning import finish_first
from tests.web.test_queries import counted
from tests.web.test_teaching import teacher

CUSTOM = CLAIM + "custom"


def section(number: int, **changes: Any) -> dict[str, Any]:
    """The claims of a launch from one of the teacher's LMS courses."""
    return {
        "context": {"id": f"section-{number}", "title": f"Section {number}"},
        "resource_link": {"id": f"link-{number}", "title": f"Activity {number}"},
        AGS + "claim/endpoint": {"scope": [AGS + "scope/score"], "lineitem": f"https://lms.example/items/{number}"},
    } | changes


def courses_of(page: Paper) -> Paper:
    """My courses, from another page of the same visit."""
    return Paper.open(page.client, "/".join(page.path.split("/")[:3]) + "/courses")


@pytest.fixture
def three(app: Flask, browser: FlaskClient, platform: ActingPlatform) -> Paper:
    """A teacher of three sections, in the third; a learner has begun in the first."""
    for number in (1, 2):
        teacher(browser, platform, **section(number))
    client = app.test_client()
    finish_first(Paper.open(client, f"/t/{visit_of(launch(client, platform, **section(1)))}/"))
    return teacher(browser, platform, **section(3))


def test_all_sections_stand_on_one_page(three: Paper) -> None:
    """The one where the teacher is first, with what was done in each."""
    page = courses_of(three)
    assert page.response.status_code == 200
    assert [page.words.index(f"Section {number}") for number in (3, 1, 2)] == sorted(
        page.words.index(f"Section {number}") for number in (1, 2, 3)
    )
    assert "Section 3 (you are here)" in page.words
    assert "1 learner" in page.words
    assert "Activity 1 Tiny course 1 of 1 0 of 1" in page.words
    assert "Nothing. Every grade is where it belongs, or on its way." in page.words


def test_one_press_goes_to_another_section(three: Paper, database: Database) -> None:
    """In a visit of its own, that ends when the first one does."""
    page = courses_of(three).press("Open Activity 1, Section 1")
    assert page.path.endswith("/course")
    assert "Section 1" in page.words
    assert "Ada Learner 1 of 2" in page.words
    with database.reading() as session:
        new, old = (session.get_one(Visit, one.path.split("/")[2]) for one in (page, three))
    assert new.expires_at == old.expires_at
    assert (new.binding_hash, new.learner_id) == (old.binding_hash, old.learner_id)
    assert (new.return_url, new.deep_link) == (None, None)


def test_another_browser_has_no_way_in(three: Paper, app: Flask) -> None:
    """The new visit is bound as the first one is."""
    page = courses_of(three).press("Open Activity 1, Section 1")
    assert app.test_client().get(page.path, base_url=TOOL).status_code == 403


def link_id(database: Database, context: str) -> int:
    """A link's own id here."""
    with database.reading() as session:
        column = select(LineItem.resource_link_id).join(Context).where(Context.lms_id == context)
        return session.scalars(column).one()


def enters(page: Paper, link: int) -> int:
    """The status of going to that link."""
    visit = "/".join(page.path.split("/")[:3])
    return page.client.post(f"{visit}/courses/{link}/open", base_url=TOOL).status_code


def change(database: Database, context: str, **values: Any) -> None:
    """The teacher's part there."""
    with database.writing() as session:
        there = select(Context.id).where(Context.lms_id == context).scalar_subquery()
        mine = update(Member).where(Member.context_id == there, Member.role == "instructor")
        session.execute(mine.values(**values))


@pytest.mark.parametrize("values", [{"role": "learner"}, {"role": "guest"}, {"is_gone": True}])
def test_who_does_not_teach_there_stays_out(three: Paper, database: Database, values: dict[str, Any]) -> None:
    """Nor is it on the page."""
    change(database, "section-1", **values)
    assert enters(three, link_id(database, "section-1")) == 404
    assert "Section 1" not in courses_of(three).words


def test_a_part_that_was_confirmed_long_ago_opens_nothing(three: Paper, database: Database) -> None:
    """Until the next launch: the teacher may have been taken off the course."""
    change(database, "section-1", seen_at=datetime.now(UTC) - CONFIRMED_FOR - timedelta(hours=1))
    assert enters(three, link_id(database, "section-1")) == 404
    page = courses_of(three)
    assert "Open it once from your learning platform" in page.words
    assert "Activity 1" not in page.words


def test_the_lms_list_confirms_who_never_came(three: Paper, database: Database) -> None:
    """For as long as it is fresh."""
    change(database, "section-1", seen_at=None)
    assert enters(three, link_id(database, "section-1")) == 404
    with database.writing() as session:
        session.execute(update(Context).values(roster_read_at=datetime.now(UTC) - timedelta(days=1)))
    assert enters(three, link_id(database, "section-1")) == 303


def test_a_strangers_course_is_out_of_reach(
    three: Paper, app: Flask, platform: ActingPlatform, database: Database
) -> None:
    """Another teacher's; by any number."""
    other = app.test_client()
    launch(other, platform, sub="other-teacher", roles=[INSTRUCTOR], **section(9))
    assert enters(three, link_id(database, "section-9")) == 404
    assert enters(three, 999_999) == 404
    assert "Section 9" not in courses_of(three).words


def test_learners_have_no_such_page(browser: FlaskClient, platform: ActingPlatform, three: Paper) -> None:
    """Not even one who teaches elsewhere."""
    visit = visit_of(launch(browser, platform, sub="teacher", roles=[LEARNER], **section(4)))
    assert browser.get(f"/t/{visit}/courses", base_url=TOOL).status_code == 403
    assert browser.post(f"/t/{visit}/courses/1/open", base_url=TOOL).status_code == 403


def test_what_there_is_to_do_stands_in_one_list(
    three: Paper, app: Flask, browser: FlaskClient, platform: ActingPlatform, database: Database
) -> None:
    """Grades held back, columns missing, nothing chosen, people who left."""
    client = app.test_client()
    start = Paper.open(client, f"/t/{visit_of(launch(client, platform, **section(1)))}/")
    Paper.open(client, start.path).press("Start lesson 2").press("Continue").press("Check", a="6")
    launch(app.test_client(), platform, sub="gone", **section(1))
    with database.writing() as session:
        session.execute(update(GradeOwed).values(blocked_reason="not-allowed", last_outcome="blocked"))
    gone = select(Learner.id).where(Learner.sub == "gone")
    with database.writing() as session:
        session.execute(update(Member).where(Member.learner_id.in_(gone)).values(is_gone=True))
    teacher(browser, platform, **section(2, **{AGS + "claim/endpoint": ABSENT}))
    with database.writing() as session:
        there = select(Context.id).where(Context.lms_id == "section-2").scalar_subquery()
        session.execute(update(LineItem).where(LineItem.context_id == there).values(is_gone=True))
    teacher(browser, platform, **section(4, target_link_uri=f"{TOOL}/lti/launch"))
    page = courses_of(three)
    for words in (
        "1 grade could not be sent Section 1 · Activity 1",
        "1 learner left Section 1",
        "No gradebook column Section 2 · Activity 2",
        "Nothing is chosen yet Section 4 · Activity 4",
    ):
        assert words in page.words
    assert page.press("Choose Activity 4, Section 4").path.endswith("/pick")


def test_more_sections_cost_no_more_statements(
    three: Paper, app: Flask, browser: FlaskClient, platform: ActingPlatform
) -> None:
    """Nothing is asked for each of them."""
    with counted(app) as few:
        courses_of(three)
    for number in range(5, 9):
        teacher(browser, platform, **section(number))
    with counted(app) as many:
        page = courses_of(three)
    assert "Section 8" in page.words
    assert len(many) == len(few)


def test_a_visit_with_its_secret_in_the_address_goes_on_in_the_same_way(three: Paper, database: Database) -> None:
    """The proof goes along, and the cookie is not needed."""
    key = three.path.split("/")[2]
    with database.writing() as session:
        session.execute(update(Visit).values(is_in_address=True, binding_hash=digest("a-secret")))
    answer = three.client.post(
        f"/t/{key}.a-secret/courses/{link_id(database, 'section-1')}/open", base_url=TOOL, follow_redirects=True
    )
    assert answer.status_code == 200
    assert answer.request.path.split("/")[2].endswith(".a-secret")


COPY = {
    "resource_link": {"id": "copied", "title": "Activity 1"},
    "context": {"id": "copy", "title": "Section 1 (copy)"},
    "target_link_uri": f"{TOOL}/lti/launch",
    AGS + "claim/endpoint": ABSENT,
}


def test_a_bare_link_in_a_copied_course_leads_to_the_originals_activities(
    three: Paper, browser: FlaskClient, platform: ActingPlatform
) -> None:
    """One press, and the copy opens the same."""
    custom = {CUSTOM: {"context_history": "section-1", "link_history": "$ResourceLink.id.history"}}
    copied = COPY | custom
    page = teacher(browser, platform, **copied)
    assert page.path.endswith("/relink")
    assert "Opens Tiny course Same title" in page.words
    course = page.press("Use this")
    assert course.path.endswith("/course")
    assert "Opened it 0 of 0" in course.words
    learner = browser.application.test_client()
    start = Paper.open(learner, f"/t/{visit_of(launch(learner, platform, **copied))}/")
    assert "Start lesson 1" in start.words


def test_a_copy_whose_history_the_lms_tells_needs_nobody(three: Paper, app: Flask, platform: ActingPlatform) -> None:
    """The first learner finds what the original opened."""
    custom = {CUSTOM: {"context_history": "section-1", "link_history": "link-1"}}
    client = app.test_client()
    page = Paper.open(client, f"/t/{visit_of(launch(client, platform, **COPY, **custom))}/")
    assert "Start lesson 1" in page.words


def test_a_learner_finds_a_bare_copy_not_set_up(three: Paper, app: Flask, platform: ActingPlatform) -> None:
    """As before."""
    custom = {CUSTOM: {"context_history": "section-1"}}
    answer = launch(app.test_client(), platform, **COPY, **custom)
    assert 'data-problem="not-set-up"' in answer.text


@pytest.mark.parametrize("sent", ["", "x", "0", "99999999999", "4294967295"])
def test_nonsense_is_not_taken_over(three: Paper, browser: FlaskClient, platform: ActingPlatform, sent: str) -> None:
    """Nor is anything that was not offered."""
    page = teacher(browser, platform, **COPY, **{CUSTOM: {"context_history": "section-1"}})
    answer = page.client.post(page.path, data={"from": sent}, base_url=TOOL)
    assert answer.status_code in {404, 422}
