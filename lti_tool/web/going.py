"""Where to next: every form posts, then redirects, so that a reload or the back button repeats nothing."""

from typing import Any

from flask import Response, make_response, redirect, url_for


def go(endpoint: str, **values: Any) -> Response:
    """See that page (303)."""
    return make_response(redirect(url_for(endpoint, **values), 303))
