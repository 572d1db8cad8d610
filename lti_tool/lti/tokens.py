"""Access tokens of platforms: kept, shared by all processes, asked for by one at a time (OAuth 2, RFC 7523)."""

import hashlib
import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import jwt
from sqlalchemy import delete, select

from lti_tool.logs import get_log
from lti_tool.lti.claims import CLAIM
from lti_tool.lti.http import Answer, CallFailed, call
from lti_tool.lti.waiting import retry_after
from lti_tool.models import ServiceToken
from lti_tool.models.engine import Database
from lti_tool.services.grades import Outcome
from lti_tool.services.keys import KeyBox, signing_key
from lti_tool.services.leases import give_back, is_leased, take_lease
from lti_tool.services.registrations import Registration

EARLY = 60
"""So many seconds before its end a token is not used any more, or half its life if that is less."""
BACKDATED = timedelta(seconds=5)
"""Moodle knows no leeway: a token of its future is refused (README 32)."""
VALID = timedelta(minutes=5)
USUAL_LIFE = 3600
BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class NoToken(Exception):
    """The platform gives no token now; `outcome` is what that means for a score."""

    def __init__(self, outcome: Outcome, status: int | None = None, wait: timedelta | None = None) -> None:
        super().__init__(outcome.value)
        self.outcome = outcome
        self.status = status
        self.retry_after = wait


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A token, and how it is stored, which tells it from one that came after it."""

    value: str
    sealed: str


class AccessTokens:
    """One for each process."""

    def __init__(self, database: Database, box: KeyBox, seconds: float) -> None:
        self._database = database
        self._box = box
        self._seconds = seconds

    def get(self, platform: Registration, scopes: Iterable[str], now: datetime, *, needed: str) -> AccessToken:
        """A token for these scopes, `needed` at least, or `NoToken`.  No transaction may be open."""
        wanted = " ".join(sorted(scopes))
        found = self._stored(platform, wanted, now)
        if found is not None:
            return found
        lease, holder = _lease_name(platform, wanted), secrets.token_hex(8)
        with self._database.writing() as session:
            is_mine = take_lease(session, lease, holder, now, timedelta(seconds=self._seconds + 5))
        if not is_mine:
            return self._awaited(platform, wanted, lease, now)
        try:
            # Somebody may have stored one between our look and our lease.
            return self._stored(platform, wanted, now) or self._fetched(platform, wanted, needed, now)
        finally:
            with self._database.writing() as session:
                give_back(session, lease, holder)

    def forget(self, platform: Registration, token: AccessToken) -> None:
        """The token, which the platform no longer takes, is not used again; one that came after it is kept."""
        with self._database.writing() as session:
            session.execute(
                delete(ServiceToken).where(ServiceToken.platform_id == platform.id, ServiceToken.token == token.sealed)
            )

    def _stored(self, platform: Registration, wanted: str, now: datetime) -> AccessToken | None:
        with self._database.reading() as session:
            sealed = session.execute(
                select(ServiceToken.token).where(
                    ServiceToken.platform_id == platform.id,
                    ServiceToken.deployment == platform.deployment,
                    ServiceToken.scopes == wanted,
                    ServiceToken.expires_at > now,
                )
            ).scalar_one_or_none()
        value = self._box.unseal(sealed) if sealed is not None else None
        return AccessToken(value, sealed) if sealed is not None and value is not None else None

    def _awaited(self, platform: Registration, wanted: str, lease: str, now: datetime) -> AccessToken:
        ends = time.monotonic() + self._seconds
        while time.monotonic() < ends:
            with self._database.reading() as session:
                is_asking = is_leased(session, lease, now)
            found = self._stored(platform, wanted, now)
            if found is not None:
                return found
            if not is_asking:  # and it brought nothing
                break
            time.sleep(0.05)
        raise NoToken(Outcome.NO_ACCESS)

    def _fetched(self, platform: Registration, wanted: str, needed: str, now: datetime) -> AccessToken:
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": BEARER,
            "client_assertion": self._assertion(platform, now),
            "scope": wanted,
        }
        log = get_log(platform=platform.id)
        try:
            answer = call(
                "POST",
                platform.token_url,
                seconds=self._seconds,
                headers={"Accept": "application/json"},
                data=form,
            )
        except CallFailed as error:
            log.warning("access token not fetched", reason=str(error))
            raise NoToken(Outcome.UNREACHED) from error
        value, seconds = _read(answer, wanted, needed, now)
        sealed = self._box.seal(value)
        with self._database.writing() as session:
            session.merge(
                ServiceToken(
                    platform_id=platform.id,
                    deployment=platform.deployment,
                    scopes=wanted,
                    token=sealed,
                    expires_at=now + timedelta(seconds=seconds),
                )
            )
        log.info("access token fetched", seconds=seconds)
        return AccessToken(value, sealed)

    def _assertion(self, platform: Registration, now: datetime) -> str:
        with self._database.reading() as session:
            key = signing_key(session, self._box, now, platform.pinned_kid)
        issued = now - BACKDATED
        claims = {
            "iss": platform.client_id,
            "sub": platform.client_id,
            "aud": platform.token_audience or platform.token_url,
            "iat": int(issued.timestamp()),
            "exp": int((issued + VALID).timestamp()),
            "jti": secrets.token_urlsafe(16),
        }
        if platform.deployment:  # a tool should say for whom it asks (security framework 1.1, revised 2023)
            claims[CLAIM + "deployment_id"] = platform.deployment
        return jwt.encode(claims, key.private, algorithm="RS256", headers={"kid": key.kid})


def _lease_name(platform: Registration, wanted: str) -> str:
    what = hashlib.sha256(f"{platform.deployment} {wanted}".encode()).hexdigest()[:16]
    return f"token:{platform.id}:{what}"


def _read(answer: Answer, wanted: str, needed: str, now: datetime) -> tuple[str, int]:
    """(token, seconds for which we use it); `NoToken` if the answer holds none that we can use."""
    log = get_log(status=answer.status)
    wait = retry_after(answer, now)
    if answer.status == 429 or answer.status >= 500:
        log.warning("access token put off")
        raise NoToken(Outcome.BUSY if answer.status == 429 else Outcome.UNREACHED, answer.status, wait)
    body = answer.json()
    token = body.get("access_token") if isinstance(body, dict) else None
    if answer.status not in {200, 201} or not isinstance(token, str) or not token or not token.isascii():
        # A page instead of JSON is Moodle's way to say that it cannot reach our /lti/jwks (README 34).
        error = body.get("error") if isinstance(body, dict) else "not JSON"
        log.warning("access token refused", error=str(error)[:100])
        raise NoToken(Outcome.NO_ACCESS, answer.status)
    # Without `scope` all of them are granted (RFC 6749, 5.1); Moodle leaves out quietly what is not permitted.
    granted = body.get("scope", wanted)
    if not isinstance(granted, str) or needed not in granted.split():
        log.warning("access token lacks a scope")
        raise NoToken(Outcome.NO_ACCESS, answer.status)
    try:
        seconds = int(body.get("expires_in", USUAL_LIFE))
    except (TypeError, ValueError, OverflowError):  # 1e999 is a number in JSON
        seconds = USUAL_LIFE
    seconds = max(2, min(seconds, 24 * USUAL_LIFE))
    return token, seconds - min(EARLY, seconds // 2)
