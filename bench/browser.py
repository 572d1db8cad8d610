"""Browsers that cost little: HTTP/1.1 over connections that are kept, several at a time, each answer timed."""

import socket
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlencode

Work, Got = TypeVar("Work"), TypeVar("Got")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said."""

    status: int
    location: str
    cookies: str
    body: bytes


class Browser:
    """One connection to one server."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._left = b""

    def close(self) -> None:
        """The connection ends."""
        self._socket.close()

    def get(self, path: str, cookies: str = "") -> Answer:
        """The page at this path."""
        return self._ask("GET", path, b"", cookies)

    def post(self, path: str, form: dict[str, str], cookies: str = "") -> Answer:
        """The answer to this form."""
        return self._ask("POST", path, urlencode(form).encode(), cookies)

    def _ask(self, method: str, path: str, body: bytes, cookies: str) -> Answer:
        head = f"{method} {path} HTTP/1.1\r\nHost: tool.example\r\n"
        if cookies:
            head += f"Cookie: {cookies}\r\n"
        if method == "POST":
            head += f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
        self._socket.sendall(f"{head}\r\n".encode() + body)
        return self._answer()

    def _answer(self) -> Answer:
        while b"\r\n\r\n" not in self._left:
            self._read()
        head, _, self._left = self._left.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        headers = [(name.lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines[1:])]
        size = int(next((value for name, value in headers if name == "content-length"), "0"))
        while len(self._left) < size:
            self._read()
        body, self._left = self._left[:size], self._left[size:]
        return Answer(
            status=int(lines[0].split()[1]),
            location=next((value for name, value in headers if name == "location"), ""),
            cookies="; ".join(value.partition(";")[0] for name, value in headers if name == "set-cookie"),
            body=body,
        )

    def _read(self) -> None:
        more = self._socket.recv(65536)
        if not more:
            raise ConnectionError("the server closed the connection")
        self._left += more


def drive(
    port: int, clients: int, work: Sequence[Work], act: Callable[[Browser, Work], Got]
) -> list[tuple[float, Got]]:
    """Each piece of work done once, by that many browsers at a time: (seconds, what came of it), in the given order."""

    def some(first: int) -> list[tuple[float, Got]]:
        browser = Browser(port)
        done = []
        for one in work[first::clients]:
            began = time.perf_counter()
            got = act(browser, one)
            done.append((time.perf_counter() - began, got))
        browser.close()
        return done

    with ThreadPoolExecutor(clients) as pool:
        parts = list(pool.map(some, range(clients)))
    return [parts[n % clients][n // clients] for n in range(len(work))]
