"""A teacher's own courses: uploaded, looked at, published for her institution."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from content.exchange.report import Imported, ImportReport
from content.exchange.zip_folder import LARGEST_ZIP, read_zip, table_in, write_zip
from content.identity import digest
from content.model import Course as TaughtCourse
from content.problems import CourseInvalid, Problem
from lti_tool.errors import InputInvalid, NotFound
from lti_tool.models import Course, CourseDraft, CourseVersion, Tenant
from lti_tool.models.engine import insert_once
from lti_tool.services.courses import Published, publish
from lti_tool.words import N_

LARGEST_UPLOAD = LARGEST_ZIP
"""In bytes."""
MOST_DRAFTS = 100
"""Of one teacher.  They are her storage, and ours."""


class KeyTaken(InputInvalid):
    """Somebody else's course has this key."""

    title = N_("This key belongs to another course")
    detail = N_("A course with the key “%(slug)s” is offered here already, and it is not yours to change.")
    hint = N_("Give yours another key (in a table: another title), and upload it again.")


class TooManyDrafts(InputInvalid):
    """The teacher has as many uploads as we keep."""

    title = N_("That is one upload too many")
    detail = N_("Sprig keeps %(most)s uploaded courses for each teacher.")
    hint = N_("Delete a draft that you no longer need, then upload this one again.")


class DraftReplaced(InputInvalid):
    """The upload was replaced while somebody looked at it."""

    title = N_("There is a newer upload")
    detail = N_("This course was uploaded once more since you opened the page. Nothing was published.")
    hint = N_("Look at the newer upload first.")


@dataclass(frozen=True, slots=True)
class Shelved:
    """An upload, and what it was published as."""

    id: int
    slug: str
    title: str
    digest: str
    created_at: datetime
    version: int | None
    """The newest published version of its course; none while there is none."""
    is_published: bool
    """That version is this very upload."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An upload as it can be looked at."""

    shelved: Shelved
    course: TaughtCourse
    report: ImportReport
    files: bytes
    version_id: int | None
    is_taken: bool
    """Somebody else's course has its key."""

    @property
    def table(self) -> bytes | None:
        """The table it came from, with the keys that its questions got."""
        return table_in(self.files)


def keep_draft(session: Session, tenant_id: int, learner_id: int, upload: Imported, now: datetime) -> int:
    """The upload is kept, in the place of an earlier one of the same course; returns its id."""
    course = upload.course
    mine = select(CourseDraft).where(CourseDraft.learner_id == learner_id, CourseDraft.slug == course.key)
    known = session.scalars(mine.with_for_update()).first()
    stored: dict[str, Any] = {
        "name": course.title[:200],
        "digest": digest(course),
        "files": write_zip(upload.files, course.key),
        "report": asdict(upload.report),
        "created_at": now,
    }
    if known is None:
        count = select(func.count()).select_from(CourseDraft).where(CourseDraft.learner_id == learner_id)
        if session.execute(count).scalar_one() >= MOST_DRAFTS:
            raise TooManyDrafts(most=str(MOST_DRAFTS))
        whose = {"tenant_id": tenant_id, "learner_id": learner_id, "slug": course.key}
        insert_once(session, CourseDraft, whose | stored)
        known = session.scalars(mine.with_for_update()).one()
    for name, value in stored.items():
        setattr(known, name, value)
    session.flush()
    return known.id


def shelf(session: Session, learner_id: int) -> list[Shelved]:
    """This teacher's uploads, the newest first."""
    mine = _SHELF.where(CourseDraft.learner_id == learner_id).order_by(CourseDraft.created_at.desc(), CourseDraft.id)
    return [_shelved(row) for row in session.execute(mine)]


_SHELF = (
    select(
        CourseDraft.id, CourseDraft.slug, CourseDraft.name, CourseDraft.digest, CourseDraft.created_at,
        CourseVersion.number, CourseVersion.digest.label("published"), Course.version_id,
    )
    .outerjoin(Course, Course.id == CourseDraft.course_id)
    .outerjoin(CourseVersion, CourseVersion.id == Course.version_id)
)  # fmt: skip


def _shelved(row: Any) -> Shelved:
    return Shelved(row.id, row.slug, row.name, row.digest, row.created_at, row.number, row.published == row.digest)


def draft(session: Session, learner_id: int, draft_id: int) -> Draft:
    """This teacher's upload, or `NotFound`: nobody else sees it."""
    mine = (CourseDraft.id == draft_id, CourseDraft.learner_id == learner_id)
    row = session.execute(_SHELF.where(*mine)).first()
    found = session.scalars(select(CourseDraft).where(*mine)).first()
    if row is None or found is None:
        raise NotFound
    return Draft(
        shelved=_shelved(row),
        course=_read(found.files),
        report=_report(found.report),
        files=found.files,
        version_id=row.version_id,
        is_taken=_is_taken(session, found),
    )


@lru_cache(maxsize=8)
def _read(files: bytes) -> TaughtCourse:
    """Pages of one upload are opened one after another."""
    try:
        return read_zip(files).course
    except CourseInvalid:
        raise NotFound from None  # a newer program takes it no more


def _report(stored: dict[str, Any]) -> ImportReport:
    def problems(found: Iterable[dict[str, Any]]) -> tuple[Problem, ...]:
        return tuple(Problem(**one) for one in found)

    return ImportReport(stored["taken"], problems(stored["changed"]), problems(stored["skipped"]))


def _is_taken(session: Session, found: CourseDraft) -> bool:
    """Whether a course with this key is offered here that is not this upload's own."""
    theirs = select(Course.id).where(
        Course.slug == found.slug, (Course.tenant_id == found.tenant_id) | Course.tenant_id.is_(None)
    )
    return any(course_id != found.course_id for course_id in session.scalars(theirs))


def publish_draft(session: Session, learner_id: int, shown: Draft, seen: str, now: datetime) -> Published:
    """The upload is published for the teacher's institution; nothing happens if it is already.

    `seen` is the digest of what she looked at.  `KeyTaken`, `DraftReplaced` or `NotFound` if it may not be.
    """
    mine = select(CourseDraft).where(CourseDraft.id == shown.shelved.id, CourseDraft.learner_id == learner_id)
    found = session.scalars(mine.with_for_update()).first()
    if found is None:
        raise NotFound
    # One publishes at a time in an institution, so that no two get the same key or number.
    session.execute(select(Tenant.id).where(Tenant.id == found.tenant_id).with_for_update())
    if {found.digest, shown.shelved.digest} != {seen}:
        raise DraftReplaced
    if _is_taken(session, found):
        raise KeyTaken(slug=found.slug)
    done = publish(session, shown.course, now, found.tenant_id)
    ours = select(Course.id).where(Course.slug == found.slug, Course.tenant_id == found.tenant_id)
    found.course_id = session.execute(ours).scalar_one()
    found.digest = digest(shown.course)  # a newer renderer may have made other HTML of the same folder
    session.flush()
    return done


def delete_draft(session: Session, learner_id: int, draft_id: int) -> None:
    """The upload is gone, unless something was published from it: then it stays with its course."""
    session.execute(
        delete(CourseDraft).where(
            CourseDraft.id == draft_id, CourseDraft.learner_id == learner_id, CourseDraft.course_id.is_(None)
        )
    )
