"""Every setting, typed, read from the environment once, at the edge; all errors at once, by name."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from urllib.parse import urlsplit

DEFAULT_URL = "http://localhost:8000"
HOW_TO_MAKE_ONE = """\
Make one with: python3 -c "import secrets; print(secrets.token_urlsafe(32))" (.env.example names every setting)"""


class SettingsInvalid(Exception):
    """Some settings cannot be used; `problems` has one line for each, beginning with its name."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings, each with what it says in docs/settings.md and .env.example."""

    database_url: str = field(
        default="",
        metadata={
            "says": "Where the data are. Default: an SQLite file in DATA_DIR. `postgresql+psycopg://user@host/name` for more than one machine."
        },
    )
    public_url: str = field(
        default=DEFAULT_URL,
        metadata={
            "says": "The address under which browsers and LMSs reach Sprig, without a path. https outside development."
        },
    )
    secret_key: str = field(
        default="",
        metadata={
            "says": "At least 32 random characters; required outside the demo. Keys at rest are encrypted with one derived from it, unless KEY_ENCRYPTION_KEY is set."
        },
    )
    key_encryption_key: str = field(
        default="",
        metadata={
            "says": "At least 32 random characters; encrypts the tool's private keys in the database. Default: derived from SECRET_KEY."
        },
    )
    data_dir: Path = field(
        default=Path("var"),
        metadata={"says": "Folder for the SQLite file and its copies before migrations."},
    )
    log_format: str = field(default="json", metadata={"says": "`json` (one object a line) or `console`."})
    log_level: str = field(default="INFO", metadata={"says": "DEBUG, INFO, WARNING or ERROR."})
    metrics_token: str = field(
        default="",
        metadata={"says": "Bearer token that /metrics asks for. Empty: /metrics answers only on loopback."},
    )
    host: str = field(default="127.0.0.1", metadata={"says": "Address that `sprig serve` binds."})
    port: int = field(default=8000, metadata={"says": "Port that `sprig serve` binds."})
    web_workers: int = field(default=2, metadata={"says": "Web server processes."})
    trusted_proxies: int = field(
        default=0,
        metadata={"says": "How many reverse proxies in front set X-Forwarded-For and -Proto."},
    )
    login_rate: int = field(
        default=600,
        metadata={
            "says": "Logins, refusals and registrations allowed per network address and minute. A campus may share one address."
        },
    )
    worker_threads: int = field(
        default=8,
        metadata={"says": "Scores that one worker sends at the same time; half of them to one platform at most."},
    )
    grade_debounce_seconds: float = field(
        default=60.0,
        metadata={
            "says": "How long a score waits for a newer one of the same learner before it is sent; at 100 % it goes at once."
        },
    )
    send_every_seconds: float = field(default=5.0, metadata={"says": "How often a worker looks for scores to send."})
    backoff_base_seconds: float = field(
        default=10.0,
        metadata={"says": "First pause after a failed delivery; doubles with each try up to six hours."},
    )
    lease_seconds: float = field(
        default=120.0,
        metadata={
            "says": "How long a worker holds what it works on before another may take it. Longer than five HTTP time-outs."
        },
    )
    http_timeout_seconds: float = field(default=20.0, metadata={"says": "Longest wait for an answer of an LMS."})
    allow_private_addresses: bool = field(
        default=False,
        metadata={
            "says": "Lets an LMS register itself by dynamic registration from a private address or without https: for development, or for an LMS that only your own network reaches."
        },
    )
    keep_days: int = field(
        default=0,
        metadata={
            "says": "Erases everything about a person who has not come for so many days; 0 keeps it until asked."
        },
    )
    demo: bool = field(
        default=False,
        metadata={
            "says": "Set by `sprig demo` only: study days can be jumped. Refused unless PUBLIC_URL is on loopback."
        },
    )

    @property
    def key_secret(self) -> str:
        """What the private keys at rest are encrypted with.  Only the demo, on loopback, has none of its own."""
        return self.key_encryption_key or self.secret_key or "sprig demo: not a secret"

    @property
    def reaches_private(self) -> bool:
        """Whether a registering LMS may be on this machine or on a private network, as the demo's is."""
        return self.allow_private_addresses or self.demo


def _read(name: str, kind: object, raw: str) -> object:
    if kind is bool:
        if raw.lower() not in {"0", "1", "true", "false", "yes", "no"}:
            raise ValueError(f"{name}: {raw!r} is neither yes nor no")
        return raw.lower() in {"1", "true", "yes"}
    if kind is int or kind is float:
        try:
            return kind(raw)
        except ValueError:
            raise ValueError(f"{name}: {raw!r} is not a number") from None
    return Path(raw) if kind is Path else raw


def _check_url(url: str, *, demo: bool) -> list[str]:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/") or parts.query:
        return [f"PUBLIC_URL: {url!r} is not an address like https://sprig.example.org"]
    if demo and parts.hostname not in {"localhost", "127.0.0.1", "::1"}:
        return ["DEMO: only on loopback; unset it to serve other machines"]
    return []


def _check(settings: Settings) -> list[str]:
    problems = _check_url(settings.public_url, demo=settings.demo)
    if not settings.demo and len(settings.secret_key) < 32:
        problems.append(f"SECRET_KEY: at least 32 characters are required outside the demo. {HOW_TO_MAKE_ONE}")
    if settings.key_encryption_key and len(settings.key_encryption_key) < 32:
        problems.append("KEY_ENCRYPTION_KEY: at least 32 characters")
    if settings.log_format not in {"json", "console"}:
        problems.append("LOG_FORMAT: json or console")
    if settings.log_level.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
        problems.append("LOG_LEVEL: DEBUG, INFO, WARNING or ERROR")
    if not settings.database_url.startswith(("sqlite:///", "postgresql+psycopg://")):
        problems.append("DATABASE_URL: begins with sqlite:/// or postgresql+psycopg://")
    if not 1 <= settings.port <= 65535:
        problems.append("PORT: 1 to 65535")
    if settings.lease_seconds <= 5 * settings.http_timeout_seconds:  # the calls that one score may take
        problems.append("LEASE_SECONDS: must be longer than five times HTTP_TIMEOUT_SECONDS")
    if settings.keep_days < 0:
        problems.append("KEEP_DAYS: 0 or more")
    problems.extend(
        f"{name.upper()}: must be at least 1"
        for name in ("web_workers", "worker_threads", "login_rate")
        if getattr(settings, name) < 1
    )
    return problems


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from the environment, complete and checked, or `SettingsInvalid` with every problem."""
    environ = os.environ if environ is None else environ
    values: dict[str, object] = {}
    problems: list[str] = []
    for one in fields(Settings):
        raw = environ.get(one.name.upper(), "").strip()
        if not raw:
            continue
        try:
            values[one.name] = _read(one.name.upper(), one.type, raw)
        except ValueError as error:
            problems.append(str(error))
    values["public_url"] = str(values.get("public_url", DEFAULT_URL)).rstrip("/")
    if "database_url" not in values:
        data_dir = Path(str(values.get("data_dir", "var"))).resolve()
        values["database_url"] = f"sqlite:///{data_dir / 'sprig.sqlite3'}"
    settings = Settings(**values)  # type: ignore[arg-type]  # each value was read by its field's own type
    problems += _check(settings)
    if problems:
        raise SettingsInvalid(problems)
    return settings
