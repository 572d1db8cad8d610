"""One browser and one demo for the whole folder; fresh contexts for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from tests.e2e.browsers import chromium, patient
from tests.e2e.world import World, running_world


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    """The driver of browsers; gone after this folder, since its event loop is in the way of others."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="package")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """One Chromium."""
    started = chromium(playwright)
    yield started
    started.close()


@pytest.fixture(scope="package")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The demo that the tests of this folder share; each test is a learner of its own in it."""
    with running_world(tmp_path_factory.mktemp("demo")) as running:
        yield running


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that nobody has used."""
    opened = patient(browser.new_context(viewport={"width": 1280, "height": 800}))
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A tab of it."""
    return context.new_page()


@pytest.fixture
def profile_folder(tmp_path: Path) -> Path:
    """Where a profile of this test's own can be."""
    return tmp_path / "profile"
