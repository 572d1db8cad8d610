"""What goes wrong on purpose, so that a tool can show how it copes."""

import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any

from flask import Blueprint, Flask, Response, abort, current_app, g, jsonify, make_response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from practice_lms.state.switches import (
    STORAGE,
    TARGETS,
    Character,
    Fault,
    FaultKind,
    add_fault,
    character,
    clear_faults,
    faults,
    strike,
)
from practice_lms.state.trust import forget_tokens
from practice_lms.wiring import lms

fault_page = Blueprint("faults", __name__)

TARGET_OF_ENDPOINT = {
    "tokens.token": "token",
    "ags.scores": "scores",
    "ags.results": "results",
    "ags.line_items": "line items",
    "ags.line_item": "line items",
    "nrps.members": "members",
    "oidc.jwks": "jwks",
    "registration.configuration": "registration",
    "registration.register": "registration",
    "notices.notice_handlers": "notice handlers",
}
STORAGE_KINDS = (FaultKind.SILENT, FaultKind.SLOW)
SERVICE_KINDS = tuple(one for one in FaultKind if one is not FaultKind.SILENT)
LONGEST_PAUSE_MS = 60_000


class ConnectionDropped(Exception):
    """Not an error: the connection breaks because a fault asks for it."""


class _BrokenBody:
    """A body that fails before its first byte."""

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        raise ConnectionDropped("a fault of the practice LMS asks for it")


def _drop() -> Response:
    """The caller sees its connection end without an answer.

    Werkzeug's server hands over its socket, which is closed here.  Granian breaks the connection off when the body
    fails before its first byte; at times it has sent the head by then, which therefore does not speak of success.
    """
    connection = request.environ.get("werkzeug.socket")
    if isinstance(connection, socket.socket):
        with suppress(OSError):  # the caller has gone already
            connection.shutdown(socket.SHUT_RDWR)
        return make_response("", 200)
    return Response(_BrokenBody(), 502, headers={"Content-Length": "1"})


def _answer_to(fault: Fault) -> Response | None:
    match fault.kind:
        case FaultKind.SLOW:
            time.sleep(min(fault.amount, LONGEST_PAUSE_MS) / 1000)
        case FaultKind.SERVER_ERROR:
            return make_response("Internal Server Error\n", 500)
        case FaultKind.TOO_MANY:
            return _too_many(fault)
        case FaultKind.THROTTLED:
            headers = {"X-Rate-Limit-Remaining": "0"}
            return make_response("403 Forbidden (Rate Limit Exceeded)\n", 403, headers)
        case FaultKind.DROP_BEFORE:
            return _drop()
        case FaultKind.DROP_AFTER:
            g.drops_after = True
        case FaultKind.LOST_TOKENS:
            with lms().store.writing() as db:
                forget_tokens(db)
        case FaultKind.REPEATED:
            # The first of two deliveries: nobody hears its answer.
            current_app.view_functions[request.endpoint or ""](**(request.view_args or {}))
    return None


def _too_many(fault: Fault) -> Response:
    """429.  Canvas says how much is left, and only sometimes when to come back (LTI.md, 3)."""
    with lms().store.reading() as db:
        is_canvas = character(db) is Character.CANVAS
    if not is_canvas:
        return make_response("Too Many Requests\n", 429, {"Retry-After": str(fault.amount or 1)})
    answer = make_response("429 Too Many Requests (Rate Limit Exceeded)\n", 429, {"X-Rate-Limit-Remaining": "0"})
    if fault.amount:
        answer.headers["Retry-After"] = str(fault.amount)
    return answer


@dataclass(frozen=True, slots=True)
class StorageFault:
    """How a page answers when a tool wants to store something."""

    is_silent: bool = False
    delay_ms: int = 0


def storage_fault() -> StorageFault:
    """What the next page with a tool in it does.  No transaction may be open."""
    with lms().store.reading() as db:
        if not any(one.target == STORAGE for one in faults(db)):
            return StorageFault()
    with lms().store.writing() as db:
        met = strike(db, STORAGE, lms().chance)
    delays = [one.amount for one in met if one.kind is FaultKind.SLOW]
    return StorageFault(any(one.kind is FaultKind.SILENT for one in met), max(delays, default=0))


def arm(app: Flask) -> None:
    """The services meet the faults that are set: before their effect, or after it."""

    @app.before_request
    def before() -> Response | None:
        target = TARGET_OF_ENDPOINT.get(request.endpoint or "")
        if target is None:
            return None
        with lms().store.reading() as db:
            if not faults(db):
                return None
        with lms().store.writing() as db:
            met = strike(db, target, lms().chance)
        return next((answer for answer in map(_answer_to, met) if answer is not None), None)

    @app.after_request
    def after(response: Response) -> Response:
        return _drop() if g.get("drops_after") else response


def _whole(told: Any, default: int | None) -> int | None:
    if told in {None, ""}:
        return default
    try:
        return int(told)
    except (TypeError, ValueError):
        abort(400, "count, ms and seconds must be whole numbers")


def _asked_fault(asked: dict[str, Any]) -> Fault:
    try:
        kind = FaultKind(str(asked.get("kind")))
        probability = float(asked.get("probability") or 1)
    except ValueError as error:
        abort(400, f"{error}; kinds are: {', '.join(FaultKind)}")
    target = str(asked.get("target"))
    if target not in TARGETS:
        abort(400, f"target must be one of: {', '.join(TARGETS)}")
    if kind not in (STORAGE_KINDS if target == STORAGE else SERVICE_KINDS):
        abort(400, f"{STORAGE} can be {' or '.join(STORAGE_KINDS)}, and nothing else can be silent")
    if not 0 < probability <= 1:
        abort(400, "probability must be above 0 and at most 1")
    amount = _whole(asked.get("ms") or asked.get("seconds") or asked.get("amount"), 0)
    return Fault(kind, target, _whole(asked.get("count"), None), probability, amount or 0)


def _listed() -> Response:
    with lms().store.reading() as db:
        return jsonify([asdict(fault) for fault in faults(db)])


@fault_page.get("/faults")
def list_faults() -> Response:
    """The armed faults, as JSON."""
    return _listed()


@fault_page.post("/faults")
def set_fault() -> Response | BaseResponse:
    """One more fault: `kind`, `target`, and `count`, `probability`, `ms` or `seconds`; as JSON or from the form."""
    asked = request.get_json() if request.is_json else request.form.to_dict()
    if not isinstance(asked, dict):
        abort(400, "one fault, as an object")
    fault = _asked_fault(asked)
    with lms().store.writing() as db:
        add_fault(db, fault)
    return _listed() if request.is_json else redirect("/settings", 303)


@fault_page.post("/faults/clear")
def clear() -> Response | BaseResponse:
    """Nothing goes wrong any more."""
    with lms().store.writing() as db:
        clear_faults(db)
    return _listed() if request.is_json else redirect("/settings", 303)
