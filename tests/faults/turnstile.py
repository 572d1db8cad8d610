"""Who is inside the LMS: a call that its caller has given up on may still be on its way to the gradebook."""

import threading
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask


class Turnstile:
    """Counts the calls that an application has begun and not ended."""

    def __init__(self, app: Flask) -> None:
        self.on_entering: Callable[[str, str], None] = lambda method, path: None
        """Happens before a call is let in."""
        self._inside = 0
        self._changed = threading.Condition()
        self._app: Any = app.wsgi_app
        app.wsgi_app = self  # type: ignore[method-assign]  # Flask's own way to put something around it

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        self._count(1)
        try:
            self.on_entering(environ["REQUEST_METHOD"], environ["PATH_INFO"])
            answer: Iterable[bytes] = self._app(environ, start_response)
            return answer
        finally:
            self._count(-1)

    def _count(self, change: int) -> None:
        with self._changed:
            self._inside += change
            self._changed.notify_all()

    def wait_until_empty(self) -> None:
        """Whatever was under way has had its effect."""
        with self._changed:
            assert self._changed.wait_for(lambda: self._inside == 0, timeout=30)
