"""Raw bytes to `sprig serve`: whatever is sent, nobody gets in, nothing breaks, and the next one is served."""

import re
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from bench.browser import Browser
from tests.attacks.line import Line, a_line

FORM = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def line() -> Iterator[Line]:
    """The production server, with its defaults."""
    with a_line() as made:
        yield made


def request(
    path: str, body: bytes = b"", *headers: str, kind: str = FORM, method: str = "POST", size: str = ""
) -> bytes:
    """A request that is in order, but for what is said otherwise."""
    lines = [f"{method} {path} HTTP/1.1", "Host: tool.example", f"Content-Type: {kind}", *headers]
    if size != "none":
        lines.append(f"Content-Length: {size or len(body)}")
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode("utf-8", "surrogateescape") + body


def _multipart(*fields: tuple[str, bytes]) -> bytes:
    parts = [f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode() + value for name, value in fields]
    return b"\r\n".join([*parts, b"--x--\r\n"])


MULTI = "multipart/form-data; boundary=x"
LARGE = b"x" * 10_000_000
CHUNK, END = b"989680\r\n", b"\r\n0\r\n\r\n"
CHUNKED = "Transfer-Encoding: chunked"
GARBLED: dict[str, bytes] = {
    "no HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "nonsense": b"\x00\xff" * 500,
    "nothing but lines": b"\r\n" * 2000,
    "half a line": b"POST /lti/lau",
    "half a head": b"POST /lti/launch HTTP/1.1\r\nHost: tool.exa",
    "no host": b"POST /lti/launch HTTP/1.1\r\nContent-Length: 0\r\n\r\n",
    "two hosts": request("/lti/launch", b"", "Host: evil.example"),
    "HTTP/0.9": b"GET /lti/launch\r\n\r\n",
    "HTTP/9.9": b"GET /lti/launch HTTP/9.9\r\nHost: tool.example\r\n\r\n",
    "another method": request("/lti/launch", b"", method="LAUNCH"),
    "a method with signs": request("/lti/launch", b"", method="PO<>ST"),
    "CONNECT": request("evil.example:443", b"", method="CONNECT"),
    "TRACE": request("/lti/launch", b"", method="TRACE"),
    "a whole address": request("https://evil.example/lti/launch"),
    "a path with a NUL": request("/lti/launch%00"),
    "a path with lines": request("/t/x%0d%0aSet-Cookie:%20a=b/"),
    "a path that climbs": request("/static/../../../../etc/passwd", method="GET"),
    "a path that climbs in disguise": request("/static/%2e%2e%2f%2e%2e%2f%2e%2e%2fetc%2fpasswd", method="GET"),
    "a path with a backslash": request("/static/..\\..\\pyproject.toml", method="GET"),
    "a path that is no UTF-8": request("/t/%ff%fe/", method="GET"),
    "a path with strokes": request("//evil.example/%2e%2e", method="GET"),
    "a long path": request("/t/" + "x" * 100_000, method="GET"),
    "a long query": request("/lti/login?" + "x=y&" * 30_000, method="GET"),
    "many headers": request("/lti/launch", b"", *[f"X-{number}: y" for number in range(3000)]),
    "a long header": request("/lti/launch", b"", f"X: {'y' * 1_000_000}"),
    "a header without a name": request("/lti/launch", b"", ": x"),
    "a header with a space": request("/lti/launch", b"", "Content-Length : 5"),
    "a folded header": request("/lti/launch", b"", "X: a\r\n b"),
    "a header with a NUL": request("/lti/launch", b"", "X: a\x00b"),
    "a huge cookie": request("/lti/launch", b"", f"Cookie: __Host-sprig={'x' * 60_000}"),
    "many cookies": request("/lti/launch", b"", "Cookie: " + "; ".join(f"c{number}=x" for number in range(3000))),
    "cookies that are none": request("/lti/launch", b"", "Cookie: ;;;=;__Host-sprig;\xff=\xfe"),
    "two lengths": request("/lti/launch", b"state=x", "Content-Length: 3"),
    "a length and chunks": request("/lti/launch", b"0\r\n\r\n", CHUNKED),
    "a length below zero": request("/lti/launch", b"", size="-1"),
    "a length that is a word": request("/lti/launch", b"", size="many"),
    "a length beyond all": request("/lti/launch", b"state=x", size="9" * 30),
    "more than was said": request("/lti/launch", b"state=xGET /admin/ HTTP/1.1\r\n\r\n", size="7"),
    "less than was said": request("/lti/launch", b"state=x", size="7000"),
    "a broken chunk": request("/lti/launch", b"zz\r\nx\r\n", CHUNKED, size="none"),
    "a chunk beyond all": request("/lti/launch", b"ffffffffffffffffff\r\nx", CHUNKED, size="none"),
    "chunks without an end": request("/lti/launch", b"5\r\nstate\r\n" * 99, CHUNKED, size="none"),
    "another coding": request("/lti/launch", b"x", "Transfer-Encoding: gzip, chunked", size="none"),
    "a zipped body": request("/lti/launch", b"\x1f\x8b\x08", "Content-Encoding: gzip"),
    "ten million bytes": request("/lti/launch", b"state=" + LARGE),
    "ten million bytes in chunks": request("/lti/launch", CHUNK + LARGE + END, CHUNKED, size="none"),
    "ten million bytes to a login": request("/lti/login", b"iss=" + LARGE),
    "ten million bytes in a part": request("/lti/launch", _multipart(("state", LARGE)), kind=MULTI),
    "thousands of fields": request("/lti/launch", b"&".join(b"f%d=x" % number for number in range(30_000))),
    "thousands of parts": request("/lti/launch", _multipart(*[("f", b"x")] * 3000), kind=MULTI),
    "a part without a name": request("/lti/launch", b"--x\r\n\r\nx\r\n--x--", kind=MULTI),
    "parts without a boundary": request("/lti/launch", b"--x", kind="multipart/form-data"),
    "a part without an end": request("/lti/launch", _multipart(("state", b"x"))[:-6], kind=MULTI),
    "a file as state": request("/lti/launch", _multipart(('state"; filename="x', b"x")), kind=MULTI),
    "JSON": request("/lti/launch", b'{"state": "x", "id_token": "y"}', kind="application/json"),
    "broken JSON": request("/lti/notices", b"{", kind="application/json"),
    "deep JSON": request("/lti/notices", b'{"notices": ' + b"[" * 100_000, kind="application/json"),
    "XML": request("/lti/launch", b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>', kind="text/xml"),
    "no kind": request("/lti/launch", b"state=x&id_token=y", kind=""),
    "a kind with signs": request("/lti/launch", b"state=x", kind="\x01;=;charset=\xff"),
    "a charset of its own": request("/lti/launch", b"state=+AGE-", kind=f"{FORM}; charset=utf-7"),
    "a form in UTF-16": request("/lti/launch", "state=x&id_token=y".encode("utf-16"), kind=f"{FORM}; charset=utf-16"),
    "a form that is no UTF-8": request("/lti/launch", b"state=%ff%fe&id_token=\xff\xfe"),
    "a form with a NUL": request("/lti/launch", b"state=%00&id_token=%00"),
    "percent signs alone": request("/lti/launch", b"state=%&id_token=%zz&%=%"),
    "names alone": request("/lti/launch", b"state&id_token&&&="),
    "what only a query says": request("/lti/launch?state=x&id_token=y"),
    "another method in the form": request("/t/x/?_method=DELETE", b"_method=DELETE", "X-HTTP-Method-Override: DELETE"),
    "another protocol": request("/lti/launch", b"", "Upgrade: websocket", "Connection: Upgrade"),
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "two requests at once": request("/lti/launch", b"state=x").replace(b"close", b"keep-alive") * 2,
    "expect": request("/lti/launch", b"state=x", "Expect: 100-continue"),
    "a range": request("/lti/jwks", b"", "Range: bytes=0-99999999999,-1", method="GET"),
}
UNFINISHED = {"half a line", "half a head", "nothing but lines", "no host", "two requests at once", "HTTP/2",
              "chunks without an end", "less than was said"}  # fmt: skip
"""The server waits for the rest; so do we not."""
TWICE: dict[str, tuple[str, ...]] = {
    "two states, the other first": ("bad state", "state", "token"),
    "two tokens, the other first": ("state", "bad token", "token"),
    "an empty state first": ("no state", "state", "token"),
    "an empty token first": ("state", "no token", "token"),
    "an error beside a bad token": ("state", "error", "bad token"),
    "the state in the query": ("query", "token"),
}
TABLES = (GARBLED, TWICE)
_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})")


