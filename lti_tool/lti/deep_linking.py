"""Answering a deep-linking request: the chosen content, signed (LTI Deep Linking 2.0, §4)."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt

from lti_tool.lti.claims import ASKED, CLAIM, origin_of
from lti_tool.lti.refusals import ClaimMissing
from lti_tool.services.columns import POINTS, TAG
from lti_tool.services.keys import SigningKey
from lti_tool.services.picking import Chosen
from lti_tool.services.registrations import Registration

DL_CLAIM = "https://purl.imsglobal.org/spec/lti-dl/claim/"
LINK = "ltiResourceLink"
FRAME = {"width": 800, "height": 640}
ICON = ("/static/icon.png", {"width": 128, "height": 128})
DROPS_DATES = {"moodle"}
"""Families that forget an item's dates (Moodle's README 29)."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What the platform takes as an answer."""

    takes_links: bool
    takes_several: bool
    takes_columns: bool
    takes_frames: bool
    takes_tabs: bool


def limits_of(request: dict[str, object]) -> Limits:
    """The limits that the request sets.  About columns, silence is no refusal: Moodle says nothing and makes them."""
    types, targets = request.get("accept_types"), request.get("accept_presentation_document_targets")
    ways = targets if isinstance(targets, list) else []
    return Limits(
        takes_links=not isinstance(types, list) or LINK in types,
        takes_several=request.get("accept_multiple") is True,
        takes_columns=request.get("accept_lineitem") is not False,
        takes_frames="iframe" in ways,
        takes_tabs="window" in ways,
    )


def return_url_of(request: dict[str, object]) -> str:
    """Where the answer goes."""
    url = request.get("deep_link_return_url")
    if not isinstance(url, str) or origin_of(url) is None:
        raise ClaimMissing(claim="deep_link_return_url")
    return url


def content_item(chosen: Chosen, limits: Limits, public_url: str, review: str | None) -> dict[str, Any]:
    """One `ltiResourceLink`; nothing stands in it that the platform did not offer to take.

    `review` is what a gradebook may call the way to a learner's work; None where it has none.
    """
    item: dict[str, Any] = {
        "type": LINK,
        "title": chosen.title,
        "text": chosen.text,
        "url": _url(chosen, public_url),
        "custom": {"content_id": chosen.content_id, **ASKED},
    }
    if public_url.startswith("https:"):  # a page of the LMS, which shows it, is on https
        path, size = ICON
        item["icon"] = {"url": public_url + path, **size}
    if limits.takes_tabs and (chosen.in_new_tab or not limits.takes_frames):
        item["window"] = {"targetName": f"sprig-{chosen.content_id}"}
    elif limits.takes_frames:
        item["iframe"] = FRAME
    item |= _dates(chosen)
    if chosen.is_graded and limits.takes_columns:
        item["lineItem"] = _line_item(chosen, review)
    return item


def _url(chosen: Chosen, public_url: str) -> str:
    rule = f"&g={chosen.terms.code}" if chosen.terms is not None else ""
    return f"{public_url}/lti/launch?c={chosen.content_id}{rule}"


def _line_item(chosen: Chosen, review: str | None) -> dict[str, Any]:
    line_item: dict[str, Any] = {
        "scoreMaximum": POINTS,
        "label": chosen.title,
        "resourceId": chosen.content_id,
        "tag": TAG,
    }
    if review is not None:
        line_item["submissionReview"] = {"reviewableStatus": ["Completed"], "label": review}
    return line_item


def _dates(chosen: Chosen) -> dict[str, Any]:
    dates = chosen.dates
    told = {
        "available": {"startDateTime": dates.opens_at, "endDateTime": dates.closes_at},
        "submission": {"endDateTime": dates.due_at},
    }
    found = {what: {name: _iso(at) for name, at in times.items() if at is not None} for what, times in told.items()}
    return {what: times for what, times in found.items() if times}


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def answer(
    request: dict[str, object],
    items: Sequence[dict[str, Any]],
    platform: Registration,
    key: SigningKey,
    now: datetime,
) -> str:
    """The signed answer; nothing chosen is an answer, too (cancel)."""
    claims: dict[str, Any] = {
        "iss": platform.client_id,
        "aud": [platform.issuer],
        "iat": int(now.timestamp()),
        "exp": int((now + timedelta(minutes=5)).timestamp()),
        "nonce": secrets.token_urlsafe(24),
        CLAIM + "deployment_id": platform.deployment,
        CLAIM + "message_type": "LtiDeepLinkingResponse",
        CLAIM + "version": "1.3.0",
        DL_CLAIM + "content_items": list(items),
    }
    if request.get("data") is not None:  # echoed exactly, and left out where none was sent: some platforms refuse null
        claims[DL_CLAIM + "data"] = request["data"]
    return jwt.encode(claims, key.private, "RS256", {"kid": key.kid})
