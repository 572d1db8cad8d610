"""Where learning happens: LMS courses, links in them, and columns in their gradebooks."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lti_tool.models.base import Base


class Context(Base):
    """An LMS course."""

    __tablename__ = "context"
    __table_args__ = (UniqueConstraint("deployment_id", "lms_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    deployment_id: Mapped[int] = mapped_column(ForeignKey("deployment.id"))
    lms_id: Mapped[str] = mapped_column(String(255))
    title: Mapped[str] = mapped_column(String(500))
    created_at: Mapped[datetime]


class ResourceLink(Base):
    """An activity in an LMS course, and what it opens here; nothing yet while `course_id` is empty."""

    __tablename__ = "resource_link"
    __table_args__ = (UniqueConstraint("context_id", "lms_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    context_id: Mapped[int] = mapped_column(ForeignKey("context.id"))
    lms_id: Mapped[str] = mapped_column(String(255))
    title: Mapped[str] = mapped_column(String(500))
    course_id: Mapped[int | None] = mapped_column(ForeignKey("course.id"))
    lesson_key: Mapped[str | None] = mapped_column(String(80))
    """A lesson of the course, or none: the whole course."""
    created_at: Mapped[datetime]


class LineItem(Base):
    """A gradebook column that belongs to a link."""

    __tablename__ = "line_item"
    __table_args__ = (UniqueConstraint("resource_link_id", "url"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    resource_link_id: Mapped[int] = mapped_column(ForeignKey("resource_link.id"))
    url: Mapped[str] = mapped_column(String(2000))
    scopes: Mapped[list[str]]
    is_gone: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
