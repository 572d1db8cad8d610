"""Publishing courses, and finding what a link names."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, bindparam, or_, select
from sqlalchemy.orm import Session

from content import model as taught
from content.identity import digest, item_digest
from content.storing import course_from_json, course_to_json, item_from_json, item_to_json
from lti_tool.models import Course, CourseVersion, Item, ItemVersion
from lti_tool.models.engine import run
from lti_tool.services.arrivals import CHECKPOINT, REVIEWS, Target


@dataclass(frozen=True, slots=True)
class Published:
    """What publishing did."""

    slug: str
    version: int
    is_new: bool
    """False if nothing had changed."""
    retired: tuple[str, ...]


def publish(session: Session, course: taught.Course, now: datetime, tenant_id: int | None = None) -> Published:
    """The course is published: a new immutable version, or the newest one if nothing changed."""
    row = session.scalars(select(Course).where(Course.slug == course.key, Course.tenant_id == tenant_id)).first()
    if row is None:
        row = Course(slug=course.key, tenant_id=tenant_id)
        session.add(row)
        session.flush()
    newest = session.get(CourseVersion, row.version_id) if row.version_id else None
    fingerprint = digest(course)
    if newest is not None and newest.digest == fingerprint:
        return Published(course.key, newest.number, is_new=False, retired=())
    version = CourseVersion(
        course_id=row.id,
        number=newest.number + 1 if newest else 1,
        digest=fingerprint,
        renderer=taught.RENDERER,
        title=course.title,
        content=course_to_json(course),
        pins={},
        published_at=now,
    )
    session.add(version)
    session.flush()
    row.version_id = version.id
    version.pins, retired = _publish_items(session, row.id, course.items(), now)
    session.flush()
    return Published(course.key, version.number, is_new=True, retired=retired)


def _publish_items(
    session: Session, course_id: int, items: Iterable[taught.Item], now: datetime
) -> tuple[dict[str, Any], tuple[str, ...]]:
    known = {item.key: item for item in session.scalars(select(Item).where(Item.course_id == course_id))}
    stored = select(ItemVersion).join(Item, Item.id == ItemVersion.item_id).where(Item.course_id == course_id)
    versions = {(version.item_id, version.digest): version.id for version in session.scalars(stored)}
    pins: dict[str, Any] = {}
    for item in items:
        row = known.get(item.key)
        if row is None:
            row = Item(course_id=course_id, key=item.key, outcome=item.outcome)
            session.add(row)
            session.flush()
        fingerprint = item_digest(item)
        version_id = versions.get((row.id, fingerprint))
        if version_id is None:
            version = ItemVersion(
                item_id=row.id, digest=fingerprint, meaning=item.meaning, content=item_to_json(item), published_at=now
            )
            session.add(version)
            session.flush()
            version_id = version.id
        row.version_id, row.outcome, row.fact, row.is_retired = version_id, item.outcome, item.fact, False
        pins[item.key] = [row.id, version_id]
    gone = tuple(key for key, row in known.items() if key not in pins and not row.is_retired)
    for key in gone:
        known[key].is_retired = True
    return pins, gone


@dataclass(frozen=True, slots=True)
class Edition:
    """A published version, with the ids that its items have here."""

    version_id: int
    course: taught.Course
    pins: dict[str, tuple[int, int]]
    """(item id, item version id) for each item's key."""


_editions: WeakKeyDictionary[Engine, dict[int, Edition]] = WeakKeyDictionary()
_items: WeakKeyDictionary[Engine, dict[int, taught.Item]] = WeakKeyDictionary()
MOST_EDITIONS, MOST_ITEMS = 256, 16_384


def _engine(session: Session) -> Engine:
    bind = session.get_bind()
    return bind if isinstance(bind, Engine) else bind.engine


