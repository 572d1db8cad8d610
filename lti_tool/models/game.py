"""Points: a ledger for the learner alone, never mixed with grades."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lti_tool.models.base import Base


class PointEntry(Base):
    """Points earned, once for each subject, study day and reason."""

    __tablename__ = "point_entry"
    __table_args__ = (UniqueConstraint("enrolment_id", "subject", "study_on", "reason"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    subject: Mapped[str] = mapped_column(String(90))
    """`item:<id>` or `lesson:<key>`."""
    study_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(30))
    points: Mapped[int]
    earned_at: Mapped[datetime]


class PracticeDay(Base):
    """A study day with at least one answer."""

    __tablename__ = "practice_day"
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), primary_key=True)
    study_on: Mapped[date] = mapped_column(primary_key=True)


class ClearSpan(Base):
    """Study days on which nothing is due, as known when a sitting ended."""

    __tablename__ = "clear_span"
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), primary_key=True)
    from_on: Mapped[date] = mapped_column(primary_key=True)
    until_on: Mapped[date]
    """The last of them."""


class DemoClock(Base):
    """How many days the demo's study day has jumped ahead; one row, under `sprig demo` only."""

    __tablename__ = "demo_clock"
    id: Mapped[int] = mapped_column(primary_key=True)
    days: Mapped[int]
