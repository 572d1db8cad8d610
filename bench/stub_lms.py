"""An LMS that takes every score at once; `python -m bench.stub_lms` runs it, since its time is not ours."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class _Lms(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def do_POST(self) -> None:
        """A token, or an empty answer to a score."""
        self.rfile.read(int(self.headers.get("Content-Length", "0")))
        token = {"access_token": "a-token", "token_type": "Bearer", "expires_in": 3600}
        body = json.dumps(token).encode() if self.path == "/token" else b"{}"
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, *_: object) -> None:
        """Quiet."""


@contextmanager
def stub_lms() -> Iterator[str]:
    """Its address."""
    with subprocess.Popen([sys.executable, "-m", "bench.stub_lms"], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.terminate()


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Lms)
    print(server.server_port, flush=True)
    server.serve_forever()
