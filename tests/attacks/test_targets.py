"""A launch opens something of ours and leads nowhere else, whatever address it names."""

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.attacks.world import World, deep_linking, door, refused, slug_of
from tests.lti.acting import ISSUER, TOOL, asked, launch, login

HOST = "tool.example"
TARGETS: dict[str, str] = {
    "another host": "https://evil.example/lti/launch?c=tiny",
    "our host as a user": f"https://{HOST}@evil.example/lti/launch?c=tiny",
    "our host as a user with a password": f"https://{HOST}:443@evil.example/lti/launch?c=tiny",
    "our host as a part": f"https://{HOST}.evil.example/lti/launch?c=tiny",
    "our host in the path": f"https://evil.example/{HOST}/lti/launch?c=tiny",
    "our host in the query": f"https://evil.example/lti/launch?c=tiny&x={TOOL}",
    "our host in the fragment": f"https://evil.example/lti/launch?c=tiny#{TOOL}",
    "our host before a backslash": f"https://{HOST}\\@evil.example/lti/launch?c=tiny",
    "a backslash for a stroke": f"https://{HOST}\\.evil.example/lti/launch?c=tiny",
    "backslashes for strokes": f"https:\\\\{HOST}\\lti\\launch?c=tiny",
    "two strokes more": f"https:////{HOST}/lti/launch?c=tiny",
    "no scheme": f"//{HOST}/lti/launch?c=tiny",
    "a path alone": "/lti/launch?c=tiny",
    "http": f"http://{HOST}/lti/launch?c=tiny",
    "ftp": f"ftp://{HOST}/lti/launch?c=tiny",
    "a file": f"file://{HOST}/lti/launch?c=tiny",
    "a script": f"javascript://{HOST}/%0Aalert(1)",
    "data": "data:text/html,<script>alert(1)</script>",
    "another port": f"https://{HOST}:8443/lti/launch?c=tiny",
    "port zero": f"https://{HOST}:0x1bb/lti/launch?c=tiny",
    "a port beyond all": f"https://{HOST}:99999/lti/launch?c=tiny",
    "a dot at the end": f"https://{HOST}./lti/launch?c=tiny",
    "two dots": "https://tool..example/lti/launch?c=tiny",
    "an ideographic dot": "https://tool\u3002example/lti/launch?c=tiny",
    "a full-width dot": "https://tool\uff0eexample/lti/launch?c=tiny",
    "a look-alike": "https://t\u043eol.example/lti/launch?c=tiny",
    "a full-width letter": "https://\uff54ool.example/lti/launch?c=tiny",
    "a soft hyphen": "https://to\u00adol.example/lti/launch?c=tiny",
    "a percent sign in the host": "https://tool%2Eexample/lti/launch?c=tiny",
    "a full-width stroke": f"https://evil.example\uff0f@{HOST}/",
    "a space before": f" https://evil.example/ {TOOL}",
    "an unclosed bracket": f"https://[{HOST}/lti/launch?c=tiny",
    "this machine": "https://127.0.0.1/lti/launch?c=tiny",
    "the cloud's own address": "http://169.254.169.254/latest/meta-data",
    "another path": f"{TOOL}/metrics",
    "the path and more": f"{TOOL}/lti/launch/../../metrics?c=tiny",
    "an encoded stroke": f"{TOOL}/lti%2Flaunch?c=tiny",
    "encoded twice": f"{TOOL}/lti%252Flaunch?c=tiny",
    "a doubled stroke": f"{TOOL}//lti/launch?c=tiny",
    "the path in capitals": f"{TOOL}/LTI/LAUNCH?c=tiny",
    "a parameter of the path": f"{TOOL}/lti/launch;x=1?c=tiny",
    "a visit": f"{TOOL}/t/x/?c=tiny",
    "the admin's pages": f"{TOOL}/admin/?c=tiny",
}
OURS_ODDLY: dict[str, str] = {
    "a user": f"https://evil.example@{HOST}/lti/launch?c=tiny",
    "a user and a backslash": f"https://evil.example\\@{HOST}/lti/launch?c=tiny",
    "capitals": f"HTTPS://{HOST.upper()}/lti/launch?c=tiny",
    "a tab within": "https://tool.exam\tple/lti/launch?c=tiny",
    "a fragment": f"{TOOL}/lti/launch?c=tiny#@evil.example/",
    "an address as content": f"{TOOL}/lti/launch?c=https://evil.example/",
    "a second content": f"{TOOL}/lti/launch?c=tiny&c=https://evil.example/",
}
"""Addresses that some readers take for ours, and others do not."""
CONTENT: dict[str, str] = {
    "a path": "../../etc/passwd", "a statement": "tiny' OR '1'='1", "all of it": "%25", "a star": "*",
    "many dots": "tiny.first.first",
    "a lesson that ends in a dot": "tiny.first.", "a dot": ".", "in capitals": "TINY", "a script": "<script>",
    "long": "x" * 1500,
}  # fmt: skip
ELSEWHERE = "https://evil.example/x"
CRLF = "\r\nLocation: https://evil.example/\r\nSet-Cookie: a=b\r\n\r\n<script>"
PARAMETERS = ("redirect_uri", "redirect", "next", "url", "return_to", "target", "login_hint", "lti_message_hint",
              "state", "nonce", "response_mode", "response_type", "scope", "lti_deployment_id", "lti_storage_target",
              "host", "auth_url", "probe", "iss\r\n", "X-Forwarded-Host")  # fmt: skip
