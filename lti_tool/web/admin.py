"""The administrator's pages: registrations, who waits, what is allowed, what works, invites, sheets and keys."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Blueprint, Response, current_app, g, make_response, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from lti_tool.errors import InputInvalid
from lti_tool.logs import note
from lti_tool.services.administration import (
    SESSION_LASTS,
    Switches,
    confirm,
    institutions,
    must_be_signed_in,
    overview,
    overviews,
    platform_of,
    sign_in,
    sign_out,
    switch,
)
from lti_tool.services.grades import grade_status
from lti_tool.services.grades.estimate import backlog
from lti_tool.services.invites import ASKED_FOR, make_invite
from lti_tool.services.keys import all_keys, pin_key, rotate_keys, signing_key, unpin_key
from lti_tool.services.made_invites import made_invites, withdraw_invite
from lti_tool.services.platform_checks import ask_for_check, check_of
from lti_tool.services.platforms import PRODUCTS, switch_off
from lti_tool.web.access import must_be_ours, now, settings
from lti_tool.web.db import reading, writing
from lti_tool.web.going import go
from lti_tool.web.guides import GUIDES, guide
from lti_tool.web.register import count_this
from lti_tool.words import N_

admin = Blueprint("admin", __name__, url_prefix="/admin")
COOKIE = "__Host-sprig-admin"


@admin.before_request
def keep_to_ourselves() -> None:
    """Nobody shows these pages in a frame."""
    g.frame_ancestors = ""


@contextmanager
def _looking() -> Iterator[Session]:
    with reading() as session:
        must_be_signed_in(session, request.cookies.get(COOKIE), now())
        yield session


@contextmanager
def _acting() -> Iterator[Session]:
    must_be_ours()
    with writing() as session:
        must_be_signed_in(session, request.cookies.get(COOKIE), now())
        yield session


def _with_cookie(response: AnyResponse, secret: str, seconds: int) -> Response:
    response.set_cookie(COOKIE, secret, max_age=seconds, secure=True, httponly=True, samesite="Lax")
    return response  # type: ignore[return-value]  # `go` makes Flask's own


@admin.get("/sign-in")
def ask_to_sign_in() -> Response:
    """A button: programs that look at addresses in mails or chats must not use the link up."""
    return make_response(render_template("admin/sign_in.html", link=request.args.get("link", "")))


@admin.post("/sign-in")
def do_sign_in() -> Response:
    """The browser is an administrator's, for eight hours."""
    must_be_ours()
    count_this()
    with writing() as session:
        secret = sign_in(session, request.form.get("link", ""), now())
    note(admin="signed in")
    return _with_cookie(go("admin.home"), secret, int(SESSION_LASTS.total_seconds()))


@admin.post("/sign-out")
def do_sign_out() -> Response:
    """The browser is nobody's."""
    with _acting() as session:
        sign_out(session, request.cookies.get(COOKIE, ""))
    return _with_cookie(go("admin.ask_to_sign_in"), "", 0)


@admin.get("/")
def home() -> Response:
    """Every registration, and who waits to be let in."""
    with _looking() as session:
        page = render_template(
            "admin/home.html",
            found=overviews(session),
            institutions=institutions(session),
            products=PRODUCTS,
            guide=guide,
            invites=made_invites(session, now()),
        )
    return make_response(page)


@admin.post("/invites")
def invite() -> Response:
    """A new invite, shown this once."""
    family, asks_for = request.form.get("family", ""), request.form.get("asks_for", "")
    if asks_for not in ASKED_FOR or family not in {"", *PRODUCTS}:
        raise InputInvalid(what=N_("Choose what Sprig may keep of people."))
    if family and not guide(family).paste:  # it could not use one
        return go("admin.sheet", family=family)
    with _acting() as session:
        token = make_invite(session, now(), family, asks_for)
    address = f"{settings().public_url}/lti/register?invite={token}"
    guides = {family: guide(family)} if family else GUIDES
    return make_response(render_template("admin/invite.html", address=address, guides=guides))


@admin.post("/invites/<invite>/withdraw")
def withdraw(invite: str) -> Response:
    """Nobody registers by it; pressing twice is pressing once."""
    with _acting() as session:
        withdraw_invite(session, invite)
    return go("admin.home", _anchor="invites")


@admin.get("/platforms/<id:number>")
def platform(number: int) -> Response:
    """One registration, and what was found when somebody last asked."""
    with _looking() as session:
        page = render_template(
            "admin/platform.html",
            one=overview(session, number),
            institutions=institutions(session),
            check=check_of(session, number, now()),
            grades=next(one for one in grade_status(session) if one.platform_id == number),
            backlog=backlog(session, number, now()),
            saved="saved" in request.args,
        )
    return make_response(page)


@admin.post("/platforms/<id:number>/check")
def check(number: int) -> Response:
    """The worker looks what works and what does not."""
    with _acting() as session:
        platform_of(session, number)
        ask_for_check(session, number, now())
    return go("admin.platform", number=number, _anchor="list")


@admin.post("/platforms/<id:number>/switches")
def change(number: int) -> Response:
    """The registration is as ticked."""
    form = request.form
    ticked = {name: name in form for name in ("admits_unbound_learners", "admits_anonymous", "admits_mentors")}
    with _acting() as session:
        switch(session, number, Switches(asks_for=form.get("asks_for", ""), **ticked))
    return _saved(number)


@admin.post("/platforms/<id:number>/enabled")
def enable(number: int) -> Response:
    """The registration is on or off; going off ends the visits that came by it."""
    with _acting() as session:
        row = platform_of(session, number)
        if "on" in request.form:
            row.is_enabled = True
        else:
            switch_off(session, row, now())
    return _saved(number)


@admin.post("/platforms/<id:number>/deployments/<id:deployment>/confirm")
def let_in(number: int, deployment: int) -> Response:
    """The deployment belongs to this institution, and its people come in."""
    with _acting() as session:
        confirm(session, number, deployment, request.form.get("institution", ""))
    return _saved(number)


@admin.post("/platforms/<id:number>/key")
def pin(number: int) -> Response:
    """The present key stays this platform's, or the platform takes whatever key is current."""
    with _acting() as session:
        row = platform_of(session, number)
        if "pin" in request.form:
            pin_key(session, row, now())
        else:
            unpin_key(session, row, now())
    return _saved(number)


def _saved(number: int) -> Response:
    return go("admin.platform", number=number, saved=1)


@admin.get("/sheets/<family>")
def sheet(family: str) -> Response:
    """What to type in where, to register by hand."""
    with _looking():
        page = render_template(
            "admin/sheet.html",
            family=family if family in GUIDES else "other",
            guide=guide(family),
            guides=GUIDES,
            url=settings().public_url,
        )
    return make_response(page)


@admin.get("/keys")
def keys() -> Response:
    """Sprig's own keys, the present one also for LMSs that want it pasted."""
    tool = current_app.extensions["sprig"]
    with _looking() as session:
        present = signing_key(session, tool.key_box, now())
        page = render_template(
            "admin/keys.html",
            keys=all_keys(session),
            present=present.kid,
            pem=present.public_pem,
            now=now(),
            rotated="rotated" in request.args,
        )
    return make_response(page)


@admin.post("/keys/rotate")
def rotate() -> Response:
    """A new key is published; it signs in a day."""
    with _acting() as session:
        rotate_keys(session, current_app.extensions["sprig"].key_box, now())
    return go("admin.keys", rotated=1)
