"""The practice LMS on a real socket, for whoever needs a platform to talk to."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import requests
from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from practice_lms.app import create_app, utc_now
from practice_lms.config import Config
from practice_lms.state.grades import Grade, find_grade
from practice_lms.state.store import Store
from practice_lms.state.switches import Character, Fault, FaultKind, add_fault, clear_faults, set_character
from practice_lms.state.tools import Stage, set_stage
from practice_lms.state.trust import give_registration_token
from practice_lms.wiring import EXTENSION, Lms


class Quiet(WSGIRequestHandler):
    """Says nothing on the terminal."""

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - werkzeug's name
        """Nothing."""


@contextmanager
def on_a_socket(app_for: Callable[[str], Any], host: str = "127.0.0.1") -> Iterator[str]:
    """A WSGI application on a free port, served by threads; it is built when its address is known."""
    built: list[Any] = []

    def front(environ: dict[str, Any], start: Any) -> Any:
        return built[0](environ, start)

    server: BaseWSGIServer = make_server(host, 0, front, threaded=True, request_handler=Quiet)
    url = f"http://{host}:{server.port}"
    built.append(app_for(url))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield url
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass(frozen=True, slots=True)
class RunningLms:
    """A practice LMS that listens."""

    config: Config
    app: Flask

    @property
    def url(self) -> str:
        """Its address, and its issuer."""
        return self.config.base_url

    @property
    def state(self) -> Store:
        """Its file."""
        lms: Lms = self.app.extensions[EXTENSION]
        return lms.store

    def grade(self, line_item_id: int, person_id: int) -> Grade | None:
        """A cell of the gradebook."""
        with self.state.reading() as db:
            return find_grade(db, line_item_id, person_id)

    def be(self, character: Character) -> None:
        """The services have this character's manners."""
        with self.state.writing() as db:
            set_character(db, character)

    def fail(self, kind: FaultKind, target: str, count: int | None = 1, amount: int = 0) -> None:
        """The next calls meet a fault."""
        with self.state.writing() as db:
            add_fault(db, Fault(kind, target, count, 1.0, amount))

    def mend(self) -> None:
        """No fault is left."""
        with self.state.writing() as db:
            clear_faults(db)

    def registration_token(self) -> str:
        """With which one tool may register itself, within an hour."""
        with self.state.writing() as db:
            return give_registration_token(db, utc_now())

    def let_in(self, client_id: str) -> None:
        """A tool that registered itself is active, and teachers find it."""
        with self.state.writing() as db:
            set_stage(db, client_id, Stage.SHOWN)

    def browser(self, person_id: int) -> requests.Session:
        """A browser that acts as somebody here."""
        session = requests.Session()
        session.post(f"{self.url}/act-as", data={"person": person_id}, timeout=10).raise_for_status()
        return session


@contextmanager
def running_lms(
    folder: Path, tool_url: str, clock: Callable[[], datetime] = utc_now, **config: str
) -> Iterator[RunningLms]:
    """A practice LMS with a state of its own in `folder`; tests and the LMS share the file, not an HTTP door."""
    made: list[RunningLms] = []

    def build(url: str) -> Flask:
        settings = Config(url, tool_url, folder, **config)
        app = create_app(settings, clock)
        made.append(RunningLms(settings, app))
        return app

    with on_a_socket(build):
        yield made[0]
