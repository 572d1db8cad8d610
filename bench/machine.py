"""On what it was measured, and how much processor time programs took there."""

import os
import platform
from importlib.metadata import version
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
NAMED = ("flask", "sqlalchemy", "granian", "pylti1p3", "cryptography", "psycopg")


def machine() -> str:
    """One line: cores, processor, load, Python and packages."""
    info = Path("/proc/cpuinfo").read_text("utf-8")
    model = next((line.partition(":")[2].strip() for line in info.splitlines() if line.startswith("model name")), "?")
    load = "/".join(f"{one:.1f}" for one in os.getloadavg())
    packages = ", ".join(f"{name} {version(name)}" for name in NAMED)
    return f"{os.cpu_count()} cores, {model}, load {load}; Python {platform.python_version()}, {packages}"


def cpu_seconds(root: int) -> float:
    """Processor time of a process and everything it ever started, in steps of 10 ms."""
    children: dict[int, list[int]] = {}
    spent: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdecimal():
            continue
        try:
            stat = (entry / "stat").read_text("utf-8", "replace")
        except OSError:  # it ended while we looked; its parent has its time
            continue
        # After the name, which may hold anything: state, parent, …; 11 to 14 are times, its own and those of children.
        fields = stat.rpartition(")")[2].split()
        children.setdefault(int(fields[1]), []).append(int(entry.name))
        spent[int(entry.name)] = sum(map(int, fields[11:15]))
    total, todo = 0, [root]
    while todo:
        one = todo.pop()
        total += spent.get(one, 0)
        todo += children.get(one, [])
    return total / TICKS
