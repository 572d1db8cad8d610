"""The dry run: what would be sent, as whoever sends it would reckon it; nothing is changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_tool.models import GradeOwed, LineItem, ResourceLink
from lti_tool.services.grades.figures import Asked, figure
from lti_tool.services.grades.showing import GradeLine
from lti_tool.services.grades.terms import terms_of, with_terms


@dataclass(frozen=True, slots=True)
class Planned:
    """What the next sending would do with a score that waits."""

    percent: int
    """Reckoned now, from the answers."""
    is_needed: bool
    """False: the gradebook shows it already, and nothing goes out."""


def planned(session: Session, lines: Iterable[GradeLine], now: datetime) -> dict[int, Planned]:
    """Those of these scores that wait, by their id.  A few statements for each: for no more than one page of them."""
    ids = [line.owed_id for line in lines if line.goes_on]
    query = (
        select(GradeOwed, ResourceLink.lesson_key)
        .join(LineItem, LineItem.id == GradeOwed.line_item_id)
        .join(ResourceLink, ResourceLink.id == LineItem.resource_link_id)
        .where(GradeOwed.id.in_(ids))
    )
    found = {}
    for row in session.execute(with_terms(query, GradeOwed.learner_id)).all():
        owed: GradeOwed = row.GradeOwed
        asked = Asked(owed.enrolment_id, row.lesson_key, terms_of(row))
        percent = max(owed.reached, figure(session, asked, now).percent or 0)
        is_shown = percent == owed.sent_percent and not owed.is_ambiguous and not owed.overwrites
        found[owed.id] = Planned(percent, is_needed=not is_shown)
    return found
