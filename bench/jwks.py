"""How often a platform is asked for its keys."""

from dataclasses import dataclass

from bench.launches import ready
from bench.launching import SPRIG, launch_all
from bench.tables import Table
from tests.databases import ENGINES, fresh_database
from tests.lti.acting import acting_platform


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured."""

    launches: int
    clients: int


FULL, QUICK, TINY = Size(1000, 8), Size(200, 8), Size(4, 2)


def measure(size: Size) -> list[Table]:
    """Counted at the platform, from a server that has just started and knows no key."""
    rows = []
    for engine in ENGINES:
        with acting_platform() as platform, fresh_database(engine) as url, ready(engine, url, platform) as server:
            launch_all(server, SPRIG, platform, [n % 50 for n in range(size.launches)], size.clients)
            rows.append((server.name, f"{size.launches:,}", str(platform.fetches)))
    return [Table("The platform's key set", ("tool", "launches", "fetches"), rows)]
