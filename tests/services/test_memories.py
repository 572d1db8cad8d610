"""The log is the truth: every memory can be computed from it, and is what it says."""

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select, update

from content.loader import load
from lti_tool.models import Context, Deployment, Learner, Memory, Review
from lti_tool.models.engine import Database
from lti_tool.services.courses import publish
from lti_tool.services.days import moment
from lti_tool.services.launches import enrol
from lti_tool.services.memories import rebuild_memories
from lti_tool.services.platforms import AddPlatform, add_platform
from lti_tool.services.practice import answer_item, pass_card
from lti_tool.services.sittings import start_lesson, start_reviews
from lti_tool.services.steps import open_step
from lti_tool.services.views import frontier

TINY = Path(__file__).parent.parent / "data" / "courses" / "tiny"
BEGAN = datetime(2026, 3, 2, 9, tzinfo=UTC)
RIGHT = {"sum": ("1",), "town": ("Paris",), "product": ("6",)}


def enrolled(database: Database) -> tuple[int, int]:
    """(enrolment, course version) of one learner in the tiny course."""
    from lti_tool.models import Course

    with database.writing() as session:
        publish(session, load(TINY), BEGAN)
        urls = dict.fromkeys(("auth_url", "token_url", "jwks_url"), "https://lms.example/x")
        platform, _ = add_platform(session, AddPlatform("https://lms.example", "client", **urls), BEGAN)
        deployment = Deployment(platform_id=platform.id, lms_id="1", created_at=BEGAN)
        learner = Learner(platform_id=platform.id, sub="learner-1", created_at=BEGAN)
        session.add_all([deployment, learner])
        session.flush()
        context = Context(deployment_id=deployment.id, lms_id="c", title="C", created_at=BEGAN)
        session.add(context)
        session.flush()
        course = session.execute(select(Course)).scalar_one()
        assert course.version_id is not None
        return enrol(session, learner.id, context.id, course.id, BEGAN), course.version_id


def sit(
    database: Database, enrolment: int, version: int, lesson: str | None, now: datetime, luck: random.Random
) -> None:
    """One sitting, answered by luck."""
    when = moment(now, "Europe/Brussels")
    with database.writing() as session:
        if lesson:
            sitting: int | None = start_lesson(session, enrolment, version, lesson, when)
        else:
            sitting = start_reviews(session, enrolment, version, ("first", "second"), when)
    while sitting is not None:
        with database.writing() as session:
            number = frontier(session, enrolment, sitting)
            if number is None:
                return
            step = open_step(session, enrolment, version, sitting, number)
            if step.item is None:
                pass_card(session, step, when, timedelta(0))
            else:
                response = RIGHT[step.item.key] if luck.random() < 0.5 else ()
                answer_item(session, step, response, when, None, timedelta(0))


def practised(database: Database) -> None:
    """Two lessons and two months of reviews."""
    luck = random.Random(7)
    enrolment, version = enrolled(database)
    for number, lesson in enumerate(("first", "second")):
        sit(database, enrolment, version, lesson, BEGAN + timedelta(days=number), luck)
    for day in range(2, 60):
        sit(database, enrolment, version, None, BEGAN + timedelta(days=day), luck)


def test_every_memory_equals_what_the_log_gives(database: Database) -> None:
    """After two months of right and wrong answers the cache and the log agree."""
    practised(database)
    with database.writing() as session:
        done = rebuild_memories(session, repair=False)
        scored = session.execute(select(func.count()).where(Review.is_scored)).scalar_one()
        lapses = session.execute(select(func.sum(Memory.lapses))).scalar_one()
    assert done.differing == ()
    assert done.memories == 3
    assert done.reviews == scored > 15
    assert lapses > 0


def test_a_damaged_memory_is_found_and_mended(database: Database) -> None:
    """A wrong, a missing: the command names them, and `--repair` puts them right."""
    practised(database)
    with database.writing() as session:
        before = session.execute(select(Memory.item_id, Memory.stability).order_by(Memory.item_id)).all()
        session.execute(update(Memory).where(Memory.item_id == before[0].item_id).values(stability=99.0))
        session.execute(Memory.__table__.delete().where(Memory.item_id == before[1].item_id))  # type: ignore[attr-defined]  # a Table, as declared
    with database.writing() as session:
        found = rebuild_memories(session, repair=True)
    assert [item for _, item in found.differing] == [before[0].item_id, before[1].item_id]
    with database.writing() as session:
        assert rebuild_memories(session, repair=False).differing == ()
        after = session.execute(select(Memory.item_id, Memory.stability).order_by(Memory.item_id)).all()
    assert after == before


def test_only_the_first_answer_of_a_study_day_is_scored(database: Database) -> None:
    """However often an item is asked on one day, its memory moves once."""
    practised(database)
    with database.reading() as session:
        days = session.execute(
            select(Review.item_id, Review.study_on, func.count())
            .where(Review.is_scored)
            .group_by(Review.item_id, Review.study_on)
        ).all()
        total = session.execute(select(func.count()).select_from(Review)).scalar_one()
    assert all(count == 1 for _, _, count in days)
    assert total > len(days)
