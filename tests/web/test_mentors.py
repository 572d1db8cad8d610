"""A mentor sees how far somebody is, if the institution and she agree; she sees that he looked."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from lti_tool.models import Enrolment, Learner, MentorAgreement, MentorLook
from lti_tool.models.engine import Database
from tests.lti.acting import MEMBERSHIP, TOOL, ActingPlatform, launch, visit_of
from tests.web.paper import Paper

MENTOR = {"sub": "mentor-1", "name": "Max Mentor", "roles": [MEMBERSHIP + "Mentor"]}


def enter(app: Flask, platform: ActingPlatform, *, names: list[str]) -> tuple[FlaskClient, str]:
    """The mentor is in; whom the LMS names as his."""
    browser = app.test_client()
    return browser, visit_of(launch(browser, platform, role_scope_mentor=names, **MENTOR))


def text(browser: FlaskClient, visit: str, path: str = "") -> str:
    """A page of a visit."""
    came = {"Sec-Fetch-Site": "cross-site"}  # so a browser says of every page that a launch leads to
    answer = browser.get(f"/t/{visit}/{path}", base_url=TOOL, follow_redirects=True, headers=came)
    assert answer.status_code == 200, answer.text
    return answer.text


@pytest.fixture
def ada(browser: FlaskClient, acting: ActingPlatform, database: Database, app: Flask) -> str:
    """The learner's visit, where mentors are let in."""
    acting.register(database, admits_mentors=True)
    return visit_of(launch(browser, acting))


def post(browser: FlaskClient, visit: str, path: str, **form: str) -> int:
    """The status of a form sent."""
    return browser.post(f"/t/{visit}/{path}", data=form, base_url=TOOL).status_code


def only(database: Database, column: object) -> int:
    """The one value of a column."""
    with database.reading() as session:
        return int(session.scalars(select(column)).one())  # type: ignore[call-overload]  # a column, whatever it holds


def learner_id(database: Database) -> int:
    """Ada's."""
    with database.reading() as session:
        return session.scalars(select(Learner.id).where(Learner.sub == "learner-1")).one()


def test_no_mentor_is_let_in_by_default(app: Flask, platform: ActingPlatform) -> None:
    """The institution says so first."""
    answer = launch(app.test_client(), platform, role_scope_mentor=["learner-1"], **MENTOR)
    assert 'data-problem="mentors-not-admitted"' in answer.text


def test_nothing_is_shown_before_she_agrees(app: Flask, acting: ActingPlatform, ada: str, database: Database) -> None:
    """Neither before she was asked nor while she thinks."""
    browser, visit = enter(app, acting, names=["learner-1"])
    page = text(browser, visit)
    assert "Ada Learner" in page
    assert "lessons</span>" not in page
    assert "Next:" not in page
    post(browser, visit, f"mentor/ask/{learner_id(database)}")
    assert "Nothing is shown before she agrees" in text(browser, visit)


def test_she_agrees_sees_who_looked_and_ends_it(
    app: Flask, acting: ActingPlatform, ada: str, browser: FlaskClient, database: Database
) -> None:
    """Looking twice within the hour is one look."""
    his, visit = enter(app, acting, names=["learner-1"])
    post(his, visit, f"mentor/ask/{learner_id(database)}")
    assert "A mentor asks" in text(browser, ada)
    agreement = only(database, MentorAgreement.id)
    refused = browser.post(f"/t/{ada}/mentor/{agreement}", data={"agrees": "1"}, base_url=TOOL)
    assert refused.status_code == 422
    form, (_, value, _) = Paper(browser, refused, "").form_with("I agree")
    assert (form.action, value) == (f"/t/{ada}/mentor/{agreement}", "1")
    assert "Tick the box if you are of age" in refused.text
    assert f'aria-invalid="true" aria-describedby="e{agreement}"' in refused.text
    assert "Nothing is shown before she agrees" in text(his, visit)
    assert post(browser, ada, f"mentor/{agreement}", agrees="1", adult="1") == 303
    assert "Next: " in text(his, visit)
    text(his, visit)
    assert only(database, MentorLook.agreement_id) == agreement
    own = text(browser, ada, "privacy")
    assert "Max Mentor" in own
    assert "Looked:" in own
    post(browser, ada, f"mentor/{agreement}", agrees="0")
    assert "Next: " not in text(his, visit)
    assert "Max Mentor" not in text(browser, ada, "privacy")


def test_a_mentor_asks_only_those_the_lms_names(
    app: Flask, acting: ActingPlatform, ada: str, database: Database
) -> None:
    """Nobody else is shown, or can be asked."""
    browser, visit = enter(app, acting, names=["learner-99"])
    assert "Ada Learner" not in text(browser, visit)
    assert post(browser, visit, f"mentor/ask/{learner_id(database)}") == 404


def test_a_mentor_has_no_attempt_and_sees_no_work(
    app: Flask, acting: ActingPlatform, ada: str, database: Database
) -> None:
    """No answers, no class, no enrolment of his own."""
    browser, visit = enter(app, acting, names=["learner-1"])
    assert post(browser, visit, "sittings", lesson="first") == 403
    for path in (f"work/{learner_id(database)}", "course", "pick"):
        assert browser.get(f"/t/{visit}/{path}", base_url=TOOL).status_code == 403
    with database.reading() as session:
        assert len(session.scalars(select(Enrolment)).all()) == 1


def test_nobody_decides_for_another(app: Flask, acting: ActingPlatform, ada: str, database: Database) -> None:
    """An agreement is the learner's own, and pages of mentors are mentors'."""
    his, visit = enter(app, acting, names=["learner-1"])
    post(his, visit, f"mentor/ask/{learner_id(database)}")
    agreement = only(database, MentorAgreement.id)
    assert post(his, visit, f"mentor/{agreement}", agrees="1", adult="1") == 404
    assert post(his, visit, f"mentor/{agreement}", agrees="1") == 404
    other = app.test_client()
    stranger = visit_of(launch(other, acting, sub="learner-2"))
    assert post(other, stranger, f"mentor/{agreement}", agrees="1", adult="1") == 404
    assert other.get(f"/t/{stranger}/mentor/", base_url=TOOL).status_code == 403
