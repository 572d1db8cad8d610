"""An LMS that takes every score; `python -m bench.stub_lms [ms]` runs it, since its time is not ours."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class _Lms(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    takes = 0.0
    """Seconds before each answer but a token."""

    def do_GET(self) -> None:
        """Nobody has a grade yet."""
        time.sleep(self.takes)
        self._say(b"[]")

    def do_POST(self) -> None:
        """A token, or an empty answer to a score."""
        self.rfile.read(int(self.headers.get("Content-Length", "0")))
        token = {"access_token": "a-token", "token_type": "Bearer", "expires_in": 3600}
        is_token = self.path == "/token"
        time.sleep(0 if is_token else self.takes)
        self._say(json.dumps(token).encode() if is_token else b"{}")

    def _say(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, *_: object) -> None:
        """Quiet."""


@contextmanager
def stub_lms(milliseconds: int = 0) -> Iterator[str]:
    """Its address; it takes so long for each answer."""
    command = [sys.executable, "-m", "bench.stub_lms", str(milliseconds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.terminate()


if __name__ == "__main__":
    _Lms.takes = int(sys.argv[1]) / 1000
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Lms)
    print(server.server_port, flush=True)
    server.serve_forever()
