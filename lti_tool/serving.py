"""The production web server: granian, chosen by measurements (docs/adr/0005).

One thread a process: no view waits for the network but the rare fetch of a platform's keys, and each connection to the
database then belongs to one thread.
"""

import gc

from flask import Flask
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from lti_tool.app import create_app
from lti_tool.logs import configure_logs
from lti_tool.settings import Settings, read_settings


def application() -> Flask:
    """The application of this environment, as each server process makes it."""
    settings = read_settings()
    configure_logs(settings.log_format, settings.log_level)
    app = create_app(settings)
    gc.collect()
    gc.freeze()  # what was loaded stays: no collection looks at it again
    return app


def serve_web(settings: Settings) -> None:
    """Serves until it is told to stop (SIGTERM, SIGINT)."""
    Granian(
        "lti_tool.serving:application",
        factory=True,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.web_workers,
        blocking_threads=1,
        websockets=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
    ).serve()
