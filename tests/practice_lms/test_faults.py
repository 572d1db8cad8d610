"""Faults are seen by real HTTP clients, before an effect or after it."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

from practice_lms.state.switches import FaultKind
from practice_lms.vocabulary import AGS_SCOPES, JWT_BEARER, RESULTS_TYPE, SCORE_TYPE
from tests.practice_lms.acting_tool import ActingTool
from tests.practice_lms.serving import RunningLms, running_lms

COLUMN = "/lti/courses/2/lineitems/1/lineitem"


@pytest.fixture
def lms(tmp_path: Path, tool: ActingTool) -> Iterator[RunningLms]:
    """A strict LMS on a socket."""
    with running_lms(tmp_path, tool.url) as running:
        yield running


def token_form(url: str, tool: ActingTool, client_id: str = "sprig-practice") -> dict[str, str]:
    """What asks for a token."""
    now = int(time.time())
    claims = {
        "iss": client_id,
        "sub": client_id,
        "aud": f"{url}/token",
        "iat": now,
        "exp": now + 60,
        "jti": str(time.time_ns()),
    }
    return {
        "grant_type": "client_credentials",
        "client_assertion_type": JWT_BEARER,
        "client_assertion": tool.sign(claims),
        "scope": " ".join(AGS_SCOPES),
    }


def bearer(url: str, tool: ActingTool) -> dict[str, str]:
    """The head of a call with a good token."""
    answer = requests.post(f"{url}/token", data=token_form(url, tool), timeout=10)
    assert answer.status_code == 200, answer.text
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


def post_score(
    url: str, head: dict[str, str], given: float = 80, at: str = "2026-11-20T10:00:00Z"
) -> requests.Response:
    """A score in order for Ada."""
    score = {
        "userId": "5",
        "scoreGiven": given,
        "scoreMaximum": 100,
        "activityProgress": "Completed",
        "gradingProgress": "FullyGraded",
        "timestamp": at,
    }
    headers = {**head, "Content-Type": SCORE_TYPE}
    return requests.post(f"{url}{COLUMN}/scores", data=json.dumps(score), headers=headers, timeout=10)


def shown(lms: RunningLms) -> float | None:
    """Ada's grade."""
    grade = lms.grade(1, 5)
    return grade.shown if grade else None


def test_a_connection_breaks_before_the_effect(lms: RunningLms, tool: ActingTool) -> None:
    """The caller sees it break, and nothing has arrived; the next try gets through."""
    head = bearer(lms.url, tool)
    lms.fail(FaultKind.DROP_BEFORE, "scores")
    with pytest.raises(requests.ConnectionError):
        post_score(lms.url, head)
    assert shown(lms) is None
    assert post_score(lms.url, head).status_code == 200


def test_a_connection_breaks_after_the_effect(lms: RunningLms, tool: ActingTool) -> None:
    """The caller sees the very same, but the score has arrived; the same bytes again are stale."""
    head = bearer(lms.url, tool)
    lms.fail(FaultKind.DROP_AFTER, "scores")
    with pytest.raises(requests.ConnectionError):
        post_score(lms.url, head)
    assert shown(lms) == 80
    assert post_score(lms.url, head).status_code == 409


@pytest.mark.parametrize(
    ("kind", "status", "header"),
    [
        (FaultKind.SERVER_ERROR, 500, {}),
        (FaultKind.TOO_MANY, 429, {"Retry-After": "7"}),
        (FaultKind.THROTTLED, 403, {"X-Rate-Limit-Remaining": "0"}),
    ],
)
def test_a_refusal_has_no_effect(
    lms: RunningLms, tool: ActingTool, kind: FaultKind, status: int, header: dict[str, str]
) -> None:
    """For as many calls as were asked for, and no longer."""
    head = bearer(lms.url, tool)
    lms.fail(kind, "scores", count=2, amount=7)
    for _ in range(2):
        answer = post_score(lms.url, head)
        assert answer.status_code == status
        assert header.items() <= dict(answer.headers).items()
    assert shown(lms) is None
    assert post_score(lms.url, head).status_code == 200


def test_of_many_equal_scores_one_is_taken(lms: RunningLms, tool: ActingTool) -> None:
    """Eight at the same moment with the same timestamp: one is new, seven are stale."""
    head = bearer(lms.url, tool)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda given: post_score(lms.url, head, given).status_code, range(8)))
    assert sorted(answers) == [200, *[409] * 7]


def test_a_slow_call_still_gets_through(lms: RunningLms, tool: ActingTool) -> None:
    """It takes at least as long as was asked for."""
    head = bearer(lms.url, tool)
    lms.fail(FaultKind.SLOW, "scores", amount=300)
    began = time.monotonic()
    assert post_score(lms.url, head).status_code == 200
    assert time.monotonic() - began >= 0.3