REDIRECTS: dict[str, dict[str, str]] = {
    **{f"{name} elsewhere": {name: ELSEWHERE} for name in PARAMETERS},
    **{f"{name} with lines": {name: CRLF} for name in ("login_hint", "lti_message_hint", "client_secret", "probe")},
    "a hint that ends the query": {"login_hint": "x&redirect_uri=https://evil.example/&state=mine"},
    "a hint that ends the address": {"login_hint": "x#@evil.example/"},
    "a hint of many letters": {"login_hint": "x" * 20_000},
    "a target elsewhere": {"target_link_uri": ELSEWHERE},
}
STRANGERS: dict[str, tuple[dict[str, str], str]] = {
    "another issuer": ({"iss": ELSEWHERE}, "unknown-platform"),
    "the issuer as a user": ({"iss": f"{ISSUER}@evil.example"}, "unknown-platform"),
    "the issuer with a stroke": ({"iss": f"{ISSUER}/"}, "unknown-platform"),
    "the issuer with a wildcard": ({"iss": "https://lms.%"}, "unknown-platform"),
    "the issuer with a statement": ({"iss": f"{ISSUER}' --"}, "unknown-platform"),
    "the issuer with lines": ({"iss": f"{ISSUER}{CRLF}"}, "unknown-platform"),
    "another client": ({"client_id": "x"}, "unknown-platform"),
    "a client with a statement": ({"client_id": "' OR '1'='1"}, "unknown-platform"),
    "a huge issuer": ({"iss": "x" * 200_000}, "unknown-platform"),
    "a huge target": ({"target_link_uri": f"{TOOL}/?{'x' * 200_000}"}, "login-incomplete"),
    "no hint": ({"login_hint": ""}, "login-incomplete"),
    "no target": ({"target_link_uri": ""}, "login-incomplete"),
}
TABLES = (TARGETS, OURS_ODDLY, CONTENT, REDIRECTS, STRANGERS)


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_elsewhere_is_refused(world: World, name: str) -> None:
    """Though the platform itself signed it."""
    world.refuses_claims({"target_link_uri": TARGETS[name]}, "target-foreign")


