"""What may be used once, or for a while: hints, tokens, assertion ids, nonces, deep-linking requests, registrations."""

import hashlib
import secrets
import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta

from practice_lms.state.moments import kept

HINT_LIFE = timedelta(minutes=10)
TOKEN_LIFE = timedelta(hours=1)
DEEP_LINK_LIFE = timedelta(hours=1)
REGISTRATION_LIFE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Hint:
    """What a launch was begun for; without a link it is deep linking."""

    person_id: int
    course_id: int
    link_id: int | None
    opens: str
    tool: str = ""
    line_item_id: int | None = None
    """For a review of what somebody submitted: the column."""
    for_person_id: int | None = None
    """And whose work is to be seen."""


def give_hint(db: sqlite3.Connection, hint: Hint, now: datetime) -> str:
    """A launch message hint that this person may use once."""
    text = secrets.token_urlsafe(18)
    db.execute(
        "INSERT INTO hint VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)",
        (
            text,
            hint.person_id,
            hint.course_id,
            hint.link_id,
            hint.opens,
            hint.tool,
            hint.line_item_id,
            hint.for_person_id,
            kept(now + HINT_LIFE),
        ),
    )
    return text


def spend_hint(db: sqlite3.Connection, text: str, person_id: int, now: datetime) -> Hint | None:
    """The launch, if the hint is this person's, in time, and was never used; it is used now."""
    row = db.execute(
        "UPDATE hint SET used_at = ? WHERE hint = ? AND person_id = ? AND used_at IS NULL AND expires_at > ? "
        "RETURNING person_id, course_id, link_id, opens, tool, line_item_id, for_person_id",
        (kept(now), text, person_id, kept(now)),
    ).fetchone()
    return Hint(*row) if row else None


def spend_jti(db: sqlite3.Connection, jti: str, now: datetime, expires_at: datetime) -> bool:
    """Whether this assertion id was never seen; it is now, until the assertion has expired."""
    db.execute("DELETE FROM used_jti WHERE expires_at < ?", (kept(now),))
    return (
        db.execute("INSERT OR IGNORE INTO used_jti VALUES (?, ?)", (jti, kept(expires_at + TOKEN_LIFE))).rowcount == 1
    )


def spend_nonce(db: sqlite3.Connection, nonce: str, now: datetime) -> bool:
    """Whether this nonce was never seen in a deep-linking answer; it is now."""
    return db.execute("INSERT OR IGNORE INTO used_nonce VALUES (?, ?)", (nonce, kept(now))).rowcount == 1


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def issue_token(db: sqlite3.Connection, scopes: list[str], now: datetime, tool: str = "") -> str:
    """An opaque token, good for these scopes, this tool and an hour."""
    token = secrets.token_urlsafe(32)
    db.execute("DELETE FROM token WHERE expires_at < ?", (kept(now),))
    db.execute("INSERT INTO token VALUES (?, ?, ?, ?)", (_hash(token), " ".join(scopes), kept(now + TOKEN_LIFE), tool))
    return token


def token_body(token: str, scopes: list[str]) -> dict[str, str | int]:
    """What is told about a token that was issued (RFC 6749, §5.1)."""
    life = int(TOKEN_LIFE.total_seconds())
    return {"access_token": token, "token_type": "Bearer", "expires_in": life, "scope": " ".join(scopes)}


@dataclass(frozen=True, slots=True)
class Grant:
    """What a token is good for."""

    scopes: frozenset[str]
    tool: str


def grant_of_token(db: sqlite3.Connection, token: str, now: datetime) -> Grant | None:
    """What the token is good for; None if it is unknown or has expired."""
    row = db.execute(
        "SELECT scopes, tool FROM token WHERE hash = ? AND expires_at > ?", (_hash(token), kept(now))
    ).fetchone()
    return Grant(frozenset(row["scopes"].split()), row["tool"]) if row else None


def forget_tokens(db: sqlite3.Connection) -> None:
    """No token is good any more."""
    db.execute("DELETE FROM token")


def ask_for_link(db: sqlite3.Connection, course_id: int, data: str | None, now: datetime, tool: str = "") -> str:
    """A deep-linking request that can be answered once, by this tool, with its `data` echoed."""
    request = secrets.token_urlsafe(18)
    db.execute(
        "INSERT INTO deep_link_request (request, data, course_id, tool, expires_at) VALUES (?, ?, ?, ?, ?)",
        (request, data, course_id, tool, kept(now + DEEP_LINK_LIFE)),
    )
    return request


@dataclass(frozen=True, slots=True)
class DeepLinkRequest:
    """What was asked."""

    data: str | None
    course_id: int
    tool: str


def find_deep_link_request(db: sqlite3.Connection, request: str, now: datetime) -> DeepLinkRequest | None:
    """The request, if it is still open."""
    row = db.execute(
        "SELECT data, course_id, tool FROM deep_link_request WHERE request = ? AND used_at IS NULL AND expires_at > ?",
        (request, kept(now)),
    ).fetchone()
    return DeepLinkRequest(*row) if row else None


def close_deep_link_request(db: sqlite3.Connection, request: str, now: datetime) -> None:
    """It is answered."""
    db.execute("UPDATE deep_link_request SET used_at = ? WHERE request = ?", (kept(now), request))


def give_registration_token(db: sqlite3.Connection, now: datetime, client_id: str = "") -> str:
    """A token with which one tool may register; with a client id, the tool that has it registers again."""
    token = secrets.token_urlsafe(32)
    expires_at = kept(now + REGISTRATION_LIFE)
    db.execute("INSERT INTO registration_token VALUES (?, ?, ?, NULL)", (_hash(token), client_id, expires_at))
    return token


def may_register(db: sqlite3.Connection, token: str, now: datetime) -> str | None:
    """Which tool may register again, empty for a new one; None if the token is unknown, used, or too old."""
    row = db.execute(
        "SELECT client_id FROM registration_token WHERE hash = ? AND used_at IS NULL AND expires_at > ?",
        (_hash(token), kept(now)),
    ).fetchone()
    return str(row["client_id"]) if row else None


def spend_registration_token(db: sqlite3.Connection, token: str, now: datetime) -> None:
    """A tool has registered with it."""
    db.execute("UPDATE registration_token SET used_at = ? WHERE hash = ?", (kept(now), _hash(token)))
