"""The Moodle character answers as Moodle 4.5.6 was recorded to answer."""

import json
import re
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jwt
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from practice_lms.app import create_app
from practice_lms.config import Config
from practice_lms.state.store import Store
from practice_lms.state.trust import issue_token
from practice_lms.vocabulary import LINE_ITEM_READ, SCOPES, SCORE
from practice_lms.wiring import EXTENSION, Lms
from tests.practice_lms.acting_tool import ActingTool, new_key
from tests.practice_lms.conftest import ISSUER
from tests.practice_lms.moodle_world import (
    NOT_COVERED,
    PRESUPPOSED,
    RECORDINGS,
    Presupposed,
    arrange,
    load,
    next_line_item_is,
    ours,
    sent_text,
)

NAMES = sorted(path.stem for path in RECORDINGS.glob("*.json"))
SERVICES = [name for name in NAMES if "-ags-" in f"-{name}" and name not in NOT_COVERED]
TOKENS = [name for name in NAMES if "token-" in name and "-ags-" not in name and name not in NOT_COVERED]
WHILE_RECORDED = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)
SCOPE_OF = {
    "ags-lineitems-get-readonly-scope": [LINE_ITEM_READ],
    "errors-ags-lineitem-create-readonly-scope": [LINE_ITEM_READ],
    "errors-ags-results-wrong-scope": [SCORE],
    "errors-ags-score-wrong-scope": [LINE_ITEM_READ],
}
CLIENT_ID = "BbCmWeg6IwVQlqi"


def lms_at(moment: datetime, folder: Path, first_day: Path, tool: ActingTool) -> tuple[FlaskClient, Store, Config]:
    """A practice LMS that believes it is this moment."""
    shutil.copytree(first_day, folder)
    config = Config(ISSUER, tool.url, folder, CLIENT_ID)
    app = create_app(config, lambda: moment)
    lms: Lms = app.extensions[EXTENSION]
    return app.test_client(), lms.store, config


def send(client: FlaskClient, store: Store, name: str) -> TestResponse:
    """The recorded request, to our LMS."""
    request = load(name)["request"]
    parts = urlsplit(ours(request["url"], ISSUER))
    headers = {"Accept": "*/*", **request["headers"]}
    if headers.get("Authorization") == "Bearer <redacted>":
        issued_at = WHILE_RECORDED - (timedelta(hours=2) if "expired" in name else timedelta())
        with store.writing() as db:
            token = issue_token(db, SCOPE_OF.get(name, list(SCOPES)), issued_at)
        headers["Authorization"] = f"Bearer {token}"
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return client.open(
        path, method=request["method"], headers=headers, data=sent_text(name, request.get("body")), base_url=ISSUER
    )


def prepare(client: FlaskClient, store: Store, name: str) -> None:
    """What the recording presupposes has happened."""
    wanted = PRESUPPOSED.get(name, Presupposed())
    with store.writing() as db:
        arrange(db, wanted.items)
    for earlier in wanted.before:
        assert send(client, store, earlier).status_code in {200, 204}, earlier
    with store.writing() as db:
        for happening in wanted.then:
            happening(db)
    for later in wanted.later:
        assert send(client, store, later).status_code == 200, later
    created = load(name)["response"]["body"]
    if load(name)["response"]["status"] == 201:
        number = re.search(r"/lineitems/(\d+)/", created["id"])
        assert number is not None
        with store.writing() as db:
            next_line_item_is(db, int(number[1]))


def compare(answer: TestResponse, recorded: dict[str, Any]) -> None:
    """Status, reason, headers and body are the recorded ones, with our addresses."""
    assert answer.status_code == recorded["status"], answer.text
    assert answer.status.partition(" ")[2].upper() == ours(recorded["reason"], ISSUER).upper()
    for header, value in recorded["headers"].items():
        assert answer.headers[header] == ours(value, ISSUER), header
    body = recorded["body"]
    if isinstance(body, str) and body.startswith("(HTML error page"):
        assert answer.text.startswith("<!DOCTYPE html>")
    elif isinstance(body, str):
        assert answer.text == body
    else:
        assert json.loads(answer.text) == json.loads(ours(json.dumps(body), ISSUER))


@pytest.mark.parametrize("name", SERVICES)
def test_grade_services(name: str, tmp_path: Path, first_day: Path, tool: ActingTool) -> None:
    """The recorded request gets the recorded answer."""
    client, store, _ = lms_at(WHILE_RECORDED, tmp_path / "lms", first_day, tool)
    prepare(client, store, name)
    compare(send(client, store, name), load(name)["response"])


def assertion_for(name: str, tool: ActingTool) -> tuple[str, datetime]:
    """The recorded claims, signed anew, and when they were sent."""
    claims = load(name)["request"].get("decoded_client_assertion")
    if claims is None:
        issued = int(WHILE_RECORDED.timestamp())
        claims = {"iss": CLIENT_ID, "sub": CLIENT_ID, "iat": issued, "exp": issued + 60}
    sent_at = datetime.fromtimestamp(claims["iat"] + 1, UTC)
    if name == "errors-token-iat-in-future":
        sent_at -= timedelta(seconds=121)
    if name == "errors-token-expired-assertion":
        sent_at += timedelta(hours=2)
    kid = None if name == "errors-token-no-kid" else "one"
    key = new_key() if name == "errors-token-bad-signature" else tool.keys["one"]
    return jwt.encode(claims, key, "RS256", {"kid": kid} if kid else {}), sent_at


@pytest.mark.parametrize("name", TOKENS)
def test_token_endpoint(name: str, tmp_path: Path, first_day: Path, tool: ActingTool) -> None:
    """The recorded request gets the recorded answer, but for the token itself."""
    recorded = load(name)
    assertion, sent_at = assertion_for(name, tool)
    client, store, _ = lms_at(sent_at, tmp_path / "lms", first_day, tool)
    with store.writing() as db:
        arrange(db, (2,))
    tool.is_down = name == "errors-token-tool-host-blocked-by-moodle"
    body = recorded["request"]["body"]
    if "client_assertion" in body:
        body = {**body, "client_assertion": assertion}
    for _ in range(2 if "replayed" in name else 1):
        answer = client.post("/token", json=body) if "json" in name else client.post("/token", data=body)
    expected = recorded["response"]
    if expected["status"] == 200:
        expected["body"]["access_token"] = json.loads(answer.text)["access_token"]
    compare(answer, expected)


def test_every_recording_is_replayed_or_excused() -> None:
    """No recording is silently left out, and no excuse outlives its recording."""
    assert {*SERVICES, *TOKENS, *NOT_COVERED} == set(NAMES)
    assert not set(PRESUPPOSED) & set(NOT_COVERED)
    assert set(PRESUPPOSED) <= set(NAMES)
