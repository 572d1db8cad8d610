"""`sprig`, as a shell runs it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PLATFORM = [
    "platform", "add", "--issuer", "https://lms.example", "--client-id", "abc",
    "--auth-url", "https://lms.example/auth", "--token-url", "https://lms.example/token",
    "--jwks-url", "https://lms.example/jwks",
]  # fmt: skip


class Shell:
    """`sprig` with a data folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "sprig.sqlite3"
        self.environment = os.environ | {
            "DATA_DIR": str(folder),
            "DATABASE_URL": "",
            "SECRET_KEY": "x" * 32,
            "LOG_LEVEL": "WARNING",
        }

    def __call__(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """What it printed, and how it ended."""
        return subprocess.run(
            [sys.executable, "-m", "lti_tool", *arguments],
            env=self.environment | environment,
            capture_output=True,
            text=True,
            check=False,
        )

    @contextmanager
    def started(self, *arguments: str) -> Iterator["subprocess.Popen[str]"]:
        """A command that waits for an answer."""
        command = [sys.executable, "-m", "lti_tool", *arguments]
        pipe = subprocess.PIPE
        with subprocess.Popen(command, env=self.environment, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as one:
            yield one
