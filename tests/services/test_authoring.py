"""Uploads of teachers: one of each course, published by one at a time, gone with the teacher."""

import threading

import pytest
from sqlalchemy import func, select

from content.exchange.folder import load_folder, read_folder
from content.exchange.report import Imported, ImportReport
from content.problems import Problem
from lti_tool.errors import NotFound
from lti_tool.models import Course, CourseDraft, CourseVersion, Learner, Memory, Review
from lti_tool.models.engine import Database
from lti_tool.services import authoring
from lti_tool.services.authoring import (
    DraftReplaced,
    KeyTaken,
    TooManyDrafts,
    delete_draft,
    draft,
    keep_draft,
    publish_draft,
    shelf,
)
from lti_tool.services.comparing import changes
from lti_tool.services.courses import offered
from lti_tool.services.platforms import AddPlatform, add_platform, default_tenant
from lti_tool.services.privacy import erase_learner, export_learner
from tests.services.school import BEGAN, RIGHT, TINY, pupil

REPORT = ImportReport(3, (Problem("t.csv", 1, "changed", "look"),), (Problem("t.csv", 4, "left out"),))


def uploaded(key: str = "own", **edits: tuple[str, str]) -> Imported:
    """The tiny course under another key, with these words in its files replaced."""
    files = read_folder(TINY)
    files["course.md"] = files["course.md"].replace(b"key: tiny", f"key: {key}".encode())
    for old, new in edits.values():
        files = {name: data.replace(old.encode(), new.encode()) for name, data in files.items()}
    return Imported(files, load_folder(files), REPORT)


@pytest.fixture
def teachers(database: Database) -> tuple[int, int, int]:
    """The tenant, and two teachers of it."""
    with database.writing() as session:
        address = "https://lms.example"
        platform, _ = add_platform(session, AddPlatform(address, "client", address, address, address), BEGAN)
        here = {"platform_id": platform.id, "tenant_id": default_tenant(session).id, "created_at": BEGAN}
        both = [Learner(sub=sub, **here) for sub in ("ann", "ben")]
        session.add_all(both)
        session.flush()
        return both[0].tenant_id, both[0].id, both[1].id


def keep(database: Database, tenant: int, teacher: int, upload: Imported) -> int:
    """It is uploaded."""
    with database.writing() as session:
        return keep_draft(session, tenant, teacher, upload, BEGAN)


def publish(database: Database, teacher: int, number: int) -> bool:
    """It is looked at and published; whether that made a new version."""
    with database.reading() as session:
        shown = draft(session, teacher, number)
    with database.writing() as session:
        return publish_draft(session, teacher, shown, shown.shelved.digest, BEGAN).is_new


def test_a_newer_upload_takes_the_place_of_the_old(database: Database, teachers: tuple[int, int, int]) -> None:
    """One row for each course; its report comes back as it was."""
    tenant, ann, _ = teachers
    first = keep(database, tenant, ann, uploaded())
    second = keep(database, tenant, ann, uploaded(typo=("2 + 2", "two and two")))
    assert first == second
    assert keep(database, tenant, ann, uploaded("another")) != first
    with database.reading() as session:
        shown = draft(session, ann, first)
        assert "two and two" in shown.course.items()[0].stem.source
        assert shown.report == REPORT
        assert {one.slug for one in shelf(session, ann)} == {"own", "another"}


def test_a_course_is_offered_once_it_is_published(database: Database, teachers: tuple[int, int, int]) -> None:
    """To the teacher's own institution; publishing the same again does nothing."""
    tenant, ann, _ = teachers
    number = keep(database, tenant, ann, uploaded())
    with database.reading() as session:
        assert offered(session, tenant) == []
    assert publish(database, ann, number)
    assert not publish(database, ann, number)
    with database.reading() as session:
        assert [one.slug for one in offered(session, tenant)] == ["own"]
        assert offered(session, tenant + 1) == []
        (one,) = shelf(session, ann)
        assert (one.version, one.is_published) == (1, True)


def test_what_would_change_is_told(database: Database, teachers: tuple[int, int, int]) -> None:
    """By key: new, reworded, of another meaning, gone."""
    tenant, ann, _ = teachers
    number = keep(database, tenant, ann, uploaded())
    with database.reading() as session:
        assert changes(session, draft(session, ann, number)) is None
    publish(database, ann, number)
    keep(database, tenant, ann, uploaded(a=("2 + 2", "two and two"), b=(": town", ": city")))
    with database.reading() as session:
        found = changes(session, draft(session, ann, number))
        assert found is not None
        assert (found.added, found.changed, found.restarted, found.retired) == (("City",), ("Sum",), (), ("Town",))
        assert found.same == 1


