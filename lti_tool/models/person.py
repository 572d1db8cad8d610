"""Who: learners as the LMS knows them, their part in a course, and what one launch opens."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from lti_tool.models.base import Base


class Learner(Base):
    """A person at a platform (teachers too).  The name is kept only where the platform sends it.

    On an issuer that many institutions share, the same `sub` in two of them is two people.
    """

    __tablename__ = "learner"
    __table_args__ = (UniqueConstraint("platform_id", "tenant_id", "sub"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("platform.id"))
    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id"))
    sub: Mapped[str] = mapped_column(String(255))
    name: Mapped[str | None] = mapped_column(String(300))
    email: Mapped[str | None] = mapped_column(String(320))
    """Only where the institution chose so; never used to tell who somebody is."""
    told_at: Mapped[datetime | None]
    """When the privacy notice was read."""
    erasure_asked_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class Member(Base):
    """A person's part in an LMS course, as of the last launch or the last reading of the roster."""

    __tablename__ = "member"
    __table_args__ = (UniqueConstraint("context_id", "learner_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    context_id: Mapped[int] = mapped_column(ForeignKey("context.id"))
    learner_id: Mapped[int] = mapped_column(ForeignKey("learner.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    """One of `services.arrivals.Role`."""
    seen_at: Mapped[datetime | None]
    """The last launch, within the hour; none for somebody who never came."""
    is_gone: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Left the LMS course; the work stays."""


class Visit(Base):
    """What one launch opens.  Bound to its browser by a cookie, or else by a secret in its address."""

    __tablename__ = "visit"
    __table_args__ = (Index("ix_visit_expires_at", "expires_at"),)
    key: Mapped[str] = mapped_column(String(32), primary_key=True)
    binding_hash: Mapped[str] = mapped_column(String(64))
    is_in_address: Mapped[bool]
    """Whether the binding is the secret in the address rather than the cookie."""
    learner_id: Mapped[int] = mapped_column(ForeignKey("learner.id"), index=True)
    context_id: Mapped[int] = mapped_column(ForeignKey("context.id"))
    resource_link_id: Mapped[int | None] = mapped_column(ForeignKey("resource_link.id"))
    course_id: Mapped[int | None] = mapped_column(ForeignKey("course.id"))
    """What the link opened when the visit began: whoever is inside stays in it, whatever the link opens meanwhile."""
    lesson_key: Mapped[str | None] = mapped_column(String(80))
    role: Mapped[str] = mapped_column(String(20))
    locale: Mapped[str] = mapped_column(String(20))
    return_url: Mapped[str | None] = mapped_column(String(2000))
    frame_ancestors: Mapped[str] = mapped_column(String(3000))
    """Who may show this visit in a frame, as a CSP source list."""
    zone: Mapped[str | None] = mapped_column(String(60))
    deep_link: Mapped[dict[str, object] | None]
    """The settings of a deep-linking request that still waits for its answer."""
    due_at: Mapped[datetime | None]
    """When this person's work is due, as the LMS told at the launch."""
    about_id: Mapped[int | None] = mapped_column(ForeignKey("learner.id"))
    """Whose work a submission review opens."""
    mentees: Mapped[list[str] | None]
    """The `sub`s of those whom a mentor may ask about."""
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class Enrolment(Base):
    """One learner in one course within one LMS course; owns memories, reviews, points, days and progress."""

    __tablename__ = "enrolment"
    __table_args__ = (UniqueConstraint("learner_id", "context_id", "course_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    learner_id: Mapped[int] = mapped_column(ForeignKey("learner.id"))
    context_id: Mapped[int] = mapped_column(ForeignKey("context.id"), index=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    zone: Mapped[str | None] = mapped_column(String(60))
    goal_days: Mapped[int] = mapped_column(default=3)
    off_days: Mapped[list[int]] = mapped_column(default=list)
    is_calm: Mapped[bool] = mapped_column(default=False)
    """Points and rhythm are hidden; nothing is lost."""
    theme: Mapped[str] = mapped_column(String(10), default="auto")
    first_lesson_on: Mapped[date | None]
    created_at: Mapped[datetime]


class RhythmGoal(Base):
    """A goal as it was set on a day; weeks before it keep the goal they were lived with."""

    __tablename__ = "rhythm_goal"
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), primary_key=True)
    from_on: Mapped[date] = mapped_column(primary_key=True)
    days: Mapped[int]
    off_days: Mapped[list[int]]


class Pause(Base):
    """Days a learner takes off, without a reason."""

    __tablename__ = "pause"
    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), index=True)
    from_on: Mapped[date]
    until_on: Mapped[date]


class MentorAgreement(Base):
    """An adult learner lets a mentor see what is done and what comes next, until she ends it."""

    __tablename__ = "mentor_agreement"
    __table_args__ = (UniqueConstraint("context_id", "learner_id", "mentor_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    context_id: Mapped[int] = mapped_column(ForeignKey("context.id"))
    learner_id: Mapped[int] = mapped_column(ForeignKey("learner.id"), index=True)
    mentor_id: Mapped[int] = mapped_column(ForeignKey("learner.id"), index=True)
    asked_at: Mapped[datetime]
    agreed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class MentorLook(Base):
    """A mentor looked; the learner sees it."""

    __tablename__ = "mentor_look"
    id: Mapped[int] = mapped_column(primary_key=True)
    agreement_id: Mapped[int] = mapped_column(ForeignKey("mentor_agreement.id"), index=True)
    at: Mapped[datetime]
