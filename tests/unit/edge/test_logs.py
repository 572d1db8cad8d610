"""Logs tell what happened, never to whom."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from lti_tool.logs import configure_logs, get_log


@pytest.fixture(autouse=True)
def other_tests_logs() -> Iterator[None]:
    """What these tests set up ends with them: it writes to a stream that pytest closes."""
    handlers = list(logging.getLogger().handlers)
    yield
    structlog.reset_defaults()
    logging.getLogger().handlers[:] = handlers


def test_private_fields_are_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    """A name, an answer or a token that slips into a log call does not reach the log."""
    configure_logs("json", "INFO")
    get_log().info("grade sent", learner=7, name="Ada", token="abc", response="42", email="a@b")
    line = json.loads(capsys.readouterr().err)
    assert line["learner"] == 7
    assert {line[field] for field in ("name", "token", "response", "email")} == {"(left out)"}


def test_the_level_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    """Quiet means quiet."""
    configure_logs("json", "WARNING")
    get_log().info("request answered")
    assert capsys.readouterr().err == ""