def edition(session: Session, version_id: int) -> Edition:
    """This published version.  Versions never change, so each process reads one once."""
    cache = _editions.setdefault(_engine(session), {})
    if version_id not in cache:
        if len(cache) >= MOST_EDITIONS:
            del cache[next(iter(cache))]  # the one that was read first
        row = session.execute(
            select(CourseVersion.content, CourseVersion.pins).where(CourseVersion.id == version_id)
        ).one()
        pins = {key: (item_id, item_version_id) for key, (item_id, item_version_id) in row.pins.items()}
        cache[version_id] = Edition(version_id, course_from_json(row.content), pins)
    return cache[version_id]


def items_in(session: Session, version_ids: Iterable[int]) -> dict[int, taught.Item]:
    """These item versions by id, in one query for those that this process has not read yet."""
    cache = _items.setdefault(_engine(session), {})
    wanted = set(version_ids)
    missing = wanted - cache.keys()
    if missing:
        if len(cache) + len(missing) > MOST_ITEMS:
            cache.clear()
            missing = wanted
        rows = session.execute(select(ItemVersion.id, ItemVersion.content).where(ItemVersion.id.in_(missing)))
        cache.update((row.id, item_from_json(row.content)) for row in rows)
    return {version_id: cache[version_id] for version_id in wanted}


@dataclass(frozen=True, slots=True)
class Listed:
    """A course's newest version, for administrators."""

    slug: str
    title: str
    version: int
    published_at: datetime


def published(session: Session) -> list[Listed]:
    """Every course with its newest version, by slug."""
    rows = session.execute(
        select(Course.slug, CourseVersion.title, CourseVersion.number, CourseVersion.published_at)
        .join(CourseVersion, CourseVersion.id == Course.version_id)
        .order_by(Course.slug)
    )
    return [Listed(row.slug, row.title, row.number, row.published_at) for row in rows]


@dataclass(frozen=True, slots=True)
class Offered:
    """A course that this tenant's teachers can choose."""

    id: int
    slug: str
    version_id: int
    course: taught.Course


def offered(session: Session, tenant_id: int) -> list[Offered]:
    """The courses of this tenant and those of everybody, by title."""
    rows = session.execute(
        select(Course.id, Course.slug, Course.version_id).where(
            or_(Course.tenant_id == tenant_id, Course.tenant_id.is_(None)), Course.version_id.is_not(None)
        )
    )
    found = [Offered(row.id, row.slug, row.version_id, edition(session, row.version_id).course) for row in rows]
    return sorted(found, key=lambda one: one.course.title.casefold())


def newest_version(session: Session, course_id: int) -> int:
    """The id of the course's newest version; `NoResultFound` if it has none."""
    query = select(CourseVersion.id).join(Course, Course.version_id == CourseVersion.id).where(Course.id == course_id)
    return session.execute(query).scalar_one()


_BY_SLUG = (
    select(Course.id, Course.version_id)
    .where(Course.slug == bindparam("slug"), or_(Course.tenant_id == bindparam("tenant"), Course.tenant_id.is_(None)))
    .order_by(Course.tenant_id.is_(None))
    .limit(1)
)


def find_target(session: Session, tenant_id: int, content_id: str) -> Target | None:
    """What a content id names for this tenant; its own course before everybody's.

    A content id is `course`, `course.lesson`, `course.~reviews` or `course.~checkpoint`.
    """
    slug, _, lesson_key = content_id.partition(".")
    row = run(session, _BY_SLUG, slug=slug, tenant=tenant_id).first()
    if row is None or row.version_id is None:
        return None
    lessons = edition(session, row.version_id).course.lessons
    if lesson_key and lesson_key not in {REVIEWS, CHECKPOINT, *(lesson.key for lesson in lessons)}:
        return None
    return Target(row.id, lesson_key or None)


@dataclass(frozen=True, slots=True)
class Named:
    """What a link opens, by the titles of its author; `web.words.named` makes one title of them."""

    course: str
    lesson: str | None
    """The lesson's title, if it opens one that is still there."""
    lesson_key: str | None


def name_target(course: taught.Course, lesson_key: str | None) -> Named:
    """How the author calls what a link with this key opens."""
    title = next((lesson.title for lesson in course.lessons if lesson.key == lesson_key), None)
    return Named(course.title, title, lesson_key)
