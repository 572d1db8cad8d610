"""The LMS as people see it: who you act as, courses and activities, settings."""

import sqlite3
from collections.abc import Mapping
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from practice_lms.acting import COOKIE, acting_or_403, course_or_404, teacher_or_403
from practice_lms.differences import DIFFERENCES
from practice_lms.faults import StorageFault, storage_fault
from practice_lms.manners import audience_of, deployment_of, issuer_of, manners, tenants_of
from practice_lms.shown import show
from practice_lms.state.courses import all_courses, find_link, links_of, remove_link
from practice_lms.state.grades import find_grade
from practice_lms.state.line_items import LineItem, line_items_of
from practice_lms.state.people import Person, find_person, roster
from practice_lms.state.seed import SITE, seed
from practice_lms.state.switches import (
    TARGETS,
    Character,
    FaultKind,
    Launching,
    character,
    faults,
    launching,
    set_character,
    set_launching,
)
from practice_lms.state.tools import Stage, all_tools
from practice_lms.wiring import lms

pages = Blueprint("pages", __name__)


@pages.get("/")
def home() -> str:
    """Who to act as, and where to go."""
    with lms().store.reading() as db:
        courses = [(course, len(links_of(db, course.id))) for course in all_courses(db) if course.id != SITE]
        return show(db, "home.html", courses=courses)


def _local(path: str) -> str:
    """A path on this LMS; the first page for anything else."""
    parts = urlsplit(path)
    is_local = path.startswith("/") and not path.startswith(("//", "/\\")) and not parts.netloc
    return path if is_local else "/"


@pages.post("/act-as")
def act_as() -> BaseResponse:
    """This browser acts as somebody else."""
    number = request.form.get("person", -1, type=int)
    with lms().store.reading() as db:
        person = find_person(db, number) or abort(404, "There is no such person.")
    answer = redirect(_local(request.form.get("next", "/")), 303)
    answer.set_cookie(COOKIE, str(person.id), httponly=True, samesite="Lax")
    return answer


@pages.get("/courses/<int:course_id>")
def course(course_id: int) -> str:
    """The course's activities."""
    return _course_page(course_id, None)


@pages.get("/courses/<int:course_id>/activities/<int:link_id>")
def activity(course_id: int, link_id: int) -> str:
    """The activities, with one of them open in a frame below."""
    return _course_page(course_id, link_id)


def _course_page(course_id: int, link_id: int | None) -> str:
    storage = storage_fault()
    with lms().store.reading() as db:
        me = acting_or_403(db)
        shown = course_or_404(db, course_id)
        opened = None
        if link_id is not None:
            opened = find_link(db, course_id, link_id) or abort(404, "There is no such activity.")
        columns = {item.link_id: item for item in line_items_of(db, course_id)}
        return show(
            db,
            "course.html",
            course=shown,
            links=links_of(db, course_id),
            columns=columns,
            received=_received(db, columns, me) if manners(db).ticks_by_grade and not me.may_teach else None,
            opened=opened,
            member_count=len(roster(db, course_id)),
            storage=storage,
            due="ResourceLink.submission.endDateTime",
        )


def _received(db: sqlite3.Connection, columns: Mapping[int | None, LineItem], me: Person) -> set[int | None]:
    """The activities in whose columns this learner has a grade."""
    found = set()
    for link_id, item in columns.items():
        grade = find_grade(db, item.id, me.id)
        if grade is not None and grade.shown is not None:
            found.add(link_id)
    return found


@pages.post("/courses/<int:course_id>/activities/<int:link_id>/remove")
def remove_activity(course_id: int, link_id: int) -> BaseResponse:
    """The activity is gone, with its columns."""
    with lms().store.writing() as db:
        teacher_or_403(db)
        link = find_link(db, course_id, link_id) or abort(404, "There is no such activity.")
        remove_link(db, link.id)
    return redirect(f"/courses/{course_id}", 303)


@pages.get("/courses/<int:course_id>/add-activity")
def add_activity(course_id: int) -> str:
    """A tool's chooser, in a frame."""
    storage = storage_fault()
    with lms().store.reading() as db:
        teacher_or_403(db)
        tools = [one for one in all_tools(db, lms().config) if one.stage is Stage.SHOWN]
        asked = request.args.get("tool", "")
        chosen = next((one for one in tools if one.key == asked), None) or abort(404, "There is no such tool.")
        course = course_or_404(db, course_id)
        return show(db, "add_activity.html", course=course, tools=tools, chosen=chosen, storage=storage)


@pages.get("/storage-frame")
def storage_frame() -> str:
    """The named frame beside a tool's, in which tools may store something."""
    storage = StorageFault(request.args.get("silent") == "1", request.args.get("delay", 0, type=int))
    with lms().store.reading() as db:
        return show(db, "storage_frame.html", storage=storage)


@pages.get("/courses/<int:course_id>/return")
def come_back(course_id: int) -> Response:
    """Where a tool sends people back to, with what it has to say (LTI 1.3 Core, §5.4.4)."""
    told = [request.args[name] for name in ("lti_errormsg", "lti_msg") if request.args.get(name)]
    return make_response(render_template("back.html", course_id=course_id, told=told))


@pages.get("/settings")
def settings() -> str:
    """How the LMS behaves."""
    with lms().store.reading() as db:
        ways = manners(db)
        return show(
            db,
            "settings.html",
            armed=faults(db),
            kinds=list(FaultKind),
            targets=TARGETS,
            characters=list(Character),
            differences=DIFFERENCES.get(character(db), ()),
            launching=launching(db),
            config=lms().config,
            issuer=issuer_of(lms().config, ways),
            deployments=[deployment_of(lms().config, ways, 1, tenant) for tenant in tenants_of(ways)],
            audience=audience_of(lms().config, ways),
        )


@pages.post("/character")
def choose_character() -> BaseResponse:
    """The services have this character's manners from now on."""
    try:
        chosen = Character(request.form.get("character", ""))
    except ValueError:
        abort(400, f"character must be one of: {', '.join(Character)}")
    with lms().store.writing() as db:
        set_character(db, chosen)
    return redirect("/settings", 303)


@pages.post("/launching")
def choose_launching() -> BaseResponse:
    """What launches tell from now on; a box that is not ticked is not sent, so absent means no."""
    told = request.form
    locale = told.get("locale", "en").strip() or "en"
    wanted = Launching("anonymous" in told, "context" in told, "return_url" in told, locale)
    with lms().store.writing() as db:
        set_launching(db, wanted)
    return redirect("/settings", 303)


@pages.post("/reset")
def reset() -> BaseResponse:
    """Everything is as on the first day, but for the signing key."""
    with lms().store.writing() as db:
        seed(db, lms().config)
    return redirect("/settings", 303)


@pages.app_errorhandler(HTTPException)
def explain(error: HTTPException) -> Response:
    """An error as a page, with what to do about it."""
    if error.code is not None and error.code < 400:
        return make_response(error.get_response())
    page = render_template("dead_end.html", title=error.name, detail=error.description or "")
    return make_response(page, error.code or 500)
