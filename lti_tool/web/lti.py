"""The door: login, launch, and the key set."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, jsonify, make_response, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from lti_tool.errors import LaunchRefused
from lti_tool.logs import note
from lti_tool.lti.login import begin_login, platform_for, storage_of
from lti_tool.lti.messages import Verified, verify
from lti_tool.lti.refusals import (
    ContentUnknown,
    DeploymentHeld,
    DeploymentUnknown,
    MentorsNotAdmitted,
    NothingToReview,
    NotSetUp,
    Replayed,
    RoleUnfit,
)
from lti_tool.services.arrivals import Installed, Role
from lti_tool.services.courses import find_target
from lti_tool.services.keys import public_keys
from lti_tool.services.launches import (
    Opened,
    consume_state,
    digest,
    find_or_add_deployment,
    open_visit,
)
from lti_tool.services.throttle import address_hash, count_try
from lti_tool.web.access import COOKIE, browser, now, settings
from lti_tool.web.db import reading, writing
from lti_tool.web.going import go

lti = Blueprint("lti", __name__)
COOKIE_SECONDS = 180 * 86400
OWN_COOKIE_SECONDS = 600


def _redirect_uri() -> str:
    return f"{settings().public_url}/lti/launch"


def _network_address() -> str:
    return address_hash(request.remote_addr or "", settings().secret_key or "demo")


def _own_cookie(state: str) -> str:
    """The name of the cookie of one launch.

    At first contact each of the frames on a page begins a launch before any cookie is there, and the browser keeps the
    lasting cookie of the last alone; each launch is therefore also bound by a cookie that no other one overwrites.
    """
    return f"{COOKIE}-{digest(state)[:8]}"


def _with_cookie(response: Response, secret: str, name: str = COOKIE, seconds: int = COOKIE_SECONDS) -> Response:
    response.set_cookie(
        name,
        secret,
        max_age=seconds,
        secure=True,
        httponly=True,
        samesite="None",
        partitioned=True,
    )
    return response


def _count(session: Session) -> None:
    count_try(session, _network_address(), now(), settings().login_rate)


@contextmanager
def _counted() -> Iterator[None]:
    """What is refused in here counts as a try of this network, though its own transaction is rolled back."""
    try:
        yield
    except LaunchRefused:
        with writing() as session:
            _count(session)
        raise


@lti.route("/lti/login", methods=["GET", "POST"])
def login() -> Response:
    """A platform sends a browser; we send it on, bound to a state.

    In a frame we first see whether our cookie comes back, since this is the last moment at which a new tab can be
    offered: Moodle's hint serves once (DECISIONS, Visits).
    """
    params: dict[str, str] = (request.form or request.args).to_dict()
    is_probed = params.pop("probe", None) == "1"
    known = browser()
    is_new_in_frame = known is None and request.headers.get("Sec-Fetch-Dest") == "iframe"
    mine = known or secrets.token_urlsafe(24)
    with _counted(), writing() as session:
        _count(session)
        platform = platform_for(session, params)
        if is_new_in_frame and not is_probed:
            return _with_cookie(_to(_login_address(params | {"probe": "1"})), mine)
        storage = storage_of(params.get("lti_storage_target"), platform) if is_new_in_frame else None
        if is_new_in_frame and storage is None and not platform.admits_unbound_learners:
            return make_response(render_template("lti/new_tab.html", address=_login_address(params)))
        state, address = begin_login(session, params, platform, mine, _redirect_uri(), now(), storage)
    if storage is not None:
        otherwise = address if platform.admits_unbound_learners else ""
        stored = {"storage": storage, "key": digest(state), "value": mine, "next": address, "otherwise": otherwise}
        return make_response(render_template("lti/new_tab.html", address=_login_address(params), **stored))
    response = _with_cookie(_to(address), mine)
    if known is None or is_probed:
        _with_cookie(response, mine, _own_cookie(state), OWN_COOKIE_SECONDS)
    return response


def _login_address(params: dict[str, str]) -> str:
    return f"{url_for('lti.login')}?{urlencode(params)}"


def _to(address: str) -> Response:
    return Response("", 302, {"Location": address})


@lti.post("/lti/launch")
def launch() -> Response:
    """The platform's answer: checked in full, used once, turned into a visit."""
    with _counted():
        return _launch(request.form)


