"""Who sees the gradebook view and decides there: those who teach the course, from pages of ours, and nobody else."""

import pytest
from flask.testing import FlaskClient

from lti_tool.models.engine import Database
from lti_tool.services.grades import Reason
from tests.lti.acting import INSTRUCTOR, MEMBERSHIP, TOOL, ActingPlatform, launch, visit_of
from tests.web.gradebooks import book, owed_of
from tests.web.paper import Paper

__all__ = ["book"]
PAGES = ["", "/preview", "/confirm?do=keep", "/1", "/table.csv"]
DEEDS = ["/choose", "/hurry", "/check"]


@pytest.mark.parametrize("role", ["Learner", "Mentor", "ContentDeveloper", "Learner Test"])
def test_only_those_who_teach_come_in(
    book: Paper, browser: FlaskClient, acting: ActingPlatform, database: Database, role: str
) -> None:
    """Neither to look nor to do anything, by whatever address."""
    acting.register(database, admits_mentors=True)
    owed = owed_of(database, "ada")
    test_user = ["http://purl.imsglobal.org/vocab/lti/system/person#TestUser"] if "Test" in role else []
    roles = [MEMBERSHIP + role.split(maxsplit=1)[0], *test_user]
    names = {"role_scope_mentor": ["ada"]} if role == "Mentor" else {}
    visit = visit_of(launch(browser, acting, sub="other", name="Other", roles=roles, **names))
    for path in [*PAGES, f"/{owed.id}"]:
        assert browser.get(f"/t/{visit}/grades{path}", base_url=TOOL).status_code == 403, path
    for path in DEEDS:
        data = {"do": "send", "owed": owed.id}
        assert browser.post(f"/t/{visit}/grades{path}", data=data, base_url=TOOL).status_code == 403, path
    assert owed_of(database, "ada").blocked_reason == owed.blocked_reason


def test_another_courses_grades_are_out_of_reach(
    book: Paper, browser: FlaskClient, platform: ActingPlatform, database: Database
) -> None:
    """A teacher of one course neither sees nor pushes another's."""
    owed = owed_of(database, "ada")
    elsewhere = visit_of(launch(browser, platform, roles=[INSTRUCTOR], context={"id": "other", "title": "Other"}))
    assert browser.get(f"/t/{elsewhere}/grades/{owed.id}", base_url=TOOL).status_code == 404
    for deed in ("keep", "send", "again"):
        data = {"do": deed, "owed": [owed.id]}
        assert browser.post(f"/t/{elsewhere}/grades/choose", data=data, base_url=TOOL).status_code == 404
    assert "Ada" not in Paper.open(browser, f"/t/{elsewhere}/grades").words
    assert owed_of(database, "ada").blocked_reason == Reason.CHANGED_IN_LMS


@pytest.mark.parametrize("owed", ["", "x", "0", "99999999999", "-1", "²"])
def test_nonsense_is_no_grade(book: Paper, owed: str) -> None:
    """Nothing breaks, and nothing is done."""
    for data in ({"do": "keep", "owed": owed}, {"do": "explode", "owed": "1"}, {"do": "keep"}):
        assert book.client.post(f"{book.path}/choose", data=data, base_url=TOOL).status_code in {404, 422}
    assert book.client.get(f"{book.path}/confirm?do=keep&owed={owed}", base_url=TOOL).status_code in {200, 404}
    assert book.client.get(f"{book.path}/1?try={owed}&before={owed}&answers={owed}", base_url=TOOL).status_code == 200


def test_a_page_of_another_site_decides_nothing(book: Paper, database: Database) -> None:
    """However it got the address."""
    data = {"do": "send", "owed": owed_of(database, "ada").id}
    for headers in ({"Origin": "https://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"}):
        answer = book.client.post(f"{book.path}/choose", data=data, base_url=TOOL, headers=headers)
        assert answer.status_code == 403
    assert owed_of(database, "ada").blocked_reason == Reason.CHANGED_IN_LMS
