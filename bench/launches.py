"""Full launches for a second of processor time, beside a plain application on pylti1p3."""

import tempfile
from collections import defaultdict
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench import plain_pylti1p3
from bench.launching import PLAIN, SPRIG, Kind, launch_all
from bench.servers import WORKERS, Server, sprig
from bench.servers import plain_pylti1p3 as plain_server
from bench.tables import Table, milliseconds, spread
from lti_tool.models.engine import Database
from tests.databases import ENGINES, fresh_database
from tests.lti.acting import ActingPlatform, acting_platform
from tests.web_client import publish_tiny


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured."""

    rounds: int
    launches: int
    clients: int
    learners: int


FULL, QUICK, TINY = Size(6, 400, 8, 200), Size(3, 120, 8, 60), Size(1, 4, 2, 2)

PEERS = {"plain pylti1p3 2.0.0": 500, "the same, its cache never pruned": 1_000_000}
"""With cachelib's file cache: as it comes, and spared what it does from 500 files on."""


def measure(size: Size) -> list[Table]:
    """Rounds in turn; a first one that warms up is left out."""
    with ExitStack() as stack:
        platform = stack.enter_context(acting_platform())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        targets: list[tuple[Server, Kind]] = []
        for name, threshold in PEERS.items():
            own = folder / str(threshold)
            plain_pylti1p3.configure(own, platform.issuer, platform.client_id, platform.jwks_url)
            targets.append((stack.enter_context(plain_server(name, own, threshold)), PLAIN))
        for engine in ENGINES:
            url = stack.enter_context(fresh_database(engine))
            targets.append((stack.enter_context(ready(engine, url, platform)), SPRIG))
        return [_table(size, platform, targets)]


def ready(engine: str, url: str, platform: ActingPlatform) -> AbstractContextManager[Server]:
    """The server over a database that knows the platform and has a course."""
    database = Database(url)
    platform.register(database)
    publish_tiny(database)
    database.engine.dispose()
    return sprig(f"Sprig, {engine}", url)


def _table(size: Size, platform: ActingPlatform, targets: list[tuple[Server, Kind]]) -> Table:
    cpu, seconds, fetches = defaultdict(list), defaultdict(list), defaultdict(int)
    for number in range(size.rounds + 1):
        learners = [n % size.learners for n in range(size.launches if number else size.learners)]
        for server, kind in targets:
            before, fetched = server.cpu_seconds(), platform.fetches
            took = launch_all(server, kind, platform, learners, size.clients)
            if number:
                cpu[server.name].append((server.cpu_seconds() - before) / len(learners))
                seconds[server.name] += took
                fetches[server.name] += platform.fetches - fetched
    peers = [median(cpu[name]) for name in PEERS]
    rows = [
        (
            name,
            spread([1 / max(one, 1e-6) for one in spent], 0),
            spread([one * 1000 for one in spent]),
            *(f"{peer / max(median(spent), 1e-6):.2f}×" for peer in peers),
            milliseconds(seconds[name], 50, 95, 99),
            f"{fetches[name] / size.rounds / size.launches * 1000:.0f}",
        )
        for name, spent in cpu.items()
    ]
    note = (
        f"{size.rounds} rounds in turn of {size.launches} launches by {size.learners} learners who have come before, "
        f"{size.clients} clients; median (range). All under granian, {WORKERS} workers, one thread each. The CPU is "
        "that of all server processes, PostgreSQL's own included. A time is the sum of a launch's requests."
    )
    return Table(
        "Full launches: login, launch, the 200 page",
        (
            "tool",
            "launches per CPU second",
            "CPU ms per launch",
            "ratio",
            "to the second",
            "p50 / p95 / p99 ms",
            "JWKS per 1,000",
        ),
        rows,
        [note],
    )
