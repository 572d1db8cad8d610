"""The first step of a launch: a platform sends the browser here, and we send it back with a state and a nonce."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from pylti1p3.exception import OIDCException
from pylti1p3.oidc_login import OIDCLogin
from pylti1p3.session import SessionService
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from lti_tool.lti.adapters import FormRequest, NoCookies
from lti_tool.lti.refusals import LoginIncomplete, UnknownPlatform
from lti_tool.lti.tool_conf import KnownPlatform
from lti_tool.models import LaunchState, Platform
from lti_tool.models.engine import insert_once
from lti_tool.services.launches import digest

STATE_LIFE = timedelta(minutes=10)
NEEDED = ("iss", "login_hint", "target_link_uri")


_OF_ISSUER = select(Platform).where(Platform.issuer == bindparam("issuer"), Platform.is_enabled).limit(2)
_OF_CLIENT = _OF_ISSUER.where(Platform.client_id == bindparam("client"))


def platform_for(session: Session, params: Mapping[str, str]) -> Platform:
    """The enabled registration that a login means; without a client id only if the issuer has just one."""
    missing = [name for name in NEEDED if not params.get(name)]
    if missing:
        raise LoginIncomplete(missing=", ".join(missing))
    client = params.get("client_id")
    query, asked = (_OF_CLIENT, {"client": client}) if client else (_OF_ISSUER, {})
    found = session.scalars(query, {"issuer": params["iss"]} | asked).all()
    if len(found) != 1:
        raise UnknownPlatform
    return found[0]


class Login(OIDCLogin[Any, Any, Any, Any, Any]):
    """pylti1p3's login with our own state: one row, bound to nonce, platform, target and browser."""

    def __init__(self, params: Mapping[str, str], platform: Platform) -> None:
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


def begin_login(
    session: Session, params: Mapping[str, str], platform: Platform, browser: str, redirect_uri: str, now: datetime
) -> str:
    """The launch is on record, and this is where its browser goes next."""
    state, nonce = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    address = Login(params, platform).address(redirect_uri, state, nonce)
    values: dict[str, object] = {
        "state_hash": digest(state),
        "nonce_hash": digest(nonce),
        "browser_hash": digest(browser),
        "platform_id": platform.id,
        "target_link_uri": params["target_link_uri"][:2000],
        "expires_at": now + STATE_LIFE,
    }
    insert_once(session, LaunchState, values)
    return address
