"""The teacher's other LMS courses, and links in a copied one that open nothing yet."""

from flask import Blueprint, Response, make_response, render_template, request

from lti_tool.errors import InputInvalid
from lti_tool.services.relinking import relink, suggestions
from lti_tool.services.sections import carry_over, my_sections
from lti_tool.web.access import acting, looking
from lti_tool.web.addresses import LARGEST_ID
from lti_tool.web.going import go
from lti_tool.words import N_

sections = Blueprint("sections", __name__, url_prefix="/t/<visit>")


@sections.get("/courses")
def mine(visit: str) -> Response:
    """All LMS courses in which this person teaches, with one list of what there is to do."""
    with looking(visit) as here:
        found = my_sections(here.session, here.visitor, here.moment.at)
        return make_response(render_template("teach/sections.html", visit=visit, here=here, sections=found))


@sections.post("/courses/<id:link>/open")
def enter(visit: str, link: int) -> Response:
    """On to an activity of another of these LMS courses, in a visit of its own (see services.sections)."""
    with acting(visit) as here:
        key = carry_over(here.session, here.visitor, link, here.moment.at)
    _, dot, secret = visit.partition(".")
    return go("learn.start", visit=f"{key}{dot}{secret}")


@sections.get("/relink")
def copied(visit: str) -> Response:
    """What the links of the original course open, and what speaks for which."""
    with looking(visit) as here:
        here.visitor.must_choose()
        found = suggestions(here.session, here.visitor)
        if not found:
            return go("pick.picker", visit=visit)
        return make_response(render_template("teach/relink.html", visit=visit, here=here, suggestions=found))


@sections.post("/relink")
def choose(visit: str) -> Response:
    """The link opens what the chosen one of the original course opens."""
    chosen = request.form.get("from", "")
    with acting(visit) as here:
        if not chosen.isdecimal() or len(chosen) > 10 or not 0 < int(chosen) <= LARGEST_ID:
            raise InputInvalid(what=N_("Choose one of the activities first."))
        relink(here.session, here.visitor, int(chosen))
    return go("learn.start", visit=visit)
