"""Dynamic Registration 1.0, for tools: what a platform says of itself, what we ask of it, and what it made of that."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from lti_tool.logs import get_log
from lti_tool.lti.claims import ASKED, DEEP_LINKING_REQUEST, RESOURCE_LINK_REQUEST, origin_of
from lti_tool.lti.http import Answer, CallFailed, call
from lti_tool.lti.keepable import is_keepable, kept
from lti_tool.lti.nrps import SCOPE as NRPS_SCOPE
from lti_tool.lti.reaching import is_safe
from lti_tool.lti.refusals import (
    AddressUnsafe,
    ConfigurationIncomplete,
    ConfigurationUnread,
    IssuerForeign,
    RegistrationDeclined,
    RegistrationUnclear,
)
from lti_tool.services.columns import AGS_SCOPE
from lti_tool.services.invites import Found
from lti_tool.services.platforms import PRODUCTS, AddPlatform
from lti_tool.services.registrations import is_shared_issuer

PLATFORM_SAYS = "https://purl.imsglobal.org/spec/lti-platform-configuration"
TOOL_SAYS = "https://purl.imsglobal.org/spec/lti-tool-configuration"
NOTICE_SCOPE = "https://purl.imsglobal.org/spec/lti/scope/noticehandlers"
SUBMISSION_REVIEW_REQUEST = "LtiSubmissionReviewRequest"
SCOPES = (
    *(AGS_SCOPE + name for name in ("lineitem", "lineitem.readonly", "result.readonly", "score")),
    NRPS_SCOPE,
)
"""What we use, wherever it is offered; Moodle wants the read-only one of columns named beside the other."""
PLACEMENTS = ("ContentArea", "assignment_selection", "link_selection")
"""Where teachers look for content: the standard's name and Canvas's."""
CLAIMS = {
    "nothing": ("iss", "sub"),
    "name": ("iss", "sub", "name", "given_name", "family_name"),
    "mail": ("iss", "sub", "name", "given_name", "family_name", "email"),
}
FAMILIES = {"desire2learn": "brightspace", "d2l": "brightspace", "blackboardlearn": "blackboard", "edx": "openedx"}
"""What products call themselves, where that is not our word for them."""
BRIGHTSPACE_AUDIENCE = "https://api.brightspace.com/auth/token"
"""The same for all its customers (LTI.md §3)."""
SECONDS = 10.0
"""For each of the two calls."""
LONGEST = 1000
NAME = "Sprig"
SAYS = "Short lessons that come back when it is time, with their grades in your gradebook."
LONGEST_ANSWER = 300


@dataclass(frozen=True, slots=True)
class Offer:
    """What a platform says of itself, as far as we use it; every address is one that we may go to."""

    issuer: str
    auth_url: str
    token_url: str
    jwks_url: str
    registration_url: str
    token_audience: str | None
    family: str
    product: str
    scopes: tuple[str, ...]
    claims: frozenset[str]
    messages: dict[str, tuple[str, ...]]
    """Types, each with the placements that it may have."""


def _texts(value: object) -> tuple[str, ...]:
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()


def _line(value: object, most: int) -> str:
    return " ".join(kept(value).split())[:most] if isinstance(value, str) else ""


def _address(told: dict[str, Any], name: str, *, allow_private: bool) -> str:
    value = told.get(name)
    if not isinstance(value, str) or len(value) > LONGEST or origin_of(value) is None or not is_keepable(value):
        raise ConfigurationIncomplete(missing=name)
    if not is_safe(value, allow_private=allow_private):
        raise AddressUnsafe(address=value)
    return value


def _headers(token: str) -> dict[str, str]:
    """A token with a line break in it would be a header of its own; such a one is none of a platform's."""
    fits = token and token.isascii() and token.isprintable() and " " not in token
    return {"Accept": "application/json"} | ({"Authorization": f"Bearer {token}"} if fits else {})


def _fetched(url: str, token: str, *, allow_private: bool) -> dict[str, Any]:
    if not is_safe(url, allow_private=allow_private):
        raise AddressUnsafe(address=kept(url)[:LONGEST_ANSWER])
    try:
        answer = call("GET", url, seconds=SECONDS, headers=_headers(token), public_only=not allow_private)
    except CallFailed as error:
        raise ConfigurationUnread(address=url, reason=str(error)) from error
    told = answer.json()
    if answer.status != 200 or not isinstance(told, dict):
        raise ConfigurationUnread(address=url, reason=f"{answer.status}")
    return told


