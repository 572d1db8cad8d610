"""The learner's pages.  Every form posts, then redirects; a retry finds what the first try did."""

import time
from datetime import timedelta

from flask import Blueprint, Response, make_response, render_template, request

from content.marking import ResponseInvalid, given
from lti_tool.errors import Forbidden, NotFound
from lti_tool.services.arrivals import REVIEWS, Role
from lti_tool.services.checkpoints import start_try
from lti_tool.services.classroom import is_graded, own_lines
from lti_tool.services.completion import lesson_states
from lti_tool.services.courses import edition
from lti_tool.services.game import points_between
from lti_tool.services.placing import enrol
from lti_tool.services.practice import answer_item, pass_card
from lti_tool.services.preferences import note_zone
from lti_tool.services.relinking import suggestions
from lti_tool.services.sittings import start_lesson, start_reviews
from lti_tool.services.steps import OpenStep, frontier, open_hint, open_step, standing
from lti_tool.services.today import finished_keys, next_due, today
from lti_tool.services.views import Position, ended, position
from lti_tool.web.access import Here, acting, looking, settings
from lti_tool.web.asking import SLIPS, question
from lti_tool.web.check import first_page, terms_of_visit
from lti_tool.web.going import go
from lti_tool.web.rules_told import told_learner

learn = Blueprint("learn", __name__, url_prefix="/t/<visit>")
LONGEST_ANSWER_MS = 3_600_000


@learn.get("/")
def start(visit: str) -> Response:
    """The page a launch arrives at."""
    with looking(visit) as here:
        if here.visitor.deep_link is not None:
            return go("pick.picker", visit=visit)
        if here.visitor.role.chooses and here.visitor.course_id is None:
            return go("sections.copied" if suggestions(here.session, here.visitor) else "pick.picker", visit=visit)
        if here.visitor.about_id is not None:
            return go("work.show", visit=visit, learner=here.visitor.about_id)
        if here.visitor.role is Role.MENTOR:
            return go("mentor.page", visit=visit)
        if here.visitor.is_instructor:
            return go("teach.course", visit=visit)
        return _today(visit, here)


@learn.get("/today")
def preview(visit: str) -> Response:
    """The learner's first page, for teachers who want to see it."""
    with looking(visit) as here:
        return _today(visit, here)


def _today(visit: str, here: Here) -> Response:
    _ = here.course_id
    visitor, opens = here.visitor, here.visitor.opens
    if opens is not None and opens.is_checkpoint:
        return first_page(visit, here)
    shown = today(here.session, visitor.enrolled, here.version_id, visitor.lesson_key, here.moment)
    name = "learn/reviews.html" if opens is not None and opens.is_reviews else "learn/today.html"
    return make_response(render_template(name, visit=visit, here=here, today=shown))


@learn.get("/lessons")
def lessons(visit: str) -> Response:
    """Every lesson, and where the learner is in it."""
    with looking(visit) as here:
        course = edition(here.session, here.version_id).course
        enrolment_id = here.visitor.enrolled.id if here.visitor.enrolled else 0
        states = lesson_states(here.session, enrolment_id, here.version_id)
        return make_response(
            render_template("learn/lessons.html", visit=visit, here=here, course=course, states=states)
        )


@learn.post("/sittings")
def begin(visit: str) -> Response:
    """A lesson, a round of reviews or a try is under way: the open one, or a new one."""
    with acting(visit, zone=request.form.get("zone")) as here:
        course_id, visitor = here.course_id, here.visitor
        if visitor.role is Role.MENTOR:
            raise Forbidden
        enrolment_id = (
            visitor.enrolled.id
            if visitor.enrolled
            else enrol(here.session, visitor.learner_id, visitor.context_id, course_id, here.moment.at)
        )
        note_zone(here.session, enrolment_id, here.moment)
        lesson_key = request.form.get("lesson")
        sitting_id: int | None
        if lesson_key:
            sitting_id = start_lesson(here.session, enrolment_id, here.version_id, lesson_key, here.moment)
        elif "check" in request.form:
            sitting_id = _start_try(here, enrolment_id)
        else:
            states = lesson_states(here.session, enrolment_id, here.version_id)
            sitting_id = start_reviews(here.session, enrolment_id, here.version_id, finished_keys(states), here.moment)
        if sitting_id is None:
            return go("learn.start", visit=visit)
        open_position = frontier(here.session, enrolment_id, sitting_id)
    return _to_position(visit, sitting_id, open_position)


def _start_try(here: Here, enrolment_id: int) -> int | None:
    """Only where the link is a checkpoint's: no other one says that questions would be used up."""
    if here.visitor.opens is None or not here.visitor.opens.is_checkpoint:
        raise NotFound
    if not (here.visitor.role.learns or here.visitor.role.chooses):
        raise Forbidden  # each guest is somebody new, and would draw the whole pool
    most = terms_of_visit(here).most_tries
    return start_try(here.session, enrolment_id, here.version_id, here.moment, most_tries=most)


