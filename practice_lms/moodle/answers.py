"""How Moodle 4.5.6 words its answers, as recorded (tests/data/moodle-4.5)."""

import json
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, request

SERVER_ZONE = "Europe/Brussels"
"""The recorded server's zone: timestamps without one are read in it, and results are told in it."""

LONGEST_REASON = 1011
"""What was recorded of a longer one; headers have their limits."""

_BAD_GATEWAY = (
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n"
    "<hr><center>nginx/1.22.1</center>\r\n</body>\r\n</html>\r\n"
)


class Fails(Exception):
    """Moodle's exception with a code and a reason, told as JSON."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status, self.reason = status, reason


def zone() -> ZoneInfo:
    """The server's zone."""
    return ZoneInfo(SERVER_ZONE)


def accepted() -> str:
    """The Accept header as Moodle quotes it."""
    return request.headers.get("Accept", "")


def answer(status: int, media_type: str, body: Any = None, reason: str | None = None) -> Response:
    """An answer; no body at all is Moodle's way to say that a score was taken.

    A server that writes its own reason phrases (HTTP allows it) leaves ours out.
    """
    text = "" if body is None else json.dumps(body, ensure_ascii=False)
    made = Response(text, status)
    if reason is not None:
        made.status = f"{status} {reason}"
    made.headers["Content-Type"] = f"{media_type}; charset=utf-8"
    return made


def failure(fails: Fails) -> Response:
    """A failure outside the body of a score: JSON that quotes the request."""
    path = request.full_path if request.query_string else request.path
    body = {
        "status": fails.status,
        "reason": fails.reason,
        "request": {
            "method": request.method,
            "url": path,
            "accept": accepted(),
            "contentType": request.headers.get("Content-Type", ""),
        },
    }
    return answer(fails.status, "application/json", body, fails.reason.strip())


def bad_gateway() -> Response:
    """A database error: Moodle writes an invalid status line, and nginx answers in its place (README 45)."""
    made = Response(_BAD_GATEWAY, 502)
    made.headers["Content-Type"] = "text/html"
    return made


def html_404() -> Response:
    """An uncaught exception: a page, not JSON."""
    made = Response("<!DOCTYPE html><html><head><title>Error</title></head><body>Error</body></html>", 404)
    made.headers["Content-Type"] = "text/html; charset=utf-8"
    made.headers["Cache-Control"] = "private, pre-check=0, post-check=0, max-age=0, no-transform"
    return made


def links(first: str, following: dict[str, int]) -> str:
    """A Link header as Moodle writes it: typographic quotes and HTML entities (README 52)."""
    parts = (f"<{first}&amp;from={start}>; rel=\u201c{name}\u201d" for name, start in following.items())
    return ", ".join(parts).encode().decode("latin-1")


def paging_links(limit: int, start: int, total: int) -> str | None:
    """First, canonical, next, last; nothing where everything fits on one page."""
    if total <= limit:
        return None
    query = "&amp;".join(part for part in request.query_string.decode().split("&") if not part.startswith("from="))
    following = {"first": 0, "canonical": start}
    if start > 0:
        following["prev"] = max(start - limit, 0)
    if start + limit < total:
        following["next"] = start + limit
    following["last"] = max(total - limit + 1, 0)  # one too far, as recorded
    return links(f"{request.base_url}?{query}", following)


def number(value: float) -> float | int:
    """Five decimals at most, and none where there are none."""
    rounded = round(value, 5)
    return int(rounded) if rounded == int(rounded) else rounded
