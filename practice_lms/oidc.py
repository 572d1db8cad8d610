"""The platform's half of a launch: begin at the tool, answer its authorization request (LTI Security 1.0, §5.1)."""

import json
import sqlite3
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, jsonify, make_response, render_template, request
from werkzeug.datastructures import MultiDict

from practice_lms.acting import acting, acting_or_403, course_or_404, teacher_or_403
from practice_lms.manners import deployment_of, issuer_of, manners
from practice_lms.messages import deep_linking_message, resource_link_message, review_message, review_target
from practice_lms.reviews import is_reviewable
from practice_lms.scene import Scene
from practice_lms.state.courses import Course, find_course, find_link, links_of
from practice_lms.state.line_items import find_line_item, line_items_of_link
from practice_lms.state.people import find_person
from practice_lms.state.switches import Character, character, launching
from practice_lms.state.tools import Stage, Tool, find_tool, tool_of_client
from practice_lms.state.trust import Hint, ask_for_link, give_hint, spend_hint
from practice_lms.vocabulary import DEEP_LINKING_REQUEST
from practice_lms.wiring import lms, now

oidc = Blueprint("oidc", __name__)


class DeadEnd(Exception):
    """The request cannot be trusted enough to send anybody anywhere: the person sees a page, the tool hears nothing."""


class Refused(Exception):
    """The tool is told, at its registered address."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error, self.description = error, description


@oidc.get("/jwks")
def jwks() -> Response:
    """The LMS's public key."""
    answer = jsonify({"keys": [lms().key.public_jwk()]})
    answer.headers["Cache-Control"] = "public, max-age=3600"
    return answer


def _begin(db: sqlite3.Connection, hint: Hint, tool: Tool, course: Course, target: str) -> str:
    """A page that posts the login initiation by itself; its hint serves once, for this person."""
    if tool.stage is Stage.PENDING:
        abort(403, "The tool is not active yet: an administrator activates it on the page of tools.")
    config, ways = lms().config, manners(db)
    text = give_hint(db, hint, now())
    if character(db) is Character.MOODLE:
        text = json.dumps({"launchid": text}, separators=(",", ":"))
    fields = {
        "iss": issuer_of(config, ways),
        "target_link_uri": target,
        "login_hint": str(hint.person_id),
        "lti_message_hint": text,
        "client_id": tool.client_id,
        "lti_deployment_id": deployment_of(config, ways, tool.number, course.tenant),
    }
    if ways.storage_frame:
        fields["lti_storage_target"] = ways.storage_frame
    if character(db) is Character.CANVAS:
        fields |= {"canvas_environment": "prod", "canvas_region": "not_configured"}
    return render_template("post_on.html", address=tool.login_url, fields=fields, title="Opening the activity")


def _tool(db: sqlite3.Connection, key: str) -> Tool:
    return find_tool(db, lms().config, key) or abort(404, "There is no such tool.")


@oidc.get("/courses/<int:course_id>/activities/<int:link_id>/open")
def open_activity(course_id: int, link_id: int) -> str:
    """The activity begins at the tool, in whatever frame or tab this page is in."""
    with lms().store.writing() as db:
        person = acting_or_403(db)
        course = course_or_404(db, course_id)
        link = find_link(db, course_id, link_id) or abort(404, "There is no such activity.")
        opens = "window" if request.args.get("in") == "window" else "iframe"
        hint = Hint(person.id, course_id, link.id, opens, link.tool)
        return _begin(db, hint, _tool(db, link.tool), course, link.url)


@oidc.get("/courses/<int:course_id>/add-activity/open")
def open_deep_linking(course_id: int) -> str:
    """The tool is asked for activities."""
    with lms().store.writing() as db:
        person = teacher_or_403(db)
        course = course_or_404(db, course_id)
        tool = _tool(db, request.args.get("tool", ""))
        hint = Hint(person.id, course_id, None, "iframe", tool.key)
        return _begin(db, hint, tool, course, tool.url_for(DEEP_LINKING_REQUEST))


@oidc.get("/courses/<int:course_id>/gradebook/<int:line_item_id>/<int:person_id>/review/open")
def open_review(course_id: int, line_item_id: int, person_id: int) -> str:
    """The tool shows what a learner submitted; to teachers, and to the learner."""
    with lms().store.writing() as db:
        me, course = acting_or_403(db), course_or_404(db, course_id)
        if not me.may_teach and me.id != person_id:
            abort(403, "This is somebody else's work.")
        item = find_line_item(db, line_item_id)
        if item is None or item.course_id != course_id or not is_reviewable(db, item):
            abort(404, "There is nothing to review in this column.")
        tool = _tool(db, item.tool)
        link = None if item.link_id is None else find_link(db, course_id, item.link_id)
        target = review_target(item, link, tool.target_url)
        hint = Hint(me.id, course_id, item.link_id, "iframe", tool.key, item.id, person_id)
        return _begin(db, hint, tool, course, target)


@dataclass(frozen=True, slots=True)
class Asked:
    """An authorization request in order."""

    nonce: str
    state: str | None
    hint: str
    login_hint: str