def test_a_repeated_call_is_taken_once_and_told_of_the_second_time(lms: RunningLms, tool: ActingTool) -> None:
    """The caller hears that its score is stale, though it sent it once; it is in the gradebook."""
    head = bearer(lms.url, tool)
    lms.fail(FaultKind.REPEATED, "scores")
    assert post_score(lms.url, head).status_code == 409
    assert shown(lms) == 80
    assert post_score(lms.url, head, at="2026-11-20T10:00:01Z").status_code == 200


def test_lost_tokens_are_lost_for_good(lms: RunningLms, tool: ActingTool) -> None:
    """Every token is forgotten at once; a new one opens the door again."""
    head = bearer(lms.url, tool)
    lms.fail(FaultKind.LOST_TOKENS, "scores")
    assert post_score(lms.url, head).status_code == 401
    assert post_score(lms.url, head).status_code == 401
    assert post_score(lms.url, bearer(lms.url, tool)).status_code == 200


@pytest.mark.parametrize(
    ("target", "path"),
    [("jwks", "/jwks"), ("results", f"{COLUMN}/results"), ("line items", "/lti/courses/2/lineitems")],
)
def test_faults_strike_where_they_are_aimed(lms: RunningLms, tool: ActingTool, target: str, path: str) -> None:
    """Other services stay well."""
    head = bearer(lms.url, tool)
    lms.fail(FaultKind.SERVER_ERROR, target, count=None)
    assert post_score(lms.url, head).status_code == 200
    assert requests.get(lms.url + path, headers=head, timeout=10).status_code == 500
    lms.mend()
    assert requests.get(lms.url + path, headers=head, timeout=10).status_code == 200


def test_a_token_can_fail_to_come(lms: RunningLms, tool: ActingTool) -> None:
    """The token endpoint drops its connections, too."""
    lms.fail(FaultKind.DROP_BEFORE, "token")
    with pytest.raises(requests.ConnectionError):
        requests.post(f"{lms.url}/token", data=token_form(lms.url, tool), timeout=10)


def test_faults_are_set_over_http(lms: RunningLms) -> None:
    """JSON in, the list of armed faults out; nonsense is 400."""
    url = f"{lms.url}/faults"
    fault = {"kind": "slow", "target": "token", "count": 2, "ms": 50, "probability": 0.5}
    listed = requests.post(url, json=fault, timeout=10).json()
    assert [(one["kind"], one["target"], one["remaining"], one["amount"]) for one in listed] == [
        ("slow", "token", 2, 50)
    ]
    for wrong in ({"kind": "fire"}, {"target": "moon"}, {"probability": 2}, {"count": "many"}):
        assert requests.post(url, json=fault | wrong, timeout=10).status_code == 400
    assert requests.post(f"{url}/clear", json={}, timeout=10).json() == []
    assert requests.get(url, timeout=10).json() == []


def test_a_fault_of_small_probability_rarely_strikes(lms: RunningLms) -> None:
    """One in a million does not show in a few calls."""
    fault = {"kind": "500", "target": "jwks", "probability": 0.000001}
    assert requests.post(f"{lms.url}/faults", json=fault, timeout=10).status_code == 200
    assert all(requests.get(f"{lms.url}/jwks", timeout=10).status_code == 200 for _ in range(5))


def free_port() -> int:
    """A port that nobody has."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def by_command(folder: Path, tool_url: str) -> Iterator[str]:
    """`python -m practice_lms`, until it is stopped."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "practice_lms", "--port", str(port), "--tool", tool_url, "--data", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _await(url, process)
            yield url
        finally:
            process.terminate()
            process.wait(timeout=20)


def _await(url: str, process: "subprocess.Popen[bytes]") -> None:
    ends = time.monotonic() + 30
    while time.monotonic() < ends and process.poll() is None:
        try:
            requests.get(f"{url}/jwks", timeout=1)
        except requests.RequestException:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the practice LMS did not start")


def test_the_command_serves_and_drops_connections_too(tmp_path: Path, tool: ActingTool) -> None:
    """Under granian, as in the demo: a launch page, a score, and a connection that breaks after the effect."""
    with by_command(tmp_path / "data", tool.url) as url:
        head = bearer(url, tool)
        fault: dict[str, Any] = {"kind": "drop after", "target": "scores", "count": 1}
        assert requests.post(f"{url}/faults", json=fault, timeout=10).status_code == 200
        with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
            post_score(url, head)
        results = requests.get(f"{url}{COLUMN}/results", headers={**head, "Accept": RESULTS_TYPE}, timeout=10)
        assert [one["resultScore"] for one in results.json()] == [80]