def _to_position(visit: str, sitting: int, number: int | None, earlier: int | None = None) -> Response:
    """There; `earlier` if the answer that was sent is not the one that counts."""
    if number is None:
        return go("learn.end", visit=visit, sitting=sitting)
    return go("learn.step", visit=visit, sitting=sitting, number=number, earlier=earlier)


@learn.get("/s/<id:sitting>/<id:number>")
def step(visit: str, sitting: int, number: int) -> Response:
    """A card, a question, or the feedback to what was answered."""
    with looking(visit) as here:
        enrolled = here.enrolled
        at = standing(here.session, enrolled.id, sitting)
        if not at.shows(number):
            return _to_position(visit, sitting, at.open, 1 if "earlier" in request.args else None)
        shown = position(here.session, enrolled.id, here.version_id, sitting, number)
        return make_response(_page(visit, here, shown, is_earlier="earlier" in request.args))


def _page(visit: str, here: Here, shown: Position, *, is_earlier: bool = False, problem: str = "") -> str:
    """A card, a question with what was typed, or its feedback; `is_earlier`: to an answer given before this one."""
    if shown.card is not None:
        return render_template("learn/card.html", visit=visit, here=here, at=shown)
    asked = question(shown, request.form)
    if shown.marked is not None:
        return render_template("learn/feedback.html", visit=visit, here=here, at=shown, q=asked, is_earlier=is_earlier)
    return render_template(
        "learn/question.html",
        visit=visit,
        here=here,
        at=shown,
        q=asked,
        problem=problem,
        is_earlier=is_earlier and shown.try_number is not None and not problem,
        shown_at=int(time.time() * 1000),
    )


@learn.post("/s/<id:sitting>/<id:number>")
def answer(visit: str, sitting: int, number: int) -> Response:
    """The answer is kept, once; then its feedback is shown."""
    try:
        with acting(visit) as here:
            found = open_step(here.session, here.enrolled.id, here.version_id, sitting, number)
            if found.item is not None and "hint" in request.form:
                open_hint(here.session, found, max(0, request.form.get("hint", 0, type=int)))
                here.session.flush()
                return _again(visit, here, sitting, number, "")
            if found.item is None:
                pass_card(here.session, found, here.moment, _debounce())
                return _to_position(visit, sitting, number + 1 if number < found.steps else None)
            stands = _take(here, found)
        # What a try is told next is not how the answer was: the step's page goes on to the open question.
        return _to_position(visit, sitting, number, None if stands else 1)
    except ResponseInvalid as error:
        with looking(visit) as here:
            return _again(visit, here, sitting, number, SLIPS[error.slip], status=422)


def _again(visit: str, here: Here, sitting: int, number: int, problem: str, status: int = 200) -> Response:
    """The same question, with what was typed; nothing is lost by a hint or a slip."""
    at = standing(here.session, here.enrolled.id, sitting)
    if not at.shows(number):
        return _to_position(visit, sitting, at.open, 1)
    shown = position(here.session, here.enrolled.id, here.version_id, sitting, number)
    return make_response(_page(visit, here, shown, is_earlier=True, problem=problem), status)


def _take(here: Here, found: OpenStep) -> bool:
    """Whether what was sent is the answer that stands: now, or before (a double click, a second try)."""
    assert found.item is not None
    sent = request.form.to_dict(flat=False)
    if found.is_next and answer_item(
        here.session, found, given(found.item, sent), here.moment, _took_ms(), _debounce()
    ):
        return True
    kept = position(here.session, found.enrolment_id, here.version_id, found.sitting_id, found.position).response
    try:
        return given(found.item, sent) == kept
    except ResponseInvalid:
        return False


def _debounce() -> timedelta:
    return timedelta(seconds=settings().grade_debounce_seconds)


def _took_ms() -> int | None:
    shown_at = request.form.get("t", type=int)
    took = int(time.time() * 1000) - shown_at if shown_at else -1
    return took if 0 <= took <= LONGEST_ANSWER_MS else None


@learn.get("/s/<id:sitting>/end")
def end(visit: str, sitting: int) -> Response:
    """What the sitting came to, and when to come back."""
    with looking(visit) as here:
        enrolled, opens = here.enrolled, here.visitor.opens
        at = standing(here.session, enrolled.id, sitting)
        if at.open is not None:
            return _to_position(visit, sitting, at.open)
        if at.try_number is not None:
            return go("check.result", visit=visit, number=at.try_number)
        shown = ended(here.session, enrolled.id, here.version_id, sitting)
        wanted = REVIEWS if opens is not None and opens.is_reviews else None
        overview = today(here.session, enrolled, here.version_id, wanted, here.moment)
        return make_response(
            render_template(
                "learn/end.html",
                visit=visit,
                here=here,
                end=shown,
                today=overview,
                next_due=next_due(here.session, enrolled.id, shown.course.pace.reviews_per_day, here.moment),
                points=points_between(here.session, enrolled.id, shown.started_at, shown.finished_at),
                grades=own_lines(here.session, here.visitor, here.course_id, here.visitor.learner_id),
                earns=told_learner(terms_of_visit(here), here.moment) if is_graded(here.session, here.visitor) else "",
                minutes=max(1, round((shown.finished_at - shown.started_at).total_seconds() / 60)),
            )
        )
