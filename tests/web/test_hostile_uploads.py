"""What is uploaded in bad faith is refused in words, and runs nowhere."""

from io import BytesIO

import pytest
from flask.testing import FlaskClient

from tests.lti.acting import TOOL, ActingPlatform
from tests.web.paper import Paper
from tests.web.test_authoring import TABLE, arrive, upload


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "a.xlsx", "a.pdf", "\x1b]0;x\x07.csv", "x" * 5000 + ".zip", ".zip"]
)
def test_hostile_names_and_strange_files_are_refused_in_words(
    browser: FlaskClient, platform: ActingPlatform, name: str
) -> None:
    """No crash, and no name longer than a line."""
    page = upload(browser, arrive(browser, platform), b"PK\x03\x04 nonsense", name)
    assert page.response.status_code == 422
    assert "was not taken" in page.words
    assert "../" not in page.words


def test_an_upload_without_a_file_is_refused_in_words(browser: FlaskClient, platform: ActingPlatform) -> None:
    """As a browser sends an empty field."""
    page = upload(browser, arrive(browser, platform), b"", "")
    assert page.response.status_code == 422
    assert "Choose a file first" in page.words


def test_html_of_an_upload_does_not_run(browser: FlaskClient, platform: ActingPlatform) -> None:
    """Neither in texts nor in titles, names and problems."""
    evil = "<script>alert(1)</script>"
    rows = f"question,right,wrong,lesson,outcome,{evil}\n{evil},{evil},b,{evil},{evil},x\nOdd,{evil},,,,\n".encode()
    page = upload(browser, arrive(browser, platform), rows, f"{evil}.csv", title=evil)
    pages = [
        page,
        Paper.open(browser, f"{page.path}/1"),
        upload(browser, page.path.rsplit("/", 1)[0], b"x", f"{evil}.csv"),
    ]
    for one in pages:
        assert "<script>alert" not in one.response.text
        assert "alert(1)" in one.response.text


def test_a_stranger_page_cannot_upload(browser: FlaskClient, platform: ActingPlatform) -> None:
    """A form of another site changes nothing."""
    desk = arrive(browser, platform)
    form = {"file": (BytesIO(TABLE), "sums.csv")}
    sent = browser.post(desk, data=form, base_url=TOOL, headers={"Sec-Fetch-Site": "cross-site"})
    assert sent.status_code == 403
