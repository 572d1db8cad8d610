"""What a learner's first page shows: one thing to do now, and what comes after."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Integer, String, and_, bindparam, case, cast, distinct, func, select
from sqlalchemy.orm import Session

from content.model import Course
from lti_tool.models import Item, Memory
from lti_tool.models.engine import run
from lti_tool.rules.rhythm import Rhythm
from lti_tool.services.arrivals import REVIEWS
from lti_tool.services.completion import LessonState, lesson_states
from lti_tool.services.courses import edition
from lti_tool.services.days import Moment
from lti_tool.services.game import rhythm_of
from lti_tool.services.preferences import pause_until
from lti_tool.services.sittings import open_round, plan_round
from lti_tool.services.visits import Enrolled
from scheduler.sitting import minutes


@dataclass(frozen=True, slots=True)
class Reviews:
    """A round of reviews to begin or to go on with."""

    count: int
    minutes: int
    topics: tuple[str, ...]
    """Titles of the outcomes in it."""
    is_under_way: bool


@dataclass(frozen=True, slots=True)
class NextDue:
    """When the next reviews come, and how many that day."""

    on: date
    count: int


@dataclass(frozen=True, slots=True)
class Today:
    """The learner's first page."""

    course: Course
    reviews: Reviews | None
    lesson: LessonState | None
    """The lesson to go on with, or the next one; none where only reviews are wanted."""
    lessons: tuple[LessonState, ...]
    next_due: NextDue | None
    rhythm: Rhythm | None
    paused_until: date | None
    """The pause under way, for those who do not see the week that tells it."""
    done: LessonState | None
    """The link's own lesson, once it is finished."""

    @property
    def finished(self) -> int:
        """How many lessons are done."""
        return sum(state.finished_at is not None for state in self.lessons)


def today(
    session: Session, enrolled: Enrolled | None, version_id: int, wanted_lesson: str | None, moment: Moment
) -> Today:
    """The first page for an enrolment (none yet: for somebody who has done nothing).

    `wanted_lesson` is the key of what the link opens: where that is reviews, no lesson is offered.
    """
    course = edition(session, version_id).course
    states = lesson_states(session, enrolled.id if enrolled else 0, version_id)
    has_begun = enrolled is not None and any(state.progress_id is not None for state in states)
    reviews = None
    if enrolled is not None and has_begun:
        reviews = _reviews(session, enrolled.id, version_id, states, moment)
    return Today(
        course=course,
        reviews=reviews,
        lesson=_lesson(states, wanted_lesson) if wanted_lesson != REVIEWS else None,
        lessons=tuple(states),
        next_due=(
            next_due(session, enrolled.id, course.pace.reviews_per_day, moment)
            if enrolled and has_begun and reviews is None
            else None
        ),
        rhythm=rhythm_of(session, enrolled, moment) if enrolled and not enrolled.is_calm else None,
        paused_until=pause_until(session, enrolled.id, moment) if enrolled and enrolled.is_calm else None,
        done=next((one for one in states if one.lesson.key == wanted_lesson and one.finished_at is not None), None),
    )


def finished_keys(states: list[LessonState]) -> tuple[str, ...]:
    """The lessons that are done."""
    return tuple(state.lesson.key for state in states if state.finished_at is not None)


def _lesson(states: list[LessonState], wanted: str | None) -> LessonState | None:
    """The link's own lesson while it is not done; else the one under way; else the first that is not done."""
    unfinished = [state for state in states if state.finished_at is None]
    for state in unfinished:
        if state.lesson.key == wanted:
            return state
    for state in unfinished:
        if state.is_open:
            return state
    return unfinished[0] if unfinished else None


def _reviews(
    session: Session, enrolment_id: int, version_id: int, states: list[LessonState], moment: Moment
) -> Reviews | None:
    course = edition(session, version_id).course
    under_way = open_round(session, enrolment_id, moment)
    if under_way is not None:
        left = under_way.steps - under_way.passed
        return Reviews(left, minutes(left), (), is_under_way=True)
    planned = plan_round(session, enrolment_id, version_id, finished_keys(states), moment)
    if not planned.items:
        return None
    titles = {outcome.key: outcome.title for outcome in course.outcomes}
    topics = tuple(titles.get(key, key) for key in planned.outcomes)
    return Reviews(len(planned.items), planned.minutes, topics, is_under_way=False)


_MINE = and_(Memory.enrolment_id == bindparam("enrolment"), Item.is_retired.is_(False))
_FIRST = select(func.min(Memory.due_day)).join(Item, Item.id == Memory.item_id).where(_MINE).scalar_subquery()
# What is held back today comes tomorrow.
_DAY = case((bindparam("today") < _FIRST, _FIRST), else_=bindparam("today", type_=Integer) + 1)
_NEXT_DUE = (
    select(_DAY, func.count(distinct(func.coalesce(Item.fact, cast(Item.id, String)))))
    .select_from(Memory)
    .join(Item, Item.id == Memory.item_id)
    .where(_MINE, Memory.due_day <= _DAY)
)


def next_due(session: Session, enrolment_id: int, most: int, moment: Moment) -> NextDue | None:
    """The next study day after today with reviews, and how many will be offered then: `most` at most."""
    day, count = run(session, _NEXT_DUE, enrolment=enrolment_id, today=moment.today.toordinal()).one()
    return NextDue(date.fromordinal(day), min(count, most)) if count else None
