"""What follows from a try, noted only by whoever still holds the score."""

from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from lti_tool.models import GradeAttempt, GradeOwed, LineItem, PlatformPause
from lti_tool.models.engine import insert_once
from lti_tool.services.grades.backoff import LONGEST_ASKED, LONGEST_FOR_PLATFORM, pause_after
from lti_tool.services.grades.model import Claimed, Outcome, Tried
from lti_tool.services.grades.pacing import slow_down
from lti_tool.services.grades.reasons import Reason
from lti_tool.services.grades.scores import percent_in

LOCKED_TRIES = 5
"""A lock looks like a stumble; so many in a row are taken for a lock."""


def settle(session: Session, claimed: Claimed, tried: Tried, now: datetime, *, backoff_base: timedelta) -> Tried | None:
    """What the try came to; None if the lease had run out and somebody else has the score, or it was erased.

    The try goes on record either way.
    """
    row = session.execute(
        select(GradeOwed.lease_holder, GradeOwed.tries).where(GradeOwed.id == claimed.owed_id).with_for_update()
    ).first()
    if row is None:
        return None
    if tried.outcome is Outcome.LOCKED and _is_lasting(session, claimed.owed_id, row.tries):
        tried = Tried(Outcome.BLOCKED, tried.status, Reason.PERHAPS_LOCKED)
    if tried.moved_to is not None and not _move(session, claimed.line_item_id, tried.moved_to):
        tried = Tried(Outcome.BLOCKED, tried.status, Reason.COLUMN_GONE)
    _record(session, claimed, tried, now)
    _mind_platform(session, claimed, tried, now, backoff_base)
    if row.lease_holder != claimed.holder:
        return None
    values: dict[str, object] = {"lease_holder": None, "lease_until": None, "last_outcome": tried.outcome.value}
    values |= _follows(session, claimed, tried, now, row.tries, backoff_base)
    if tried.seen is not None:
        values |= {"lms_percent": tried.seen.percent, "lms_read_at": now}
    session.execute(
        update(GradeOwed)
        .where(GradeOwed.id == claimed.owed_id, GradeOwed.lease_holder == claimed.holder)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    if tried.reason is Reason.COLUMN_GONE:
        session.execute(update(LineItem).where(LineItem.id == claimed.line_item_id).values(is_gone=True))
    return tried


def _follows(
    session: Session, claimed: Claimed, tried: Tried, now: datetime, tries: int, base: timedelta
) -> dict[str, object]:
    if tried.outcome.is_settled:
        return {
            # What was wanted when the score was computed: if more is wanted now, the row stays owed.
            "sent": claimed.wanted,
            "sent_at": now,
            "sent_percent": claimed.percent,
            "tries": 0,
            "is_ambiguous": False,
            "body": None,
            "body_wanted": None,
            "was_changed": False,
            "overwrites": False,
        }
    if tried.outcome is Outcome.BLOCKED:
        assert tried.reason is not None
        values: dict[str, object] = {"blocked_reason": tried.reason.value, "tries": tries + 1, "is_ambiguous": False}
        return values | ({"was_changed": True} if tried.reason is Reason.CHANGED_IN_LMS else {})
    pause = pause_after(tries + 1, f"score {claimed.owed_id}", base)
    if tried.stops_platform:
        # Behind the others: another score finds out whether the platform is back, in case it is this one's fault.
        until = session.execute(
            select(PlatformPause.until).where(PlatformPause.platform_id == claimed.platform.id)
        ).scalar_one()
        due_at = max(until, now + min(pause, LONGEST_FOR_PLATFORM))
    else:
        due_at = now + pause
    # A try that never reached the gradebook tells nothing about an earlier one that may have.
    tells_nothing = tried.outcome.is_of_platform or tried.outcome is Outcome.UNSEEN
    is_ambiguous = tried.outcome.is_uncertain or (claimed.is_resend and tells_nothing)
    return {"due_at": due_at, "tries": tries + 1, "is_ambiguous": is_ambiguous}


def _move(session: Session, line_item_id: int, url: str) -> bool:
    """The column is at this address from now on; False, and it is gone, if another one is on record there."""
    column = select(LineItem.resource_link_id, LineItem.context_id).where(LineItem.id == line_item_id)
    here = session.execute(column).one()
    there = select(LineItem.id).where(LineItem.context_id == here.context_id, LineItem.url == url)
    if session.execute(there).first() is not None:
        return False
    session.execute(update(LineItem).where(LineItem.id == line_item_id).values(url=url))
    return True


def _is_lasting(session: Session, owed_id: int, tries: int) -> bool:
    if tries + 1 < LOCKED_TRIES:
        return False
    last = session.scalars(
        select(GradeAttempt.outcome)
        .where(GradeAttempt.grade_owed_id == owed_id)
        .order_by(GradeAttempt.id.desc())
        .limit(LOCKED_TRIES - 1)
    ).all()
    return list(last) == [Outcome.LOCKED.value] * (LOCKED_TRIES - 1)


def record_lost(session: Session, owed: GradeOwed, now: datetime) -> None:
    """The try of a worker that died is on record, as one whose answer nobody heard: the gradebook may show its score.

    If the worker is alive after all, its own record follows.
    """
    assert owed.body is not None
    session.execute(
        insert(GradeAttempt).values(
            grade_owed_id=owed.id,
            tried_at=now,
            wanted=owed.body_wanted,
            percent=percent_in(owed.body),
            score_at=owed.score_at,
            outcome=Outcome.NO_ANSWER.value,
        )
    )


def _record(session: Session, claimed: Claimed, tried: Tried, now: datetime) -> None:
    session.execute(
        insert(GradeAttempt).values(
            grade_owed_id=claimed.owed_id,
            tried_at=now,
            wanted=claimed.wanted,
            percent=claimed.percent,
            score_at=claimed.score_at,
            status=tried.status,
            outcome=tried.outcome.value,
            up_to_review_id=claimed.figure.up_to_review_id,
            figures=claimed.figure.counted or None,
        )
    )


def _mind_platform(session: Session, claimed: Claimed, tried: Tried, now: datetime, base: timedelta) -> None:
    """Trouble of the platform's own stops what goes there; the score that was sent to find out lifts it."""
    platform_id = claimed.platform.id
    if tried.outcome is Outcome.BUSY:
        slow_down(session, platform_id, now)
    mine = PlatformPause.probe_holder == claimed.holder
    if not tried.stops_platform:
        session.execute(delete(PlatformPause).where(PlatformPause.platform_id == platform_id, mine))
        return
    asked = min(tried.retry_after or timedelta(0), LONGEST_ASKED)
    values: dict[str, object] = {"outcome": tried.outcome.value, "probe_holder": None}
    until = now + max(asked, pause_after(1, f"platform {platform_id}", base, LONGEST_FOR_PLATFORM))
    if insert_once(session, PlatformPause, {"platform_id": platform_id, "tries": 1, "until": until} | values):
        return
    row = session.execute(
        select(PlatformPause.tries, PlatformPause.until, PlatformPause.probe_holder)
        .where(PlatformPause.platform_id == platform_id)
        .with_for_update()
    ).one()
    if row.probe_holder == claimed.holder:
        pause = pause_after(row.tries + 1, f"platform {platform_id}", base, LONGEST_FOR_PLATFORM)
        values |= {"tries": row.tries + 1, "until": now + max(asked, pause)}
    else:
        # One of several that failed together counts once.
        values = {"until": max(row.until, now + asked)}
    session.execute(update(PlatformPause).where(PlatformPause.platform_id == platform_id).values(**values))
