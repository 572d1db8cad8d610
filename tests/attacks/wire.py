"""Flask's client, over a real socket: the application listens, and what a test asks for goes there as HTTP."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPResponse
from typing import Any
from urllib.parse import quote

from flask import Flask
from flask.testing import FlaskClient

from tests.practice_lms.serving import on_a_socket

SECONDS = 60.0
HOP_BY_HOP = {"connection", "transfer-encoding", "keep-alive"}
_BARE = {"CONTENT_TYPE": "Content-Type", "CONTENT_LENGTH": "Content-Length"}


@contextmanager
def listening(app: Flask) -> Iterator[Flask]:
    """Until the end every client of this application talks to it through a socket."""
    with on_a_socket(lambda _: app) as url:
        port = int(url.rpartition(":")[2])

        class Client(FlaskClient):
            def run_wsgi_app(self, environ: Any, buffered: bool = False) -> Any:
                known, self.application = self.application, _sent_to(port)  # else it would be called here
                try:
                    return super().run_wsgi_app(environ, buffered)
                finally:
                    self.application = known

        app.test_client_class = Client
        yield app
        app.test_client_class = None


def _sent_to(port: int) -> Any:
    """A WSGI application that does nothing but pass the request on, and the answer back."""

    def passed_on(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        connection = HTTPConnection("127.0.0.1", port, timeout=SECONDS)
        try:
            answer = _asked(connection, environ)
            headers = [(name, value) for name, value in answer.getheaders() if name.lower() not in HOP_BY_HOP]
            start(f"{answer.status} {answer.reason}", headers)
            return [answer.read()]
        finally:
            connection.close()

    return passed_on


def _asked(connection: HTTPConnection, environ: dict[str, Any]) -> HTTPResponse:
    path = quote(environ["PATH_INFO"].encode("latin-1"), safe="/:;=@!$&'()*+,~-._")
    query = f"?{environ['QUERY_STRING']}" if environ["QUERY_STRING"] else ""
    connection.putrequest(environ["REQUEST_METHOD"], path + query, skip_host=True, skip_accept_encoding=True)
    for name, value in _headers(environ):
        connection.putheader(name, value.encode("latin-1"))
    with suppress(BrokenPipeError, ConnectionResetError):  # it may answer, and hang up, before it has read all
        connection.endheaders(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)))
    return connection.getresponse()


def _headers(environ: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in environ.items():
        if name.startswith("HTTP_"):
            yield name[5:].replace("_", "-").title(), value
        elif name in _BARE and value:
            yield _BARE[name], value
