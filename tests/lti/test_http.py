"""A call to an LMS ends when it is said to end, whatever the LMS does."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta

import pytest

from lti_tool.lti.http import Answer, CallFailed, call
from lti_tool.lti.tokens import _read
from lti_tool.lti.waiting import retry_after

NOW = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
SECONDS = 0.6
Talk = Callable[[socket.socket], None]


@contextmanager
def server(talk: Talk) -> Iterator[str]:
    """A program that takes connections one after another, and says this on each."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listening.accept()
                with connection, suppress(OSError):
                    talk(connection)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(5)


def drip(connection: socket.socket, first: bytes, drop: bytes) -> None:
    """First this, then a little of something for ever."""
    connection.recv(4096)
    connection.sendall(first)
    while True:
        connection.sendall(drop)
        time.sleep(0.05)


DRIPPING: dict[str, Talk] = {
    "headers": lambda connection: drip(connection, b"HTTP/1.1 200 OK\r\n", b"X"),
    "many headers": lambda connection: drip(connection, b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
    "body": lambda connection: drip(connection, b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", b"x"),
    "body without length": lambda connection: drip(connection, b"HTTP/1.1 200 OK\r\n\r\n", b"x"),
    "chunks": lambda c: drip(c, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
    "nothing": lambda connection: drip(connection, b"", b""),
}


@pytest.mark.parametrize("talk", DRIPPING.values(), ids=DRIPPING.keys())
def test_a_server_that_drips_is_left_in_time(talk: Talk) -> None:
    """Its answer is none, even where what came looks whole."""
    with server(talk) as url:
        began = time.monotonic()
        with pytest.raises(CallFailed):
            call("GET", url, seconds=SECONDS)
        assert time.monotonic() - began < SECONDS + 0.5


def test_a_connection_that_served_before_is_left_in_time_too() -> None:
    """A kept connection is no way around the end."""

    def talk(connection: socket.socket) -> None:
        connection.recv(4096)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        drip(connection, b"HTTP/1.1 200 OK\r\n\r\n", b"x")

    with server(talk) as url:
        assert call("GET", url, seconds=SECONDS).body == b"ok"
        began = time.monotonic()
        with pytest.raises(CallFailed):
            call("GET", url, seconds=SECONDS)
        assert time.monotonic() - began < SECONDS + 0.5


def test_an_answer_that_came_in_time_is_not_disturbed_later() -> None:
    """The end of one call is not the end of the next one on its connection."""

    def talk(connection: socket.socket) -> None:
        while connection.recv(4096):
            time.sleep(0.15)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    with server(talk) as url:
        assert [call("GET", url, seconds=0.25).body for _ in range(4)] == [b"ok"] * 4


WAITS = [
    ("120", timedelta(seconds=120)),
    ("9" * 5000, timedelta(seconds=10**6)),
    ("Tue, 01 Sep 2026 09:01:00 GMT", timedelta(seconds=60)),
    ("Tue, 01 Sep 99999999999999999999 09:01:00 GMT", None),
    ("soon", None),
    ("", None),
]


@pytest.mark.parametrize(("value", "wait"), WAITS, ids=["seconds", "huge", "date", "no date", "word", "none"])
def test_a_wait_is_read_whatever_it_says(value: str, wait: timedelta | None) -> None:
    """A number, a date, or nothing that makes sense."""
    assert retry_after(Answer(429, b"", {"retry-after": value}), NOW) == wait


@pytest.mark.parametrize("seconds", [b"1e999", b'"soon"', b"null", b"[]"])
def test_a_life_that_is_no_number_is_an_hour(seconds: bytes) -> None:
    """The token is used all the same."""
    body = b'{"access_token": "t", "expires_in": %s}' % seconds
    assert _read(Answer(200, body), "score", "score", NOW) == ("t", 3540)
