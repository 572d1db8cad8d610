"""An address that a stranger names is looked at before anything goes there."""

import socket
from typing import Any

import pytest

from lti_tool.lti.http import CallFailed, call
from lti_tool.lti.reaching import is_public, is_safe
from tests.lti.test_http import server

PRIVATE = [
    "127.0.0.1", "127.1.2.3", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
    "224.0.0.1", "255.255.255.255", "240.0.0.1", "::1", "::", "fe80::1%lo", "fc00::1", "fec0::1", "ff02::1",
    "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::a00:1", "2002:7f00:1::", "2001:db8::1",
]  # fmt: skip
PUBLIC = ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_of_nobody_elses_business_is_private(address: str) -> None:
    """However it is dressed."""
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_of_the_world_is_public(address: str) -> None:
    """Also in a version 6 dress."""
    assert is_public(address)


def test_a_name_that_means_a_private_address_is_not_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor one that means a public and a private one, nor one that changes its meaning between look and call."""
    means: list[str] = []

    def resolve(*_: object, **__: object) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in means]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    for means[:] in (["10.0.0.1"], ["8.8.8.8", "127.0.0.1"], []):
        assert not is_safe("https://lms.example/", allow_private=False)
    means[:] = ["8.8.8.8"]
    assert is_safe("https://lms.example/", allow_private=False)
    means[:] = ["127.0.0.1"]
    with pytest.raises(CallFailed):
        call("GET", "https://lms.example/", seconds=2, public_only=True)


def test_a_call_to_public_places_sends_nothing_to_this_machine() -> None:
    """Not even over a connection that was opened for another call."""
    seen: list[bytes] = []

    def talk(connection: socket.socket) -> None:
        while heard := connection.recv(4096):
            seen.append(heard)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    with server(talk) as url:
        assert call("GET", url, seconds=2).body == b"ok"
        with pytest.raises(CallFailed):
            call("GET", url, seconds=2, public_only=True)
    assert len(seen) == 1