@pytest.mark.parametrize("name", GARBLED)
def test_garbled_requests_break_nothing(line: Line, name: str) -> None:
    """The answer says what was wrong, or there is none; and the next request is served."""
    heard = line.say(GARBLED[name], 0.3 if name in UNFINISHED else 5)
    statuses = {int(found) for found in _STATUS.findall(heard)}
    assert all(status < 500 and status != 303 for status in statuses), heard[:500]
    assert b"root:" not in heard
    assert b"Traceback" not in heard
    assert b"\r\nSet-Cookie: a=b" not in heard
    healthy = Browser(line.port)
    assert healthy.get("/healthz").status == 200
    healthy.close()
    assert line.visits() == 0


def _pairs(said: dict[str, str], token: str) -> dict[str, tuple[str, str]]:
    return {
        "state": ("state", said["state"]),
        "token": ("id_token", token),
        "bad state": ("state", "made-up"),
        "bad token": ("id_token", token[:-4] + "AAAA"),
        "no state": ("state", ""),
        "no token": ("id_token", ""),
        "error": ("error", "x"),
    }


@pytest.mark.parametrize("name", TWICE)
def test_what_stands_there_twice_is_read_once(line: Line, name: str) -> None:
    """By every reader in the same way: a good value after a bad one mends nothing."""
    cookies, said, token = line.begun()
    pairs = _pairs(said, token)
    body = urlencode([pairs[one] for one in TWICE[name] if one != "query"]).encode()
    path = f"/lti/launch?state={said['state']}" if "query" in TWICE[name] else "/lti/launch"
    heard = line.say(request(path, body, f"Cookie: {cookies}"))
    assert b" 400 " in heard.partition(b"\r\n")[0], heard[:300]
    assert b'data-launch="refused"' in heard
    assert line.visits() == 0


def test_an_honest_launch_goes_over_the_same_line(line: Line) -> None:
    """In one piece, and in parts; so it was the attacks that were refused."""
    before = line.visits()
    for kind in (FORM, MULTI):
        cookies, said, token = line.begun()
        pairs = {"state": said["state"], "id_token": token}
        fields = [(key, value.encode()) for key, value in pairs.items()]
        body = urlencode(pairs).encode() if kind == FORM else _multipart(*fields)
        heard = line.say(request("/lti/launch", body, f"Cookie: {cookies}", kind=kind))
        assert b" 303 " in heard.partition(b"\r\n")[0], heard[:500]
    assert line.visits() == before + 2
