"""Answering a deep-linking request: the chosen content, signed (LTI Deep Linking 2.0, §4)."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import jwt

from lti_tool.lti.claims import CLAIM, origin_of
from lti_tool.lti.refusals import ClaimMissing
from lti_tool.services.keys import SigningKey
from lti_tool.services.registrations import Registration

DL_CLAIM = "https://purl.imsglobal.org/spec/lti-dl/claim/"
POINTS = 100
LONGEST_TITLE = 255
"""Moodle refuses longer names."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a teacher picked."""

    content_id: str
    title: str
    text: str


def return_url_of(request: dict[str, object]) -> str:
    """Where the answer goes."""
    url = request.get("deep_link_return_url")
    if not isinstance(url, str) or origin_of(url) is None:
        raise ClaimMissing(claim="deep_link_return_url")
    return url


def content_item(chosen: Chosen, public_url: str, *, with_line_item: bool) -> dict[str, Any]:
    """One `ltiResourceLink`; with a column of 100 points unless the platform takes none."""
    title = chosen.title[:LONGEST_TITLE]
    item: dict[str, Any] = {
        "type": "ltiResourceLink",
        "title": title,
        "text": chosen.text,
        "url": f"{public_url}/lti/launch?c={chosen.content_id}",
        "custom": {"content_id": chosen.content_id},
    }
    if with_line_item:
        item["lineItem"] = {
            "scoreMaximum": POINTS,
            "label": title,
            "resourceId": chosen.content_id,
            "tag": "completion",
        }
    return item


def answer(
    request: dict[str, object],
    chosen: Chosen | None,
    platform: Registration,
    deployment_id: str,
    key: SigningKey,
    public_url: str,
    now: datetime,
) -> str:
    """The signed answer; nothing chosen is an answer, too (cancel)."""
    with_line_item = request.get("accept_lineitem") is not False
    claims: dict[str, Any] = {
        "iss": platform.client_id,
        "aud": [platform.issuer],
        "iat": int(now.timestamp()),
        "exp": int((now + timedelta(minutes=5)).timestamp()),
        "nonce": secrets.token_urlsafe(24),
        CLAIM + "deployment_id": deployment_id,
        CLAIM + "message_type": "LtiDeepLinkingResponse",
        CLAIM + "version": "1.3.0",
        DL_CLAIM + "content_items": [content_item(chosen, public_url, with_line_item=with_line_item)] if chosen else [],
    }
    if "data" in request:  # echoed exactly, and left out where it was not sent: some platforms refuse null
        claims[DL_CLAIM + "data"] = request["data"]
    return jwt.encode(claims, key.private, "RS256", {"kid": key.kid})
