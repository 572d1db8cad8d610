"""Calls to an LMS: with an end, a size limit, no redirect to another host, and a name.

A socket's time-out begins anew with each byte, so a server that drips could hold a call for ever.  Each call has a
timer that shuts its connection when its time is up, whatever it is doing then: headers, body, or sending.

Some Moodle sites answer 403 to requests without a User-Agent (hypothesis/lms).
"""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, ClassVar

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError

from lti_tool import __version__
from lti_tool.lti.reaching import public_addresses

MOST_BYTES = 2_000_000
_local = threading.local()


class CallFailed(Exception):
    """No complete answer came: time-out, dropped connection, or more than we take."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of an LMS."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)

    def json(self) -> Any:
        """The body as JSON, or None if it is none; NaN is none, and neither is what is too deep to read."""
        try:
            return json.loads(self.body, parse_constant=_refuse)
        except (ValueError, RecursionError):
            return None


def _refuse(constant: str) -> None:
    raise ValueError(constant)


class _Deadline:
    """The end of one call, and the connection it goes over."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self.is_over = False

    def watch(self, connection: socket.socket | None) -> None:
        """This connection is shut at the end; at once if that is past."""
        with self._lock:
            self._socket = connection
            if self.is_over:
                raise TimeoutError

    def let_go(self) -> None:
        """The call is over; its connection may serve the next one, whose end is another."""
        with self._lock:
            self._socket = None

    def end(self) -> None:
        """The time is up: whoever reads or writes is told that the connection is closed."""
        with self._lock:
            self.is_over = True
            if self._socket is not None:
                with suppress(OSError):  # closed already
                    # Not SSLSocket's own, which would take the decryption from under the reader.
                    socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


@contextmanager
def _ends_after(seconds: float) -> Iterator[_Deadline]:
    deadline = _local.deadline = _Deadline()
    timer = threading.Timer(seconds, deadline.end)
    timer.daemon = True
    timer.start()
    try:
        yield deadline
    finally:
        timer.cancel()
        deadline.let_go()
        del _local.deadline


class _Watched:
    """A connection that tells its call's deadline which socket it uses."""

    sock: socket.socket | None

    def connect(self) -> None:
        """Connected, and watched from here on."""
        super().connect()  # type: ignore[misc]  # mixed into urllib3's connections
        _local.deadline.watch(self.sock)

    def request(self, *args: Any, **kwargs: Any) -> None:
        """Sent, over a connection that may have served an earlier call."""
        if self.sock is not None:
            _local.deadline.watch(self.sock)
        super().request(*args, **kwargs)  # type: ignore[misc]  # as above


class _Plain(_Watched, HTTPConnection):
    pass


class _Secure(_Watched, HTTPSConnection):
    pass


class _Public:
    """A connection to public addresses only: to one that was looked at, so that the name cannot mean another one."""

    _dns_host: str
    port: int

    def _new_conn(self) -> socket.socket:
        name = self._dns_host
        *others, last = public_addresses(name, self.port)
        try:
            for self._dns_host in others:
                with suppress(HTTPError):
                    return self._connected()
            self._dns_host = last
            return self._connected()
        finally:
            self._dns_host = name  # the certificate must be the name's

    def _connected(self) -> socket.socket:
        made: socket.socket = super()._new_conn()  # type: ignore[misc]  # mixed into urllib3's connections
        return made


class _PublicPlain(_Public, _Plain):
    pass


class _PublicSecure(_Public, _Secure):
    pass


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _Secure


class _PublicPlainPool(HTTPConnectionPool):
    ConnectionCls = _PublicPlain


class _PublicSecurePool(HTTPSConnectionPool):
    ConnectionCls = _PublicSecure


class _WatchedAdapter(HTTPAdapter):
    POOLS: ClassVar = {"http": _PlainPool, "https": _SecurePool}

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self.POOLS


class _PublicAdapter(_WatchedAdapter):
    POOLS: ClassVar = {"http": _PublicPlainPool, "https": _PublicSecurePool}


def _session(adapter: type[_WatchedAdapter]) -> requests.Session:
    """This thread's session over such an adapter; each has connections of its own."""
    sessions: dict[type[_WatchedAdapter], requests.Session] = _local.__dict__.setdefault("sessions", {})
    if adapter not in sessions:
        session = sessions[adapter] = requests.Session()
        session.headers["User-Agent"] = f"Sprig/{__version__}"
        session.trust_env = False
        session.mount("http://", adapter())
        session.mount("https://", adapter())
    return sessions[adapter]


def call(
    method: str,
    url: str,
    *,
    seconds: float,
    headers: dict[str, str] | None = None,
    data: bytes | dict[str, str] | None = None,
    public_only: bool = False,
) -> Answer:
    """The LMS's answer within `seconds` in all, or `CallFailed`.  Redirects are not followed.

    `public_only` is for addresses that a stranger named: nothing is sent to this machine or to a private network.
    """
    try:
        with (
            _ends_after(seconds) as deadline,
            _session(_PublicAdapter if public_only else _WatchedAdapter).request(
                method,
                url,
                headers=headers,
                data=data,
                timeout=(min(5.0, seconds), seconds),
                allow_redirects=False,
                stream=True,
            ) as response,
        ):
            body = _read(response)
            if deadline.is_over:  # a shut connection looks like the end of a short answer
                raise CallFailed("too slow")
            kept = {name.lower(): value for name, value in response.headers.items()}
            return Answer(response.status_code, body, kept)
    except (requests.RequestException, HTTPError, OSError, ValueError) as error:
        raise CallFailed(type(error).__name__) from error


def _read(response: requests.Response) -> bytes:
    chunks: list[bytes] = []
    size = 0
    for chunk in response.iter_content(65536):
        size += len(chunk)
        if size > MOST_BYTES:
            raise CallFailed("too large")
        chunks.append(chunk)
    return b"".join(chunks)
