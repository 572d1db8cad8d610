"""What an administrator sees of the scores of each platform, and how to push them on."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy.orm import Session

from lti_tool.models import GradeOwed, Learner, Platform, PlatformPace, PlatformPause
from lti_tool.services.grades.choices import IS_OWED, renewed
from lti_tool.services.grades.reasons import Reason, explain


@dataclass(frozen=True, slots=True)
class PlatformGrades:
    """One platform's scores."""

    platform_id: int
    name: str
    issuer: str
    client_id: str
    sent: int
    """Columns and learners whose score the gradebook shows."""
    owed: int
    """Waiting or tried again by themselves."""
    blocked: int
    """Stopped until a person does something.  What a teacher keeps as it is in the LMS is not among them."""
    oldest_owed_at: datetime | None
    """Since when the longest waiting of the owed ones has been behind."""
    troubles: tuple[tuple[str, int], ...]
    """What went wrong last with those that are not through, and how often; the most frequent first."""
    paused_until: datetime | None
    """Nothing goes to the platform before then, since it is down or asked us to wait."""
    paused_because: str | None
    at_once: int | None
    """So many go there at once for now, all workers together."""
    most_at_once: int | None
    """Never more than these."""

    @property
    def explained(self) -> tuple[tuple[str, int], ...]:
        """The troubles as sentences, by message id; what has none keeps its name."""
        return tuple((_sentence(name), count) for name, count in self.troubles)

    @property
    def last_error(self) -> str | None:
        """The trouble to look at first, by its name."""
        return self.paused_because or (self.troubles[0][0] if self.troubles else None)


def _sentence(name: str) -> str:
    found = explain(name, None) if name in set(Reason) else explain(None, name)
    return found.sentence if found is not None else name


IS_SENT = and_(GradeOwed.wanted <= GradeOwed.sent, GradeOwed.sent_percent.is_not(None))
_IS_KEPT = GradeOwed.blocked_reason == Reason.KEPT_IN_LMS.value
IS_BLOCKED = and_(GradeOwed.wanted > GradeOwed.sent, GradeOwed.blocked_reason.is_not(None), ~_IS_KEPT)


def grade_status(session: Session) -> list[PlatformGrades]:
    """Every platform, the oldest registration first."""
    counts = {
        row.platform_id: row
        for row in session.execute(
            select(
                Learner.platform_id,
                func.count().filter(IS_SENT).label("sent"),
                func.count().filter(IS_OWED).label("owed"),
                func.count().filter(IS_BLOCKED).label("blocked"),
                func.min(GradeOwed.owed_at).filter(IS_OWED).label("oldest"),
            )
            .join(Learner, Learner.id == GradeOwed.learner_id)
            .group_by(Learner.platform_id)
        )
    }
    troubles = _troubles(session)
    pauses = {pause.platform_id: pause for pause in session.scalars(select(PlatformPause))}
    paces = {pace.platform_id: pace for pace in session.scalars(select(PlatformPace))}
    found = []
    for platform in session.scalars(select(Platform).order_by(Platform.id)):
        row, pause, pace = counts.get(platform.id), pauses.get(platform.id), paces.get(platform.id)
        found.append(
            PlatformGrades(
                platform_id=platform.id,
                name=platform.name,
                issuer=platform.issuer,
                client_id=platform.client_id,
                sent=row.sent if row else 0,
                owed=row.owed if row else 0,
                blocked=row.blocked if row else 0,
                oldest_owed_at=row.oldest if row else None,
                troubles=troubles.get(platform.id, ()),
                paused_until=pause.until if pause else None,
                paused_because=pause.outcome if pause else None,
                at_once=min(pace.at_once, pace.most) if pace else None,
                most_at_once=pace.most if pace else None,
            )
        )
    return found


def _troubles(session: Session) -> dict[int, tuple[tuple[str, int], ...]]:
    why = func.coalesce(GradeOwed.blocked_reason, GradeOwed.last_outcome)
    rows = session.execute(
        select(Learner.platform_id, why, func.count())
        .join(Learner, Learner.id == GradeOwed.learner_id)
        .where(or_(IS_OWED, IS_BLOCKED), why.is_not(None))
        .group_by(Learner.platform_id, why)
        .order_by(func.count().desc(), why)
    )
    found: dict[int, tuple[tuple[str, int], ...]] = {}
    for platform_id, name, count in rows:
        found[platform_id] = (*found.get(platform_id, ()), (name, count))
    return found


def retry(session: Session, now: datetime, platform_id: int | None = None) -> int:
    """Every score that was blocked or put off, of this platform or of all, is due now; returns how many.

    What is blocked gets a new time; what may have arrived keeps its bytes.  A grade that a person changed in the LMS
    stays as it is: replacing it is for the teacher to say, one by one.
    """
    here: list[ColumnElement[bool]] = []
    paused = delete(PlatformPause)
    if platform_id is not None:
        here = [GradeOwed.learner_id.in_(select(Learner.id).where(Learner.platform_id == platform_id))]
        paused = paused.where(PlatformPause.platform_id == platform_id)
    is_changed = GradeOwed.blocked_reason == Reason.CHANGED_IN_LMS.value
    freed = update(GradeOwed).where(IS_BLOCKED, ~is_changed, *here).values(**renewed(now))
    hurried = (
        update(GradeOwed)
        .where(IS_OWED, or_(GradeOwed.tries > 0, GradeOwed.last_outcome.is_not(None)), *here)
        .values(due_at=now)
    )
    rows = [session.execute(one.execution_options(synchronize_session=False)) for one in (hurried, freed)]
    session.execute(paused.execution_options(synchronize_session=False))
    return sum(row.rowcount for row in rows)  # type: ignore[attr-defined]  # an UPDATE gives a cursor result
