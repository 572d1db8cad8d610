"""The LMS's own key, and the tool's keys as its key set tells them."""

import base64
import sqlite3
import threading
import time
from dataclasses import dataclass
from typing import Any

import jwt
import requests
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

CACHED_SECONDS = 600.0
BETWEEN_FETCHES_SECONDS = 1.0
"""An unknown key id asks the tool again, but not more often than this."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """An RSA key with its id."""

    kid: str
    private: rsa.RSAPrivateKey

    def sign(self, claims: dict[str, Any]) -> str:
        """The claims as a JWT (RS256)."""
        return jwt.encode(claims, self.private, algorithm="RS256", headers={"kid": self.kid})

    def public_jwk(self) -> dict[str, Any]:
        """What the world may know of it."""
        numbers = self.private.public_key().public_numbers()
        return {
            "kty": "RSA",
            "alg": "RS256",
            "use": "sig",
            "kid": self.kid,
            "n": _base64url(numbers.n),
            "e": _base64url(numbers.e),
        }


def _base64url(number: int) -> str:
    raw = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def own_key(db: sqlite3.Connection) -> SigningKey:
    """The LMS's key; made at the first start."""
    row = db.execute("SELECT kid, private_pem FROM signing_key").fetchone()
    if row is None:
        private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        pem = private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        digest = hashes.Hash(hashes.SHA256())
        digest.update(pem)
        kid = digest.finalize().hex()[:16]
        db.execute("INSERT INTO signing_key VALUES (?, ?)", (kid, pem.decode()))
        return SigningKey(kid, private)
    # Our own file: checking the primes again takes longer than everything else at the start.
    private_key = serialization.load_pem_private_key(
        row["private_pem"].encode(), None, unsafe_skip_rsa_key_validation=True
    )
    assert isinstance(private_key, rsa.RSAPrivateKey)
    return SigningKey(row["kid"], private_key)


class ToolUnreachable(Exception):
    """The tool's key set could not be fetched."""


class ToolKeys:
    """The tool's public keys by id: cached, and asked for again when an id is unknown."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._lock = threading.Lock()
        self._keys: dict[str, jwt.PyJWK] = {}
        self._fetched_at: float | None = None

    def key_for(self, kid: str) -> jwt.PyJWK | None:
        """The key with this id, if the tool publishes it; `ToolUnreachable` if it does not answer."""
        with self._lock:
            age = None if self._fetched_at is None else time.monotonic() - self._fetched_at
            is_old = age is None or age > CACHED_SECONDS
            if is_old or (kid not in self._keys and age is not None and age > BETWEEN_FETCHES_SECONDS):
                self._keys = self._fetch()
                self._fetched_at = time.monotonic()
            return self._keys.get(kid)

    def _fetch(self) -> dict[str, jwt.PyJWK]:
        try:
            answer = requests.get(self._url, timeout=5, headers={"User-Agent": "PracticeLMS"})
            answer.raise_for_status()
            keys = answer.json()["keys"]
            return {key["kid"]: jwt.PyJWK(key, algorithm="RS256") for key in keys if "kid" in key}
        except (requests.RequestException, ValueError, KeyError, TypeError, jwt.PyJWTError) as error:
            raise ToolUnreachable(str(error)) from error


class KeyRing:
    """The keys of every tool, by the address where it publishes them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_url: dict[str, ToolKeys] = {}

    def of(self, url: str) -> ToolKeys:
        """The keys that are published there."""
        with self._lock:
            return self._by_url.setdefault(url, ToolKeys(url))

    def forget(self) -> None:
        """The next use of any asks its tool."""
        with self._lock:
            self._by_url.clear()
