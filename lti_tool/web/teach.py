"""The instructor's pages: choosing content, and the course at a glance."""

from typing import Any

from flask import Blueprint, Response, current_app, g, make_response, render_template, request

from content.model import Course as TaughtCourse
from content.model import Item
from lti_tool.errors import InputInvalid
from lti_tool.lti.claims import origin_of
from lti_tool.lti.deep_linking import Chosen, answer, return_url_of
from lti_tool.services.classroom import classroom
from lti_tool.services.courses import find_target, offered
from lti_tool.services.grades import send_again
from lti_tool.services.keys import signing_key
from lti_tool.services.registrations import installation_of
from lti_tool.services.visits import set_target
from lti_tool.web.access import Here, acting, looking, settings
from lti_tool.web.going import go
from lti_tool.words import N_

teach = Blueprint("teach", __name__, url_prefix="/t/<visit>")


@teach.get("/pick")
def picker(visit: str) -> Response:
    """What can be added: each course as a whole, and each lesson."""
    with looking(visit) as here:
        here.visitor.must_teach()
        courses = offered(here.session, here.visitor.tenant_id)
        return make_response(
            render_template("teach/picker.html", visit=visit, here=here, courses=courses, count=_questions)
        )


def _questions(course: TaughtCourse, lesson_key: str | None = None) -> int:
    return sum(
        isinstance(step, Item) for lesson in course.lessons if lesson_key in (None, lesson.key) for step in lesson.steps
    )


@teach.post("/pick")
def pick(visit: str) -> Response:
    """The choice goes back to the LMS, signed; or, on a link that is not set up yet, is what it opens from now on."""
    with acting(visit) as here:
        here.visitor.must_teach()
        content_id = request.form.get("c", "")
        if here.visitor.deep_link is not None:
            return _answer(here, content_id)
        target = find_target(here.session, here.visitor.tenant_id, content_id)
        if target is None:
            raise InputInvalid(what=N_("Choose a course or a lesson first."))
        set_target(here.session, here.visitor, target.course_id, target.lesson_key)
    return go("teach.course", visit=visit)


def _answer(here: Here, content_id: str) -> Response:
    wanted: Any = here.visitor.deep_link
    chosen = None if request.form.get("cancel") else _chosen(here, content_id)
    platform, deployment_id = installation_of(here.session, here.visitor.context_id)
    key = signing_key(here.session, current_app.extensions["sprig"].key_box, here.moment.at)
    goes_to = return_url_of(wanted)
    signed = answer(wanted, chosen, platform, deployment_id, key, settings().public_url, here.moment.at)
    g.form_targets = origin_of(goes_to)
    return make_response(render_template("teach/hand_back.html", address=goes_to, signed=signed, chosen=chosen))


def _chosen(here: Here, content_id: str) -> Chosen:
    for one in offered(here.session, here.visitor.tenant_id):
        if one.slug == content_id:
            return Chosen(content_id, one.course.title, one.course.summary)
        for lesson in one.course.lessons:
            if f"{one.slug}.{lesson.key}" == content_id:
                return Chosen(content_id, lesson.title, one.course.title)
    raise InputInvalid(what=N_("Choose a course or a lesson first."))


@teach.get("/course")
def course(visit: str) -> Response:
    """Who started, who finished, what was sent, and what failed."""
    with looking(visit) as here:
        here.visitor.must_teach()
        shown = classroom(here.session, here.visitor, here.course_id, here.version_id)
        return make_response(render_template("teach/course.html", visit=visit, here=here, room=shown))


@teach.post("/grades/<id:owed>/send")
def resend(visit: str, owed: int) -> Response:
    """The score will be tried again now."""
    with acting(visit) as here:
        here.visitor.must_teach()
        send_again(here.session, owed, here.visitor.context_id, here.moment.at)
    return go("teach.course", visit=visit, _anchor="grades")
