"""What anybody may ask for: health, figures, static files; and what every answer says about safety."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.documents import ROOT
from tests.lti.acting import TOOL, ActingPlatform, launch, visit_of

STATIC = ROOT / "lti_tool" / "static"


def test_the_process_says_that_it_lives(browser: FlaskClient) -> None:
    """Without asking the database."""
    assert browser.get("/healthz", base_url=TOOL).text == "ok\n"


def test_it_is_ready_when_its_database_is(browser: FlaskClient) -> None:
    """At the right version."""
    assert browser.get("/readyz", base_url=TOOL).json == {"ready": True}


def test_figures_are_for_this_machine_or_for_whoever_has_the_token(database_url: str, app: Flask) -> None:
    """Prometheus text, closed to the network."""
    from tests.web_client import app_over

    here = app.test_client().get("/metrics", base_url=TOOL)
    assert "sprig_grades_owed 0\n" in here.text
    abroad = {"REMOTE_ADDR": "203.0.113.7"}
    assert app.test_client().get("/metrics", base_url=TOOL, environ_base=abroad).status_code == 404
    behind_a_proxy = {"X-Forwarded-For": "203.0.113.7"}
    assert app.test_client().get("/metrics", base_url=TOOL, headers=behind_a_proxy).status_code == 404
    guarded = app_over(database_url, METRICS_TOKEN="a-token")
    client = guarded.test_client()
    assert client.get("/metrics", base_url=TOOL).status_code == 404
    allowed = client.get("/metrics", base_url=TOOL, environ_base=abroad, headers={"Authorization": "Bearer a-token"})
    assert allowed.status_code == 200
    guarded.extensions["sprig"].database.engine.dispose()


def test_static_files_are_kept_for_a_year(browser: FlaskClient, platform: ActingPlatform) -> None:
    """Their addresses hold their hash."""
    page = browser.get(f"/t/{visit_of(launch(browser, platform))}/", base_url=TOOL).text
    address = re.search(r'href="(/static/sprig\.css\?v=[0-9a-f]{12})"', page)
    assert address is not None
    with browser.get(address[1], base_url=TOOL) as answer:
        assert answer.status_code == 200
        assert "max-age=31536000" in answer.headers["Cache-Control"]


def test_stylesheet_and_scripts_are_light() -> None:
    """15 kB each at most (LOOK)."""
    for kind in ("*.css", "*.js"):
        assert 0 < sum(path.stat().st_size for path in STATIC.glob(kind)) <= 15_000, kind


PAGES = ["", "lessons", "settings"]


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_hardened(browser: FlaskClient, platform: ActingPlatform, path: str) -> None:
    """No inline script or style, no other host, never cached, nothing told to others by the address."""
    answer = browser.get(f"/t/{visit_of(launch(browser, platform))}/{path}", base_url=TOOL)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "X-Frame-Options" not in answer.headers
    assert " style=" not in answer.text
    assert "<script>" not in answer.text
    assert not re.findall(r'(?:src|href|action)="https?://', answer.text)


def test_an_unknown_address_has_a_page(browser: FlaskClient) -> None:
    """In words, with a reference for the help desk."""
    answer = browser.get("/nothing", base_url=TOOL)
    assert answer.status_code == 404
    assert "There is nothing here" in answer.text
    assert re.search(r"<code>[2-9A-Z]{4}-[2-9A-Z]{4}</code>", answer.text)


def test_a_request_that_is_too_large_has_a_page(browser: FlaskClient) -> None:
    """Nothing is read of it."""
    answer = browser.post("/lti/launch", data={"id_token": "x" * 300_000}, base_url=TOOL)
    assert answer.status_code == 413
    assert "That was too much at once" in answer.text


def test_days_are_jumped_in_the_demo_only(browser: FlaskClient) -> None:
    """A real installation has no such address."""
    assert browser.post("/demo/jump", base_url=TOOL).status_code == 404
