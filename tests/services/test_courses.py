"""Published versions never change; a learner's memory survives edits."""

from dataclasses import replace

from sqlalchemy import func, select

from content.model import Rich
from lti_tool.models import ClearSpan, CourseVersion, Item, ItemVersion, LessonProgress, Memory, Review
from lti_tool.models.engine import Database
from lti_tool.services.completion import percent_done
from lti_tool.services.courses import edition, find_target
from lti_tool.services.sittings import plan_round
from tests.services.school import changed, on, publish_course, pupil, tiny

TYPO_MENDED = Rich("What is 2 + 2 ?", "<p>What is 2 + 2 ?</p>")


def test_publishing_the_same_again_does_nothing(database: Database) -> None:
    """The same digest, no new version."""
    assert publish_course(database, tiny())
    assert not publish_course(database, tiny())
    with database.reading() as session:
        assert session.execute(select(func.count()).select_from(CourseVersion)).scalar_one() == 1


def test_an_edit_makes_a_new_version_and_leaves_the_old(database: Database) -> None:
    """Both can be read as they were published."""
    publish_course(database, tiny())
    publish_course(database, changed(tiny(), "sum", stem=TYPO_MENDED))
    with database.reading() as session:
        old, new = session.execute(select(CourseVersion.id).order_by(CourseVersion.number)).scalars()
        assert edition(session, old).course == tiny()
        assert edition(session, new).course.items()[0].stem == TYPO_MENDED
        assert session.execute(select(func.count()).select_from(ItemVersion)).scalar_one() == 4


def test_a_memory_survives_a_mended_typo(database: Database) -> None:
    """The item keeps its identity; the next review goes on where the last one stopped."""
    ada = pupil(database)
    ada.sit("first", 0)
    publish_course(database, changed(tiny(), "sum", stem=TYPO_MENDED), day=1)
    ada.sit(None, 3)
    with database.reading() as session:
        item = session.execute(select(Item.id).where(Item.key == "sum")).scalar_one()
        memory = session.execute(select(Memory).where(Memory.item_id == item)).scalar_one()
        versions = (
            session.execute(select(Review.item_version_id).where(Review.item_id == item).order_by(Review.id))
            .scalars()
            .all()
        )
    assert memory.reviews == 2
    assert memory.stability > 2.5
    assert versions[0] != versions[1]  # reviews follow the newest wording


def test_a_new_meaning_begins_the_memory_anew(database: Database) -> None:
    """The author raised `Meaning:`, since the old answer would no longer do."""
    ada = pupil(database)
    ada.sit("first", 0)
    publish_course(database, changed(tiny(), "sum", stem=TYPO_MENDED, meaning=2), day=1)
    ada.sit(None, 3)
    with database.reading() as session:
        item = session.execute(select(Item.id).where(Item.key == "sum")).scalar_one()
        predicted = (
            session.execute(select(Review.predicted).where(Review.item_id == item).order_by(Review.id)).scalars().all()
        )
        meaning = session.execute(select(Memory.meaning).where(Memory.item_id == item)).scalar_one()
    assert predicted == [None, None]
    assert meaning == 2


def test_an_open_lesson_stays_as_it_was_opened(database: Database) -> None:
    """A lesson that grows while somebody is in it does not move the goal away."""
    ada = pupil(database)
    ada.begin("first", 0)
    longer = tiny()
    first, second = longer.lessons
    publish_course(database, replace(longer, lessons=(replace(first, steps=(*first.steps, second.steps[0])), second)))
    ada.sit("first", 0)
    with database.reading() as session:
        row = session.execute(select(LessonProgress.required, LessonProgress.done)).one()
        assert row == (3, 3)
        assert percent_done(session, ada.enrolment, "first") == 100


def test_a_removed_item_is_retired_not_deleted(database: Database) -> None:
    """It is asked no more, and its history stays."""
    ada = pupil(database)
    ada.sit("first", 0)
    shorter = tiny()
    first, second = shorter.lessons
    publish_course(database, replace(shorter, lessons=(replace(first, steps=first.steps[:2]), second)), day=1)
    assert ada.sit(None, 3) == ["sum"]
    with database.reading() as session:
        assert session.execute(select(Item.key).where(Item.is_retired)).scalars().all() == ["town"]
        assert session.execute(select(func.count()).select_from(Review)).scalar_one() == 3


def test_a_retired_item_ends_no_clear_days(database: Database) -> None:
    """Nothing is due until the next question that is still asked."""
    ada = pupil(database)
    ada.sit("first", 0)
    shorter = tiny()
    first, second = shorter.lessons
    publish_course(database, replace(shorter, lessons=(replace(first, steps=first.steps[:2]), second)), day=1)
    ada.sit(None, 10)
    with database.reading() as session:
        due = session.execute(
            select(Memory.due_day).join(Item, Item.id == Memory.item_id).where(Item.is_retired.is_(False))
        ).scalar_one()
        clear = session.execute(select(func.max(ClearSpan.until_on))).scalar_one()
    assert clear.toordinal() == due - 1


def test_a_new_question_in_a_finished_lesson_is_offered(database: Database) -> None:
    """Among the reviews, since the lesson is done; it is no debt."""
    ada = pupil(database)
    ada.sit("first", 0)
    longer = tiny()
    first, second = longer.lessons
    extra = replace(second.steps[1], key="extra", task=False)
    publish_course(database, replace(longer, lessons=(replace(first, steps=(*first.steps, extra)), second)), day=1)
    with database.reading() as session:
        assert len(plan_round(session, ada.enrolment, ada.version, ("first",), on(1)).items) == 1
        assert percent_done(session, ada.enrolment, "first") == 100


def test_a_content_id_names_a_course_or_a_lesson(database: Database) -> None:
    """And nothing else."""
    publish_course(database, tiny())
    with database.reading() as session:
        whole, lesson = find_target(session, 1, "tiny"), find_target(session, 1, "tiny.second")
        assert whole is not None
        assert whole.lesson_key is None
        assert lesson is not None
        assert lesson.lesson_key == "second"
        for wrong in ("", ".", "tiny.", "tiny.third", "other", "tiny.second.x"):
            found = find_target(session, 1, wrong)
            assert found is None or (found == whole and wrong == "tiny."), wrong
