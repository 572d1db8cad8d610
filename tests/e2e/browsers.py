"""Chromium, with the manners about cookies that a test asks for, and a mirror that shows which cookies come back."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from playwright.sync_api import Browser, BrowserContext, Playwright

from tests.practice_lms.serving import on_a_socket

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PATIENCE_MS = 15_000


class Cookies(Enum):
    """What a profile says about cookies, as Chromium keeps it in `Preferences`.

    Debian's Chromium blocks third-party cookies by itself, others do not; so each profile says what it means.
    `--test-third-party-cookie-phaseout` is of no use: Chromium 156 starts with it and blocks nothing.
    """

    ALLOWED = {"cookie_controls_mode": 0}  # noqa: RUF012 - members of an enumeration are values, not shared state
    NO_THIRD_PARTY = {"cookie_controls_mode": 1}  # noqa: RUF012 - as above
    NONE_FOR_LOCALHOST = {"content_settings": {"exceptions": {"cookies": {"localhost,*": {"setting": 2}}}}}  # noqa: RUF012 - as above


def chromium(playwright: Playwright) -> Browser:
    """A browser whose contexts are each as fresh as a new profile."""
    return playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)


def patient(context: BrowserContext) -> BrowserContext:
    """The context waits as long as a busy machine may need."""
    context.set_default_timeout(PATIENCE_MS)
    return context


@contextmanager
def profile(playwright: Playwright, folder: Path, cookies: Cookies, **options: Any) -> Iterator[BrowserContext]:
    """A browser with a profile of its own."""
    (folder / "Default").mkdir(parents=True)
    (folder / "Default" / "Preferences").write_text(json.dumps({"profile": cookies.value}), "utf-8")
    context = playwright.chromium.launch_persistent_context(folder, executable_path=CHROMIUM, args=ARGUMENTS, **options)
    try:
        yield patient(context)
    finally:
        context.close()


def _mirror(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
    common = "Path=/; Secure; SameSite=None"
    match environ["PATH_INFO"]:
        case "/":
            start("200 OK", [("Content-Type", "text/html")])
            return [f'<iframe name="inner" src="http://localhost:{environ["SERVER_PORT"]}/set"></iframe>'.encode()]
        case "/set":
            cookies = [("Set-Cookie", f"plain=1; {common}"), ("Set-Cookie", f"parted=1; {common}; Partitioned")]
            start("302 Found", [("Location", "/seen"), *cookies])
            return [b""]
        case _:
            start("200 OK", [("Content-Type", "text/plain")])
            return [environ.get("HTTP_COOKIE", "").encode()]


def cookies_kept_in_frames(context: BrowserContext) -> set[str]:
    """Which of two cookies, `plain` and `parted`, come back from a frame on localhost in a page on 127.0.0.1."""
    with on_a_socket(lambda _: _mirror) as url:
        page = context.new_page()
        page.goto(url)
        inner = page.frame(name="inner")
        assert inner is not None
        inner.wait_for_url("**/seen")
        told = inner.locator("body").inner_text()
        page.close()
    return {one.split("=")[0].strip() for one in told.split(";")} - {""}
