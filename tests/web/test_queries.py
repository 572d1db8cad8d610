"""The five requests that come most often ask the database no more than docs/performance.md says."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.test import TestResponse

from tests.lti.acting import TOOL, ActingPlatform, arrive, asked, launch, login, visit_of
from tests.web.paper import Paper

WRITTEN = Path(__file__).parents[2] / "docs" / "performance.md"
NAMES = ("login", "launch", "first page", "question page", "answer")
CLOSE = 0.05
"""Bytes differ a little with the length of a weekday's name."""


def written() -> dict[str, tuple[int, int]]:
    """(statements, bytes) of each request, as the document says."""
    rows = re.findall(r"^\| (\w[\w ]*) \| (\d+) \| ([\d,]+) \|$", WRITTEN.read_text("utf-8"), re.MULTILINE)
    return {name: (int(statements), int(size.replace(",", ""))) for name, statements, size in rows}


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """The statements that were sent to the database meanwhile; BEGIN and COMMIT are not among them."""
    engine, seen = app.extensions["sprig"].database.engine, []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


@pytest.fixture
def measured(app: Flask, browser: FlaskClient, platform: ActingPlatform) -> dict[str, tuple[list[str], TestResponse]]:
    """Each request, made by a learner who has been here before, in a process that has read the course before."""
    start = Paper.open(browser, f"/t/{visit_of(launch(browser, platform))}/")
    question = start.press("Start lesson 1").press("Continue")
    feedback = question.press("Check", a=question.choice("4"))
    assert "Right" in feedback.words
    found = {}
    with counted(app) as seen:
        found["login"] = (seen, response := login(browser, platform))
    begun = asked(response)
    token = platform.token(platform.claims(begun["nonce"]))
    with counted(app) as seen:
        found["launch"] = (seen, response := arrive(browser, begun["state"], token))
    visit = visit_of(response)
    with counted(app) as seen:
        found["first page"] = (seen, browser.get(f"/t/{visit}/", base_url=TOOL))
    with counted(app) as seen:
        found["question page"] = (seen, browser.get(f"/t/{visit}/s/1/3", base_url=TOOL))
    with counted(app) as seen:
        found["answer"] = (seen, browser.post(f"/t/{visit}/s/1/3", data={"a": "Lyon"}, base_url=TOOL))
    return found


def test_the_hottest_requests_ask_what_is_written(measured: dict[str, tuple[list[str], TestResponse]]) -> None:
    """The number of statements is exactly the one in docs/performance.md, on both engines."""
    said = {name: statements for name, (statements, _) in written().items()}
    assert {name: len(seen) for name, (seen, _) in measured.items()} == said


def test_the_hottest_requests_answer_in_the_bytes_that_are_written(
    measured: dict[str, tuple[list[str], TestResponse]],
) -> None:
    """The size of each answer is the one in docs/performance.md."""
    said = {name: size for name, (_, size) in written().items()}
    found = {name: len(response.data) for name, (_, response) in measured.items()}
    assert found == {name: pytest.approx(size, rel=CLOSE) for name, size in said.items()}


def test_no_request_asks_the_same_twice(measured: dict[str, tuple[list[str], TestResponse]]) -> None:
    """A statement that comes twice within one request would be one too many."""
    twice = {name: [one for one in seen if seen.count(one) > 1] for name, (seen, _) in measured.items()}
    assert twice == {name: [] for name in NAMES}
