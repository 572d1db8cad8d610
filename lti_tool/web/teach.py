"""The instructor's pages: the course at a glance, and its gradebook column."""

from flask import Blueprint, Response, make_response, render_template, request

from lti_tool.services.asked_columns import ask_for_column, column_state
from lti_tool.services.classroom import classroom
from lti_tool.services.columns import NOT_MADE
from lti_tool.services.grading import grading_of
from lti_tool.web.access import acting, looking
from lti_tool.web.going import go
from lti_tool.web.rules_told import told_teacher

teach = Blueprint("teach", __name__, url_prefix="/t/<visit>")
ASKED = "asked"
"""In the address of whoever asked for a column: she is told that it is there, others see it."""


@teach.get("/course")
def course(visit: str) -> Response:
    """Who started, who finished, what was sent, and what failed."""
    with looking(visit) as here:
        here.visitor.must_teach()
        shown = classroom(here.session, here.visitor, here.course_id, here.version_id)
        is_settled = shown.has_column or shown.shares_with is not None
        state = None if is_settled else column_state(here.session, here.visitor.link_id, here.moment.at)
        page = render_template(
            "teach/course.html",
            visit=visit,
            here=here,
            room=shown,
            graded=told_teacher(grading_of(here.session, here.visitor).terms),
            column=state,
            not_made=NOT_MADE[state.not_made] if state and state.not_made else None,
            is_column_made=shown.has_column and request.args.get("column") == ASKED,
        )
        return make_response(page)


@teach.post("/column")
def make_column(visit: str) -> Response:
    """The worker makes the link a gradebook column in a moment, or finds the one that is there."""
    with acting(visit) as here:
        here.visitor.must_teach()
        ask_for_column(here.session, here.visitor.link_id, here.moment.at)
    return go("teach.course", visit=visit, column=ASKED)
