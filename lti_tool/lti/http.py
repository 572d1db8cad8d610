"""Calls to an LMS: with time-outs, a size limit, no redirect to another host, and a name.

Some Moodle sites answer 403 to requests without a User-Agent (hypothesis/lms).
"""

import json
import threading
import time
from dataclasses import dataclass, field
from typing import Any

import requests

from lti_tool import __version__

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
        """The body as JSON, or None if it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


def _session() -> requests.Session:
    if not hasattr(_local, "session"):
        _local.session = requests.Session()
        _local.session.headers["User-Agent"] = f"Sprig/{__version__}"
        _local.session.trust_env = False
    session: requests.Session = _local.session
    return session


def call(
    method: str,
    url: str,
    *,
    seconds: float,
    headers: dict[str, str] | None = None,
    data: bytes | dict[str, str] | None = None,
) -> Answer:
    """The LMS's answer within `seconds` in all, or `CallFailed`.  Redirects are not followed."""
    ends = time.monotonic() + seconds
    try:
        with _session().request(
            method,
            url,
            headers=headers,
            data=data,
            timeout=(min(5.0, seconds), seconds),
            allow_redirects=False,
            stream=True,
        ) as response:
            chunks: list[bytes] = []
            size = 0
            for chunk in response.iter_content(65536):
                size += len(chunk)
                if size > MOST_BYTES or time.monotonic() > ends:
                    raise CallFailed("too large or too slow")
                chunks.append(chunk)
            kept = {name.lower(): value for name, value in response.headers.items()}
            return Answer(response.status_code, b"".join(chunks), kept)
    except (requests.RequestException, OSError, ValueError) as error:
        raise CallFailed(type(error).__name__) from error
