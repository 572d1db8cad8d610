"""The servers that are measured: ours as `sprig serve` starts it, the peer's under the same server and settings."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from sqlalchemy import make_url

from bench.browser import Browser
from bench.machine import cpu_seconds
from tests.lti.acting import TOOL
from tests.web_client import ENVIRONMENT

WORKERS = 2


@dataclass(frozen=True, slots=True)
class Server:
    """A server that runs, and the processes whose time is its cost."""

    name: str
    port: int
    pids: tuple[int, ...]

    def cpu_seconds(self) -> float:
        """Processor time so far, its database's included."""
        return sum(cpu_seconds(pid) for pid in self.pids)


def database_pids(url: str) -> tuple[int, ...]:
    """PostgreSQL's first process, whose children are the others; none for SQLite, which runs in ours."""
    if url.startswith("sqlite"):
        return ()
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain) as connection:
        row = connection.execute("SHOW data_directory").fetchone()
    assert row is not None
    return (int((Path(row[0]) / "postmaster.pid").read_text("utf-8").split()[0]),)


@contextmanager
def sprig(name: str, url: str) -> Iterator[Server]:
    """`sprig serve` with its defaults over this database; only the limit of logins per address is raised."""
    changes = {"DATABASE_URL": url, "PUBLIC_URL": TOOL, "LOGIN_RATE": "100000000", "LOG_LEVEL": "INFO"}
    with _started(name, ["-m", "lti_tool", "serve"], ENVIRONMENT | changes, database_pids(url)) as server:
        yield server


@contextmanager
def plain_pylti1p3(name: str, folder: Path, threshold: int) -> Iterator[Server]:
    """The peer, as many processes, one thread each; its cache prunes from so many files on."""
    server = ["--interface", "wsgi", "--workers", str(WORKERS), "--blocking-threads", "1", "--no-ws", "--factory"]
    command = ["-m", "granian", *server, "--log-level", "warning", "bench.plain_pylti1p3:application"]
    with _started(name, command, {"PLAIN_FOLDER": str(folder), "PLAIN_THRESHOLD": str(threshold)}, ()) as started:
        yield started


@contextmanager
def _started(name: str, command: list[str], changes: dict[str, str], pids: tuple[int, ...]) -> Iterator[Server]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    ports = {"PORT": str(port), "WEB_WORKERS": str(WORKERS), "GRANIAN_PORT": str(port)}
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen([sys.executable, *command], env=os.environ | changes | ports, stderr=log, stdout=log)
        try:
            _await(port, process)
            yield Server(name, port, (process.pid, *pids))
        finally:
            process.terminate()
            process.wait(20)


def _await(port: int, process: "subprocess.Popen[bytes]") -> None:
    ends = time.monotonic() + 30
    while time.monotonic() < ends and process.poll() is None:
        try:
            browser = Browser(port)
        except OSError:
            time.sleep(0.05)
            continue
        if browser.get("/healthz").status == 200:
            browser.close()
            return
    raise RuntimeError("the server did not start")
