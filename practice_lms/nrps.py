"""Names and Role Provisioning Services 2.0."""

import sqlite3
from typing import Any

from flask import Blueprint, Response, request

from practice_lms.messages import identity, roles_of
from practice_lms.state.courses import Course, Link, find_course, find_link
from practice_lms.state.people import Enrolled, roster
from practice_lms.state.switches import Character, character
from practice_lms.strict.door import Problem, check_accept, check_token, page_of, told
from practice_lms.variables import custom_of
from practice_lms.vocabulary import CLAIM, MEMBERS_READ, MEMBERS_TYPE, MEMBERSHIP
from practice_lms.wiring import lms

nrps = Blueprint("nrps", __name__)


@nrps.get("/lti/courses/<int:course_id>/members")
def members(course_id: int) -> Response:
    """The course's members; never the student view.  Moodle leaves suspended ones out and shortens roles."""
    with lms().store.reading() as db:
        try:
            return _members(db, course_id)
        except Problem as problem:
            return problem.response()


def _members(db: sqlite3.Connection, course_id: int) -> Response:
    check_token(db, MEMBERS_READ)
    check_accept(MEMBERS_TYPE)
    course = find_course(db, course_id)
    if course is None:
        raise Problem(404, "there is no such course")
    link = _link(db, course_id)
    manners = character(db)
    role = request.args.get("role", "").removeprefix(MEMBERSHIP)
    found = [
        one
        for one in roster(db, course_id)
        if role in {"", one.role} and (one.is_active or manners is Character.STRICT)
    ]
    page, following = page_of(found)
    body = {
        "id": f"{lms().config.base_url}{request.path}",
        "context": {"id": str(course.id), "label": course.label, "title": course.title},
        "members": [_told(one, course, link, manners) for one in page],
    }
    answer = told(MEMBERS_TYPE, body)
    if following:
        answer.headers["Link"] = following
    return answer


def _link(db: sqlite3.Connection, course_id: int) -> Link | None:
    asked = request.args.get("rlid")
    if asked is None:
        return None
    link = find_link(db, course_id, int(asked)) if asked.isdigit() and len(asked) < 18 else None
    if link is None:
        raise Problem(404, "rlid: there is no such link in this course")
    return link


def _told(one: Enrolled, course: Course, link: Link | None, manners: Character) -> dict[str, Any]:
    is_moodle = manners is Character.MOODLE
    member: dict[str, Any] = {
        "status": "Active" if one.is_active else "Inactive",
        "user_id": str(one.person.id),
        "roles": [one.role] if is_moodle else roles_of(one.person),
        **identity(one.person),
    }
    if link is not None:
        custom = custom_of(one.person, course, link, manners)
        member["message"] = [{CLAIM + "message_type": "LtiResourceLinkRequest", CLAIM + "custom": custom}]
    return member
