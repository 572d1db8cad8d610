"""One learner's work: for her teachers, from their list or from the LMS's gradebook; and for herself."""

from flask import Blueprint, Response, make_response, render_template, request
from werkzeug.datastructures import MultiDict

from lti_tool.services.work import LATEST, work_of
from lti_tool.web.access import looking
from lti_tool.web.addresses import LARGEST_ID
from lti_tool.web.asking import question

work = Blueprint("work", __name__, url_prefix="/t/<visit>/work")


@work.get("/<id:learner>")
def show(visit: str, learner: int) -> Response:
    """How far she is, her tries at the checkpoint, and every answer with its verdict, the latest first."""
    before = request.args.get("before", LATEST, type=int)
    with looking(visit) as here:
        _ = here.course_id
        found = work_of(here.session, here.visitor, learner, here.version_id, min(max(before, 0), LARGEST_ID))
        asked = [question(one, MultiDict()) for one in found.answers]
        shown = list(zip(found.answers, asked, strict=True))
        tries = [(one, [(answer, question(answer, MultiDict())) for answer in one.answers]) for one in found.tries]
        page = render_template(
            "teach/work.html", visit=visit, here=here, work=found, shown=shown, tries=tries, learner=learner
        )
        return make_response(page)
