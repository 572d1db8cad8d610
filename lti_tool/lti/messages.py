"""A platform's answer, verified: pylti1p3's pipeline with each step that it leaves open (LTI.md §1.2) closed."""

import hmac
import math
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt.exceptions import InvalidSubjectError
from pylti1p3.exception import LtiException
from pylti1p3.message_launch import MessageLaunch
from pylti1p3.message_validators.deep_link import DeepLinkMessageValidator
from pylti1p3.session import SessionService
from sqlalchemy import bindparam, select

from lti_tool.lti.adapters import FormRequest, NoCookies
from lti_tool.lti.claims import DEEP_LINKING_REQUEST, message_type, read_arrival, target_of
from lti_tool.lti.compact import parts_of
from lti_tool.lti.keepable import is_keepable, is_shallow
from lti_tool.lti.login import Storage, storage_of
from lti_tool.lti.platform_keys import PlatformKeys
from lti_tool.lti.refusals import (
    ClaimMissing,
    ClockSkew,
    Expired,
    ForeignToken,
    NonceMismatch,
    PlatformRefused,
    Replayed,
    SignatureInvalid,
    StateUnknown,
    TargetForeign,
    TokenMalformed,
    UnknownPlatform,
)
from lti_tool.lti.tool_conf import KnownPlatform
from lti_tool.models import LaunchState, Platform
from lti_tool.models.engine import Database, run
from lti_tool.services.arrivals import ANONYMOUS, Arrival
from lti_tool.services.launches import digest
from lti_tool.services.registrations import COLUMNS, WIDTH, Registration

LEEWAY_SECONDS = 60
OLDEST_TOKEN = timedelta(hours=1)
MOST_TOKEN_CHARACTERS = 100_000


@dataclass(frozen=True, slots=True)
class Verified:
    """A launch that passed every check but one: its state is not consumed yet."""

    arrival: Arrival
    platform: Registration
    state_hash: str
    is_bound: bool
    """The browser that ends the launch is the one that began it."""
    storage: Storage | None = None
    """Where the platform may keep the proof of that."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A login under way, as its row says."""

    nonce_hash: str
    browser_hash: str
    target_link_uri: str
    storage_target: str | None
    expires_at: datetime
    consumed_at: datetime | None


class Message(MessageLaunch[Any, Any, Any, Any]):
    """One answer to one login.  Each override names what the library does not do."""

    def __init__(
        self, form: Mapping[str, str], begun: Begun, platform: Registration, keys: PlatformKeys, now: datetime
    ) -> None:
        request = FormRequest(form)
        super().__init__(
            request, KnownPlatform(platform), SessionService(request), NoCookies(), requests_session=_NEVER
        )
        self._begun, self._platform, self._keys, self._now = begun, platform, keys, now

    def _get_request_param(self, key: str) -> str:
        value: str = self._request.get_param(key)
        return value

    def validate_state(self) -> "Message":
        """The state's row was found and read before: bound to nonce, platform and target, used or not."""
        return self

    def validate_jwt_format(self) -> "Message":
        """Three parts, JSON objects, RS256 and a key id; the library takes any spelling, and any name twice."""
        token = self._get_request_param("id_token")
        if len(token) > MOST_TOKEN_CHARACTERS:
            raise TokenMalformed
        try:
            header, body = parts_of(token)
        except ValueError as error:
            raise TokenMalformed from error
        if not is_shallow([header, body]):
            raise TokenMalformed
        parts: Any = {"header": header, "body": body}
        self._jwt = parts
        if header.get("alg") != "RS256" or not isinstance(header.get("kid"), str):
            raise SignatureInvalid
        return self

    def validate_nonce(self) -> "Message":
        """The nonce is the one of *this* login; the library takes any that the session has seen, again and again."""
        nonce = self._jwt["body"].get("nonce")
        if not isinstance(nonce, str) or not nonce or not is_keepable(nonce):
            raise ClaimMissing(claim="nonce")
        if not hmac.compare_digest(digest(nonce), self._begun.nonce_hash):
            raise NonceMismatch
        return self

    def get_client_id(self) -> str:
        """Ours, if the token is for us: among its audiences, and its authorised party if it names one."""
        body: dict[str, Any] = dict(self._jwt["body"])
        audience, party = body.get("aud"), body.get("azp")
        audiences = audience if isinstance(audience, list) else [audience]
        if self._platform.client_id not in audiences or (party is None and len(audiences) > 1):
            raise ForeignToken
        if party is not None and party != self._platform.client_id:
            raise ForeignToken
        return self._platform.client_id

    def validate_registration(self) -> "Message":
        """Issuer and client are the ones the login was begun with."""
        try:
            super().validate_registration()
        except (LtiException, TypeError, AttributeError) as error:  # an issuer may be anything
            raise ForeignToken from error
        return self

    def validate_jwt_signature(self) -> "Message":
        """Signed by the platform's key, in time, complete; the library checks the signature alone."""
        self._check_times()
        key = self._keys.key_for(self._platform, self._jwt["header"]["kid"], self._now)
        required = ["exp", "iat", "nonce", "iss", "aud"]
        decoded(self._get_request_param("id_token"), key, self._platform, required, self._now)
        return self

    def _check_times(self) -> None:
        """Each is a finite number: the library would take infinity for a bad signature, and a text for a number."""
        body: dict[str, Any] = dict(self._jwt["body"])
        for name in ("exp", "iat", "nbf"):
            value = body.get(name, 0)
            if type(value) is not int and not (isinstance(value, float) and math.isfinite(value)):
                raise ClaimMissing(claim=name)

    def validate_deployment(self) -> "Message":
        """Checked where it may be learned: in the transaction that opens the visit."""
        return self

    def validate_message(self) -> "Message":
        """The message is one of ours, and has what its type requires."""
        kind = message_type(dict(self._jwt["body"]))
        if "sub" not in self._jwt["body"] and self._platform.admits_anonymous:
            self._jwt["body"]["sub"] = f"{ANONYMOUS}{secrets.token_urlsafe(12)}"
        try:
            if kind == DEEP_LINKING_REQUEST:
                # The library refuses one that takes no activities; the teacher is told so instead, and can go back.
                DeepLinkMessageValidator().run_common_validators(self._jwt["body"])
            else:
                super().validate_message()
        except LtiException as error:
            raise ClaimMissing(claim=str(error)) from error
        except (AttributeError, TypeError) as error:  # the library takes claims for objects and lists
            raise ClaimMissing(claim="message_type") from error
        return self

    def save_launch_data(self) -> "Message":
        """Nothing of the token is kept."""
        return self

    def verified_body(self) -> dict[str, Any]:
        """The token's claims, after every check."""
        self.validate()
        return dict(self._jwt["body"])


