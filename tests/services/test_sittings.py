"""A round of reviews: what is due, most urgent first, never more than a day's share, and never a debt."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

import content
from content.loader import load
from content.model import Item as Question
from lti_tool.models import Course, Enrolment, Item, Memory, Review, Sitting, SittingStep
from lti_tool.models.engine import Database
from lti_tool.services.sittings import plan_round
from lti_tool.services.today import next_due, today
from lti_tool.services.visits import Enrolled
from tests.services.school import Pupil, on, publish_course, pupil, tiny

GIT_BASICS = Path(content.__file__).parent / "courses" / "git-basics"
DAY = 10


def with_git_basics(database: Database, *, stability: float = 3.0, due: int = 0) -> Pupil:
    """A learner who has learned all of Git basics, everything due since the same day."""
    ada = pupil(database)
    publish_course(database, load(GIT_BASICS))
    today = on(DAY).today.toordinal()
    with database.writing() as session:
        course = session.execute(select(Course.id).where(Course.slug == "git-basics")).scalar_one()
        session.execute(update(Enrolment).values(course_id=course))
        items = session.execute(select(Item.id).where(Item.course_id == course).order_by(Item.id)).scalars().all()
        session.execute(
            insert(Memory),
            [
                {
                    "enrolment_id": ada.enrolment,
                    "item_id": item,
                    "stability": stability + number,
                    "difficulty": 5.0,
                    "last_day": today - 5,
                    "due_day": today + due,
                    "reviews": 2,
                    "lapses": 0,
                    "meaning": 1,
                    "model": "fsrs-6",
                }
                for number, item in enumerate(items)
            ],
        )
    return ada


def version(database: Database) -> int:
    """The newest version of Git basics."""
    with database.reading() as session:
        found = session.execute(select(Course.version_id).where(Course.slug == "git-basics")).scalar_one()
    assert found is not None
    return found


def round_of(ada: Pupil) -> list[int]:
    """The items of a round that begins now."""
    with ada.database.reading() as session:
        return [item for item, _ in plan_round(session, ada.enrolment, version(ada.database), (), on(DAY)).items]


def test_a_backlog_is_never_more_than_a_days_share(database: Database) -> None:
    """Sixty-seven are due; twenty are offered, and nothing is said about the rest."""
    ada = with_git_basics(database)
    assert len(round_of(ada)) == 20


def test_what_was_reviewed_today_counts_towards_the_share(database: Database) -> None:
    """The day's share is the day's, not the round's."""
    ada = with_git_basics(database)
    with database.writing() as session:
        first = round_of(ada)[:15]
        for number, item in enumerate(first):
            version_id = session.execute(select(Item.version_id).where(Item.id == item)).scalar_one()
            session.execute(
                insert(Review).values(
                    step_id=_step(session, ada, item, number),
                    enrolment_id=ada.enrolment,
                    item_id=item,
                    item_version_id=version_id,
                    answered_at=on(DAY).at,
                    zone="UTC",
                    study_on=on(DAY).today,
                    is_scored=True,
                    was_due=True,
                    is_right=True,
                    is_unsure=False,
                    hints=0,
                    response=[],
                    meaning=1,
                    model="fsrs-6",
                )
            )
    assert len(round_of(ada)) == 5


def _step(session: Session, ada: Pupil, item: int, number: int) -> int:
    sitting = session.scalars(select(Sitting).where(Sitting.enrolment_id == ada.enrolment)).first()
    if sitting is None:
        sitting = Sitting(enrolment_id=ada.enrolment, study_on=on(DAY).today, planned=0, steps=0, started_at=on(DAY).at)
        session.add(sitting)
        session.flush()
    row = SittingStep(sitting_id=sitting.id, position=number + 1, item_id=item)
    session.add(row)
    session.flush()
    return row.id


def test_in_a_backlog_the_best_remembered_come_first(database: Database) -> None:
    """They are saved with the least time (MEMORY §5); on a normal day the most endangered come first."""
    ada = with_git_basics(database)
    with database.reading() as session:
        order = session.execute(select(Memory.item_id).order_by(Memory.stability.desc())).scalars().all()
    assert set(round_of(ada)) <= set(order[:40])
    with database.writing() as session:
        keep = order[:10]
        session.execute(update(Memory).where(Memory.item_id.not_in(keep)).values(due_day=on(DAY + 9).today.toordinal()))
    assert round_of(ada)[0] in order[5:10]


def test_siblings_never_meet_in_one_sitting(database: Database) -> None:
    """Two questions about the same fact answer each other."""
    ada = with_git_basics(database)
    with database.reading() as session:
        facts = session.execute(select(Item.fact).where(Item.id.in_(round_of(ada)), Item.fact.is_not(None)))
        found = facts.scalars().all()
    assert len(found) == len(set(found))


def test_neighbours_are_of_different_outcomes(database: Database) -> None:
    """Interleaving: what is mixed is told apart better."""
    ada = with_git_basics(database)
    with database.reading() as session:
        outcomes = {row.id: row.outcome for row in session.execute(select(Item.id, Item.outcome))}
    asked = [outcomes[item] for item in round_of(ada)]
    repeated = sum(one == other for one, other in pairwise(asked))
    most = max(asked.count(outcome) for outcome in set(asked))
    assert repeated == 0 or most > (len(asked) + 1) // 2


def test_nothing_is_due_before_its_day(database: Database) -> None:
    """The first page says when the next reviews come."""
    ada = with_git_basics(database, due=1)
    assert round_of(ada) == []
    with database.reading() as session:
        first, second = session.execute(select(func.min(Memory.due_day), func.count())).one()
        enrolled = Enrolled(ada.enrolment, None, 3, (), is_calm=False, theme="auto", first_lesson_on=None)
        page = today(session, enrolled, version(database), None, on(DAY))
    assert page.reviews is None
    assert first == on(DAY + 1).today.toordinal()
    assert second > 60
    assert page.lesson is not None


def test_done_for_today_is_true(database: Database) -> None:
    """What was answered today brings no sibling today: after the day's round nothing more is offered."""
    ada = pupil(database)
    course = tiny()
    first, second = course.lessons
    same = tuple(replace(step, fact="numbers") if isinstance(step, Question) else step for step in first.steps)
    publish_course(database, replace(course, lessons=(replace(first, steps=same), second)))
    ada.sit("first", 0)
    asked = ada.sit(None, 3)
    assert len(asked) == 1
    assert ada.sit(None, 3) == []
    with database.reading() as session:
        due = next_due(session, ada.enrolment, 20, on(3))
    assert due is not None
    assert (due.on, due.count) == (on(4).today, 1)
    assert len(ada.sit(None, 4)) == 1
