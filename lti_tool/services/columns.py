"""A gradebook column for a link that has none: whether we may make one, what it is, and that it is there."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, Select, String, cast, or_, select, update
from sqlalchemy.orm import Session

from lti_tool.errors import NotFound
from lti_tool.models import Context, Course, Deployment, LineItem, Platform, ResourceLink
from lti_tool.services.arrivals import LineItemClaim
from lti_tool.services.grades import note_class
from lti_tool.services.grades.reasons import Explained
from lti_tool.services.placing import note_line_item
from lti_tool.services.registrations import Registration, installation_of
from lti_tool.words import N_

AGS_SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/"
LINE_ITEM_SCOPE, SCORE_SCOPE = AGS_SCOPE + "lineitem", AGS_SCOPE + "score"
RESULT_SCOPE = AGS_SCOPE + "result.readonly"
POINTS = 100
"""A whole number: Moodle takes no other, and no more (README 29); so does Open edX."""
TAG = "completion"


class NotMade(StrEnum):
    """Why there is no column."""

    UNDER_WAY = "under-way"
    """Another worker is making it: nothing to tell, and nothing to put on record."""
    NO_ANSWER = "no-answer"
    NOT_ALLOWED = "not-allowed"
    REFUSED = "refused"
    FOREIGN_ADDRESS = "foreign-address"
    BROKEN = "broken"
    """The fault is ours."""


class NoColumn(Exception):
    """The LMS has no column for the link, or we do not know; trying again is harmless."""

    def __init__(self, why: NotMade) -> None:
        super().__init__(why.value)
        self.why = why


NOT_MADE = {
    NotMade.NO_ANSWER: Explained(
        N_("The LMS does not answer, so there may be no gradebook column yet."),
        N_("Try again in a few minutes. Sprig looks first, so there will never be two."),
    ),
    NotMade.NOT_ALLOWED: Explained(
        N_("The LMS does not let Sprig make a gradebook column."),
        N_("Allow grades in the activity’s settings there, or ask the administrator of your LMS to let Sprig do it."),
    ),
    NotMade.REFUSED: Explained(
        N_("The LMS refused to make a gradebook column, and did not say why."),
        N_("Allow grades in the activity’s settings there, or add the activity anew through “select content”."),
    ),
    NotMade.FOREIGN_ADDRESS: Explained(
        N_("The LMS names an address for its gradebook that is not its own, or is not encrypted."),
        N_("Ask the administrator of your LMS to correct its web address (https), then open the activity once."),
    ),
    NotMade.BROKEN: Explained(
        N_("Something went wrong in Sprig, so there may be no gradebook column yet."),
        N_("Try again once. If it happens again, tell whoever runs Sprig the time of the try."),
    ),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """The column that a link should have."""

    platform: Registration
    line_items_url: str
    scopes: tuple[str, ...]
    context_id: int
    link_id: int
    link_lms_id: str
    content_id: str
    label: str
    taken: frozenset[str]
    """Addresses of the columns that other links of the LMS course have, and of this link's by another rule."""
    rule: str | None = None
    """A second column, by this rule; None: the link's first."""

    @property
    def tag(self) -> str:
        """What tells a link's columns apart in the LMS."""
        return self.rule or TAG


def column_lease(link_id: int) -> str:
    """What whoever makes the link's column holds meanwhile."""
    return f"column:{link_id}"


def can_have_column(session: Session, link_id: int | None) -> bool:
    """The LMS is not switched off, and lets us make a column for the link and write to it."""
    return _row(session, link_id) is not None


def wanted_column(session: Session, link_id: int) -> Wanted:
    """What to make for the link, named as the link is; `NotFound` where the LMS lets us make none."""
    row = _row(session, link_id)
    if row is None:
        raise NotFound
    platform = installation_of(session, row.context_id)
    others = select(LineItem.url).where(
        LineItem.context_id == row.context_id,
        or_(
            LineItem.resource_link_id != row.id,
            LineItem.rule.is_distinct_from(cast(row.column_rule, String)) & LineItem.is_gone.is_(False),
        ),
    )
    label = row.title.strip() or row.slug
    return Wanted(
        platform=platform,
        line_items_url=row.line_items_url,
        scopes=tuple(row.service_scopes),
        context_id=row.context_id,
        link_id=row.id,
        link_lms_id=row.lms_id,
        content_id=f"{row.slug}.{row.lesson_key}" if row.lesson_key else row.slug,
        label=f"{label} ({row.column_rule})" if row.column_rule else label,
        taken=frozenset(session.scalars(others)),
        rule=row.column_rule,
    )


def _row(session: Session, link_id: int | None) -> Row[*tuple[Any, ...]] | None:
    query: Select[*tuple[Any, ...]] = (
        select(
            ResourceLink.id,
            ResourceLink.lms_id,
            ResourceLink.context_id,
            ResourceLink.lesson_key,
            ResourceLink.title,
            ResourceLink.column_rule,
            Course.slug,
            Context.line_items_url,
            Context.service_scopes,
        )
        .join(Context, Context.id == ResourceLink.context_id)
        .join(Deployment, Deployment.id == Context.deployment_id)
        .join(Platform, Platform.id == Deployment.platform_id)
        .join(Course, Course.id == ResourceLink.course_id)
        .where(ResourceLink.id == link_id, Context.line_items_url.is_not(None), Platform.is_enabled)
    )
    row = session.execute(query).first()
    return row if row is not None and {LINE_ITEM_SCOPE, SCORE_SCOPE} <= set(row.service_scopes) else None


def keep_column(session: Session, wanted: Wanted, url: str, now: datetime) -> None:
    """The column is on record as the link's, and the class is owed what it did before.  Twice is as good as once."""
    is_new = note_line_item(session, wanted.context_id, wanted.link_id, LineItemClaim(url, wanted.scopes), now)
    if wanted.rule is not None:
        here = (LineItem.resource_link_id == wanted.link_id, LineItem.url == url)
        session.execute(update(LineItem).where(*here).values(rule=wanted.rule))
    if is_new:
        note_class(session, wanted.link_id)
