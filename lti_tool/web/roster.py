"""The LMS's list of people: what it says, beside what was done; and asking for it again."""

from flask import Blueprint, Response, make_response, render_template, request

from lti_tool.services.classroom import PAGE, classroom
from lti_tool.services.roster_reasons import UNREAD
from lti_tool.services.rosters import ask_for_roster, roster_state
from lti_tool.web.access import acting, looking
from lti_tool.web.going import go

roster = Blueprint("roster", __name__, url_prefix="/t/<visit>")


@roster.get("/roster")
def people(visit: str) -> Response:
    """Everybody on the list, page by page, and those who left."""
    with looking(visit) as here:
        here.visitor.must_teach()
        room = classroom(here.session, here.visitor, here.course_id, here.version_id)
        state = roster_state(here.session, here.visitor.context_id, here.moment.at)
        pages = max(1, -(-len(room.listed) // PAGE))
        page = min(max(1, request.args.get("page", 1, type=int)), pages)
        shown = {
            "pupils": room.listed[(page - 1) * PAGE : page * PAGE],
            "page": page,
            "pages": pages,
            "state": state,
            "unread": UNREAD[state.last.unread] if state.last and state.last.unread else None,
        }
        return make_response(render_template("teach/roster.html", visit=visit, here=here, room=room, **shown))


@roster.post("/roster/read")
def read(visit: str) -> Response:
    """The worker reads the list in a moment."""
    with acting(visit) as here:
        here.visitor.must_teach()
        ask_for_roster(here.session, here.visitor.context_id, here.moment.at)
    return go("roster.people", visit=visit, _anchor="list")
