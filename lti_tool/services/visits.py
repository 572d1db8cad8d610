"""Who is at the door: a visit's address and proof become a visitor, in one query."""

import hmac
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, and_, bindparam, exists, or_, select, update
from sqlalchemy.orm import Session

from lti_tool.errors import Forbidden, NotFound, VisitOver
from lti_tool.models import Context, Course, Enrolment, Learner, MentorAgreement, ResourceLink, Visit
from lti_tool.models.engine import run
from lti_tool.services.arrivals import Role, Target
from lti_tool.services.grades.classes import note_class
from lti_tool.services.launches import digest


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What a learner has set for herself in a course."""

    id: int
    zone: str | None
    goal_days: int
    off_days: tuple[int, ...]
    is_calm: bool
    theme: str
    first_lesson_on: date | None


@dataclass(frozen=True, slots=True)
class Visitor:
    """A person on a visit, and the place she came from."""

    key: str
    learner_id: int
    name: str | None
    role: Role
    locale: str
    zone: str | None
    return_url: str | None
    frame_ancestors: str
    deep_link: dict[str, object] | None
    has_mail: bool
    """Her mail address is on record."""
    told_at: datetime | None
    """When the privacy notice was read."""
    erasure_asked_at: datetime | None
    mentees: tuple[str, ...]
    """Whom a mentor may ask about."""
    is_asked: bool
    """A mentor waits for her answer."""
    about_id: int | None
    """Whose work a submission review opens."""
    is_in_address: bool
    platform_id: int
    tenant_id: int
    context_id: int
    context_title: str
    link_id: int | None
    link_title: str
    course_id: int | None
    course_version_id: int | None
    lesson_key: str | None
    due_at: datetime | None
    """As the LMS tells it."""
    enrolled: Enrolled | None

    @property
    def opens(self) -> Target | None:
        """What the visit is for; nothing while its link opens nothing."""
        return Target(self.course_id, self.lesson_key) if self.course_id is not None else None

    @property
    def is_instructor(self) -> bool:
        """Teaches in this context."""
        return self.role is Role.INSTRUCTOR

    def must_mentor(self) -> None:
        """Nothing, for a mentor; else `Forbidden`."""
        if self.role is not Role.MENTOR:
            raise Forbidden

    def must_choose(self) -> None:
        """Nothing, for whoever may say what a link opens; else `Forbidden`."""
        if not self.role.chooses:
            raise Forbidden

    def must_teach(self) -> None:
        """Nothing, for an instructor; else `Forbidden`."""
        if not self.is_instructor:
            raise Forbidden


_IS_ASKED = (
    exists()
    .where(
        MentorAgreement.learner_id == Visit.learner_id,
        MentorAgreement.context_id == Visit.context_id,
        MentorAgreement.agreed_at.is_(None),
        MentorAgreement.ended_at.is_(None),
    )
    .correlate(Visit)
)
_ENROLMENT = and_(
    Enrolment.learner_id == Visit.learner_id,
    Enrolment.context_id == Visit.context_id,
    Enrolment.course_id == Visit.course_id,
)
_QUERY = (
    select(
        Visit.binding_hash,
        Visit.is_in_address,
        Visit.expires_at,
        Visit.revoked_at,
        Visit.learner_id,
        Visit.role,
        Visit.locale,
        Visit.zone,
        Visit.return_url,
        Visit.frame_ancestors,
        Visit.deep_link,
        Visit.due_at,
        Visit.about_id,
        Visit.mentees,
        _IS_ASKED.label("is_asked"),
        Visit.context_id,
        Visit.resource_link_id,
        Visit.course_id,
        Visit.lesson_key,
        Learner.name,
        Learner.email.is_not(None).label("has_mail"),
        Learner.told_at,
        Learner.erasure_asked_at,
        Learner.platform_id,
        Learner.tenant_id,
        Context.title.label("context_title"),
        ResourceLink.title.label("link_title"),
        Course.version_id,
        Enrolment.id.label("enrolment_id"),
        Enrolment.zone.label("enrolment_zone"),
        Enrolment.goal_days,
        Enrolment.off_days,
        Enrolment.is_calm,
        Enrolment.theme,
        Enrolment.first_lesson_on,
    )
    .join(Learner, Learner.id == Visit.learner_id)
    .join(Context, Context.id == Visit.context_id)
    .outerjoin(ResourceLink, ResourceLink.id == Visit.resource_link_id)
    .outerjoin(Course, Course.id == Visit.course_id)
    .outerjoin(Enrolment, _ENROLMENT)
    .where(Visit.key == bindparam("key"))
)


def visitor(session: Session, address: str, browser: str | None, now: datetime) -> Visitor:
    """Who `/t/<address>/…` lets in: `<key>` with the browser's cookie, or `<key>.<secret>`; else `VisitOver`."""
    key, _, secret = address.partition(".")
    row = run(session, _QUERY, key=key).first()
    if row is None or row.revoked_at is not None or row.expires_at <= now:
        raise VisitOver
    proof = secret if row.is_in_address else browser
    if not proof or not hmac.compare_digest(digest(proof), row.binding_hash):
        raise VisitOver
    return _visitor(key, row)


def _visitor(key: str, row: Row[Any]) -> Visitor:
    return Visitor(
        key=key,
        learner_id=row.learner_id,
        name=row.name,
        role=Role(row.role),
        locale=row.locale,
        zone=row.zone,
        return_url=row.return_url,
        frame_ancestors=row.frame_ancestors,
        deep_link=row.deep_link,
        has_mail=row.has_mail,
        told_at=row.told_at,
        erasure_asked_at=row.erasure_asked_at,
        mentees=tuple(row.mentees or ()),
        is_asked=row.is_asked,
        about_id=row.about_id,
        is_in_address=row.is_in_address,
        platform_id=row.platform_id,
        tenant_id=row.tenant_id,
        context_id=row.context_id,
        context_title=row.context_title,
        link_id=row.resource_link_id,
        link_title=row.link_title or "",
        course_id=row.course_id,
        course_version_id=row.version_id,
        lesson_key=row.lesson_key,
        due_at=row.due_at,
        enrolled=_enrolled(row),
    )


def _enrolled(row: Row[Any]) -> Enrolled | None:
    if row.enrolment_id is None:
        return None
    return Enrolled(
        id=row.enrolment_id,
        zone=row.enrolment_zone,
        goal_days=row.goal_days,
        off_days=tuple(row.off_days),
        is_calm=row.is_calm,
        theme=row.theme,
        first_lesson_on=row.first_lesson_on,
    )


def set_target(session: Session, visitor: Visitor, course_id: int, lesson_key: str | None) -> None:
    """The link the teacher came by opens this from now on, and its column is owed what was done before.

    So do the visits of those who teach here.  A learner who is inside stays in what she opened until her next launch.
    """
    visitor.must_choose()
    if visitor.link_id is None:
        raise NotFound
    opens: dict[str, object] = {"course_id": course_id, "lesson_key": lesson_key}
    session.execute(update(ResourceLink).where(ResourceLink.id == visitor.link_id).values(**opens))
    follows = or_(Visit.role == Role.INSTRUCTOR.value, Visit.course_id.is_(None))
    session.execute(update(Visit).where(Visit.resource_link_id == visitor.link_id, follows).values(**opens))
    note_class(session, visitor.link_id)
