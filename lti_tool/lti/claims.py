"""A verified token becomes an `Arrival`: only what we use, checked piece by piece."""

import hashlib
import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from lti_tool.lti.keepable import is_keepable, is_keepable_json, kept
from lti_tool.lti.refusals import ClaimMissing, ContentUnknown, MessageUnknown, TargetForeign
from lti_tool.lti.roles import role_of
from lti_tool.rules.grading import Terms
from lti_tool.services.arrivals import ANONYMOUS, Arrival, Dates, History, LineItemClaim, Role, Services
from lti_tool.services.registrations import Registration, is_shared_issuer

CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
AGS = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
DEEP_LINKING = "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings"
NRPS = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"
NOTICES = CLAIM + "platformnotificationservice"
CONTEXT_COPY_NOTICE = "LtiContextCopyNotice"
RESOURCE_LINK_REQUEST = "LtiResourceLinkRequest"
DEEP_LINKING_REQUEST = "LtiDeepLinkingRequest"
SUBMISSION_REVIEW_REQUEST = "LtiSubmissionReviewRequest"
MESSAGES = frozenset({RESOURCE_LINK_REQUEST, DEEP_LINKING_REQUEST, SUBMISSION_REVIEW_REQUEST})
DATES = ("opens_at", "due_at", "closes_at")
ASKED = {
    "zone": "$Person.address.timezone",
    "context_history": "$Context.id.history",
    "link_history": "$ResourceLink.id.history",
    "opens_at": "$ResourceLink.available.startDateTime",
    "due_at": "$ResourceLink.submission.endDateTime",
    "closes_at": "$ResourceLink.available.endDateTime",
}
"""Custom parameters that we ask each platform to fill in, at registration and with each link."""
LONGEST_HISTORY = 20
MOST_MENTEES = 200
_HOST = re.compile(r"[a-z0-9.-]{1,253}")
_IPV6 = re.compile(r"[0-9a-f:.]{2,45}")
"""Nothing else may stand in a security policy: `https://*` would be everybody."""


def _object(body: dict[str, Any], name: str, *, required: bool = False) -> dict[str, Any]:
    value = body.get(name)
    if isinstance(value, dict):
        return value
    if required or value is not None:
        raise ClaimMissing(claim=name.rpartition("/")[2])
    return {}


def _text(value: object, claim: str, most: int) -> str:
    """The text to show, without what cannot be kept, cut to what we keep."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ClaimMissing(claim=claim)
    return kept(value)[:most]


def _identifier(value: object, claim: str, most: int, *, required: bool = False) -> str:
    """The identifier exactly as it came: one that we cannot keep whole is refused, since two could become one."""
    if value is None and not required:
        return ""
    if not isinstance(value, str) or (required and not value) or len(value) > most or not is_keepable(value):
        raise ClaimMissing(claim=claim)
    return value


def _address(value: object) -> str | None:
    """An address of the web that can be kept and followed; None if it is none."""
    if not isinstance(value, str) or len(value) > 2000 or not value.isprintable() or origin_of(value) is None:
        return None
    return value


def origin_of(url: object) -> str | None:
    """`https://host:port` of an address; None if it is none."""
    return _origin(url) if isinstance(url, str) else None


@lru_cache(maxsize=512)  # the same few addresses stand in every launch of a platform
def _origin(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return None
    if "@" in parts.netloc or "\\" in url:  # browsers and libraries do not agree on whose host that is
        return None
    if _HOST.fullmatch(parts.hostname):
        host = parts.hostname
    elif _IPV6.fullmatch(parts.hostname):
        host = f"[{parts.hostname}]"
    else:
        return None
    return f"{parts.scheme}://{host}" + (f":{port}" if port else "")


def frame_ancestors(platform: Registration, return_url: str | None) -> str:
    """Who may show the visit in a frame (DECISIONS, Visits)."""
    wanted = [platform.issuer, platform.auth_url, return_url, *platform.frame_ancestors.split()]
    origins = [origin for origin in map(origin_of, wanted) if origin]
    if is_shared_issuer(platform.issuer):  # each institution has a host of its own
        origins = ["https:", *(one for one in origins if not one.startswith("https:"))]
    return " ".join(dict.fromkeys(origins))


def content_id_of(target_link_uri: str, public_url: str) -> str | None:
    """The content id in the signed target, which must be our launch address or our root."""
    origin = origin_of(target_link_uri)
    if origin is None or origin != origin_of(public_url):
        raise TargetForeign
    parts = urlsplit(target_link_uri)
    if parts.path not in {"", "/", "/lti/launch"}:
        raise TargetForeign
    values = parse_qs(parts.query).get("c", [])
    if values and not is_keepable(values[0]):
        raise ContentUnknown
    return values[0][:200] if values else None


def terms_of(target_link_uri: str) -> Terms | None:
    """How the signed target says that the link is graded; None if it says nothing that we know."""
    values = parse_qs(urlsplit(target_link_uri).query).get("g", [])
    return Terms.from_code(values[0]) if values else None


def name_of(body: dict[str, Any]) -> str | None:
    """What a person is called, as a launch or a list tells it."""
    name = body.get("name")
    if not isinstance(name, str) or not name.strip():
        halves = [body.get("given_name"), body.get("family_name")]
        name = " ".join(half.strip() for half in halves if isinstance(half, str))
    name = " ".join(kept(name).split())[:300]
    return name or None


def email_of(body: dict[str, Any]) -> str | None:
    """A person's address, if it looks like one."""
    email = body.get("email")
    if not isinstance(email, str) or "@" not in email or len(email) > 320 or not email.isprintable():
        return None
    return email if is_keepable(email) else None


