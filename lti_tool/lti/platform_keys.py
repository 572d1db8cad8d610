"""The public keys of platforms: parsed once, shared by the processes through the database, fetched rarely.

Fresh for an hour; usable for a day when the platform is out of reach; asked for at most once a minute, after a failure
as well as for an unknown key id.  Single flight is a lease row, never an open transaction (DECISIONS, Launch); a
failure is a lease row, too, that nobody gives back, so that an outage costs all processes one wait a minute.
"""

import secrets
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from sqlalchemy import select

from lti_tool.logs import get_log
from lti_tool.lti.http import CallFailed, call
from lti_tool.lti.keepable import is_keepable_json
from lti_tool.lti.refusals import KeysUnavailable, SignatureInvalid
from lti_tool.models import PlatformKeySet
from lti_tool.models.engine import Database
from lti_tool.services.leases import give_back, is_leased, take_lease
from lti_tool.services.registrations import Registration

FRESH = timedelta(hours=1)
USABLE = timedelta(days=1)
REFETCH = timedelta(minutes=1)
SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class _KeySet:
    keys: dict[str, RSAPublicKey]
    fetched_at: datetime


def parse_jwks(jwks: Any) -> dict[str, RSAPublicKey]:
    """The RSA signing keys of a key set by their key id; anything else in it is passed over."""
    found: dict[str, RSAPublicKey] = {}
    keys = jwks.get("keys") if isinstance(jwks, dict) else None
    for one in keys if isinstance(keys, list) else []:
        if not isinstance(one, dict) or one.get("kty") != "RSA" or one.get("use", "sig") != "sig":
            continue
        kid = one.get("kid")
        if not isinstance(kid, str) or one.get("alg", "RS256") != "RS256":
            continue
        try:
            key = jwt.PyJWK(one, "RS256").key
        except (jwt.PyJWTError, ValueError, TypeError, KeyError, AttributeError, OverflowError):
            continue
        if isinstance(key, RSAPublicKey) and key.key_size >= 2048:
            found[kid] = key
    return found


class PlatformKeys:
    """One for each process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[int, _KeySet] = {}

    def key_for(self, platform: Registration, kid: str, now: datetime) -> RSAPublicKey:
        """The platform's key with this id; `SignatureInvalid` if it has none, `KeysUnavailable` if we cannot tell."""
        known = self._known.get(platform.id)
        if known is None or kid not in known.keys or now - known.fetched_at > FRESH:
            known = self._renewed(platform, kid, now)
        if kid in known.keys and now - known.fetched_at <= USABLE:
            return known.keys[kid]
        raise SignatureInvalid

    def _renewed(self, platform: Registration, kid: str, now: datetime) -> _KeySet:
        stored = self._stored(platform.id)
        has_kid = stored is not None and kid in stored.keys
        if stored is not None and now - stored.fetched_at <= (FRESH if has_kid else REFETCH):
            return stored
        fetched = self.refresh(platform, now)
        if fetched is None and not has_kid:
            fetched = self._awaited(platform.id, now)
        if fetched is None and stored is not None and has_kid and now - stored.fetched_at <= USABLE:
            return stored
        if fetched is None:
            raise KeysUnavailable
        return fetched

    def _stored(self, platform_id: int) -> _KeySet | None:
        with self._database.reading() as session:
            row = session.execute(
                select(PlatformKeySet.jwks, PlatformKeySet.fetched_at).where(PlatformKeySet.platform_id == platform_id)
            ).first()
        if row is None:
            return None
        self._known[platform_id] = _KeySet(parse_jwks(row.jwks), row.fetched_at)
        return self._known[platform_id]

    def refresh(self, platform: Registration, now: datetime) -> _KeySet | None:
        """The keys as the platform gives them now; None if it gives none, did not a moment ago, or is being asked."""
        lease, failure, holder = _lease_name(platform.id), _failure_name(platform.id), secrets.token_hex(8)
        with self._database.reading() as session:
            if is_leased(session, failure, now):
                return None
        with self._database.writing() as session:
            # Somebody may have failed between our look and our lease.
            is_mine = take_lease(session, lease, holder, now, timedelta(seconds=SECONDS + 2))
            if is_mine and is_leased(session, failure, now):
                give_back(session, lease, holder)
                is_mine = False
        if not is_mine:
            return None
        fetched = None
        try:
            fetched = self._fetched(platform, now)
            return fetched
        finally:
            with self._database.writing() as session:
                if fetched is None:
                    take_lease(session, failure, holder, now, REFETCH)
                give_back(session, lease, holder)

    def _fetched(self, platform: Registration, now: datetime) -> _KeySet | None:
        try:
            answer = call("GET", platform.jwks_url, seconds=SECONDS, headers={"Accept": "application/json"})
        except CallFailed as error:
            get_log().warning("platform keys not fetched", platform=platform.id, reason=str(error))
            return None
        jwks = answer.json()
        keys = parse_jwks(jwks)
        if answer.status != 200 or not keys or not is_keepable_json(jwks):
            get_log().warning("platform keys not usable", platform=platform.id, status=answer.status)
            return None
        with self._database.writing() as session:
            session.merge(PlatformKeySet(platform_id=platform.id, jwks=jwks, fetched_at=now))
        get_log().info("platform keys fetched", platform=platform.id, keys=len(keys))
        self._known[platform.id] = _KeySet(keys, now)
        return self._known[platform.id]

    def _awaited(self, platform_id: int, now: datetime) -> _KeySet | None:
        ends = time.monotonic() + SECONDS
        while time.monotonic() < ends:
            with self._database.reading() as session:
                is_asking = is_leased(session, _lease_name(platform_id), now)
            stored = self._stored(platform_id)
            if stored is not None and stored.fetched_at >= now - timedelta(seconds=10):
                return stored
            if not is_asking:  # and it brought nothing
                break
            time.sleep(0.05)
        return None


def _lease_name(platform_id: int) -> str:
    return f"jwks:{platform_id}"


def _failure_name(platform_id: int) -> str:
    return f"jwks-failed:{platform_id}"
