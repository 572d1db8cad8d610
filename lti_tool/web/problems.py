"""The one place where errors become pages: the only table class → status."""

import secrets
from datetime import UTC, datetime
from typing import Any

from flask import Flask, Response, current_app, g, make_response, render_template, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from lti_tool.errors import (
    Forbidden,
    InputInvalid,
    LaunchRefused,
    NotFound,
    RegistrationRefused,
    ToolError,
    TooMany,
    VisitOver,
    WrongSchema,
)
from lti_tool.logs import get_log
from lti_tool.web.words import gettext
from lti_tool.words import N_

STATUS: dict[type[ToolError], int] = {
    NotFound: 404,
    Forbidden: 403,
    InputInvalid: 422,
    TooMany: 429,
    VisitOver: 403,
    WrongSchema: 503,
    LaunchRefused: 400,
    RegistrationRefused: 400,
}


class TooLarge(ToolError):
    """A request bigger than any page of ours sends."""

    slug = "too-large"
    title = N_("That was too much at once")
    detail = N_("What was sent is larger than Sprig takes. Nothing was changed.")


def status_of(error: ToolError) -> int:
    """The status of the nearest class in the table."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)


def reference() -> str:
    """What to quote to the help desk; the request's log line carries it."""
    value: str = g.setdefault("reference", _new_reference())
    return value


def _new_reference() -> str:
    letters = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
    drawn = "".join(secrets.choice(letters) for _ in range(8))
    return f"{drawn[:4]}-{drawn[4:]}"


def _wants_json() -> bool:
    return request.accept_mimetypes.best_match(["text/html", "application/problem+json"]) == "application/problem+json"


def show(error: ToolError) -> Response:
    """The page (or RFC 9457 document) for a problem."""
    status = status_of(error)
    get_log().info("request refused", problem=error.slug, status=status, reference=reference())
    texts = {part: gettext(getattr(error, part)) for part in ("title", "detail", "hint", "meaning")}
    texts = {part: text % error.values if error.values else text for part, text in texts.items()}
    if _wants_json():
        body = {"type": f"about:blank#{error.slug}", "status": status, **texts, "instance": reference()}
        response = make_response(current_app.json.dumps(body), status)
        response.mimetype = "application/problem+json"
        return response
    page = render_template(
        "problems/problem.html",
        problem=error,
        texts=texts,
        is_launch=isinstance(error, LaunchRefused),
        reference=reference(),
        at=datetime.now(UTC),
    )
    response = make_response(page, status)
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = "60"
    return response


def _show_http(error: HTTPException) -> Any:
    if error.code in {404, 405}:
        response = show(NotFound())
        response.status_code = error.code
        return response
    if isinstance(error, RequestEntityTooLarge):
        response = show(TooLarge())
        response.status_code = 413
        return response
    return error


def _show_crash(error: Exception) -> Response:
    get_log().error("request failed", reference=reference(), exc_info=error)
    return show(ToolError())


def explain(app: Flask) -> None:
    """Every error of the application has a page."""
    app.register_error_handler(ToolError, show)
    app.register_error_handler(HTTPException, _show_http)
    app.register_error_handler(Exception, _show_crash)
