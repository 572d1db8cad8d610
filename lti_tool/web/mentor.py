"""What a mentor sees, and the learner's say in it."""

from flask import Blueprint, Response, make_response, render_template, request

from lti_tool.errors import InputInvalid
from lti_tool.services.courses import edition
from lti_tool.services.mentors import ask, decide, mentees
from lti_tool.web.access import acting, looking, noting
from lti_tool.web.going import go
from lti_tool.web.own import privacy_page
from lti_tool.web.words import gettext

mentor = Blueprint("mentor", __name__, url_prefix="/t/<visit>/mentor")


@mentor.get("/")
def page(visit: str) -> Response:
    """Completion and the next step of those who agreed."""
    with noting(visit) as here:
        _ = here.course_id
        found = mentees(here.session, here.visitor, here.version_id, here.moment.at)
        course = edition(here.session, here.version_id).course
        return make_response(render_template("mentor/page.html", visit=visit, here=here, mentees=found, course=course))


@mentor.post("/ask/<id:learner>")
def ask_her(visit: str, learner: int) -> Response:
    """The learner is asked on her next page."""
    with acting(visit) as here:
        ask(here.session, here.visitor, learner, here.moment.at)
    return go("mentor.page", visit=visit)


@mentor.post("/<id:agreement>")
def answer(visit: str, agreement: int) -> Response:
    """The learner agrees, or ends it; without the tick the form comes back and says why not."""
    agrees, is_adult = request.form.get("agrees") == "1", "adult" in request.form
    try:
        with acting(visit) as here:
            decide(here.session, here.visitor, agreement, here.moment.at, agrees=agrees, is_adult=is_adult)
    except InputInvalid as error:
        with looking(visit) as here:
            return privacy_page(visit, here, gettext(error.values["what"]), agreement)
    return go("own.privacy", visit=visit, _anchor="mentors")
