"""What the gradebooks should know: one row for each column and learner, one for each try, and what each LMS bears."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from lti_tool.models.base import Base


class GradeOwed(Base):
    """Owed while `wanted > sent`; no status column to lie."""

    __tablename__ = "grade_owed"
    __table_args__ = (
        UniqueConstraint("line_item_id", "learner_id"),
        Index(
            "ix_grade_owed_open",
            "due_at",
            sqlite_where=text("wanted > sent AND blocked_reason IS NULL"),
            postgresql_where=text("wanted > sent AND blocked_reason IS NULL"),
        ),
        Index(
            "ix_grade_owed_leased",
            "lease_until",
            sqlite_where=text("lease_until IS NOT NULL"),
            postgresql_where=text("lease_until IS NOT NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    line_item_id: Mapped[int] = mapped_column(ForeignKey("line_item.id"))
    learner_id: Mapped[int] = mapped_column(ForeignKey("learner.id"))
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    wanted: Mapped[int] = mapped_column(default=1)
    sent: Mapped[int] = mapped_column(default=0)
    lesson_key: Mapped[str | None] = mapped_column(String(80))
    """With the enrolment's course: what the score is for; none is the whole course.  The link may open something else
    by now, and then this score is none of its."""
    rule: Mapped[str] = mapped_column(String(20), default="completion", server_default="completion")
    """With the lesson: by which rule the score was reckoned."""
    reached: Mapped[int]
    """The percent when it was last owed.  A grade never falls by itself: a longer edition of the course, published
    while the LMS was down, takes nothing away."""
    owed_at: Mapped[datetime]
    """Since when the gradebook has been behind; keeps its value while it is not."""
    due_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    lease_holder: Mapped[str | None] = mapped_column(String(64))
    lease_until: Mapped[datetime | None]
    body: Mapped[str | None] = mapped_column(Text)
    """The exact bytes of the last try, resent while `body_wanted` is still what is wanted and its fate is unknown."""
    body_wanted: Mapped[int | None]
    score_at: Mapped[datetime | None]
    """The timestamp of the last score sent; the next is at least a whole second later."""
    is_ambiguous: Mapped[bool] = mapped_column(default=False)
    """The last try may have been applied (time-out, drop, 5xx)."""
    sent_at: Mapped[datetime | None]
    sent_percent: Mapped[int | None]
    blocked_reason: Mapped[str | None] = mapped_column(String(40))
    was_changed: Mapped[bool] = mapped_column(default=False)
    """A person had changed the grade in the LMS.  Kept until the gradebook is seen to show ours again."""
    overwrites: Mapped[bool] = mapped_column(default=False, server_default=false())
    """A teacher said that ours replaces what a person put into the LMS; spent when the gradebook shows ours."""
    lms_percent: Mapped[float | None]
    """What the LMS showed when it was last read; none for no grade."""
    lms_read_at: Mapped[datetime | None]
    last_outcome: Mapped[str | None] = mapped_column(String(40))


class GradeAttempt(Base):
    """One try at sending, kept for ever.  No answer bodies: they may hold people."""

    __tablename__ = "grade_attempt"
    id: Mapped[int] = mapped_column(primary_key=True)
    grade_owed_id: Mapped[int] = mapped_column(ForeignKey("grade_owed.id"), index=True)
    tried_at: Mapped[datetime]
    wanted: Mapped[int]
    percent: Mapped[int]
    score_at: Mapped[datetime]
    status: Mapped[int | None]
    outcome: Mapped[str] = mapped_column(String(40))
    up_to_review_id: Mapped[int | None]
    """The learner's newest answer when the score was reckoned: it stands on that one and those before it."""
    figures: Mapped[dict[str, Any] | None]
    """What the rule counted."""


class GradeChoice(Base):
    """What a teacher said about a grade that a person had changed in the LMS, kept for ever."""

    __tablename__ = "grade_choice"
    id: Mapped[int] = mapped_column(primary_key=True)
    grade_owed_id: Mapped[int] = mapped_column(ForeignKey("grade_owed.id"), index=True)
    chosen_at: Mapped[datetime]
    is_ours: Mapped[bool]
    """Ours replaces the LMS's; else the LMS's stands."""
    lms_percent: Mapped[float | None]
    """What the LMS showed then."""
    percent: Mapped[int]
    """Ours."""


class PlatformPause(Base):
    """A platform that is left alone for now: it is down, or asked us to wait.  The others do not notice."""

    __tablename__ = "platform_pause"
    platform_id: Mapped[int] = mapped_column(ForeignKey("platform.id"), primary_key=True)
    tries: Mapped[int] = mapped_column(default=1)
    until: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(String(40))
    probe_holder: Mapped[str | None] = mapped_column(String(64))
    """Who holds the one score that finds out, when the pause is over, whether the platform is back."""


class PlatformPace(Base):
    """How many scores a platform takes at once: learnt from its answers, within what an administrator allows."""

    __tablename__ = "platform_pace"
    platform_id: Mapped[int] = mapped_column(ForeignKey("platform.id"), primary_key=True)
    most: Mapped[int] = mapped_column(default=4)
    """Never more than this, by all workers together."""
    at_once: Mapped[int] = mapped_column(default=4)
    """For now: halved when it asks us to slow down, one more after a while without."""
    changed_at: Mapped[datetime]
