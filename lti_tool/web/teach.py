"""The instructor's pages: the course at a glance, its grades, and its gradebook column."""

from flask import Blueprint, Response, current_app, make_response, render_template, request

from lti_tool.lti.line_items import LineItems
from lti_tool.services.classroom import classroom
from lti_tool.services.columns import NOT_MADE, NoColumn, NotMade, can_have_column, keep_column, wanted_column
from lti_tool.services.grades import send_again
from lti_tool.web.access import acting, looking, settings
from lti_tool.web.going import go

teach = Blueprint("teach", __name__, url_prefix="/t/<visit>")
PATIENCE_SECONDS = 8.0
"""For each call to the LMS while a person waits."""
MADE = "made"


@teach.get("/course")
def course(visit: str) -> Response:
    """Who started, who finished, what was sent, and what failed."""
    with looking(visit) as here:
        here.visitor.must_teach()
        shown = classroom(here.session, here.visitor, here.course_id, here.version_id)
        can_make = not shown.has_column and shown.shares_with is None and can_have_column(here.session, here.visitor)
        tried = request.args.get("column", "")
        page = render_template(
            "teach/course.html",
            visit=visit,
            here=here,
            room=shown,
            can_make_column=can_make,
            is_column_made=tried == MADE and shown.has_column,
            not_made=NOT_MADE[NotMade(tried)] if tried in NOT_MADE and not shown.has_column else None,
        )
        return make_response(page)


@teach.post("/column")
def make_column(visit: str) -> Response:
    """The link has a gradebook column, found in the LMS or made there; or the page says why not."""
    with acting(visit) as here:
        here.visitor.must_teach()
        wanted = wanted_column(here.session, here.visitor)
    tool = current_app.extensions["sprig"]
    line_items = LineItems(tool.database, tool.key_box, min(PATIENCE_SECONDS, settings().http_timeout_seconds))
    try:
        url = line_items.column_for(wanted, here.moment.at)
    except NoColumn as error:
        return go("teach.course", visit=visit, column=error.why.value)
    with acting(visit) as here:
        here.visitor.must_teach()
        keep_column(here.session, wanted, url, here.moment.at)
    return go("teach.course", visit=visit, column=MADE)


@teach.post("/grades/<id:owed>/send")
def resend(visit: str, owed: int) -> Response:
    """The score will be tried again now."""
    with acting(visit) as here:
        here.visitor.must_teach()
        send_again(here.session, owed, here.visitor.context_id, here.moment.at)
    return go("teach.course", visit=visit, _anchor="grades")
