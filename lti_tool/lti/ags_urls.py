"""Addresses of a gradebook: which of them a token may go to, and how they are made of a column's."""

from urllib.parse import urlencode, urlsplit

from lti_tool.lti.claims import origin_of
from lti_tool.services.registrations import Registration


def may_take_token(url: str, platform: Registration) -> bool:
    """Whether the platform's token may go there: over TLS wherever its signed launch said, in the clear only to itself.

    The hosts of a registration say nothing about those of its gradebooks: Canvas and Blackboard have one issuer for all
    institutions, and a gradebook at each.  An LMS on http is one in a closed network, or the demo.
    """
    origin = origin_of(url)
    if origin is None:
        return False
    return origin.startswith("https:") or origin in {origin_of(platform.issuer), origin_of(platform.token_url)}


def address(line_item: str, what: str, asked: dict[str, str] | None = None) -> str:
    """The line item's `scores` or `results`: they belong to the path, before the query (AGS 2.0, 3.4.1; README 36)."""
    parts = urlsplit(line_item)
    query = "&".join(part for part in (parts.query, urlencode(asked or {})) if part)
    return parts._replace(path=f"{parts.path.rstrip('/')}/{what}", query=query, fragment="").geturl()