def _launch(form: MultiDict[str, str]) -> Response:
    tool: Any = current_app.extensions["sprig"]
    own_cookie = _own_cookie(form.get("state", ""))
    own = request.cookies.get(own_cookie)
    secrets_here = [one for one in (browser(), own) if one]
    stored = _from_storage(form)
    given = [*secrets_here, *stored]
    verified = verify(form.to_dict(), given, tool.database, tool.platform_keys, settings().public_url, now())
    is_open = verified.platform.admits_unbound_learners and verified.arrival.role.learns
    if not verified.is_bound and not is_open:
        note(platform=verified.platform.id, launch="pending")
        asked = {"storage": verified.storage, "key": verified.state_hash, "form": form} if not stored else {}
        return make_response(render_template("lti/pending.html", **asked))
    with writing() as session:
        opened = _open(session, verified, secrets_here[0] if verified.is_bound and secrets_here else None)
    bound = "none" if not verified.is_bound else "cookie" if secrets_here else "storage"
    note(platform=verified.platform.id, launch="opened", role=verified.arrival.role.value, bound=bound)
    address = f"{opened.key}.{opened.secret}" if opened.secret else opened.key
    response = go("learn.start", visit=address)
    if own is not None:
        _with_cookie(response, "", own_cookie, 0)
        if browser() is None:
            _with_cookie(response, own)
    return response


def _from_storage(form: MultiDict[str, str]) -> list[str]:
    """The browser's secret as the platform kept it.

    Taken only from our own page, which had it from the platform: anybody's page may send a form here, with the secret
    of a launch that he began himself.
    """
    value = form.get("browser")
    return [value] if value and request.headers.get("Sec-Fetch-Site") == "same-origin" else []


def _open(session: Session, verified: Verified, secret: str | None) -> Opened:
    arrival = verified.arrival
    if not consume_state(session, verified.state_hash, now()):
        raise Replayed
    deployment = _let_in(session, verified)
    target = None
    if arrival.content_id is not None and arrival.deep_link is None:
        target = find_target(session, deployment.tenant_id, arrival.content_id)
        if target is None:
            raise ContentUnknown
    opened = open_visit(session, deployment, arrival, target, digest(secret) if secret else None, now())
    if not opened.has_content and not arrival.role.chooses:
        raise NotSetUp
    if not opened.has_subject:
        raise NothingToReview
    return opened


def _let_in(session: Session, verified: Verified) -> Installed:
    """The deployment, where it and the role may come in."""
    arrival, platform = verified.arrival, verified.platform
    deployment = find_or_add_deployment(session, platform, arrival.deployment_id, now())
    if deployment is None:
        raise DeploymentUnknown(deployment=arrival.deployment_id)
    if deployment.is_held:
        session.commit()  # it stays on record, for somebody to confirm
        raise DeploymentHeld
    if arrival.role is Role.MENTOR and not platform.admits_mentors:
        raise MentorsNotAdmitted
    is_own = arrival.about_sub in (None, arrival.sub)
    may_look = is_own or arrival.role is Role.INSTRUCTOR
    may_choose = arrival.deep_link is None or arrival.role.chooses
    if not (may_look and may_choose):
        raise RoleUnfit
    return deployment


@lti.get("/lti/launch")
def launch_by_hand() -> Response:
    """Somebody followed the link outside an LMS."""
    return make_response(render_template("lti/by_hand.html"), 405, {"Allow": "POST"})


@lti.get("/lti/jwks")
def jwks() -> Response:
    """Our public keys."""
    with reading() as session:
        response = jsonify({"keys": public_keys(session, now())})
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response