def _messages(platform: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    listed = platform.get("messages_supported")
    found: dict[str, tuple[str, ...]] = {}
    for one in listed if isinstance(listed, list) else []:
        if isinstance(one, dict) and isinstance(one.get("type"), str):
            found[one["type"]] = (*found.get(one["type"], ()), *_texts(one.get("placements")))
    return found


def _family(code: str, invited: str) -> str:
    """What the administrator said, else what the product calls itself."""
    word = FAMILIES.get(code.casefold(), code.casefold())
    return invited or (word if word in PRODUCTS else "other")


def _audience(told: dict[str, Any], family: str) -> str | None:
    given = told.get("authorization_server")
    if isinstance(given, str) and given and len(given) <= LONGEST and is_keepable(given):
        return given
    return BRIGHTSPACE_AUDIENCE if family == "brightspace" else None


def read_offer(url: str, token: str, invited_family: str, *, allow_private: bool) -> Offer:
    """What the platform says of itself at this address, or `RegistrationRefused`.  No transaction may be open."""
    told = _fetched(url, token, allow_private=allow_private)
    platform = told.get(PLATFORM_SAYS)
    platform = platform if isinstance(platform, dict) else {}
    issuer = told.get("issuer")
    # An issuer is a name rather than an address: nobody goes there, and it is kept to the letter.
    if not isinstance(issuer, str) or len(issuer) > 500 or origin_of(issuer) is None or not is_keepable(issuer):
        raise ConfigurationIncomplete(missing="issuer")
    family = _family(_line(platform.get("product_family_code"), 60), invited_family)
    is_own = urlsplit(issuer).hostname == urlsplit(url).hostname
    # Canvas's customers share one name; its own word alone, which anybody can say, gives nobody another's.
    may_differ = family == "canvas" and (invited_family == "canvas" or is_shared_issuer(issuer))
    if not is_own and not may_differ:
        raise IssuerForeign(issuer=issuer, host=urlsplit(url).hostname or "")
    offered = set(_texts(told.get("scopes_supported")))
    wanted = (*SCOPES, NOTICE_SCOPE) if _texts(platform.get("notice_types_supported")) else SCOPES
    words = (_line(platform.get(name), 49) for name in ("product_family_code", "version"))
    return Offer(
        issuer=issuer,
        auth_url=_address(told, "authorization_endpoint", allow_private=allow_private),
        token_url=_address(told, "token_endpoint", allow_private=allow_private),
        jwks_url=_address(told, "jwks_uri", allow_private=allow_private),
        registration_url=_address(told, "registration_endpoint", allow_private=allow_private),
        token_audience=_audience(told, family),
        family=family,
        product=" ".join(word for word in words if word),
        scopes=tuple(scope for scope in wanted if scope in offered),
        claims=frozenset(_texts(told.get("claims_supported"))),
        messages=_messages(platform),
    )


def _wanted_messages(offer: Offer, target: str) -> list[dict[str, Any]]:
    wanted: list[dict[str, Any]] = [{"type": RESOURCE_LINK_REQUEST, "target_link_uri": target, "label": NAME}]
    placed = offer.messages.get(DEEP_LINKING_REQUEST)
    if placed is not None or not offer.messages:
        choosing: dict[str, Any] = {"type": DEEP_LINKING_REQUEST, "target_link_uri": target, "label": NAME}
        places = [one for one in PLACEMENTS if one in (placed or ())]
        wanted.append(choosing | ({"placements": places} if places else {}))
    if SUBMISSION_REVIEW_REQUEST in offer.messages:
        wanted.append({"type": SUBMISSION_REVIEW_REQUEST, "target_link_uri": target, "label": NAME})
    return wanted


def request_for(offer: Offer, asks_for: str, public_url: str) -> dict[str, Any]:
    """What we ask of the platform: the scopes, messages and claims that we use and it has, and nothing else."""
    target = f"{public_url}/lti/launch"
    claims = [one for one in CLAIMS[asks_for] if not offer.claims or one in offer.claims]
    return {
        "application_type": "web",
        "response_types": ["id_token"],
        "grant_types": ["client_credentials", "implicit"],
        "initiate_login_uri": f"{public_url}/lti/login",
        "redirect_uris": [target],
        "client_name": NAME,
        "jwks_uri": f"{public_url}/lti/jwks",
        "token_endpoint_auth_method": "private_key_jwt",
        "scope": " ".join(offer.scopes),
        TOOL_SAYS: {
            "domain": urlsplit(public_url).netloc,
            "target_link_uri": target,
            "description": SAYS,
            "custom_parameters": ASKED,
            "claims": claims,
            "messages": _wanted_messages(offer, target),
        },
    }


def register(offer: Offer, token: str, asks_for: str, public_url: str, *, allow_private: bool) -> Found:
    """The platform knows us now, and by which client id; or `RegistrationRefused`.  No transaction may be open."""
    body = json.dumps(request_for(offer, asks_for, public_url)).encode()
    headers = _headers(token) | {"Content-Type": "application/json"}
    url = offer.registration_url
    try:
        answer = call("POST", url, seconds=SECONDS, headers=headers, data=body, public_only=not allow_private)
    except CallFailed as error:
        raise RegistrationDeclined(answer=str(error)) from error
    if answer.status not in {200, 201}:
        get_log().warning("registration declined", issuer=offer.issuer, status=answer.status)
        raise RegistrationDeclined(answer=_said(answer))
    return _found(offer, answer, asks_for)


def _said(answer: Answer) -> str:
    """In its own words: an administrator there knows them better than ours."""
    told = answer.json()
    words = [told.get(name) for name in ("error", "error_description", "message")] if isinstance(told, dict) else []
    text = ": ".join(one for one in words if isinstance(one, str)) or answer.body[:2000].decode("utf-8", "replace")
    return f"{answer.status} {_line(text, LONGEST_ANSWER)}"


def _identifier(value: object) -> str | None:
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    return value if isinstance(value, str) and 0 < len(value) <= 255 and is_keepable(value) else None


def _found(offer: Offer, answer: Answer, asks_for: str) -> Found:
    told = answer.json()
    client_id = _identifier(told.get("client_id")) if isinstance(told, dict) else None
    if client_id is None:
        raise RegistrationUnclear
    made = told.get(TOOL_SAYS)
    platform = AddPlatform(
        issuer=offer.issuer,
        client_id=client_id,
        auth_url=offer.auth_url,
        token_url=offer.token_url,
        jwks_url=offer.jwks_url,
        token_audience=offer.token_audience,
        family=offer.family,
        name=urlsplit(offer.registration_url).hostname,
        asks_for=asks_for,
        product=offer.product,
    )
    deployment = _identifier(made.get("deployment_id")) if isinstance(made, dict) else None
    return Found(platform, deployment)