def test_memories_survive_a_newer_upload(database: Database, teachers: tuple[int, int, int]) -> None:
    """They follow the key, as with every course."""
    tenant, ann, _ = teachers
    ada = pupil(database)  # in everybody's tiny course
    ada.sit("first", 0)
    with database.writing() as session:
        course = session.scalars(select(Course)).one()
        course.tenant_id = tenant
        session.add(
            CourseDraft(
                tenant_id=tenant, learner_id=ann, slug="tiny", name="T", digest="", files=b"", report={},
                course_id=course.id, created_at=BEGAN,
            )
        )  # fmt: skip
    number = keep(database, tenant, ann, uploaded("tiny", typo=("2 + 2", "two and two")))
    assert publish(database, ann, number)
    ada.sit(None, 3)
    with database.reading() as session:
        assert session.execute(select(func.max(Memory.reviews))).scalar_one() == 2
        assert session.execute(select(func.count()).select_from(Review)).scalar_one() == len(RIGHT) + 1


def test_a_key_belongs_to_whoever_published_it_first(database: Database, teachers: tuple[int, int, int]) -> None:
    """A colleague's course, or everybody's, is not replaced."""
    tenant, ann, ben = teachers
    hers, his = keep(database, tenant, ann, uploaded()), keep(database, tenant, ben, uploaded())
    publish(database, ann, hers)
    with database.reading() as session:
        assert draft(session, ben, his).is_taken
        assert not draft(session, ann, hers).is_taken
    with pytest.raises(KeyTaken):
        publish(database, ben, his)
    with database.writing() as session:
        session.add(Course(slug="everybodys"))
    with pytest.raises(KeyTaken):
        publish(database, ann, keep(database, tenant, ann, uploaded("everybodys")))


def test_a_draft_is_its_teachers_alone(database: Database, teachers: tuple[int, int, int]) -> None:
    """A colleague cannot see, publish or delete it."""
    tenant, ann, ben = teachers
    number = keep(database, tenant, ann, uploaded())
    with database.reading() as session:
        shown = draft(session, ann, number)
        with pytest.raises(NotFound):
            draft(session, ben, number)
    with database.writing() as session, pytest.raises(NotFound):
        publish_draft(session, ben, shown, shown.shelved.digest, BEGAN)
    with database.writing() as session:
        delete_draft(session, ben, number)
        assert [one.id for one in shelf(session, ann)] == [number]


def test_only_what_was_seen_is_published(database: Database, teachers: tuple[int, int, int]) -> None:
    """An upload that came between looking and publishing stops it."""
    tenant, ann, _ = teachers
    number = keep(database, tenant, ann, uploaded())
    with database.reading() as session:
        shown = draft(session, ann, number)
    keep(database, tenant, ann, uploaded(typo=("2 + 2", "two and two")))
    with database.writing() as session, pytest.raises(DraftReplaced):
        publish_draft(session, ann, shown, shown.shelved.digest, BEGAN)


def test_a_teacher_keeps_so_many_and_no_more(
    database: Database, teachers: tuple[int, int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Changing one that is there is always possible."""
    tenant, ann, _ = teachers
    monkeypatch.setattr(authoring, "MOST_DRAFTS", 2)
    keep(database, tenant, ann, uploaded("one"))
    keep(database, tenant, ann, uploaded("two"))
    with pytest.raises(TooManyDrafts):
        keep(database, tenant, ann, uploaded("three"))
    keep(database, tenant, ann, uploaded("two", typo=("2 + 2", "two and two")))


def test_two_at_once_upload_and_publish_as_if_one_after_another(
    database: Database, teachers: tuple[int, int, int]
) -> None:
    """The same course from two tabs, and the same key from two teachers: one version, one owner, no crash."""
    tenant, ann, ben = teachers
    his = keep(database, tenant, ben, uploaded())
    ends: list[object] = []
    start = threading.Barrier(4)

    def act(teacher: int) -> None:
        start.wait()
        try:
            number = his if teacher == ben else keep(database, tenant, ann, uploaded())
            ends.append(publish(database, teacher, number))
        except KeyTaken:
            ends.append("taken")

    threads = [threading.Thread(target=act, args=(teacher,)) for teacher in (ann, ann, ben, ben)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, ends)) == ["False", "True", "taken", "taken"]
    with database.reading() as session:
        assert session.execute(select(func.count()).select_from(CourseVersion)).scalar_one() == 1


def test_a_teacher_who_is_erased_leaves_the_course(database: Database, teachers: tuple[int, int, int]) -> None:
    """Her uploads go with her and stand in her export; what is published is the institution's, and learners go on."""
    tenant, ann, _ = teachers
    publish(database, ann, keep(database, tenant, ann, uploaded()))
    with database.writing() as session:
        assert len(export_learner(session, ann)["uploaded_courses"]) == 1
        erase_learner(session, ann)
    with database.reading() as session:
        assert session.execute(select(func.count()).select_from(CourseDraft)).scalar_one() == 0
        assert [one.slug for one in offered(session, tenant)] == ["own"]