def decoded(
    token: str, key: RSAPublicKey, platform: Registration, required: list[str], now: datetime
) -> dict[str, Any]:
    """The claims of a token that the platform signed for us, in time and with all that is required."""
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=["RS256"],
            audience=platform.client_id,
            issuer=platform.issuer,
            leeway=LEEWAY_SECONDS,
            options={"require": required},
        )
    except jwt.ExpiredSignatureError as error:
        raise Expired from error
    except jwt.ImmatureSignatureError as error:
        raise ClockSkew from error
    except jwt.MissingRequiredClaimError as error:
        raise ClaimMissing(claim=error.claim) from error
    except (jwt.InvalidIssuerError, jwt.InvalidAudienceError) as error:
        raise ForeignToken from error
    except (InvalidSubjectError, jwt.InvalidIssuedAtError) as error:
        raise ClaimMissing(claim="sub, iat") from error
    except jwt.InvalidTokenError as error:
        raise SignatureInvalid from error
    except (ValueError, TypeError, OverflowError) as error:  # numbers that are none
        raise ClaimMissing(claim="exp, iat, nbf") from error
    if int(claims["iat"]) < (now - OLDEST_TOKEN).timestamp():  # compared, not reckoned with: it may be any number
        raise Expired
    return claims


class _NeverCalled:
    """In place of the library's HTTP session: keys come from `PlatformKeys`."""

    def get(self, *_args: object, **_kwargs: object) -> None:
        raise AssertionError("keys are fetched by PlatformKeys")


_NEVER: Any = _NeverCalled()
_BEGUN = (
    select(
        *COLUMNS,
        LaunchState.nonce_hash,
        LaunchState.browser_hash,
        LaunchState.target_link_uri,
        LaunchState.storage_target,
        LaunchState.expires_at,
        LaunchState.consumed_at,
    )
    .join(LaunchState, LaunchState.platform_id == Platform.id)
    .where(LaunchState.state_hash == bindparam("state"))
)


def verify(
    form: Mapping[str, str],
    browsers: Iterable[str],
    database: Database,
    keys: PlatformKeys,
    public_url: str,
    now: datetime,
) -> Verified:
    """The launch in this form, checked in full, or `LaunchRefused`.  No transaction is open while keys are fetched.

    `browsers` are the secrets of the browser that sends it, any of which may be the one it was begun with.
    """
    state_hash = digest(form.get("state", ""))
    with database.reading() as session:
        row = run(session, _BEGUN, state=state_hash).first()
    if row is None:
        raise StateUnknown
    platform, begun = Registration(*row[:WIDTH]), Begun(*row[WIDTH:])
    if not platform.is_enabled:
        raise UnknownPlatform
    if begun.consumed_at is not None:
        raise Replayed
    if begun.expires_at < now:
        raise Expired
    if "error" in form and "id_token" not in form:  # only to a launch that we began do we repeat anybody's words
        raise PlatformRefused(error=" ".join(form.get(k, "") for k in ("error", "error_description")).strip()[:200])
    body = Message(form, begun, platform, keys, now).verified_body()
    if target_of(body) != begun.target_link_uri:
        raise TargetForeign
    is_bound = any(hmac.compare_digest(digest(browser), begun.browser_hash) for browser in browsers)
    storage = storage_of(begun.storage_target, platform)
    return Verified(read_arrival(body, platform, public_url), platform, state_hash, is_bound, storage)
