"""Where learning happens: LMS courses, links in them, and columns in their gradebooks."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
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
    memberships_url: Mapped[str | None] = mapped_column(String(2000))
    """Where its members are listed (NRPS), as the last launch said."""
    line_items_url: Mapped[str | None] = mapped_column(String(2000))
    """Where its columns are listed (AGS)."""
    service_scopes: Mapped[list[str]] = mapped_column(default=list, server_default=text("'[]'"))
    """What we may do at `line_items_url`."""
    copied_from_id: Mapped[int | None] = mapped_column(ForeignKey("context.id"))
    """The LMS course that this one is a copy of, if we know that one; no learner's data came along."""
    roster_read_at: Mapped[datetime | None]
    """When it was last known who is on the LMS's list: by reading it to its end, or what had changed since."""
    roster_whole_at: Mapped[datetime | None]
    """When it was last read whole."""
    roster_differences_url: Mapped[str | None] = mapped_column(String(2000))
    """Where the LMS tells what changed since the last reading; none where it does not."""
    roster_asked_at: Mapped[datetime | None]
    """Since when a teacher waits for the worker to read it."""
    roster_said: Mapped[str | None] = mapped_column(String(40))
    """What the last reading came to: three numbers, or why there are none."""
    created_at: Mapped[datetime]


class ResourceLink(Base):
    """An activity in an LMS course, and what it opens here; nothing yet while `course_id` is empty."""

    __tablename__ = "resource_link"
    __table_args__ = (
        UniqueConstraint("context_id", "lms_id"),
        Index(
            "ix_resource_link_owing",
            "id",
            sqlite_where=text("owes_class_after IS NOT NULL"),
            postgresql_where=text("owes_class_after IS NOT NULL"),
        ),
        Index(
            "ix_resource_link_asking",
            "column_asked_at",
            sqlite_where=text("column_asked_at IS NOT NULL"),
            postgresql_where=text("column_asked_at IS NOT NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    context_id: Mapped[int] = mapped_column(ForeignKey("context.id"))
    lms_id: Mapped[str] = mapped_column(String(255))
    title: Mapped[str] = mapped_column(String(500))
    course_id: Mapped[int | None] = mapped_column(ForeignKey("course.id"))
    lesson_key: Mapped[str | None] = mapped_column(String(80))
    """A lesson of the course, or none: the whole course."""
    copied_from_id: Mapped[int | None] = mapped_column(ForeignKey("resource_link.id"))
    opens_at: Mapped[datetime | None]
    """Dates are the LMS's own; none where it tells none."""
    due_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    owes_class_after: Mapped[int | None]
    """The worker still has to owe the column what was done by the enrolments with a higher id; none if nothing."""
    column_asked_at: Mapped[datetime | None]
    """Since when a teacher waits for the worker to make a column."""
    column_rule: Mapped[str | None] = mapped_column(String(20))
    """By which rule that column is to be a second one; none: the link's first."""
    column_said: Mapped[str | None] = mapped_column(String(40))
    """Why the last making came to none; nothing if it came to one."""
    created_at: Mapped[datetime]


class LineItem(Base):
    """A gradebook column that a link names.  It belongs to the first of its LMS course that did."""

    __tablename__ = "line_item"
    __table_args__ = (
        UniqueConstraint("resource_link_id", "url"),
        Index(
            "uq_line_item_owner",
            "context_id",
            "url",
            unique=True,
            sqlite_where=text("shares_id IS NULL"),
            postgresql_where=text("shares_id IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    context_id: Mapped[int] = mapped_column(ForeignKey("context.id"))
    """The link's; here because a key cannot look it up there."""
    resource_link_id: Mapped[int] = mapped_column(ForeignKey("resource_link.id"))
    shares_id: Mapped[int | None] = mapped_column(ForeignKey("line_item.id"))
    """The same column as its owner has it; grades go there for the owner's link alone."""
    url: Mapped[str] = mapped_column(String(2000))
    scopes: Mapped[list[str]]
    rule: Mapped[str | None] = mapped_column(String(20))
    """By which rule its scores are reckoned; none: the link's own.  A link may have a second column."""
    is_gone: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]


class GradeTerms(Base):
    """How a link is graded, and when its work counts.  A link without: completion, whenever it is done."""

    __tablename__ = "grade_terms"
    resource_link_id: Mapped[int] = mapped_column(ForeignKey("resource_link.id"), primary_key=True)
    rule: Mapped[str] = mapped_column(String(20))
    settings: Mapped[dict[str, Any]]
    """The rule's own, by name (`rules.grading`)."""
    opens_at: Mapped[datetime | None]
    """Set by the teacher here; counts where the LMS tells no date."""
    due_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    late_percent: Mapped[int] = mapped_column(default=0)
    """What each day after `due_at` takes off, by us; 0: nothing, whether or not the LMS does."""
    grace_minutes: Mapped[int] = mapped_column(default=0)


class Allowance(Base):
    """More time, or less to do, for one learner at one link; why is not kept."""

    __tablename__ = "allowance"
    resource_link_id: Mapped[int] = mapped_column(ForeignKey("resource_link.id"), primary_key=True)
    learner_id: Mapped[int] = mapped_column(ForeignKey("learner.id"), primary_key=True)
    due_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    sittings: Mapped[int | None]
    """For the rule "practice": how many are offered."""
    lms_due_at: Mapped[datetime | None]
    """As the LMS told her, and nobody else, at her last launch."""
    lms_closes_at: Mapped[datetime | None]
    noted_at: Mapped[datetime]
