"""What learners did: sittings and their steps, the log of reviews, and the memories computed from it."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lti_tool.models.base import Base


class LessonProgress(Base):
    """A lesson that an enrolment has opened, in the version it was opened in."""

    __tablename__ = "lesson_progress"
    __table_args__ = (UniqueConstraint("enrolment_id", "lesson_key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    lesson_key: Mapped[str] = mapped_column(String(80))
    course_version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"))
    required: Mapped[int]
    done: Mapped[int] = mapped_column(default=0)
    opened_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class StepDone(Base):
    """A step of a lesson that needs no more: prose passed, an item answered right, a reveal judged."""

    __tablename__ = "step_done"
    lesson_progress_id: Mapped[int] = mapped_column(ForeignKey("lesson_progress.id"), primary_key=True)
    step_key: Mapped[str] = mapped_column(String(90), primary_key=True)


class Sitting(Base):
    """A stretch of practice: a lesson, a round of reviews, or a try at a checkpoint."""

    __tablename__ = "sitting"
    __table_args__ = (Index("ix_sitting_enrolment_id_study_on", "enrolment_id", "study_on"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    lesson_progress_id: Mapped[int | None] = mapped_column(ForeignKey("lesson_progress.id"))
    """The lesson; none for reviews and checkpoints."""
    try_number: Mapped[int | None]
    """From 1, for a try at a checkpoint: unseen items, and no verdict before its end."""
    study_on: Mapped[date]
    planned: Mapped[int]
    """How many steps it began with, before anything came back."""
    steps: Mapped[int]
    """How many it has now."""
    passed: Mapped[int] = mapped_column(default=0)
    """The last position that is done: the next one is open, those after it are not."""
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class SittingStep(Base):
    """One position of a sitting: its attempt key is its place, so a retry finds its own answer."""

    __tablename__ = "sitting_step"
    __table_args__ = (UniqueConstraint("sitting_id", "position"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"))
    position: Mapped[int]
    card_key: Mapped[str | None] = mapped_column(String(80))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("item.id"))
    item_version_id: Mapped[int | None] = mapped_column(ForeignKey("item_version.id"))
    again: Mapped[int] = mapped_column(default=0)
    """0 for the first asking in this sitting, 1 for the next, and so on."""
    hints: Mapped[int] = mapped_column(default=0)
    """How many hints were opened."""
    is_right: Mapped[bool | None]
    corrected_at: Mapped[datetime | None]
    """When it was marked anew, by a corrected question."""
    response: Mapped[list[str] | None]
    days_before: Mapped[int | None]
    """The interval that ended with this answer, in days; none for a first review."""
    days_after: Mapped[int | None]
    """The interval that begins with it; none for an answer that was not scored."""
    due_on: Mapped[date | None]
    """The next review, as told to the learner."""


class Review(Base):
    """An answer, kept for ever.  The first of a study day is the scored one; the memory can be rebuilt from it."""

    __tablename__ = "review"
    __table_args__ = (
        Index(
            "uq_review_scored",
            "enrolment_id",
            "item_id",
            "study_on",
            unique=True,
            sqlite_where=text("is_scored"),
            postgresql_where=text("is_scored"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    step_id: Mapped[int] = mapped_column(ForeignKey("sitting_step.id"), unique=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    item_version_id: Mapped[int] = mapped_column(ForeignKey("item_version.id"))
    answered_at: Mapped[datetime]
    zone: Mapped[str] = mapped_column(String(60))
    study_on: Mapped[date]
    is_scored: Mapped[bool]
    was_due: Mapped[bool]
    is_right: Mapped[bool]
    is_unsure: Mapped[bool]
    """"I don't know yet" was chosen."""
    hints: Mapped[int]
    response: Mapped[list[str]]
    took_ms: Mapped[int | None]
    """Kept for research; used for nothing a learner feels."""
    meaning: Mapped[int]
    predicted: Mapped[float | None]
    """The predicted recall at the moment of the answer; none for the first one."""
    model: Mapped[str] = mapped_column(String(20))
    due_on: Mapped[date | None]


class Memory(Base):
    """One enrolment's memory of one item: a cache, rebuilt from the reviews by `sprig memory rebuild`."""

    __tablename__ = "memory"
    __table_args__ = (Index("ix_memory_enrolment_id_due_day", "enrolment_id", "due_day"),)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), primary_key=True)
    stability: Mapped[float]
    difficulty: Mapped[float]
    last_day: Mapped[int]
    """The study day of the last scored review, as `date.toordinal`: whole days subtract alike on every engine."""
    due_day: Mapped[int]
    reviews: Mapped[int]
    lapses: Mapped[int]
    meaning: Mapped[int]
    model: Mapped[str] = mapped_column(String(20))
