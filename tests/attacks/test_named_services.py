"""Where a launch says that something is to be sent: nothing of one platform or course goes to another."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from lti_tool.lti.ags_urls import may_take_token
from lti_tool.models import Context, LineItem, ResourceLink
from lti_tool.services.registrations import Registration
from tests.attacks.world import World, deep_linking
from tests.lti.acting import AGS, INSTRUCTOR, ISSUER, TOOL, launch, visit_of

NO_COLUMNS: dict[str, Any] = {
    "a script": "javascript:alert(1)",
    "a file": "file:///etc/passwd",
    "data": "data:,x",
    "a path": "/items/1",
    "no scheme": "//lms.example/items/1",
    "no host": "https:///items/1",
    "a wildcard": "https://*/items/1",
    "lines": "https://lms.example/items/1\r\nHost: evil.example",
    "a NUL": "https://lms.example/\x00",
    "half a character": "https://lms.example/\ud800",
    "long": f"https://lms.example/{'x' * 2000}",
    "a number": 7,
    "a list": ["https://lms.example/items/1"],
    "empty": "",
    "ftp": "ftp://lms.example/items/1",
    "gopher": "gopher://127.0.0.1:6379/_FLUSHALL",
    "a port beyond all": "https://lms.example:99999/items/1",
}
IN_THE_CLEAR: dict[str, str] = {
    "another host": "http://evil.example/items/1",
    "this machine": "http://127.0.0.1/items/1",
    "the cloud's own address": "http://169.254.169.254/latest/meta-data",
    "the platform's host at another port": "http://lms.example:8080/items/1",
    "the platform's host as a part": "http://lms.example.evil.example/items/1",
    "the platform's host as a user": "http://lms.example@evil.example/items/1",
}
FOREIGN_RETURNS: dict[str, Any] = {
    "a script": "javascript:alert(document.domain)",
    "a script in capitals": "JaVaScRiPt:alert(1)",
    "a script that looks like an address": "javascript://lms.example/%0aalert(1)",
    "data": "data:text/html,<script>alert(1)</script>",
    "a path": "/lti/launch",
    "no scheme": "//evil.example/",
    "no host": "https://",
    "a wildcard": "https://*",
    "another directive": "https://evil.example;script-src *",
    "lines": "https://evil.example/\r\nX: y",
    "a NUL": "https://evil.example/\x00",
    "long": f"https://lms.example/{'x' * 2000}",
    "a number": 7,
    "a list": ["https://lms.example/back"],
    "an object": {"url": "https://lms.example/back"},
    "null": None,
    "empty": "",
    "a mail": "mailto:x@evil.example",
    "a blob": "blob:https://lms.example/1",
}
ALLOWED_RETURNS: dict[str, str] = {
    "the platform": "https://lms.example/back?x=1",
    "another host of the platform's": "https://content.lms.example/back",
    "a host that only the platform knows": "https://files.example:8443/back",
    "an LMS in a closed network": "http://lms.local/back",
}
TABLES = (NO_COLUMNS, IN_THE_CLEAR, FOREIGN_RETURNS, ALLOWED_RETURNS)
REGISTERED = Registration(1, ISSUER, "c", f"{ISSUER}/a", f"{ISSUER}/t", f"{ISSUER}/j", None, "other")


def _endpoint(url: Any) -> dict[str, Any]:
    return {AGS + "claim/endpoint": {"scope": [AGS + "scope/score"], "lineitem": url, "lineitems": url}}


def _columns(world: World, link: str) -> list[LineItem]:
    query = select(LineItem).join(ResourceLink, ResourceLink.id == LineItem.resource_link_id)
    with world.database.reading() as session:
        return list(session.scalars(query.where(ResourceLink.lms_id == link)))


@pytest.mark.parametrize("name", NO_COLUMNS)
def test_an_address_that_is_none_is_no_column(world: World, name: str) -> None:
    """The launch opens, ungraded."""
    link = {"id": f"no column {name}"}
    answer = launch(world.browser(), world.platform, resource_link=link, **_endpoint(NO_COLUMNS[name]))
    assert answer.status_code == 303
    assert _columns(world, link["id"]) == []
    with world.database.reading() as session:
        assert None in session.scalars(select(Context.line_items_url)).all()


@pytest.mark.parametrize("name", IN_THE_CLEAR)
def test_no_token_goes_in_the_clear_to_anybody_else(name: str) -> None:
    """Where nobody proves by TLS who he is, only the registered platform is asked."""
    assert not may_take_token(IN_THE_CLEAR[name], REGISTERED)


def test_a_column_of_another_link_stays_its_own(world: World) -> None:
    """Whoever names it later, in the same LMS course, sends nothing into it."""
    url = f"{ISSUER}/items/shared"
    for link in ("owner", "thief"):
        come = launch(world.browser(), world.platform, sub=link, resource_link={"id": link}, **_endpoint(url))
        assert come.status_code == 303
    (owner,), (thief,) = _columns(world, "owner"), _columns(world, "thief")
    assert (owner.shares_id, thief.shares_id) == (None, owner.id)


def test_a_column_of_another_course_or_platform_is_not_taken_over(world: World) -> None:
    """Each course keeps a column of its own under the same address, with its own platform's token and people."""
    url = f"{ISSUER}/items/elsewhere"
    for context in ("course one", "course two"):
        changes = {"context": {"id": context}, "resource_link": {"id": context}} | _endpoint(url)
        assert launch(world.browser(), world.platform, sub=context, **changes).status_code == 303
    (one,), (two,) = _columns(world, "course one"), _columns(world, "course two")
    assert one.context_id != two.context_id
    assert one.shares_id is two.shares_id is None


@pytest.mark.parametrize("name", FOREIGN_RETURNS)
def test_a_choice_goes_back_to_an_address_of_the_web(world: World, name: str) -> None:
    """Anything else is refused before anybody chooses."""
    world.refuses_claims(deep_linking(deep_link_return_url=FOREIGN_RETURNS[name]), "claim-missing")


@pytest.mark.parametrize("name", ALLOWED_RETURNS)
def test_a_choice_goes_to_where_the_platform_signed(world: World, name: str) -> None:
    """The form may go there and nowhere else, and what it carries is good for that platform alone."""
    browser, back = world.browser(), ALLOWED_RETURNS[name]
    visit = visit_of(launch(browser, world.platform, sub="choosing", **deep_linking(deep_link_return_url=back)))
    page = browser.post(f"/t/{visit}/pick", data={"c": "tiny", "cancel": "1"}, base_url=TOOL)
    assert page.status_code == 200
    parts = urlsplit(back)
    assert f"form-action {parts.scheme}://{parts.netloc};" in f"{page.headers['Content-Security-Policy']};"
    assert f'action="{back}"' in page.text.replace("&amp;", "&")


def test_a_form_changes_no_address(world: World) -> None:
    """Where the choice goes is what the platform signed, whatever the browser sends along."""
    browser = world.browser()
    visit = visit_of(launch(browser, world.platform, sub="choosing", roles=[INSTRUCTOR], **{
        name: value for name, value in deep_linking().items() if name != "roles"}))  # fmt: skip
    form = dict.fromkeys(("deep_link_return_url", "return_url", "address", "action", "url"), "https://evil.example/")
    page = browser.post(f"/t/{visit}/pick", data=form | {"c": "tiny", "cancel": "1"}, base_url=TOOL)
    assert "evil.example" not in page.text
    assert 'action="https://lms.example/back"' in page.text
