"""What learners set for themselves; teachers see none of it."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from lti_tool.errors import InputInvalid
from lti_tool.models import Enrolment, Pause, RhythmGoal
from lti_tool.models.engine import insert_once
from lti_tool.services.days import Moment
from lti_tool.words import N_

LONGEST_PAUSE = timedelta(days=366)
THEMES = ("auto", "light", "dark")


@dataclass(frozen=True, slots=True)
class Preferences:
    """A learner's own settings in a course."""

    goal_days: int
    off_days: tuple[int, ...]
    """ISO weekdays, Monday 1."""
    is_calm: bool
    theme: str
    pause_until: date | None


def pause_until(session: Session, enrolment_id: int, moment: Moment) -> date | None:
    """The last day of the pause under way."""
    return session.execute(
        select(Pause.until_on)
        .where(Pause.enrolment_id == enrolment_id, Pause.from_on <= moment.today, Pause.until_on >= moment.today)
        .limit(1)
    ).scalar_one_or_none()


def note_zone(session: Session, enrolment_id: int, moment: Moment) -> None:
    """The zone of this moment serves on where neither the LMS nor the browser tells one."""
    session.execute(
        update(Enrolment)
        .where(Enrolment.id == enrolment_id, Enrolment.zone.is_distinct_from(moment.zone))
        .values(zone=moment.zone)
        .execution_options(synchronize_session=False)
    )


def prefer(session: Session, enrolment_id: int, wish: Preferences, moment: Moment) -> None:
    """The settings are as wished, or `InputInvalid` and nothing has changed."""
    if not 1 <= wish.goal_days <= 7 or wish.theme not in THEMES or not set(wish.off_days) <= set(range(1, 8)):
        raise InputInvalid(what=N_("One of the choices is not among those offered."))
    if len(set(wish.off_days)) > 7 - wish.goal_days:
        raise InputInvalid(what=N_("That leaves fewer days than your goal. Choose fewer days off, or a smaller goal."))
    if wish.pause_until is not None and wish.pause_until <= moment.today:
        raise InputInvalid(what=N_("That day has passed. Choose a day after today."))
    if wish.pause_until is not None and wish.pause_until > moment.today + LONGEST_PAUSE:
        raise InputInvalid(what=N_("A pause lasts a year at most. Choose an earlier day."))
    before = session.get_one(Enrolment, enrolment_id)
    session.expunge(before)
    session.execute(
        update(Enrolment)
        .where(Enrolment.id == enrolment_id)
        .values(goal_days=wish.goal_days, off_days=sorted(set(wish.off_days)), is_calm=wish.is_calm, theme=wish.theme)
    )
    _note_goal(session, before, wish, moment)
    _pause(session, enrolment_id, wish.pause_until, moment)


def _note_goal(session: Session, before: Enrolment, wish: Preferences, moment: Moment) -> None:
    """From today the new goal holds; a run of weeks that was kept with another stays kept."""
    first = {"enrolment_id": before.id, "from_on": date.min, "days": before.goal_days, "off_days": before.off_days}
    insert_once(session, RhythmGoal, first)
    mine = (RhythmGoal.enrolment_id == before.id, RhythmGoal.from_on == moment.today)
    session.execute(delete(RhythmGoal).where(*mine))
    new = {"days": wish.goal_days, "off_days": sorted(set(wish.off_days))}
    session.execute(insert(RhythmGoal).values(enrolment_id=before.id, from_on=moment.today, **new))


def _pause(session: Session, enrolment_id: int, until: date | None, moment: Moment) -> None:
    mine, today = Pause.enrolment_id == enrolment_id, moment.today
    under_way = session.execute(select(Pause.from_on).where(mine, Pause.until_on >= today)).scalars().first()
    session.execute(delete(Pause).where(mine, Pause.from_on >= today))
    session.execute(update(Pause).where(mine, Pause.until_on >= today).values(until_on=today - timedelta(days=1)))
    if until is not None:
        begins = min(under_way or today, today)
        session.execute(delete(Pause).where(mine, Pause.from_on == begins))
        session.execute(insert(Pause).values(enrolment_id=enrolment_id, from_on=begins, until_on=until))
