"""`python -m bench [names…] [--quick]`: measures on this machine and prints a table for each figure."""

import argparse
import sys
from importlib import import_module

from bench.machine import machine
from lti_tool.logs import configure_logs

FIGURES = ("launches", "jwks", "answers", "sittings", "outbox", "steps")


def main(arguments: list[str]) -> None:
    """The named figures, or all of them."""
    parser = argparse.ArgumentParser("python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], *FIGURES], metavar="name", help=", ".join(FIGURES))
    parser.add_argument("--quick", action="store_true", help="small sizes: a look, not a measurement")
    given = parser.parse_args(arguments)
    configure_logs("json", "WARNING")  # of this process; the servers log as they always do
    print(f"`{' '.join(['python -m bench', *arguments])}`: {machine()}\n")
    for name in given.names or FIGURES:
        figure = import_module(f"bench.{name}")
        for table in figure.measure(figure.QUICK if given.quick else figure.FULL):
            print(table.text(), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
