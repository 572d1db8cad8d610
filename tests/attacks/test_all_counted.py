"""As many attacks as were promised, each with a name of its own."""

import importlib
import pkgutil

import tests.attacks
from tests.attacks.world import World
from tests.lti.acting import TOOL

PROMISED = 200


def test_at_least_two_hundred_attacks_are_tried() -> None:
    """By the tables of this folder: each of their names is one case, and every module says which tables it has."""
    counted = 0
    for found in pkgutil.iter_modules(tests.attacks.__path__):
        if found.name.startswith("test_") and found.name != "test_all_counted":
            tables = importlib.import_module(f"tests.attacks.{found.name}").TABLES
            counted += sum(len(table) for table in tables)
    assert counted >= PROMISED


def test_attacks_go_over_a_socket(world: World) -> None:
    """What answers them is a server, which says so; the application alone would not."""
    assert "Werkzeug" in world.browser().get("/healthz", base_url=TOOL).headers["Server"]
