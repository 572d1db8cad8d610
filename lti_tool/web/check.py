"""A checkpoint's first page, and what a try came to; its questions are asked where all questions are (`web.learn`)."""

from flask import Blueprint, Response, make_response, render_template
from werkzeug.datastructures import MultiDict

from lti_tool.errors import NotFound
from lti_tool.rules.grading import Terms
from lti_tool.services.arrivals import Role
from lti_tool.services.checkpoints import checkpoint
from lti_tool.services.classroom import is_graded, own_lines
from lti_tool.services.grading import terms_for
from lti_tool.services.tries import finished_tries
from lti_tool.web.access import Here, looking
from lti_tool.web.asking import question
from lti_tool.web.rules_told import told_learner
from lti_tool.web.words import gettext

check = Blueprint("check", __name__, url_prefix="/t/<visit>")


def first_page(visit: str, here: Here) -> Response:
    """What the checkpoint is, whether a try is open, and earlier results."""
    enrolment_id = here.visitor.enrolled.id if here.visitor.enrolled else 0
    terms = terms_of_visit(here)
    found = checkpoint(here.session, enrolment_id, here.version_id, most_tries=terms.most_tries)
    told = _told(here, terms)
    return make_response(render_template("learn/checkpoint.html", visit=visit, here=here, check=found, terms=told))


def terms_of_visit(here: Here) -> Terms:
    """How the visitor's own work at the link is graded."""
    return terms_for(here.session, here.visitor.link_id, here.visitor.learner_id)


def _told(here: Here, terms: Terms) -> str:
    """How it counts, in one sentence."""
    if here.visitor.role is Role.LEARNER and is_graded(here.session, here.visitor):
        return told_learner(terms, here.moment)
    return gettext("No grade is sent for this activity. Your teacher sees your tries.")


@check.get("/tries/<id:number>")
def result(visit: str, number: int) -> Response:
    """How many were right, by outcome, and the reason for each question that was missed."""
    with looking(visit) as here:
        enrolled = here.enrolled
        tries = finished_tries(here.session, enrolled.id, here.version_id)
        tried = next((one for one in tries if one.result.number == number), None)
        if tried is None:
            raise NotFound
        terms = terms_of_visit(here)
        page = render_template(
            "learn/try_end.html",
            visit=visit,
            here=here,
            tried=tried,
            missed=[(one, question(one, MultiDict())) for one in tried.missed],
            check=checkpoint(here.session, enrolled.id, here.version_id, most_tries=terms.most_tries),
            grades=own_lines(here.session, here.visitor, here.course_id, here.visitor.learner_id),
            is_graded=is_graded(here.session, here.visitor),
            terms=_told(here, terms),
        )
        return make_response(page)
