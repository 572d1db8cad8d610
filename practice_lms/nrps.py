"""Names and Role Provisioning Services 2.0."""

import sqlite3
from typing import Any

from flask import Blueprint, Response, request

from practice_lms.manners import manners
from practice_lms.moodle.answers import Fails, failure
from practice_lms.moodle.members import moodle_members
from practice_lms.scene import Scene, identity, roles_of
from practice_lms.state.courses import Link, find_course, find_link
from practice_lms.state.people import Enrolled, changed_since, latest_change, roster
from practice_lms.state.switches import Character, character
from practice_lms.state.tools import find_tool, first_tool
from practice_lms.state.trust import Grant
from practice_lms.strict.door import check_accept, check_token, page_of, told
from practice_lms.strict.problems import Problem
from practice_lms.variables import custom_of
from practice_lms.vocabulary import CLAIM, MEMBERS_READ, MEMBERS_TYPE, MEMBERSHIP, RESOURCE_LINK_REQUEST
from practice_lms.wiring import lms

nrps = Blueprint("nrps", __name__)


@nrps.get("/lti/courses/<int:course_id>/members")
def members(course_id: int) -> Response:
    """The course's members; never the student view."""
    with lms().store.reading() as db:
        try:
            return moodle_members(db, course_id) if character(db) is Character.MOODLE else _members(db, course_id)
        except Problem as problem:
            return problem.response()
        except Fails as fails:
            return failure(fails)


def _members(db: sqlite3.Connection, course_id: int) -> Response:
    grant, ways = check_token(db, MEMBERS_READ), manners(db)
    check_accept(MEMBERS_TYPE)
    course = find_course(db, course_id)
    if course is None:
        raise Problem(404, "there is no such course")
    link = _link(db, course_id, grant)
    tool = find_tool(db, lms().config, grant.tool) or first_tool(lms().config)
    role = request.args.get("role", "")
    found = []
    for one in _asked(db, course_id):
        scene = Scene(lms().config, character(db), ways, tool, one.person, course)
        if (one.is_active or ways.tells_inactive) and (not role or _full(role) in roles_of(one.person, ways)):
            found.append(_told(one, scene, link))
    page, following = page_of(found, ways)
    body = {
        "id": f"{lms().config.base_url}{request.path}",
        "context": {"id": str(course.id), "label": course.label, "title": course.title},
        "members": page,
    }
    links = [one for one in (following, _differences(db) if ways.tells_differences else None) if one]
    answer = told(MEMBERS_TYPE, body)
    if links:
        answer.headers["Link"] = ", ".join(links)
    return answer


def _full(role: str) -> str:
    """A short name is one of the context roles."""
    return role if ":" in role else MEMBERSHIP + role


def _asked(db: sqlite3.Connection, course_id: int) -> list[Enrolled]:
    """Everybody, or those who changed since a link to the differences was given out; only there are deleted ones."""
    since = request.args.get("since")
    if since is None:
        return roster(db, course_id)
    is_number = since.isascii() and since.isdigit() and len(since) < 18
    if not (is_number and int(since) <= latest_change(db)):  # after a reset, numbers begin anew
        raise Problem(400, "since: was not given out here")
    return changed_since(db, course_id, int(since))


def _differences(db: sqlite3.Connection) -> str:
    address = f"{lms().config.base_url}{request.path}?since={latest_change(db)}"
    return f'<{address}>; rel="differences"'


def _link(db: sqlite3.Connection, course_id: int, grant: Grant) -> Link | None:
    asked = request.args.get("rlid")
    if asked is None:
        return None
    link = find_link(db, course_id, int(asked)) if asked.isdigit() and len(asked) < 18 else None
    if link is None or link.tool != grant.tool:
        raise Problem(404, "rlid: there is no such link in this course")
    return link


def _told(one: Enrolled, scene: Scene, link: Link | None) -> dict[str, Any]:
    member: dict[str, Any] = {
        "status": one.status,
        "user_id": str(one.person.id),
        "roles": roles_of(one.person, scene.ways),
        **identity(one.person, scene.tool),
    }
    if link is not None:
        custom = custom_of(scene, link)
        member["message"] = [{CLAIM + "message_type": RESOURCE_LINK_REQUEST, CLAIM + "custom": custom}]
    return member
