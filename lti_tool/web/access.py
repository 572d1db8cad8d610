"""Who may come in, and when it is: every view under `/t/<visit>/` begins here."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import current_app, g, request
from sqlalchemy.orm import Session

from lti_tool.errors import NotFound, VisitOver
from lti_tool.services.days import Moment, days_jumped, moment
from lti_tool.services.visits import Enrolled, Visitor, visitor
from lti_tool.settings import Settings
from lti_tool.web.db import reading, writing

COOKIE = "__Host-sprig"


@dataclass(frozen=True, slots=True)
class Here:
    """A request on a visit: its session, its visitor, its moment."""

    session: Session
    visitor: Visitor
    moment: Moment

    @property
    def course_id(self) -> int:
        """The course of the visit's link; `NotFound` while it has none."""
        if self.visitor.course_id is None or self.visitor.course_version_id is None:
            raise NotFound
        return self.visitor.course_id

    @property
    def version_id(self) -> int:
        """Its newest version."""
        if self.visitor.course_version_id is None:
            raise NotFound
        return self.visitor.course_version_id

    @property
    def enrolled(self) -> Enrolled:
        """The visitor's enrolment; `NotFound` before there is one."""
        if self.visitor.enrolled is None:
            raise NotFound
        return self.visitor.enrolled


def settings() -> Settings:
    """The application's settings."""
    found: Settings = current_app.extensions["sprig"].settings
    return found


def now() -> datetime:
    """The request's instant; the only clock below `app.py`."""
    return datetime.now(UTC)


def browser() -> str | None:
    """The browser's own secret, if it keeps our cookie."""
    return request.cookies.get(COOKIE)


def _here(session: Session, address: str, zone: str | None = None) -> Here:
    at = now()
    found = visitor(session, address, browser(), at)
    g.visitor = found
    known = found.enrolled.zone if found.enrolled else None
    jumped = days_jumped(session) if settings().demo else 0
    # The LMS's zone, else the browser's (a script tells it with the form that begins a sitting), else the last known.
    return Here(session, found, moment(at, found.zone, zone, known, jumped=jumped))


@contextmanager
def looking(address: str) -> Iterator[Here]:
    """A visit's request that only reads."""
    with reading() as session:
        yield _here(session, address)


@contextmanager
def noting(address: str) -> Iterator[Here]:
    """A visit's request that reads, and leaves a note of it; unlike one that acts, a launch may lead to it."""
    with writing() as session:
        yield _here(session, address)


@contextmanager
def acting(address: str, zone: str | None = None) -> Iterator[Here]:
    """A visit's request that changes something: sent by a page of ours, committed at the end.

    `zone` is the browser's, where a request may set it: a study day that any form could move would be nobody's day.
    """
    must_be_ours()
    with writing() as session:
        yield _here(session, address, zone)


def must_be_ours() -> None:
    """Nothing happens for a request that a page of ours sent; `VisitOver` for any other."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        raise VisitOver
    if request.headers.get("Origin") not in {None, "null", settings().public_url}:
        raise VisitOver
