"""What is taught, as published: versions never change; items keep their identity through them."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lti_tool.models.base import Base


class Course(Base):
    """A course of a tenant, or of everybody (no tenant).  `slug` is the author's key."""

    __tablename__ = "course"
    __table_args__ = (UniqueConstraint("tenant_id", "slug"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    tenant_id: Mapped[int | None] = mapped_column(ForeignKey("tenant.id"))
    slug: Mapped[str] = mapped_column(String(80), index=True)
    version_id: Mapped[int | None] = mapped_column(ForeignKey("course_version.id", use_alter=True))
    """The newest published version."""


class CourseVersion(Base):
    """An immutable edition: its whole text as JSON, raw and rendered."""

    __tablename__ = "course_version"
    __table_args__ = (UniqueConstraint("course_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    number: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    renderer: Mapped[int]
    title: Mapped[str] = mapped_column(String(300))
    content: Mapped[dict[str, Any]]
    pins: Mapped[dict[str, Any]]
    """For each item's key: [item id, item version id]."""
    published_at: Mapped[datetime]


class Item(Base):
    """A question's identity, stable through every edit."""

    __tablename__ = "item"
    __table_args__ = (UniqueConstraint("course_id", "key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    key: Mapped[str] = mapped_column(String(80))
    version_id: Mapped[int | None] = mapped_column(ForeignKey("item_version.id", use_alter=True))
    """The newest version; reviews follow it."""
    outcome: Mapped[str] = mapped_column(String(80))
    fact: Mapped[str | None] = mapped_column(String(80))
    is_retired: Mapped[bool] = mapped_column(default=False)


class ItemVersion(Base):
    """One wording of an item."""

    __tablename__ = "item_version"
    __table_args__ = (UniqueConstraint("item_id", "digest"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    digest: Mapped[str] = mapped_column(String(64))
    meaning: Mapped[int]
    content: Mapped[dict[str, Any]]
    published_at: Mapped[datetime]


class CourseDraft(Base):
    """A course as a teacher uploaded it: its folder, as a zip.  A newer upload with the same key takes its place."""

    __tablename__ = "course_draft"
    __table_args__ = (UniqueConstraint("learner_id", "slug"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id"))
    learner_id: Mapped[int] = mapped_column(ForeignKey("learner.id"), index=True)
    """The teacher."""
    slug: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(200))
    """The course's title."""
    digest: Mapped[str] = mapped_column(String(64))
    """The course's, as `CourseVersion.digest`: equal once it is published."""
    files: Mapped[bytes]
    report: Mapped[dict[str, Any]]
    """What was taken of the upload, changed and left out."""
    course_id: Mapped[int | None] = mapped_column(ForeignKey("course.id"))
    """What it was published as.  Whoever has this row may publish the course anew."""
    created_at: Mapped[datetime]