def _one(params: MultiDict[str, str], name: str) -> str:
    values = params.getlist(name)
    return values[0] if len(values) == 1 else ""


def _client(params: MultiDict[str, str]) -> Tool:
    with lms().store.reading() as db:
        tool = tool_of_client(db, lms().config, _one(params, "client_id"))
    if tool is None or tool.stage is Stage.PENDING:
        raise DeadEnd("No tool is registered with this client_id.")
    if _one(params, "redirect_uri") not in tool.redirect_urls:
        raise DeadEnd("The redirect_uri is not the registered one.")
    if not _one(params, "lti_message_hint") or not _one(params, "login_hint"):
        raise DeadEnd("login_hint and lti_message_hint must come back as they were given.")
    return tool


RULES = (
    ("response_type", "id_token", "unsupported_response_type"),
    ("response_mode", "form_post", "invalid_request"),
    ("scope", "openid", "invalid_scope"),
    ("prompt", "none", "invalid_request"),
)


def _read(params: MultiDict[str, str]) -> Asked:
    for name, value, error in RULES:
        if _one(params, name) != value:
            raise Refused(error, f"{name} must be {value}")
    nonce = _one(params, "nonce")
    if not nonce:
        raise Refused("invalid_request", "nonce is required")
    return Asked(nonce, _one(params, "state") or None, _one(params, "lti_message_hint"), _one(params, "login_hint"))


def _hint_text(told: str) -> str:
    """The hint itself; Moodle's is wrapped in JSON."""
    try:
        parsed = json.loads(told)
    except ValueError:
        return told
    return str(parsed.get("launchid", "")) if isinstance(parsed, dict) else told


def _message(db: sqlite3.Connection, tool: Tool, asked: Asked) -> dict[str, Any]:
    person = acting(db)
    if person is None:
        raise Refused("login_required", "nobody is signed in")
    if asked.login_hint != str(person.id):
        raise Refused("access_denied", "login_hint belongs to somebody else")
    hint = spend_hint(db, _hint_text(asked.hint), person.id, now())
    if hint is None or hint.tool != tool.key:
        raise Refused("invalid_request", "lti_message_hint was used, is too old, or belongs to somebody else")
    course = find_course(db, hint.course_id)
    if course is None:
        raise Refused("invalid_request", "the course is gone")
    is_used = any(one.tool == tool.key for one in links_of(db, course.id))
    scene = Scene(lms().config, character(db), manners(db), tool, person, course, launching(db), hint.opens, is_used)
    if hint.line_item_id is not None:
        return _review(db, scene, hint, asked.nonce)
    if hint.link_id is None:
        data = f"course {course.id}, echo me: ü/{hint.person_id}" if scene.ways.has_deep_link_data else None
        request_id = ask_for_link(db, course.id, data, now(), tool.key)
        return deep_linking_message(scene, request_id, data, asked.nonce, now())
    link = find_link(db, course.id, hint.link_id)
    if link is None:
        raise Refused("invalid_request", "the activity is gone")
    return resource_link_message(scene, link, line_items_of_link(db, link.id), asked.nonce, now())


def _review(db: sqlite3.Connection, scene: Scene, hint: Hint, nonce: str) -> dict[str, Any]:
    item = find_line_item(db, hint.line_item_id or 0)
    learner = find_person(db, hint.for_person_id or 0)
    if item is None or learner is None:
        raise Refused("invalid_request", "the column or the learner is gone")
    link = None if hint.link_id is None else find_link(db, scene.course.id, hint.link_id)
    return review_message(scene, item, link, learner, nonce, now())


def _dead_end(error: DeadEnd) -> Response:
    page = render_template("dead_end.html", title="This launch cannot go on", detail=str(error))
    return make_response(page, 400)


def _again_from_here(params: MultiDict[str, str]) -> Response:
    """The same request, sent by a page of ours.

    Where the tool sends the browser from a page of its own, the browser withholds our cookie; Moodle does the same
    (recording `login-initiation-tool-posts-to-auth`).
    """
    fields = {**params.to_dict(), "again": "1"}
    return make_response(render_template("post_on.html", address="/auth", fields=fields, title="One moment"))


@oidc.route("/auth", methods=["GET", "POST"])
def auth() -> Response:
    """An id_token for the person who acts in this browser, or an error, posted to the tool."""
    params = request.values
    try:
        tool = _client(params)
    except DeadEnd as error:
        return _dead_end(error)
    state = _one(params, "state")
    with lms().store.reading() as db:
        ways = manners(db)
    try:
        asked = _read(params)
        with lms().store.writing() as db:
            if acting(db) is None and "again" not in params:
                return _again_from_here(params)
            fields = {"id_token": lms().key.sign(_message(db, tool, asked))}
    except Refused as refused:
        fields = {"error": refused.error, "error_description": refused.description}
    if state:
        fields["state"] = state
    if ways.storage_frame and ways.returns_storage_target:
        fields["lti_storage_target"] = ways.storage_frame
    address = _one(params, "redirect_uri")
    page = render_template("post_on.html", address=address, fields=fields, title="Opening the activity")
    answer = make_response(page)
    answer.headers["Cache-Control"] = "no-store"
    return answer
