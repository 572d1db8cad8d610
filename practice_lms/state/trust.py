"""What may be used once, or for a while: hints, tokens, assertion ids, nonces, deep-linking requests."""

import hashlib
import secrets
import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta

from practice_lms.state.moments import kept

HINT_LIFE = timedelta(minutes=10)
TOKEN_LIFE = timedelta(hours=1)
DEEP_LINK_LIFE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Hint:
    """What a launch was begun for; without a link it is deep linking."""

    person_id: int
    course_id: int
    link_id: int | None
    opens: str


def give_hint(db: sqlite3.Connection, hint: Hint, now: datetime) -> str:
    """A launch message hint that this person may use once."""
    text = secrets.token_urlsafe(18)
    db.execute(
        "INSERT INTO hint (hint, person_id, course_id, link_id, opens, expires_at) VALUES (?, ?, ?, ?, ?, ?)",
        (text, hint.person_id, hint.course_id, hint.link_id, hint.opens, kept(now + HINT_LIFE)),
    )
    return text


def spend_hint(db: sqlite3.Connection, text: str, person_id: int, now: datetime) -> Hint | None:
    """The launch, if the hint is this person's, in time, and was never used; it is used now."""
    row = db.execute(
        "UPDATE hint SET used_at = ? WHERE hint = ? AND person_id = ? AND used_at IS NULL AND expires_at > ? "
        "RETURNING person_id, course_id, link_id, opens",
        (kept(now), text, person_id, kept(now)),
    ).fetchone()
    return Hint(row["person_id"], row["course_id"], row["link_id"], row["opens"]) if row else None


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


def issue_token(db: sqlite3.Connection, scopes: list[str], now: datetime) -> str:
    """An opaque token, good for these scopes and an hour."""
    token = secrets.token_urlsafe(32)
    db.execute("DELETE FROM token WHERE expires_at < ?", (kept(now),))
    db.execute("INSERT INTO token VALUES (?, ?, ?)", (_hash(token), " ".join(scopes), kept(now + TOKEN_LIFE)))
    return token


def token_body(token: str, scopes: list[str]) -> dict[str, str | int]:
    """What is told about a token that was issued (RFC 6749, §5.1)."""
    life = int(TOKEN_LIFE.total_seconds())
    return {"access_token": token, "token_type": "Bearer", "expires_in": life, "scope": " ".join(scopes)}


def scopes_of_token(db: sqlite3.Connection, token: str, now: datetime) -> frozenset[str] | None:
    """What the token is good for; None if it is unknown or has expired."""
    row = db.execute("SELECT scopes FROM token WHERE hash = ? AND expires_at > ?", (_hash(token), kept(now))).fetchone()
    return frozenset(row["scopes"].split()) if row else None


def forget_tokens(db: sqlite3.Connection) -> None:
    """No token is good any more."""
    db.execute("DELETE FROM token")


def ask_for_link(db: sqlite3.Connection, course_id: int, data: str | None, now: datetime) -> str:
    """A deep-linking request that can be answered once, with its `data` echoed."""
    request = secrets.token_urlsafe(18)
    db.execute(
        "INSERT INTO deep_link_request (request, data, course_id, expires_at) VALUES (?, ?, ?, ?)",
        (request, data, course_id, kept(now + DEEP_LINK_LIFE)),
    )
    return request


@dataclass(frozen=True, slots=True)
class DeepLinkRequest:
    """What was asked."""

    data: str | None
    course_id: int


def find_deep_link_request(db: sqlite3.Connection, request: str, now: datetime) -> DeepLinkRequest | None:
    """The request, if it is still open."""
    row = db.execute(
        "SELECT data, course_id FROM deep_link_request WHERE request = ? AND used_at IS NULL AND expires_at > ?",
        (request, kept(now)),
    ).fetchone()
    return DeepLinkRequest(row["data"], row["course_id"]) if row else None


def close_deep_link_request(db: sqlite3.Connection, request: str, now: datetime) -> None:
    """It is answered."""
    db.execute("UPDATE deep_link_request SET used_at = ? WHERE request = ?", (kept(now), request))