def _known(value: object, most: int) -> str | None:
    """A custom value; None where it is empty, an unsubstituted `$Variable`, or nothing that we could keep."""
    if not isinstance(value, str) or not value or value.startswith("$"):
        return None
    return value if len(value) <= most and is_keepable(value) else None


def _scopes(endpoint: dict[str, Any]) -> tuple[str, ...]:
    scopes = endpoint.get("scope")
    texts = {one for one in scopes if isinstance(one, str) and is_keepable(one)} if isinstance(scopes, list) else set()
    return tuple(sorted(texts))


def _line_item(body: dict[str, Any]) -> LineItemClaim | None:
    endpoint = _object(body, AGS)
    url = _address(endpoint.get("lineitem"))
    return LineItemClaim(url, _scopes(endpoint)) if url is not None else None


def _services(body: dict[str, Any]) -> Services:
    grades, roster = _object(body, AGS), _object(body, NRPS)
    line_items_url = _address(grades.get("lineitems"))
    return Services(
        memberships_url=_address(roster.get("context_memberships_url")),
        notices_url=_notices_url(body),
        line_items_url=line_items_url,
        scopes=_scopes(grades) if line_items_url is not None else (),
    )


def _notices_url(body: dict[str, Any]) -> str | None:
    """Where to ask to be told of copied courses, if the platform tells of them."""
    service = _object(body, NOTICES)
    kinds = service.get("notice_types_supported")
    tells = isinstance(kinds, list) and CONTEXT_COPY_NOTICE in kinds
    return _address(service.get("platform_notification_service_url")) if tells else None


def _instant(value: object) -> datetime | None:
    """An ISO 8601 instant, in UTC; None for an unsubstituted `$Variable`, an empty text, or anything else."""
    text = _known(value, 60)
    if text is None or "T" not in text:  # a bare number is seconds in one LMS and a day in another
        return None
    try:
        found = datetime.fromisoformat(text)
        # A platform that names no zone means UTC, as far as the standard's examples tell.
        return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _dates(custom: dict[str, Any]) -> Dates | None:
    if not custom.keys() & set(DATES):
        return None
    return Dates(**{name: _instant(custom.get(name)) for name in DATES})


def _history(value: object) -> tuple[str, ...]:
    """Ids from a comma-separated, URL-encoded list, newest first (LTI 1.3, `*.id.history`)."""
    text = _known(value, 8000) or ""
    ids = (unquote(one.strip()) for one in text.split(",")[:LONGEST_HISTORY])
    return tuple(one for one in ids if 0 < len(one) <= 255 and is_keepable(one))


