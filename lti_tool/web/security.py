"""What every answer says to the browser about safety."""

from flask import Flask, Response, g, request

PARTS = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "frame-src 'self'; base-uri 'none'; object-src 'none'"
)
ICON = "/static/icon.png"
"""LMSs show it on pages of their own."""


def policy(frame_ancestors: str | None, form_targets: str) -> str:
    """The Content-Security-Policy; without `frame_ancestors` anybody may frame the page."""
    whole = f"{PARTS}; form-action {form_targets}"
    return f"{whole}; frame-ancestors 'self' {frame_ancestors}" if frame_ancestors is not None else whole


def harden(response: Response) -> Response:
    """The safety headers are set; pages are never cached, static files (named by hash) for a year."""
    headers = response.headers
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "no-referrer"
    headers["Cross-Origin-Resource-Policy"] = "cross-origin" if request.path == ICON else "same-origin"
    if request.endpoint == "static":
        return response
    headers.setdefault("Cache-Control", "no-store")
    headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
    if response.mimetype == "text/html":
        visitor = g.get("visitor")
        frame_ancestors = visitor.frame_ancestors if visitor else g.get("frame_ancestors")
        headers["Content-Security-Policy"] = policy(frame_ancestors, g.get("form_targets", "'self'"))
    if request.is_secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    return response


def protect(app: Flask) -> None:
    """Every answer of the application is hardened."""
    app.after_request(harden)
