"""Members as Moodle 4.5.6 tells them (README 54 to 58)."""

import sqlite3
from typing import Any

from flask import Response, request

from practice_lms.moodle.answers import Fails, answer
from practice_lms.moodle.door import check_method, check_token, check_types
from practice_lms.scene import SHORT, identity
from practice_lms.state.courses import find_course, find_link
from practice_lms.state.people import Enrolled, roster
from practice_lms.state.tools import Tool, find_tool, first_tool
from practice_lms.vocabulary import CLAIM, MEMBERS_READ, MEMBERS_TYPE, MEMBERSHIP, RESOURCE_LINK_REQUEST
from practice_lms.wiring import lms

OUTCOME_CLAIM = "https://purl.imsglobal.org/spec/lti-bo/claim/basicoutcome"


def moodle_members(db: sqlite3.Connection, course_id: int) -> Response:
    """Active members under short roles; an unknown role is everybody (README 55)."""
    check_types((MEMBERS_TYPE,))
    check_method("GET")
    grant = check_token(db, MEMBERS_READ)
    course = find_course(db, course_id)
    if course is None:
        raise Fails(404, f"Not Found: Course {course_id} doesn't exist")
    has_message = _check_link(db, course_id)
    tool = find_tool(db, lms().config, grant.tool) or first_tool(lms().config)
    role = request.args.get("role", "").removeprefix(MEMBERSHIP)
    wanted = role if role in {"Instructor", "Learner"} else ""
    found = [one for one in roster(db, course_id) if one.is_active and wanted in {"", _role(one)}]
    limit, start = request.args.get("limit", 0, type=int), request.args.get("from", 0, type=int)
    page = found[start : start + limit] if limit else found
    address = f"{lms().config.base_url}{request.path}"
    body = {
        "id": address,
        "context": {"id": str(course.id), "label": course.label, "title": course.title},
        "members": [_told(one, tool, has_message=has_message) for one in page],
    }
    made = answer(200, MEMBERS_TYPE, body)
    if limit and start + limit < len(found):  # keeps rlid, drops role, and has straight quotes (README 55)
        kept = f"&rlid={request.args['rlid']}" if has_message else ""
        made.headers["Link"] = f'<{address}?limit={limit}&from={start + limit}{kept}>; rel="next"'
    return made


def _check_link(db: sqlite3.Connection, course_id: int) -> bool:
    asked = request.args.get("rlid")
    if asked is None:
        return False
    if not asked.isdigit() or find_link(db, course_id, int(asked)) is None:
        raise Fails(404, f"Not Found: LTI link {asked} doesn't exist")
    return True


def _role(one: Enrolled) -> str:
    return SHORT.get(one.person.kind, "Learner")


def _told(one: Enrolled, tool: Tool, *, has_message: bool) -> dict[str, Any]:
    """With `rlid` a message without custom values (README 56)."""
    names = identity(one.person, tool)
    member: dict[str, Any] = {"status": "Active", "roles": [_role(one)]}
    if has_message:
        member["message"] = [{CLAIM + "message_type": RESOURCE_LINK_REQUEST, OUTCOME_CLAIM: _outcome(one)}]
    member |= {"user_id": str(one.person.id), "lis_person_sourcedid": "", **names}
    return member | {"ext_user_username": f"user{one.person.id}"} if names else member


def _outcome(one: Enrolled) -> dict[str, str]:
    return {
        "lis_result_sourcedid": f"person {one.person.id}",
        "lis_outcome_service_url": f"{lms().config.base_url}/mod/lti/service.php",
    }
