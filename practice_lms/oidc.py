"""The platform's half of a launch: begin at the tool, answer its authorization request (LTI Security 1.0, §5.1)."""

import json
import sqlite3
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, jsonify, make_response, render_template, request
from werkzeug.datastructures import MultiDict

from practice_lms.acting import acting, acting_or_403, course_or_404, teacher_or_403
from practice_lms.messages import Scene, deep_linking_message, resource_link_message
from practice_lms.state.courses import find_course, find_link
from practice_lms.state.line_items import line_items_of_link
from practice_lms.state.people import Person
from practice_lms.state.switches import Character, character
from practice_lms.state.trust import Hint, ask_for_link, give_hint, spend_hint
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


def _begin(db: sqlite3.Connection, person: Person, hint: Hint, target: str) -> str:
    """A page that posts the login initiation by itself; its hint serves once, for this person."""
    config = lms().config
    text = give_hint(db, hint, now())
    if character(db) is Character.MOODLE:
        text = json.dumps({"launchid": text}, separators=(",", ":"))
    fields = {
        "iss": config.base_url,
        "target_link_uri": target,
        "login_hint": str(person.id),
        "lti_message_hint": text,
        "client_id": config.client_id,
        "lti_deployment_id": config.deployment_id,
    }
    return render_template("post_on.html", address=config.login_url, fields=fields, title="Opening the activity")


@oidc.get("/courses/<int:course_id>/activities/<int:link_id>/open")
def open_activity(course_id: int, link_id: int) -> str:
    """The activity begins at the tool, in whatever frame or tab this page is in."""
    with lms().store.writing() as db:
        person = acting_or_403(db)
        link = find_link(db, course_id, link_id) or abort(404, "There is no such activity.")
        opens = "window" if request.args.get("in") == "window" else "iframe"
        return _begin(db, person, Hint(person.id, course_id, link.id, opens), link.url)


@oidc.get("/courses/<int:course_id>/add-activity/open")
def open_deep_linking(course_id: int) -> str:
    """The tool is asked for activities."""
    with lms().store.writing() as db:
        person = teacher_or_403(db)
        course_or_404(db, course_id)
        return _begin(db, person, Hint(person.id, course_id, None, "iframe"), lms().config.launch_url)


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


def _check_client(params: MultiDict[str, str]) -> None:
    config = lms().config
    if _one(params, "client_id") != config.client_id:
        raise DeadEnd("No tool is registered with this client_id.")
    if _one(params, "redirect_uri") != config.launch_url:
        raise DeadEnd("The redirect_uri is not the registered one.")
    if not _one(params, "lti_message_hint") or not _one(params, "login_hint"):
        raise DeadEnd("login_hint and lti_message_hint must come back as they were given.")


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


def _message(db: sqlite3.Connection, asked: Asked) -> dict[str, Any]:
    person = acting(db)
    if person is None:
        raise Refused("login_required", "nobody is signed in")
    if asked.login_hint != str(person.id):
        raise Refused("access_denied", "login_hint belongs to somebody else")
    hint = spend_hint(db, _hint_text(asked.hint), person.id, now())
    if hint is None:
        raise Refused("invalid_request", "lti_message_hint was used, is too old, or belongs to somebody else")
    course = find_course(db, hint.course_id)
    if course is None:
        raise Refused("invalid_request", "the course is gone")
    scene = Scene(lms().config, character(db), person, course)
    if hint.link_id is None:
        data = None if scene.character is Character.MOODLE else f"course {course.id}, echo me: ü/{hint.person_id}"
        return deep_linking_message(scene, ask_for_link(db, course.id, data, now()), data, asked.nonce, now())
    link = find_link(db, course.id, hint.link_id)
    if link is None:
        raise Refused("invalid_request", "the activity is gone")
    columns = line_items_of_link(db, link.id)
    return resource_link_message(scene, link, columns, hint.opens, asked.nonce, now())


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
        _check_client(params)
    except DeadEnd as error:
        return _dead_end(error)
    state = _one(params, "state")
    try:
        asked = _read(params)
        with lms().store.writing() as db:
            if acting(db) is None and "again" not in params:
                return _again_from_here(params)
            fields = {"id_token": lms().key.sign(_message(db, asked))}
    except Refused as refused:
        fields = {"error": refused.error, "error_description": refused.description}
    if state:
        fields["state"] = state
    page = render_template("post_on.html", address=lms().config.launch_url, fields=fields, title="Opening the activity")
    answer = make_response(page)
    answer.headers["Cache-Control"] = "no-store"
    return answer
