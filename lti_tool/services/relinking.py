"""A link in a copied LMS course that opens nothing yet: what its original opens, and what speaks for which."""

from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lti_tool.errors import NotFound
from lti_tool.models import Context, Course, ResourceLink
from lti_tool.services.courses import Named, edition, name_target
from lti_tool.services.grades.ruling import copy_terms
from lti_tool.services.visits import Visitor, set_target

FARTHEST = 20
"""Copies of copies that we go back."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A link of the original LMS course, what it opens, and what speaks for it."""

    link_id: int
    title: str
    context_title: str
    opens: Named
    is_in_history: bool
    """The LMS itself says that this link is a copy of that one."""
    has_same_title: bool

    @property
    def is_proven(self) -> bool:
        """Something beyond a guess speaks for it."""
        return self.is_in_history or self.has_same_title


def suggestions(session: Session, visitor: Visitor) -> tuple[Suggestion, ...]:
    """What the links of the original LMS course open, the likeliest first; nothing if this one is no copy."""
    origin_id = _nearest_origin(session, visitor.context_id)
    if origin_id is None or visitor.link_id is None:
        return ()
    mine = session.execute(
        select(ResourceLink.title, ResourceLink.copied_from_id).where(ResourceLink.id == visitor.link_id)
    ).one()
    rows = session.execute(
        select(ResourceLink.id, ResourceLink.title, ResourceLink.lesson_key, Course.version_id, Context.title)
        .join(Context, Context.id == ResourceLink.context_id)
        .join(Course, Course.id == ResourceLink.course_id)
        .where(ResourceLink.context_id == origin_id)
    )
    found = [
        Suggestion(
            link_id=link_id,
            title=title,
            context_title=context_title,
            opens=name_target(edition(session, version_id).course, lesson_key),
            is_in_history=link_id == mine.copied_from_id,
            has_same_title=bool(title) and _plain(title) == _plain(mine.title),
        )
        for link_id, title, lesson_key, version_id, context_title in rows
        if version_id is not None
    ]
    return tuple(sorted(found, key=lambda one: (not one.is_in_history, not one.has_same_title, one.link_id)))


def _plain(title: str) -> str:
    """Without what LMSs add to a copy's name."""
    return title.casefold().removesuffix("(copy)").strip()


def _nearest_origin(session: Session, context_id: int) -> int | None:
    """The next LMS course back in which a link opens something: a copy of a copy may never have been used."""
    at = context_id
    for _ in range(FARTHEST):
        origin_id = session.scalar(select(Context.copied_from_id).where(Context.id == at))
        if origin_id is None:
            return None
        opens = select(ResourceLink.id).where(ResourceLink.context_id == origin_id, ResourceLink.course_id.is_not(None))
        if session.execute(opens.limit(1)).first() is not None:
            return origin_id
        at = origin_id
    return None


def relink(session: Session, visitor: Visitor, link_id: int) -> None:
    """The visitor's link opens what that link of the original course opens; `NotFound` if it is none of those."""
    visitor.must_choose()
    if link_id not in {one.link_id for one in suggestions(session, visitor)}:
        raise NotFound
    opens = session.execute(
        select(ResourceLink.course_id, ResourceLink.lesson_key).where(ResourceLink.id == link_id)
    ).one()
    set_target(session, visitor, opens.course_id, opens.lesson_key)
    session.execute(update(ResourceLink).where(ResourceLink.id == visitor.link_id).values(copied_from_id=link_id))
    if visitor.link_id is not None:
        copy_terms(session, link_id, visitor.link_id)
