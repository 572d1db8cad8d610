"""Points and rhythm: what an answer earns, and how the weeks look.  Never read by anything that grades."""

from datetime import date, timedelta

from sqlalchemy import bindparam, delete, func, insert, literal, select, union_all, update
from sqlalchemy.orm import Session

from lti_tool.models import ClearSpan, Item, Memory, Pause, PointEntry, PracticeDay, RhythmGoal
from lti_tool.models.engine import insert_once, run
from lti_tool.rules.points import Reason, points_for
from lti_tool.rules.rhythm import Goal, Rhythm, Span, rhythm
from lti_tool.services.days import Moment
from lti_tool.services.visits import Enrolled


def count_answer(
    session: Session, enrolment_id: int, item_id: int, *, is_right: bool, was_due: bool, moment: Moment
) -> None:
    """The day counts as practised; an item that was due earns its points, once a day."""
    insert_once(session, PracticeDay, {"enrolment_id": enrolment_id, "study_on": moment.today})
    if was_due:
        reason = Reason.RIGHT if is_right else Reason.TRIED
        _earn(session, enrolment_id, f"item:{item_id}", reason, moment)


def count_lesson(session: Session, enrolment_id: int, lesson_key: str, moment: Moment) -> None:
    """A finished lesson earns its points, once; the day counts as practised."""
    insert_once(session, PracticeDay, {"enrolment_id": enrolment_id, "study_on": moment.today})
    _earn(session, enrolment_id, f"lesson:{lesson_key}", Reason.LESSON, moment)


def _earn(session: Session, enrolment_id: int, subject: str, reason: Reason, moment: Moment) -> None:
    values: dict[str, object] = {
        "enrolment_id": enrolment_id,
        "subject": subject,
        "study_on": moment.today,
        "reason": reason.value,
        "points": points_for(reason),
        "earned_at": moment.at,
    }
    insert_once(session, PointEntry, values)


_MINE = ClearSpan.enrolment_id == bindparam("enrolment")
_FORGET_CLEAR = delete(ClearSpan).where(_MINE, ClearSpan.from_on > bindparam("today"))
_END_CLEAR = update(ClearSpan).where(_MINE, ClearSpan.until_on > bindparam("today")).values(until_on=bindparam("today"))
_FIRST_DUE = (
    select(func.min(Memory.due_day))
    .join(Item, Item.id == Memory.item_id)
    .where(Memory.enrolment_id == bindparam("enrolment"), Item.is_retired.is_(False))
)


def note_clear_days(session: Session, enrolment_id: int, moment: Moment) -> None:
    """A sitting has ended: until the next review is due, nothing is; such days never break a week."""
    run(session, _FORGET_CLEAR, enrolment=enrolment_id, today=moment.today)
    run(session, _END_CLEAR, enrolment=enrolment_id, today=moment.today)
    next_due = run(session, _FIRST_DUE, enrolment=enrolment_id).scalar_one_or_none()
    clear = (next_due or 0) - moment.today.toordinal() - 1
    if clear >= 1:
        first, last = moment.today + timedelta(days=1), moment.today + timedelta(days=clear)
        run(session, insert(ClearSpan), enrolment_id=enrolment_id, from_on=first, until_on=last)


_GOALS = (
    select(RhythmGoal.from_on, RhythmGoal.days, RhythmGoal.off_days)
    .where(RhythmGoal.enrolment_id == bindparam("enrolment"))
    .order_by(RhythmGoal.from_on)
)
_PRACTISED, _CLEAR, _PAUSED = "practised", "clear", "paused"
_SPANS = union_all(
    select(literal(_PRACTISED), PracticeDay.study_on, PracticeDay.study_on).where(
        PracticeDay.enrolment_id == bindparam("enrolment")
    ),
    select(literal(_CLEAR), ClearSpan.from_on, ClearSpan.until_on).where(
        ClearSpan.enrolment_id == bindparam("enrolment")
    ),
    select(literal(_PAUSED), Pause.from_on, Pause.until_on).where(Pause.enrolment_id == bindparam("enrolment")),
)


def rhythm_of(session: Session, enrolled: Enrolled, moment: Moment) -> Rhythm:
    """The learner's weeks."""
    now = Goal(date.min, enrolled.goal_days, enrolled.off_days)
    if enrolled.first_lesson_on is None:  # no day counts yet
        return rhythm(moment.today, None, (), [now])
    goals = run(session, _GOALS, enrolment=enrolled.id).all()
    spans: dict[str, list[Span]] = {_PRACTISED: [], _CLEAR: [], _PAUSED: []}
    for kind, *ends in run(session, _SPANS, enrolment=enrolled.id):
        spans[kind].append(Span(*ends))
    return rhythm(
        moment.today,
        enrolled.first_lesson_on,
        [span.from_on for span in spans[_PRACTISED]],
        [Goal(row.from_on, row.days, tuple(row.off_days)) for row in goals] or [now],
        clear=spans[_CLEAR],
        pauses=spans[_PAUSED],
    )


def points_between(session: Session, enrolment_id: int, since: object, until: object) -> int:
    """Points earned in a stretch of time."""
    total = select(func.coalesce(func.sum(PointEntry.points), 0)).where(
        PointEntry.enrolment_id == enrolment_id, PointEntry.earned_at >= since, PointEntry.earned_at <= until
    )
    return int(session.execute(total).scalar_one())
