"""The benches run, at tiny sizes, and measure what they say."""

import os
import subprocess
import sys
from importlib import import_module

import pytest

from bench.__main__ import FIGURES
from bench.machine import cpu_seconds
from bench.tables import percentile


@pytest.mark.parametrize("name", FIGURES)
def test_each_figure_gives_a_table(name: str) -> None:
    """Servers, drivers and databases are put together; every row has a cell for every column."""
    figure = import_module(f"bench.{name}")
    for table in figure.measure(figure.TINY):
        assert table.rows
        assert all(len(row) == len(table.columns) for row in table.rows)


def test_the_time_of_ended_children_is_counted() -> None:
    """PostgreSQL's processes come and go; what they took stays with their parent."""
    before = cpu_seconds(os.getpid())
    code = "import time\nwhile time.process_time() < 0.3: pass"
    subprocess.run([sys.executable, "-c", code], check=True)
    assert cpu_seconds(os.getpid()) - before >= 0.28


@pytest.mark.parametrize(("percent", "value"), [(50, 2), (75, 3), (95, 4), (100, 4), (0, 1)])
def test_a_percentile_is_a_value_that_occurred(percent: float, value: float) -> None:
    """The smallest that so many percent do not exceed."""
    assert percentile([4, 1, 3, 2], percent) == value
