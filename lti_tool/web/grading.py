"""How the activity is graded: the rule, its dates, and what single learners are allowed."""

from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, make_response, render_template, request

from lti_tool.errors import InputInvalid
from lti_tool.services.asked_columns import column_state
from lti_tool.services.columns import NOT_MADE
from lti_tool.services.grading import Grading, Wished, allow, ask_for_second, disallow, grade_by, grading_of
from lti_tool.services.picking import dates_of
from lti_tool.web import rules_told
from lti_tool.web.access import Here, acting, looking
from lti_tool.web.going import go
from lti_tool.web.words import gettext
from lti_tool.words import N_
from scheduler.day import zone_from

grading = Blueprint("grading", __name__, url_prefix="/t/<visit>/grading")


@grading.get("")
def show(visit: str) -> Response:
    """The rule in force, and what can be changed."""
    with looking(visit) as here:
        here.visitor.must_teach()
        return _page(visit, here)


def _page(visit: str, here: Here, problem: str = "", where: str = "") -> Response:
    found, zone = grading_of(here.session, here.visitor), _zone(here)
    page = render_template(
        "teach/grading.html",
        visit=visit,
        here=here,
        grading=found,
        zone=zone,
        told=rules_told,
        typed=_as_typed(found, zone) | ({"first": ""} | request.form.to_dict() if where == "rule" else {}),
        asked=request.form.to_dict() if where == "allow" else {},
        ticked=[int(one) for one in request.form.getlist("learner") if one.isdigit()],
        problem=problem,
        where=where,
        is_kept="kept" in request.args,
        column=column_state(here.session, here.visitor.link_id, here.moment.at) if found.is_graded else None,
        not_made=NOT_MADE,
    )
    return make_response(page, 422 if problem else 200)


def _zone(here: Here) -> str:
    return zone_from(here.visitor.zone, here.moment.zone).key


def _as_typed(found: Grading, zone: str) -> dict[str, str]:
    """The terms in force, as the form would hold them."""
    terms, own = found.terms, found.own

    def clock(at: datetime | None) -> str:
        return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%dT%H:%M}" if at is not None else ""

    return {
        "rule": terms.rule.value,
        "sittings": str(terms.sittings),
        "spare": str(terms.spare),
        "first": "1" if terms.is_first_try else "",
        "tries": str(terms.most_tries or ""),
        "opens": clock(own.opens_at),
        "due": clock(own.due_at),
        "closes": clock(own.closes_at),
        "late": str(terms.late_percent),
        "grace": str(int(terms.grace.total_seconds()) // 60),
    }


@grading.post("")
def change(visit: str) -> Response:
    """Graded so from now on."""
    try:
        with acting(visit) as here:
            here.visitor.must_teach()
            grade_by(here.session, here.visitor, _wished(_zone(here)))
    except InputInvalid as error:
        return _again(visit, error, "rule")
    return go("grading.show", visit=visit, kept=1)


def _again(visit: str, error: InputInvalid, where: str) -> Response:
    with looking(visit) as here:
        return _page(visit, here, gettext(error.values["what"]), where)


def _wished(zone: str) -> Wished:
    form = request.form
    return Wished(
        rule=form.get("rule", ""),
        sittings=_whole("sittings", 10),
        spare=_whole("spare", 2),
        is_first_try=form.get("first") == "1",
        most_tries=_whole("tries", 0) or None,
        dates=dates_of(form.get("opens", ""), form.get("due", ""), form.get("closes", ""), zone),
        late_percent=_whole("late", 0),
        grace_minutes=_whole("grace", 0),
    )


def _whole(name: str, otherwise: int) -> int:
    text = request.form.get(name, "").strip()
    if not text:
        return otherwise
    if not (text.isascii() and text.isdigit() and len(text) <= 6):
        raise InputInvalid(what=N_("That is not a whole number."))
    return int(text)


@grading.post("/second")
def make_second(visit: str) -> Response:
    """The link gets a second column, by another rule."""
    try:
        with acting(visit) as here:
            here.visitor.must_teach()
            ask_for_second(here.session, here.visitor, request.form.get("second", ""), here.moment.at)
    except InputInvalid as error:
        return _again(visit, error, "second")
    return go("grading.show", visit=visit, _anchor="second")


@grading.post("/allow")
def allow_more(visit: str) -> Response:
    """These learners have more time, or less to do."""
    try:
        with acting(visit) as here:
            here.visitor.must_teach()
            dates = dates_of("", request.form.get("due", ""), request.form.get("closes", ""), _zone(here))
            allow(here.session, here.visitor, _chosen(), dates, _whole("sittings", 0) or None, here.moment.at)
    except InputInvalid as error:
        return _again(visit, error, "allow")
    return go("grading.show", visit=visit, kept=1, _anchor="allowed")


@grading.post("/disallow")
def allow_no_more(visit: str) -> Response:
    """This learner is graded as everybody."""
    with acting(visit) as here:
        here.visitor.must_teach()
        disallow(here.session, here.visitor, _chosen())
    return go("grading.show", visit=visit, kept=1, _anchor="allowed")


def _chosen() -> list[int]:
    return [int(one) for one in request.form.getlist("learner") if one.isascii() and one.isdigit() and len(one) <= 10]
