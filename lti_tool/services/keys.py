"""The tool's signing keys: made, published, used and retired; the private halves encrypted at rest."""

import base64
import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import jwt
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from lti_tool.models import Platform, ToolKey

PUBLISHED_BEFORE_USE = timedelta(hours=24)
KEPT_AFTER_RETIREMENT = timedelta(days=7)
_PINNED = select(Platform.pinned_kid).where(Platform.pinned_kid.is_not(None))


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key that signs now."""

    kid: str
    private: rsa.RSAPrivateKey

    @property
    def public_pem(self) -> str:
        """The public half, for an LMS that wants it pasted."""
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        return self.private.public_key().public_bytes(serialization.Encoding.PEM, form).decode()


class KeyBox:
    """Encrypts and opens private keys and other secrets; parses each key once: that costs a hundred signatures."""

    def __init__(self, secret: str) -> None:
        derived = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"sprig tool keys").derive(secret.encode())
        self._fernet = Fernet(base64.urlsafe_b64encode(derived))
        self._opened: dict[str, rsa.RSAPrivateKey] = {}

    def close(self, private: rsa.RSAPrivateKey) -> str:
        """The private key as stored."""
        pem = private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return self._fernet.encrypt(pem).decode()

    def open(self, row: ToolKey) -> SigningKey:
        """The private key as used; `cryptography.fernet.InvalidToken` if the secret is another one."""
        if row.kid not in self._opened:
            pem = self._fernet.decrypt(row.private_encrypted.encode())
            private = serialization.load_pem_private_key(pem, None)
            assert isinstance(private, rsa.RSAPrivateKey)
            self._opened[row.kid] = private
        return SigningKey(row.kid, self._opened[row.kid])

    def seal(self, secret: str) -> str:
        """A secret of another kind, as stored."""
        return self._fernet.encrypt(secret.encode()).decode()

    def unseal(self, stored: str) -> str | None:
        """The secret; None if it was sealed by another key."""
        try:
            return self._fernet.decrypt(stored.encode()).decode()
        except InvalidToken:
            return None


def _thumbprint(jwk: dict[str, Any]) -> str:
    """RFC 7638."""
    canonical = json.dumps({name: jwk[name] for name in ("e", "kty", "n")}, separators=(",", ":"), sort_keys=True)
    return base64.urlsafe_b64encode(hashlib.sha256(canonical.encode()).digest()).rstrip(b"=").decode()


def add_key(session: Session, box: KeyBox, now: datetime, signs_from: datetime) -> str:
    """A new key is published; it signs from then on.  Returns its id."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    jwk: dict[str, Any] = jwt.algorithms.RSAAlgorithm.to_jwk(private.public_key(), as_dict=True)
    kid = _thumbprint(jwk)
    public = {"kty": "RSA", "n": jwk["n"], "e": jwk["e"], "kid": kid, "alg": "RS256", "use": "sig"}
    session.add(
        ToolKey(kid=kid, private_encrypted=box.close(private), public_jwk=public, signs_from=signs_from, created_at=now)
    )
    session.flush()
    return kid


def ensure_key(session: Session, box: KeyBox, now: datetime) -> None:
    """There is a key that signs; the first one signs at once, since nobody has cached a key set yet."""
    if session.scalars(select(ToolKey.kid).where(ToolKey.retired_at.is_(None))).first() is None:
        add_key(session, box, now, now)


def rotate_keys(session: Session, box: KeyBox, now: datetime) -> str:
    """A new key is published now and signs in a day; the old ones retire when it does, and stay public for a week.

    One that was pasted into an LMS is not retired: it goes on signing there, and there alone.
    """
    is_first = session.scalars(select(ToolKey.kid).where(ToolKey.signs_from <= now)).first() is None
    begins = now if is_first else now + PUBLISHED_BEFORE_USE  # nobody has cached a key set yet
    kid = add_key(session, box, now, begins)
    others = select(ToolKey).where(ToolKey.kid != kid, ToolKey.retired_at.is_(None), ToolKey.kid.not_in(_PINNED))
    for row in session.scalars(others):
        row.retired_at = begins
    session.flush()
    return kid


def pin_key(session: Session, platform: Platform, now: datetime) -> str:
    """The key that signs now goes on signing for this platform, whatever is rotated.  Returns its id."""
    row = _signs_now(session, now)
    row.retired_at = None  # a rotation may have begun
    platform.pinned_kid = row.kid
    session.flush()
    return row.kid


def unpin_key(session: Session, platform: Platform, now: datetime) -> None:
    """The platform is signed for like all others; its key retires if it is not the present one, and nobody else's."""
    kid, platform.pinned_kid = platform.pinned_kid, None
    session.flush()
    left = select(ToolKey).where(ToolKey.kid == kid, ToolKey.kid.not_in(_PINNED), ToolKey.retired_at.is_(None))
    row = session.scalars(left).first()
    if row is not None and row.kid != _signs_now(session, now).kid:
        row.retired_at = now
    session.flush()


def public_keys(session: Session, now: datetime) -> list[dict[str, Any]]:
    """The key set to publish: every key that signs, will sign, or signed within the last week."""
    rows = session.scalars(
        select(ToolKey)
        .where(or_(ToolKey.retired_at.is_(None), ToolKey.retired_at > now - KEPT_AFTER_RETIREMENT))
        .order_by(ToolKey.created_at)
    )
    return [row.public_jwk for row in rows]


@dataclass(frozen=True, slots=True)
class KeyLine:
    """One of our keys, and the platforms that know us by it alone."""

    kid: str
    signs_from: datetime
    retired_at: datetime | None
    pinned_by: tuple[str, ...]


def all_keys(session: Session) -> list[KeyLine]:
    """Every key, oldest first."""
    pins: dict[str | None, tuple[str, ...]] = {}
    for kid, name in session.execute(select(Platform.pinned_kid, Platform.name).order_by(Platform.id)):
        pins[kid] = (*pins.get(kid, ()), name)
    return [
        KeyLine(row.kid, row.signs_from, row.retired_at, pins.get(row.kid, ()))
        for row in session.scalars(select(ToolKey).order_by(ToolKey.created_at, ToolKey.kid))
    ]


def signing_key(session: Session, box: KeyBox, now: datetime, pinned: str | None = None) -> SigningKey:
    """The newest key whose time to sign has come, or the one that the platform knows us by (`Platform.pinned_kid`)."""
    return box.open(session.get_one(ToolKey, pinned) if pinned is not None else _signs_now(session, now))


def _signs_now(session: Session, now: datetime) -> ToolKey:
    return session.scalars(
        select(ToolKey).where(ToolKey.signs_from <= now).order_by(ToolKey.signs_from.desc()).limit(1)
    ).one()
