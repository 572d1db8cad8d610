"""Shells for the tests of the command line."""

from pathlib import Path

import pytest

from tests.unit.edge.shell import Shell


@pytest.fixture
def sprig(tmp_path: Path) -> Shell:
    """A shell without a database."""
    return Shell(tmp_path)


@pytest.fixture
def ready(sprig: Shell) -> Shell:
    """A shell with a migrated database."""
    assert sprig("migrate").returncode == 0
    return sprig
