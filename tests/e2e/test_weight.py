"""A lesson is light, and asks nobody but the tool."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Request, expect

from tests.e2e.driver import Learner, Person
from tests.e2e.world import KINDS, World

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e")]
PRIVATE = 16
MOST_BYTES = 60_000


def _bytes(request: Request) -> int:
    sizes = request.sizes()
    sent = sizes["requestHeadersSize"] + sizes["requestBodySize"]
    return sent + sizes["responseHeadersSize"] + sizes["responseBodySize"]


def test_the_first_lesson_page_in_a_fresh_browser_is_light_and_asks_only_the_tool(page: Page, world: World) -> None:
    """From entering to the first card: at most 60 kB over the wire, headers and all, and no host but the tool's."""
    person = Person.arrives(world, page, PRIVATE)
    asked: list[Request] = []
    page.on("requestfinished", lambda request: asked.append(request))  # noqa: PLW0108 - Playwright hangs an attribute on it
    frame = person.enters(KINDS)
    learner = Learner(frame, world.kinds)
    learner.begins("Start lesson 1")
    expect(frame.get_by_role("heading", name="Nine ways to ask")).to_be_visible()
    tool = urlsplit(world.demo.tool_url).netloc
    in_frame = [request for request in asked if request.frame == frame]
    arrived = next(at for at, request in enumerate(in_frame) if request.url == f"{world.demo.tool_url}/lti/launch")
    assert {urlsplit(request.url).netloc for request in in_frame[arrived:]} == {tool}
    total = sum(_bytes(request) for request in in_frame if urlsplit(request.url).netloc == tool)
    assert 5_000 < total <= MOST_BYTES
