"""The demo: the tool, a worker and the practice LMS, on this machine, on SQLite."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from content.loader import load
from lti_tool.logs import configure_logs
from lti_tool.models.engine import Database
from lti_tool.models.schema import migrate
from lti_tool.services.courses import publish
from lti_tool.services.keys import KeyBox, ensure_key
from lti_tool.services.platforms import AddPlatform, add_platform
from lti_tool.settings import read_settings

COURSES = Path(__file__).parent.parent / "content" / "courses"
CLIENT_ID = "sprig-practice"
PATIENCE_SECONDS = 60
GRACE_SECONDS = 10


class PortTaken(Exception):
    """Somebody else listens there."""


@dataclass(frozen=True, slots=True)
class Demo:
    """Where it runs.  The tool and the LMS have different sites (localhost, 127.0.0.1), as in life."""

    port: int
    lms_port: int
    data: Path
    database_url: str = ""
    """Another database than the SQLite file among the data."""

    @property
    def tool_url(self) -> str:
        """The tool's address."""
        return f"http://localhost:{self.port}"

    @property
    def lms_url(self) -> str:
        """The practice LMS's address."""
        return f"http://127.0.0.1:{self.lms_port}"

    def environment(self) -> dict[str, str]:
        """The settings of its processes."""
        quick = {"GRADE_DEBOUNCE_SECONDS": "2", "SEND_EVERY_SECONDS": "1", "BACKOFF_BASE_SECONDS": "2"}
        return {
            "DEMO": "1",
            "DATA_DIR": str(self.data),
            "DATABASE_URL": self.database_url or f"sqlite:///{self.data / 'sprig.sqlite3'}",
            "PUBLIC_URL": self.tool_url,
            "PORT": str(self.port),
            "HOST": "127.0.0.1",
            "LOG_FORMAT": "console",
            "LOG_LEVEL": "WARNING",
            **quick,
        }

    def run(self, *, reset: bool) -> int:
        """The exit code, once somebody stops it or one of its processes ends."""
        if reset and self.data.exists():
            shutil.rmtree(self.data)
        for port in (self.port, self.lms_port):
            _must_be_free(port)
        self.prepare()
        return self._watch()

    def prepare(self) -> None:
        """The database is there, the shipped courses are published, the practice LMS is registered."""
        self.data.mkdir(parents=True, exist_ok=True)
        settings = read_settings(self.environment())
        configure_logs(settings.log_format, settings.log_level)
        now = datetime.now(UTC)
        migrate(settings.database_url, now)
        database = Database(settings.database_url)
        with database.writing() as session:
            ensure_key(session, KeyBox(settings.key_secret), now)
            for folder in sorted(path.parent for path in COURSES.glob("*/course.md")):
                publish(session, load(folder), now)
            platform = AddPlatform(
                issuer=self.lms_url,
                client_id=CLIENT_ID,
                auth_url=f"{self.lms_url}/auth",
                token_url=f"{self.lms_url}/token",
                jwks_url=f"{self.lms_url}/jwks",
                deployments=("1",),
                name="Practice LMS",
            )
            add_platform(session, platform, now)
        database.engine.dispose()

    def _start(self) -> list["subprocess.Popen[bytes]"]:
        environment = os.environ | self.environment()
        sprig = [sys.executable, "-m", "lti_tool"]
        lms = [sys.executable, "-m", "practice_lms", "--port", str(self.lms_port), "--tool", self.tool_url]
        commands = ([*sprig, "serve"], [*sprig, "worker"], [*lms, "--data", str(self.data / "lms")])
        # Groups of their own: Ctrl-C reaches us alone, and we stop them in order.
        return [subprocess.Popen(command, env=environment, start_new_session=True) for command in commands]  # noqa: S603 - our own commands

    @contextmanager
    def running(self) -> Iterator[list["subprocess.Popen[bytes]"]]:
        """Its three processes, which answer; they are stopped at the end."""
        processes = self._start()
        try:
            self._await(processes)
            yield processes
        finally:
            _stop(processes)

    def _watch(self) -> int:
        def stop(*_: object) -> None:
            raise KeyboardInterrupt

        signal.signal(signal.SIGTERM, stop)
        try:
            with self.running() as processes:
                self._greet()
                while all(process.poll() is None for process in processes):
                    time.sleep(0.5)
                print("A part of the demo has ended; the rest is being stopped.", file=sys.stderr)
        except KeyboardInterrupt:
            return 0
        else:
            return 3
        finally:
            print("Stopped. Your data are kept; `make demo-reset` starts afresh.")

    def _await(self, processes: list["subprocess.Popen[bytes]"]) -> None:
        ends = time.monotonic() + PATIENCE_SECONDS
        for address in (f"{self.tool_url}/readyz", self.lms_url):
            while not _answers(address):
                if time.monotonic() > ends or any(process.poll() is not None for process in processes):
                    return
                time.sleep(0.2)

    def _greet(self) -> None:
        print(
            f"\n  Start here:  {self.lms_url}   (the practice LMS: act as a teacher or as any learner)"
            f"\n  The tool:    {self.tool_url}   (opens from the LMS)"
            f"\n  Administrator's pages: in a second terminal,"
            f"\n    DEMO=1 DATA_DIR={self.data} PUBLIC_URL={self.tool_url} {sys.argv[0]} admin link"
            f"\n\n  Ctrl-C stops everything.\n",
            flush=True,
        )


def _must_be_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise PortTaken(
                f"Port {port} is in use. Stop what listens there, or name others: make demo PORT=8100 LMS_PORT=8101"
            ) from None


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=2) as answer:  # noqa: S310 - our own http address
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _stop(processes: list["subprocess.Popen[bytes]"]) -> None:
    for process in processes:
        with suppress(ProcessLookupError):
            process.terminate()
    ends = time.monotonic() + GRACE_SECONDS
    for process in processes:
        try:
            process.wait(max(0.1, ends - time.monotonic()))
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
