"""The first step of a launch: a platform sends the browser here, and we send it back with a state and a nonce."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from pylti1p3.exception import OIDCException
from pylti1p3.oidc_login import OIDCLogin
from pylti1p3.session import SessionService
from sqlalchemy.orm import Session

from lti_tool.lti.adapters import FormRequest, NoCookies
from lti_tool.lti.claims import origin_of
from lti_tool.lti.refusals import LoginIncomplete, UnknownPlatform
from lti_tool.lti.tool_conf import KnownPlatform
from lti_tool.models import LaunchState
from lti_tool.models.engine import insert_once
from lti_tool.services.launches import digest
from lti_tool.services.registrations import Registration, registrations_of

STATE_LIFE = timedelta(minutes=10)
LONGEST = 2000
NEEDED = ("iss", "login_hint", "target_link_uri")


def platform_for(session: Session, params: Mapping[str, str]) -> Registration:
    """The enabled registration that a login means; without a client id only if the issuer has just one."""
    missing = [name for name in NEEDED if not params.get(name)]
    if not missing and len(params["target_link_uri"]) > LONGEST:  # it must be kept whole, to compare
        missing = ["target_link_uri"]
    if missing:
        raise LoginIncomplete(missing=", ".join(missing))
    found = registrations_of(session, params["iss"], params.get("client_id"))
    if len(found) != 1:
        raise UnknownPlatform
    return found[0]


class Login(OIDCLogin[Any, Any, Any, Any, Any]):
    """pylti1p3's login with our own state: one row, bound to nonce, platform, target and browser."""

    def __init__(self, params: Mapping[str, str], platform: Registration) -> None:
        request = FormRequest(params)
        super().__init__(request, KnownPlatform(platform), SessionService(request), NoCookies())
        self._platform = platform

    def get_redirect(self, url: str) -> Any:
        """The address itself; the web layer redirects."""
        return url

    def address(self, redirect_uri: str, state: str, nonce: str) -> str:
        """Where to send the browser.  The library breaks an authorization address that has a query of its own."""
        try:
            self.validate_oidc_login()
        except OIDCException as error:
            raise LoginIncomplete(missing=str(error)) from error
        asked = {
            "scope": "openid",
            "response_type": "id_token",
            "response_mode": "form_post",
            "prompt": "none",
            "client_id": self._platform.client_id,
            "redirect_uri": redirect_uri,
            "login_hint": self._get_request_param("login_hint"),
            "state": state,
            "nonce": nonce,
        }
        hint = self._get_request_param("lti_message_hint")
        if hint:  # echoed exactly: Moodle's is JSON, and serves once
            asked["lti_message_hint"] = hint
        parts = urlsplit(self._platform.auth_url)
        query = [*parse_qsl(parts.query, keep_blank_values=True), *asked.items()]
        return urlunsplit(parts._replace(query=urlencode(query)))


@dataclass(frozen=True, slots=True)
class Storage:
    """Where a platform keeps a value for us by postMessage: in this frame, at this origin (LTI.md §2.8)."""

    target: str
    origin: str


_FRAME_NAME = re.compile(r"[A-Za-z0-9_.:-]{1,100}")


def storage_of(target: str | None, platform: Registration) -> Storage | None:
    """The storage that a login offers; None if it offers none, or something that is no frame's name."""
    origin = origin_of(platform.auth_url)
    if target is None or origin is None or not _FRAME_NAME.fullmatch(target):
        return None
    return Storage(target, origin)


def begin_login(
    session: Session,
    params: Mapping[str, str],
    platform: Registration,
    browser: str,
    redirect_uri: str,
    now: datetime,
    storage: Storage | None = None,
) -> tuple[str, str]:
    """The launch is on record: (its state, where its browser goes next)."""
    state, nonce = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    address = Login(params, platform).address(redirect_uri, state, nonce)
    values: dict[str, object] = {
        "state_hash": digest(state),
        "nonce_hash": digest(nonce),
        "browser_hash": digest(browser),
        "platform_id": platform.id,
        "target_link_uri": params["target_link_uri"],
        "storage_target": storage.target if storage else None,
        "expires_at": now + STATE_LIFE,
    }
    insert_once(session, LaunchState, values)
    return state, address
