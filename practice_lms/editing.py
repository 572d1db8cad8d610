"""What teachers do to a course: copies, dates, members, activities without the tool's chooser."""

from datetime import UTC, datetime
from urllib.parse import urlsplit

from flask import Blueprint, abort, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from practice_lms.acting import course_or_404, teacher_or_403
from practice_lms.copying import copy_course, duplicate_link
from practice_lms.differences import DATES
from practice_lms.manners import manners
from practice_lms.notices import notices_of_copy, send
from practice_lms.scene import ROLE_IN_COURSE
from practice_lms.shown import show
from practice_lms.state.courses import Link, change_link, find_link, place_link
from practice_lms.state.people import Kind, enrol, enrolment_of, everybody, find_person, roster, unenrol
from practice_lms.state.tools import find_tool
from practice_lms.wiring import lms

editing = Blueprint("editing", __name__, url_prefix="/courses/<int:course_id>")

DATE_LABELS = {
    "ResourceLink.available.startDateTime": "Available from",
    "ResourceLink.available.endDateTime": "Available until",
    "ResourceLink.submission.startDateTime": "Submissions from",
    "ResourceLink.submission.endDateTime": "Submissions until (due)",
}


@editing.post("/copy")
def copy(course_id: int) -> BaseResponse:
    """The course is there a second time; tools that want to know are told."""
    with lms().store.writing() as db:
        teacher_or_403(db)
        original = course_or_404(db, course_id)
        made = copy_course(db, original, manners(db))
        waiting = notices_of_copy(db, original, made)
    send(waiting)
    return redirect(f"/courses/{made.id}", 303)


@editing.post("/activities/<int:link_id>/duplicate")
def duplicate(course_id: int, link_id: int) -> BaseResponse:
    """The activity is there a second time."""
    with lms().store.writing() as db:
        teacher_or_403(db)
        duplicate_link(db, find_link(db, course_id, link_id) or abort(404, "There is no such activity."))
    return redirect(f"/courses/{course_id}", 303)


@editing.post("/activities")
def place_without_chooser(course_id: int) -> BaseResponse:
    """An activity at the tool's own address (or `url`), without a column: nobody was asked what it should be."""
    with lms().store.writing() as db:
        teacher_or_403(db)
        course_or_404(db, course_id)
        tool = find_tool(db, lms().config, request.form.get("tool", "")) or abort(404, "There is no such tool.")
        url = request.form.get("url", "").strip() or tool.target_url
        if urlsplit(url)[:2] != urlsplit(tool.target_url)[:2]:
            abort(400, "The address must be one of the tool's.")
        title = request.form.get("title", "").strip() or tool.name
        opens = "window" if request.form.get("opens") == "window" else "iframe"
        place_link(db, Link(0, course_id, title, "", url, {}, opens, tool.key))
    return redirect(f"/courses/{course_id}", 303)


@editing.get("/activities/<int:link_id>/edit")
def edit(course_id: int, link_id: int) -> str:
    """Title and dates of an activity."""
    with lms().store.reading() as db:
        teacher_or_403(db)
        course = course_or_404(db, course_id)
        link = find_link(db, course_id, link_id) or abort(404, "There is no such activity.")
        dates = {name: link.dates.get(name, "")[:16] for name in DATE_LABELS}
        return show(db, "edit_activity.html", course=course, link=link, labels=DATE_LABELS, dates=dates)


@editing.post("/activities/<int:link_id>/edit")
def change(course_id: int, link_id: int) -> BaseResponse:
    """The activity has this title and these dates (UTC)."""
    with lms().store.writing() as db:
        teacher_or_403(db)
        link = find_link(db, course_id, link_id) or abort(404, "There is no such activity.")
        dates = {name: _moment(request.form.get(name, "")) for name in DATES}
        kept = {name: told for name, told in dates.items() if told}
        change_link(db, link.id, request.form.get("title", "").strip() or link.title, kept)
    return redirect(f"/courses/{course_id}", 303)


def _moment(told: str) -> str:
    try:
        return datetime.fromisoformat(told).replace(tzinfo=UTC).isoformat() if told else ""
    except ValueError:
        abort(400, "A date must look like 2026-11-30T12:00.")


@editing.get("/members")
def members(course_id: int) -> str:
    """Who is in the course, and who could be."""
    with lms().store.reading() as db:
        teacher_or_403(db)
        course, found = course_or_404(db, course_id), roster(db, course_id)
        inside = {one.person.id for one in found}
        outside = [one for one in everybody(db) if one.id not in inside and one.kind is not Kind.STUDENT_VIEW]
        return show(db, "members.html", course=course, members=found, outside=outside)


@editing.post("/members/<int:person_id>")
def change_member(course_id: int, person_id: int) -> BaseResponse:
    """Somebody is enrolled, suspended, let in again, or removed."""
    with lms().store.writing() as db:
        teacher_or_403(db)
        course_or_404(db, course_id)
        person = find_person(db, person_id) or abort(404, "There is no such person.")
        enrolled = enrolment_of(db, course_id, str(person_id))
        role = enrolled.role if enrolled else ROLE_IN_COURSE.get(person.kind, "Learner")
        match request.form.get("do"):
            case "enrol" | "reactivate":
                enrol(db, course_id, person_id, role)
            case "suspend":
                enrol(db, course_id, person_id, role, is_active=False)
            case "remove":
                unenrol(db, course_id, person_id)
            case _:
                abort(400, "do must be enrol, suspend, reactivate or remove")
    return redirect(f"/courses/{course_id}/members", 303)
