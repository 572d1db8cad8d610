"""In a browser: tools in frames store things, ask for height, and say that they have registered."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, request
from playwright.sync_api import Browser, Page, expect, sync_playwright

from practice_lms.state.seed import ADMINISTRATOR
from practice_lms.state.switches import Character, FaultKind
from tests.e2e.browsers import chromium
from tests.practice_lms.serving import RunningLms, on_a_socket, running_lms

pytestmark = pytest.mark.e2e

ADA = 5

LOGIN = """<!doctype html><title>Tool</title><p id="told"></p><script>
const target = TARGET, told = [];
const tell = (subject, message) => new Promise((done) => {
  const id = subject + Math.random();
  const frame = target === "_parent" ? parent : parent.frames[target];
  const wait = setTimeout(() => done("nothing"), 700);
  addEventListener("message", (event) => {
    if (event.data.message_id !== id || event.data.subject !== subject + ".response") return;
    clearTimeout(wait);
    done(event.data.error ? event.data.error.code : "value" in event.data ? String(event.data.value) : "known");
  });
  frame.postMessage({ subject, message_id: id, ...message }, "*");
});
(async () => {
  for (const subject of ["lti.frameResize", "org.imsglobal.lti.frameResize"]) {
    parent.postMessage({ subject, height: subject === "lti.frameResize" ? 333 : "444" }, "*");
  }
  if (target) {
    told.push(await tell("lti.put_data", { key: "state", value: "Nonce" }));
    told.push(await tell("lti.get_data", { key: "state" }));
    told.push(await tell("lti.get_data", { key: "other" }));
    told.push(await tell("lti.put_data", { value: "x" }));
    told.push(await tell("lti.put_data", { key: "state", value: null }));
    told.push(await tell("lti.get_data", { key: "state" }));
  }
  document.getElementById("told").textContent = told.join(" ") || "not offered";
})();
</script>"""


def tool_app(_: str) -> Flask:
    """A tool whose login page tries what it is offered, and whose registration ends at once."""
    app = Flask("framed_tool")

    @app.post("/lti/login")
    def login() -> str:
        return LOGIN.replace("TARGET", json.dumps(request.form.get("lti_storage_target", "")))

    @app.get("/register")
    def register() -> str:
        return (
            "<!doctype html><title>Tool</title><script>(window.opener || window.parent)"
            ".postMessage({subject: 'org.imsglobal.lti.close'}, '*')</script>"
        )

    return app


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium; gone after this file, since its event loop is in the way of others."""
    with sync_playwright() as playwright:
        started = chromium(playwright)
        yield started
        started.close()


@pytest.fixture
def lms(tmp_path: Path) -> Iterator[RunningLms]:
    """An LMS whose tool tries everything."""
    with on_a_socket(tool_app, "localhost") as tool, running_lms(tmp_path, tool) as running:
        yield running


def page_of(browser: Browser, lms: RunningLms, person: int) -> Page:
    """A tab of somebody."""
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.request.post(f"{lms.url}/act-as", form={"person": person})
    return page


def opened(browser: Browser, lms: RunningLms) -> Page:
    """Ada's course with the activity open, and the tool in its frame done."""
    page = page_of(browser, lms, ADA)
    page.goto(f"{lms.url}/courses/2/activities/1")
    expect(page.frame_locator("[name=activity]").locator("#told")).not_to_have_text("", timeout=15_000)
    return page


@pytest.mark.parametrize(
    ("character", "told", "height"),
    [
        (Character.STRICT, "Nonce Nonce null bad_request null null", 333),
        (Character.CANVAS, "Nonce Nonce null bad_request null null", 333),
        (Character.BRIGHTSPACE, "Nonce Nonce null bad_request null null", 444),
        (Character.BLACKBOARD, "Nonce Nonce null bad_request null null", 444),
        (Character.MOODLE, "not offered", 560),
    ],
)
def test_a_tool_in_a_frame_is_answered(
    browser: Browser, lms: RunningLms, character: Character, told: str, height: int
) -> None:
    """Stored, recalled, forgotten; and as high as the platform lets it be."""
    lms.be(character)
    page = opened(browser, lms)
    assert page.frame_locator("[name=activity]").locator("#told").inner_text() == told
    box = page.locator("iframe[name=activity]").bounding_box()
    assert box is not None
    assert round(box["height"]) == height


@pytest.mark.parametrize("character", [Character.STRICT, Character.CANVAS])
def test_a_silent_storage_never_answers(browser: Browser, lms: RunningLms, character: Character) -> None:
    """It was offered all the same."""
    lms.be(character)
    lms.fail(FaultKind.SILENT, "storage", None)
    page = opened(browser, lms)
    assert set(page.frame_locator("[name=activity]").locator("#told").inner_text().split()) == {"nothing"}


@pytest.mark.parametrize("character", [Character.STRICT, Character.BRIGHTSPACE])
def test_a_tool_says_that_it_has_registered(browser: Browser, lms: RunningLms, character: Character) -> None:
    """From its frame, or from the tab that was opened for it, which is closed."""
    lms.be(character)
    page = page_of(browser, lms, ADMINISTRATOR)
    page.goto(f"{lms.url}/tools")
    page.get_by_label("Registration address").fill(f"{lms.config.tool_url}/register")
    page.get_by_role("button", name="Open the registration").click()
    if character is Character.BRIGHTSPACE:
        with page.expect_popup() as popup:
            page.get_by_role("link", name="Open the tool’s registration").click()
        if not popup.value.is_closed():
            popup.value.wait_for_event("close")
    page.wait_for_url("**/tools?registered=1")
    expect(page.get_by_role("status")).to_contain_text("has registered")