@pytest.mark.parametrize("name", OURS_ODDLY)
def test_a_target_that_is_ours_by_one_reading_leads_to_us(world: World, name: str) -> None:
    """Or nowhere: nobody is ever sent to the address itself."""
    answer = launch(world.browser(), world.platform, target_link_uri=OURS_ODDLY[name])
    if answer.status_code == 303:
        assert answer.location.startswith("/t/")
    else:
        assert slug_of(answer) in {"target-foreign", "content-unknown"}


@pytest.mark.parametrize("name", CONTENT)
def test_content_that_is_not_here_is_refused(world: World, name: str) -> None:
    """What it is called reaches no file and no statement."""
    world.refuses_claims({"target_link_uri": f"{TOOL}/lti/launch?c={CONTENT[name]}"}, "content-unknown")


@pytest.mark.parametrize("name", REDIRECTS)
def test_a_login_leads_to_its_platform_only(world: World, name: str) -> None:
    """And back to us only: state, nonce and the address to answer to are ours."""
    answer = login(world.browser(), world.platform, **REDIRECTS[name])
    said = asked(answer)
    parts = urlsplit(answer.location)
    assert (parts.scheme, parts.netloc, parts.path, parts.fragment) == ("https", "lms.example", "/auth", "")
    assert said["redirect_uri"] == f"{TOOL}/lti/launch"
    assert {name: said[name] for name in ("response_mode", "response_type", "scope")} == {
        "response_mode": "form_post", "response_type": "id_token", "scope": "openid",
    }  # fmt: skip
    assert len(said["state"]) == len(said["nonce"]) == 43
    assert all(len(values) == 1 for values in parse_qs(parts.query).values())
    assert all(name == "Location" or "evil.example" not in value for name, value in answer.headers)


@pytest.mark.parametrize("name", STRANGERS)
def test_a_stranger_begins_nothing(world: World, name: str) -> None:
    """He is sent nowhere."""
    changes, slug = STRANGERS[name]
    world.refuses(lambda: login(world.browser(), world.platform, **changes), slug)


def test_a_login_of_nothing_is_refused(world: World) -> None:
    """With what is missing, by name."""
    refused(door(world), "login-incomplete")


@pytest.mark.parametrize("host", ["evil.example", "tool.example:8443", "tool.example@evil.example", "evil.example/x"])
def test_a_host_that_is_not_ours_changes_no_address(world: World, host: str) -> None:
    """A proxy may let anything through as the host; the address to answer to stays ours."""
    params = {"iss": ISSUER, "client_id": world.platform.client_id, "login_hint": "h", "target_link_uri": TOOL}
    headers = {"Host": host, "X-Forwarded-Host": host, "X-Forwarded-Proto": "http", "Forwarded": f"host={host}"}
    answer = world.browser().post("/lti/login", data=params, headers=headers)
    if answer.status_code == 302:
        assert asked(answer)["redirect_uri"] == f"{TOOL}/lti/launch"
    else:
        assert 400 <= answer.status_code < 500
    assert "evil" not in answer.headers.get("Location", "")


RETURNS = ("javascript:alert(1)", "data:text/html,x", "//evil.example", "/x", "https:evil.example", "vbscript:x",
           "java\nscript:alert(1)", " javascript:alert(1)", "https://a\r\nX: y", "file:///etc/passwd",
           "blob:x")  # fmt: skip


@pytest.mark.parametrize("address", RETURNS)
def test_a_return_that_is_no_page_is_shown_nowhere(world: World, address: str) -> None:
    """A learner's way back is an address of the web, or none."""
    browser = world.browser()
    inside = launch(browser, world.platform, sub="returning", launch_presentation={"return_url": address})
    page = browser.get(inside.location, base_url=TOOL, follow_redirects=True)
    assert page.status_code == 200
    assert address.strip() not in page.text
    assert "\n" not in page.headers["Content-Security-Policy"]
    world.refuses_claims(deep_linking(deep_link_return_url=address), "claim-missing")
