"""An LMS on a real port that says what it is told to say, and remembers what it was asked."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

RECORDED = Path(__file__).parents[2] / "data" / "moodle-4.5"
SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/"
SCORE, RESULT = SCOPE + "score", SCOPE + "result.readonly"


@dataclass(frozen=True)
class Canned:
    """One answer."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    drops: bool = False
    """No answer at all: the connection is closed."""
    takes: float = 0
    """Seconds before it begins."""


def recorded(case: str) -> Canned:
    """What a live Moodle 4.5.6 answered in this case (tests/data/moodle-4.5)."""
    answer = json.loads((RECORDED / f"{case}.json").read_text())["response"]
    body = answer["body"]
    raw = body if isinstance(body, str) else json.dumps(body)
    return Canned(answer["status"], raw.encode(), dict(answer.get("headers", {})))


def said(status: int, body: Any = None, **headers: str) -> Canned:
    """A JSON answer; header names are written with `_`."""
    raw = b"" if body is None else json.dumps(body).encode()
    return Canned(
        status, raw, {"Content-Type": "application/json"} | {k.replace("_", "-"): v for k, v in headers.items()}
    )


def granted(token: str = "a-token", **changes: Any) -> Canned:
    """An access token for whatever was asked."""
    return said(200, {"access_token": token, "token_type": "Bearer", "expires_in": 3600} | changes)


@dataclass(frozen=True)
class Asked:
    """One request."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        """The body as a form."""
        return {name: values[0] for name, values in parse_qs(self.body.decode()).items()}


class TalkingLms:
    """Answers each kind of request (`token`, `scores`, `results`) with what is queued for it, the last one for ever.

    A test that wants another kind, such as `lineitems`, adds it to `asked` and `answers`.
    """

    def __init__(self, port: int) -> None:
        self.origin = f"http://127.0.0.1:{port}"
        self.asked: dict[str, list[Asked]] = {}
        self.answers: dict[str, list[Canned]] = {}
        self.meanwhile: Callable[[Asked], None] = lambda asked: None
        """Happens before an answer goes out."""
        self._lock = threading.Lock()
        self.reset()

    def reset(self) -> None:
        """As if nothing had been said."""
        self.meanwhile = lambda asked: None
        self.asked = {"token": [], "scores": [], "results": []}
        self.answers = {"token": [granted()], "scores": [Canned()], "results": [said(200, [])]}

    def answer(self, asked: Asked) -> Canned:
        """What to say to this."""
        kind = asked.path.rpartition("/")[2]
        if kind not in self.asked:
            return Canned(418, asked.path.encode())
        with self._lock:
            self.asked[kind].append(asked)
            queue = self.answers[kind]
            canned = queue.pop(0) if len(queue) > 1 else queue[0]
        self.meanwhile(asked)
        return canned


@contextmanager
def talking_lms() -> Iterator[TalkingLms]:
    """The LMS, listening."""
    holder: list[TalkingLms] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            parts = urlsplit(self.path)
            headers = {name.lower(): value for name, value in self.headers.items()}
            canned = holder[0].answer(Asked(self.command, parts.path, parts.query, headers, body))
            time.sleep(canned.takes)
            if canned.drops:
                self.close_connection = True
                return
            self.send_response(canned.status)
            for name, value in canned.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(canned.body)))
            self.end_headers()
            self.wfile.write(canned.body)

        do_GET = do_PUT = do_DELETE = do_POST  # noqa: N815 - the library's own names for it

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    holder.append(TalkingLms(server.server_port))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield holder[0]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
