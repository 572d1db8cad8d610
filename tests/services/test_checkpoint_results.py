"""What a try came to, and what a checkpoint is made of."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from content.front_matter import is_key
from content.model import Kind, Reveal
from lti_tool.models import Learner
from lti_tool.models.engine import Database
from lti_tool.services.arrivals import CHECKPOINT, REVIEWS
from lti_tool.services.checkpoints import checkpoint
from lti_tool.services.courses import find_target
from lti_tool.services.platforms import default_tenant
from lti_tool.services.privacy import export_learner
from lti_tool.services.tries import finished_tries
from tests.services.probing import holding_back, probe
from tests.services.school import publish_course, pupil
from tests.services.test_checkpoints import with_pool


def test_a_result_is_by_outcome_with_what_was_missed(database: Database) -> None:
    """Rounded down, so that 100 means all; every miss with its verdict and its reason."""
    ada = with_pool(database, 6)
    ada.tries(right=4)
    with database.reading() as session:
        (tried,) = finished_tries(session, ada.pupil.enrolment, ada.pupil.version)
    assert (tried.result.right, tried.result.asked, tried.result.percent) == (4, 6, 66)
    assert sorted((one.title, one.asked) for one in tried.outcomes) == [("Add numbers", 3), ("Name things", 3)]
    assert sum(one.right for one in tried.outcomes) == 4
    assert len(tried.missed) == 2
    assert all(not one.marked.right and one.item.why for one in tried.missed)


def test_the_answers_are_in_what_a_learner_takes_with_her(database: Database) -> None:
    """Kept for ever means hers, too."""
    ada = with_pool(database, 6)
    ada.tries(right=2)
    with database.reading() as session:
        found = export_learner(session, session.execute(select(Learner.id)).scalar_one())
    (enrolment,) = found["enrolments"]
    assert [one["try_number"] for one in enrolment["sittings"]] == [1]
    assert [one["is_right"] for one in enrolment["sitting_steps"]] == [True] * 2 + [False] * 4


@pytest.mark.parametrize("key", [REVIEWS, CHECKPOINT])
def test_no_lesson_can_be_called_like_them(database: Database, key: str) -> None:
    """An author's key has no tilde; and a link to either is found in every course."""
    assert not is_key(key)
    pupil(database)
    with database.reading() as session:
        target = find_target(session, default_tenant(session).id, f"tiny.{key}")
    assert target is not None
    assert (target.is_lesson, target.is_reviews, target.is_checkpoint) == (False, key == REVIEWS, key == CHECKPOINT)


def test_reveal_questions_are_never_in_a_try(database: Database) -> None:
    """The format refuses them as probes; a course that came another way is no exception."""
    ada = with_pool(database, 6)
    with database.reading() as session:
        assert checkpoint(session, ada.pupil.enrolment, ada.pupil.version).questions == 6
    secret = probe(90, kind=Kind.REVEAL)
    shown = replace(secret, body=Reveal(secret.stem))
    publish_course(database, holding_back(shown, *map(probe, range(6))), day=1)
    assert len(ada.tries()) == 6
