"""Under `sprig demo` only: the study day can be jumped."""

import ipaddress
from urllib.parse import urlsplit

from flask import Blueprint, Response, make_response, redirect, request

from lti_tool.errors import NotFound
from lti_tool.services.days import jump
from lti_tool.web.db import writing

demo = Blueprint("demo", __name__)
FURTHEST = 400


def _is_here(address: str) -> bool:
    try:
        return urlsplit(address).hostname in {"127.0.0.1", "localhost"}
    except ValueError:
        return False


@demo.post("/demo/jump")
def jump_days() -> Response:
    """Study days are further ahead; tokens, leases and score timestamps keep real time."""
    if not ipaddress.ip_address(request.remote_addr or "0.0.0.0").is_loopback:  # noqa: S104 - compared, not bound
        raise NotFound
    days = request.form.get("days", 1, type=int)
    with writing() as session:
        total = jump(session, min(max(days, 0), FURTHEST))
    back = request.form.get("back", "")
    if _is_here(back):
        return make_response(redirect(back, 303))
    return make_response(f"The study day is {total} days ahead.\n", 200, {"Content-Type": "text/plain"})
