"""A database that was in use before goes on: what each later migration does to rows that are there."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from alembic import command
from sqlalchemy import Connection, insert, select, text

from lti_tool.models import GradeOwed, LineItem, Platform, ServiceToken, Visit
from lti_tool.models.engine import WRITE, Database, make_engine
from lti_tool.models.schema import alembic_config, migrate, needed_revision
from tests.databases import ENGINES, empty_database

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
URL = "https://lms.example/items/1"
AT = "'2026-11-01 09:00:00'"
IN_USE = f"""
INSERT INTO tenant (id, name) VALUES (1, 'T');
INSERT INTO platform (id, name, issuer, client_id, auth_url, token_url, jwks_url, family, is_enabled, lists_deployments,
  admits_unbound_learners, frame_ancestors, created_at)
  VALUES (1, 'P', 'https://lms.example', 'c', 'a', 't', 'j', 'moodle', true, false, false, '', {AT});
INSERT INTO deployment (id, platform_id, tenant_id, lms_id, is_held, created_at) VALUES (1, 1, 1, '1', false, {AT});
INSERT INTO learner (id, platform_id, tenant_id, sub, created_at) VALUES (1, 1, 1, 'ann', {AT});
INSERT INTO course (id, slug) VALUES (1, 'tiny');
INSERT INTO context (id, deployment_id, lms_id, title, created_at)
  VALUES (1, 1, 'c', 'C', {AT}), (2, 1, 'd', 'D', {AT});
INSERT INTO resource_link (id, context_id, lms_id, title, course_id, lesson_key, created_at)
  VALUES (1, 1, 'a', 'A', 1, 'one', {AT}), (2, 1, 'b', 'B', 1, 'two', {AT}), (3, 2, 'a', 'A', NULL, NULL, {AT});
INSERT INTO line_item (id, resource_link_id, url, scopes, is_gone, created_at)
  VALUES (1, 1, '{URL}', '[]', false, {AT}), (2, 2, '{URL}', '[]', false, {AT}), (3, 3, '{URL}', '[]', false, {AT});
INSERT INTO enrolment (id, learner_id, context_id, course_id, goal_days, off_days, is_calm, theme, created_at)
  VALUES (1, 1, 1, 1, 3, '[]', false, 'auto', {AT});
INSERT INTO grade_owed (id, line_item_id, learner_id, enrolment_id, wanted, sent, reached, owed_at, due_at, tries,
  is_ambiguous, was_changed, blocked_reason)
  VALUES (1, 1, 1, 1, 1, 0, 100, {AT}, {AT}, 0, false, false, NULL),
         (2, 2, 1, 1, 2, 1, 100, {AT}, {AT}, 3, true, false, 'perhaps-locked');
INSERT INTO grade_attempt (id, grade_owed_id, tried_at, wanted, percent, score_at, outcome)
  VALUES (1, 2, {AT}, 1, 100, {AT}, 'sent');
INSERT INTO visit (key, binding_hash, is_in_address, learner_id, context_id, resource_link_id, role, locale,
  frame_ancestors, expires_at)
  VALUES ('inside', 'h', false, 1, 1, 2, 'learner', 'en', '', {AT}),
         ('choosing', 'h', false, 1, 1, NULL, 'instructor', 'en', '', {AT});
"""


def _up_to(connection: Connection, revision: str) -> None:
    command.upgrade(alembic_config(connection), revision)


@pytest.fixture(params=ENGINES)
def in_use(request: pytest.FixtureRequest) -> Iterator[Database]:
    """A database of the first version with people in it, brought up to date."""
    with empty_database(request.param) as url:
        engine = make_engine(url)
        with engine.connect().execution_options(**WRITE) as connection, connection.begin():
            _up_to(connection, "0001")
            for statement in IN_USE.split(";\n"):
                if statement.strip():
                    connection.execute(text(statement))
        engine.dispose()
        assert migrate(url, NOW)[:2] == ("0001", needed_revision())
        found = Database(url)
        yield found
        found.engine.dispose()


def test_whoever_is_inside_stays_inside(in_use: Database) -> None:
    """Her visit goes on in what its link opens at that moment."""
    with in_use.reading() as session:
        visits = session.execute(select(Visit.key, Visit.course_id, Visit.lesson_key).order_by(Visit.key)).all()
    assert visits == [("choosing", None, None), ("inside", 1, "two")]


def test_a_column_is_its_first_links(in_use: Database) -> None:
    """In each LMS course; nothing is lost, and what the second link's scores still waited for is called off."""
    with in_use.reading() as session:
        columns = session.execute(select(LineItem.id, LineItem.context_id, LineItem.shares_id).order_by(LineItem.id))
        assert columns.all() == [(1, 1, None), (2, 1, 1), (3, 2, None)]
        owed = session.execute(select(GradeOwed.id, GradeOwed.wanted, GradeOwed.sent, GradeOwed.blocked_reason))
        assert sorted(owed.all()) == [(1, 1, 0, None), (2, 2, 2, None)]
        assert session.execute(text("SELECT count(*) FROM grade_attempt")).scalar_one() == 1


def test_foreign_keys_hold_afterwards(in_use: Database) -> None:
    """Tables that were made anew are the ones that the others name."""
    with in_use.writing() as session:
        session.execute(text("DELETE FROM grade_attempt"))
        session.execute(text("DELETE FROM grade_owed"))
        session.execute(text("DELETE FROM line_item WHERE shares_id IS NOT NULL"))
        session.execute(text("DELETE FROM line_item"))


def test_a_token_for_scopes_of_any_length_is_kept(in_use: Database) -> None:
    """Their names are addresses, and nothing limits how many there are."""
    scopes = " ".join(f"https://lms.example/scope/{number}" for number in range(40))
    with in_use.writing() as session:
        platform_id = session.scalars(select(Platform.id)).one()
        session.execute(
            insert(ServiceToken).values(
                platform_id=platform_id, deployment="1", scopes=scopes, token="encrypted", expires_at=NOW
            )
        )
    with in_use.reading() as session:
        assert session.scalars(select(ServiceToken.scopes)).one() == scopes
