"""Where we go when a stranger names an address: to public places, over https (against server-side request forgery)."""

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

from lti_tool.lti.claims import origin_of

NAT64 = int(IPv6Address("64:ff9b::")) >> 32


class NotPublic(ValueError):
    """The name means this machine, or one of a private network."""


def _carried(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 one stands for, if it does."""
    if int(address) >> 32 == NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)


def is_public(address: str) -> bool:
    """Everybody in the world could reach it; so it is no secret of our network."""
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        carried = _carried(found)
        if carried is not None:
            return is_public(str(carried))
        if found.is_site_local or found.is_reserved:
            return False
    return found.is_global and not found.is_multicast


def public_addresses(host: str, port: int) -> list[str]:
    """Every address that the name means; `NotPublic` if any of them is private, `OSError` if it means nothing."""
    found = list(dict.fromkeys(str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))
    if not found or not all(map(is_public, found)):
        raise NotPublic(host)
    return found


def is_safe(url: object, *, allow_private: bool) -> bool:
    """An address that we may go to, and send others to: https and public, unless the setting lets in all others."""
    if not isinstance(url, str) or not url.isprintable() or " " in url or origin_of(url) is None:
        return False
    parts = urlsplit(url)
    if parts.username is not None or parts.fragment:
        return False
    if allow_private:
        return True
    try:
        return parts.scheme == "https" and bool(public_addresses(parts.hostname or "", parts.port or 443))
    except (OSError, ValueError):
        return False


def shown_host(url: str) -> str:
    """The host of an address that a person is to judge; empty if it has none."""
    return (urlsplit(url).hostname or "") if origin_of(url) is not None else ""
