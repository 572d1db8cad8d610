"""Choosing content for a link: what is offered, and what a teacher made of it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from content.marking import mark
from content.model import Card, Course, Item, Lesson, Response
from lti_tool.errors import InputInvalid, NotFound
from lti_tool.rules.grading import Terms
from lti_tool.services.arrivals import CHECKPOINT, REVIEWS, Dates
from lti_tool.services.checkpoints import LEAST_OFFERED, probes_of, questions_in
from lti_tool.services.courses import Named, Offered, edition, find_target, name_target, newest_version, offered
from lti_tool.services.leafing import Leaf, position_at
from lti_tool.services.views import Position
from lti_tool.words import N_
from scheduler.sitting import minutes as minutes_for

LONGEST_TITLE = 255
"""Of an activity, in characters: Moodle refuses longer ones, or drops the activity in silence (README 29)."""


NO_DATES = Dates()


@dataclass(frozen=True, slots=True)
class Pickable:
    """A course, a lesson of it, its reviews or its checkpoint."""

    content_id: str
    named: Named
    text: str
    number: int
    """The lesson's, from 1; 0 for all others."""
    minutes: int
    questions: int
    """0 for reviews: how many are due differs from day to day."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """What can be chosen of one course."""

    course: Course
    pickables: tuple[Pickable, ...]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the teacher chose, and how it shall stand in the LMS."""

    content_id: str
    title: str
    text: str
    is_graded: bool = True
    terms: Terms | None = None
    """How it is graded; None: as is usual for such content."""
    in_new_tab: bool = False
    dates: Dates = NO_DATES


def shelves(session: Session, tenant_id: int, wanted: str = "", keep: Iterable[str] = ()) -> list[Shelf]:
    """What this tenant's teachers can choose, by course; with `wanted` what has all of its words, or is in `keep`.

    A course as a whole is found by the words of any of its parts.
    """
    words, kept = wanted.casefold().split(), set(keep)
    found = []
    for one in offered(session, tenant_id):
        whole, *parts = _pickables(one)
        about = f"{one.course.title} {one.course.summary}".casefold()
        left = [part for part in parts if part.content_id in kept or _has(part, about, words)]
        if left or whole.content_id in kept or all(word in about for word in words):
            found.append(Shelf(one.course, (whole, *left)))
    return found


def _has(part: Pickable, about: str, words: list[str]) -> bool:
    """All of the words stand in what is said about the course and the part."""
    known = f"{about} {part.named.lesson or part.named.lesson_key}".casefold()
    return all(word in known for word in words)


def _pickables(one: Offered) -> list[Pickable]:
    course = one.course
    minutes = sum(lesson.minutes for lesson in course.lessons)
    questions = sum(map(_questions, course.lessons))
    found = [Pickable(one.slug, name_target(course, None), course.summary, 0, minutes, questions)]
    for number, lesson in enumerate(course.lessons, 1):
        found.append(_part(one, lesson.key, number, lesson.minutes, _questions(lesson)))
    found.append(_part(one, REVIEWS, 0, 0, 0))
    if len(probes_of(course)) >= LEAST_OFFERED:
        asked = questions_in(course)
        found.append(_part(one, CHECKPOINT, 0, minutes_for(asked), asked))
    return found


def _part(one: Offered, key: str, number: int, minutes: int, questions: int) -> Pickable:
    named = name_target(one.course, key)
    return Pickable(f"{one.slug}.{key}", named, one.course.title, number, minutes, questions)


def _questions(lesson: Lesson) -> int:
    return sum(isinstance(step, Item) for step in lesson.steps)


def pickables_named(session: Session, tenant_id: int, content_ids: Iterable[str]) -> list[Pickable]:
    """These, each once, in this order; `InputInvalid` if one is not offered, or none is named."""
    there = {one.content_id: one for shelf in shelves(session, tenant_id) for one in shelf.pickables}
    wanted = list(dict.fromkeys(content_ids))
    if not wanted or not all(one in there for one in wanted):
        raise InputInvalid(what=N_("Choose a course or a lesson first."))
    return [there[one] for one in wanted]


def described(session: Session, tenant_id: int, content_id: str) -> Pickable | None:
    """Reviews or a checkpoint that this tenant is offered: they have no cards to leaf through.  None for all else."""
    target = find_target(session, tenant_id, content_id)
    if target is None or target.lesson_key is None or target.is_lesson:
        return None
    there = (one for shelf in shelves(session, tenant_id) for one in shelf.pickables)
    return next((one for one in there if one.content_id == content_id), None)


def title_of(typed: str, own: str) -> str:
    """The activity's title as typed, on one line and no longer than an LMS takes; the content's own if it is empty."""
    return (" ".join(typed.split()) or own)[:LONGEST_TITLE].rstrip()


def dates_of(opens: str, due: str, closes: str, zone: str) -> Dates:
    """What was typed by the zone's clocks, in UTC; `InputInvalid` if it is no date, or the order is wrong."""
    dates = Dates(*(_instant(text.strip(), ZoneInfo(zone)) for text in (opens, due, closes)))
    told = [one for one in (dates.opens_at, dates.due_at, dates.closes_at) if one is not None]
    if told != sorted(told) or (len(told) > 1 and told[0] == told[-1]):
        raise InputInvalid(what=N_("Those dates are out of order: an activity opens first, and closes last."))
    return dates


def _instant(text: str, zone: ZoneInfo) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC) if text else None
    except (ValueError, OverflowError):
        raise InputInvalid(what=N_("That is not a date and a time. Choose both, or leave it empty.")) from None


def wrong_dates(opens: str, due: str, closes: str, zone: str) -> frozenset[str]:
    """Which of them cannot be meant: those that are none; if all are some, those that are out of order."""
    typed = {"opens": opens, "due": due, "closes": closes}
    alone = {name for name, text in typed.items() if _is_refused(text, "", "", zone)}
    if alone or not _is_refused(opens, due, closes, zone):
        return frozenset(alone)
    return frozenset(name for name, text in typed.items() if text.strip())


def _is_refused(opens: str, due: str, closes: str, zone: str) -> bool:
    try:
        dates_of(opens, due, closes, zone)
    except InputInvalid:
        return True
    return False


def previewed(session: Session, tenant_id: int, content_id: str, number: int, response: Response | None) -> Position:
    """The card or question at this place of the content, with the verdict on a response; nothing of it is kept.

    `NotFound` if this tenant is not offered it, or there is no such place.
    """
    target = find_target(session, tenant_id, content_id)
    if target is None:
        raise NotFound
    course = edition(session, newest_version(session, target.course_id)).course
    steps = [
        (at, lesson, step)
        for at, lesson in enumerate(course.lessons, 1)
        if target.lesson_key in {None, lesson.key}
        for step in lesson.steps
    ]
    if not 1 <= number <= len(steps):
        raise NotFound
    at, lesson, step = steps[number - 1]
    card, item = (step, None) if isinstance(step, Card) else (None, step)
    shown = position_at(course, Leaf(number, at, lesson, card, item), len(steps))
    marked = mark(item, response, course.decimal) if item and response is not None else None
    return replace(shown, response=response, marked=marked)