def _deep_link(body: dict[str, Any]) -> dict[str, Any]:
    """What the choice must satisfy; refused now, rather than when a teacher has chosen."""
    wanted = _object(body, DEEP_LINKING, required=True)
    if _address(wanted.get("deep_link_return_url")) is None:
        raise ClaimMissing(claim="deep_link_return_url")
    if not is_keepable_json(wanted):
        raise ClaimMissing(claim="deep_linking_settings")
    return wanted


def _about(body: dict[str, Any]) -> str:
    return _identifier(_object(body, CLAIM + "for_user").get("user_id"), "for_user.user_id", 255, required=True)


def _mentees(body: dict[str, Any]) -> tuple[str, ...]:
    named = body.get(CLAIM + "role_scope_mentor")
    if not isinstance(named, list):
        return ()
    return tuple(one for one in named[:MOST_MENTEES] if isinstance(one, str) and len(one) <= 255 and is_keepable(one))


def _context_of_link(link_id: str | None) -> str:
    """Stands for the context that a launch does not name; no two links have the same."""
    whole = f"link:{link_id}"
    return whole if len(whole) <= 255 else f"link:{hashlib.sha256(whole.encode()).hexdigest()}"


def message_type(body: dict[str, Any]) -> str:
    """The message's type, if it is one of ours and of this version of LTI."""
    if body.get(CLAIM + "version") != "1.3.0":
        raise MessageUnknown
    kind = body.get(CLAIM + "message_type")
    if not isinstance(kind, str) or kind not in MESSAGES:
        raise MessageUnknown
    return kind


def target_of(body: dict[str, Any]) -> str:
    """The signed target, which is the one that the login named (LTI 1.3, security framework, 5.1.1.1)."""
    return _identifier(body.get(CLAIM + "target_link_uri"), "target_link_uri", 2000, required=True)


def read_arrival(body: dict[str, Any], platform: Registration, public_url: str) -> Arrival:
    """What the launch says; `LaunchRefused` where a required part is absent or of the wrong form."""
    kind = message_type(body)
    roles = body.get(CLAIM + "roles")
    if not isinstance(roles, list):
        raise ClaimMissing(claim="roles")
    context = _object(body, CLAIM + "context")
    link = _object(body, CLAIM + "resource_link", required=kind == RESOURCE_LINK_REQUEST)
    presentation = _object(body, CLAIM + "launch_presentation")
    custom = body.get(CLAIM + "custom")
    custom = custom if isinstance(custom, dict) else {}
    target = target_of(body)
    return_url = _address(presentation.get("return_url"))
    link_id = _identifier(link.get("id"), "resource_link.id", 255, required=kind == RESOURCE_LINK_REQUEST) or None
    sub = _identifier(body.get("sub"), "sub", 255, required=True)
    return Arrival(
        deployment_id=_identifier(body.get(CLAIM + "deployment_id"), "deployment_id", 255, required=True),
        sub=sub,
        name=name_of(body) if platform.asks_for in {"name", "mail"} else None,
        email=email_of(body) if platform.asks_for == "mail" else None,
        role=Role.GUEST if sub.startswith(ANONYMOUS) else role_of(roles),
        # A launch without a context is legal (certification: "email without context"); its link then stands for one.
        context_id=_identifier(context.get("id"), "context.id", 255) or _context_of_link(link_id),
        context_title=_text((context if context.get("id") else link).get("title"), "context.title", 500),
        link_id=link_id,
        link_title=_text(link.get("title"), "resource_link.title", 500),
        content_id=content_id_of(target, public_url) or _known(custom.get("content_id"), 200),
        terms=terms_of(target),
        line_item=_line_item(body),
        locale=_text(presentation.get("locale"), "locale", 20),
        return_url=return_url,
        zone=_known(custom.get("zone"), 60) or _known(body.get("zoneinfo"), 60),
        frame_ancestors=frame_ancestors(platform, return_url),
        deep_link=_deep_link(body) if kind == DEEP_LINKING_REQUEST else None,
        about_sub=_about(body) if kind == SUBMISSION_REVIEW_REQUEST else None,
        mentees=_mentees(body),
        services=_services(body),
        dates=_dates(custom),
        history=History(_history(custom.get("context_history")), _history(custom.get("link_history"))),
    )
