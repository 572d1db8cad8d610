"""The production server, as an attacker meets it: a port, and what stands behind it."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import func, select

from bench.browser import Browser
from bench.servers import sprig
from lti_tool.models import Visit
from lti_tool.models.engine import Database
from tests.databases import fresh_database
from tests.lti.acting import TOOL, ActingPlatform, acting_platform
from tests.web_client import publish_tiny


@dataclass(frozen=True)
class Line:
    """The server's port, and what stands behind it."""

    port: int
    platform: ActingPlatform
    database: Database

    def say(self, raw: bytes, seconds: float = 5.0) -> bytes:
        """All that comes back, until the server hangs up or has said nothing for so long."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=seconds) as connection:
            with suppress(OSError):  # it may hang up before all is sent
                connection.sendall(raw)
            heard = b""
            with suppress(OSError):
                while more := connection.recv(65536):
                    heard += more
            return heard

    def visits(self) -> int:
        """How many visits were ever opened."""
        with self.database.reading() as session:
            return session.execute(select(func.count()).select_from(Visit)).scalar_one()

    def begun(self, **claims: Any) -> tuple[str, dict[str, str], str]:
        """A login over the wire: (its cookies, what it asks of the platform, the honest answer with these claims)."""
        browser = Browser(self.port)
        try:
            form = {"iss": self.platform.issuer, "client_id": self.platform.client_id, "login_hint": "h",
                    "target_link_uri": f"{TOOL}/lti/launch?c=tiny"}  # fmt: skip
            answer = browser.post("/lti/login", form)
        finally:
            browser.close()
        said = {name: values[0] for name, values in parse_qs(urlsplit(answer.location).query).items()}
        return answer.cookies, said, self.platform.token(self.platform.claims(said["nonce"], **claims))


@contextmanager
def a_line() -> Iterator[Line]:
    """`sprig serve` with its defaults over a database of its own; it knows one platform."""
    with acting_platform() as platform, fresh_database("sqlite") as url:
        database = Database(url)
        publish_tiny(database)
        platform.register(database)
        with sprig("attacked", url) as server:
            yield Line(server.port, platform, database)
        database.engine.dispose()
