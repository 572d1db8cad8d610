"""Where an LMS's administrator registers Sprig: by an invite, within the LMS (Dynamic Registration 1.0)."""

from datetime import timedelta

from flask import Blueprint, Response, current_app, jsonify, make_response, render_template, request

from lti_tool.errors import InputInvalid
from lti_tool.logs import note
from lti_tool.lti.canvas_key import canvas_key
from lti_tool.lti.reaching import shown_host
from lti_tool.lti.registration import SECONDS, read_offer, register
from lti_tool.services.invites import ASKED_FOR, accept, find_invite, one_try, registered_by
from lti_tool.services.registrations import is_shared_issuer
from lti_tool.services.throttle import address_hash, count_try
from lti_tool.web.access import must_be_ours, now, settings
from lti_tool.web.db import reading, writing
from lti_tool.web.going import go
from lti_tool.web.guides import GUIDES, guide
from lti_tool.words import N_

registering = Blueprint("registering", __name__)
TRY = timedelta(seconds=2 * SECONDS + 10)
"""Longer than both calls may take."""


def count_this() -> None:
    """One more try of this network address; `TooMany` once it had enough."""
    with writing() as session:
        address = address_hash(request.remote_addr or "", settings().secret_key or "demo")
        count_try(session, address, now(), settings().login_rate)


@registering.get("/lti/register")
def ask() -> Response:
    """What the institution chooses, and what will be registered; outside an LMS, where the address is to be pasted."""
    count_this()
    token = request.args.get("invite", "")
    with reading() as session:
        invited = find_invite(session, token, now())
    configuration = request.args.get("openid_configuration", "")
    if not configuration:
        guides = {invited.family: guide(invited.family)} if invited.family else GUIDES
        address = f"{settings().public_url}/lti/register?invite={token}"
        return make_response(render_template("lti/register_by_hand.html", address=address, guides=guides))
    return make_response(
        render_template(
            "lti/register.html",
            invited=invited,
            invite=token,
            configuration=configuration,
            token=request.args.get("registration_token", ""),
            host=shown_host(configuration),
        )
    )


@registering.post("/lti/register")
def do() -> Response:
    """The LMS and Sprig know each other, or neither does."""
    must_be_ours()
    count_this()
    form = request.form
    token, asks_for = form.get("invite", ""), form.get("asks_for", "")
    if asks_for not in ASKED_FOR:
        raise InputInvalid(what=N_("Choose what Sprig may keep of people."))
    with reading() as session:
        invited = find_invite(session, token, now())
    config, secret = settings(), form.get("registration_token", "")
    with one_try(current_app.extensions["sprig"].database, token, now(), TRY):
        offer = read_offer(
            form.get("openid_configuration", ""), secret, invited.family, allow_private=config.reaches_private
        )
        found = register(offer, secret, asks_for, config.public_url, allow_private=config.reaches_private)
        with writing() as session:
            platform = accept(session, token, found, now())
            note(platform=platform.id, registration="accepted", family=platform.family)
    return go("registering.done", invite=token)


@registering.get("/lti/register/done")
def done() -> Response:
    """What was registered, and the steps that the LMS does not show."""
    with reading() as session:
        platform = registered_by(session, request.args.get("invite", ""))
        return make_response(
            render_template(
                "lti/registered.html",
                platform=platform,
                guide=guide(platform.family),
                is_shared=is_shared_issuer(platform.issuer),
            )
        )


@registering.get("/lti/canvas.json")
def canvas() -> Response:
    """Canvas's own document; `?asks_for=` says what Sprig may keep of people, a name if it says nothing."""
    asks_for = request.args.get("asks_for", "name")
    if asks_for not in ASKED_FOR:
        raise InputInvalid(what=N_("Choose what Sprig may keep of people."))
    return jsonify(canvas_key(settings().public_url, asks_for))
