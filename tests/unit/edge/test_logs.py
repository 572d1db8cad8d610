"""Logs tell what happened, never to whom."""

import json

import pytest

from lti_tool.logs import configure_logs, get_log


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
