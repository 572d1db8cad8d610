"""Runs the practice LMS: `python -m practice_lms --port 8001 --tool http://localhost:8000 --data FOLDER`."""

import argparse
from functools import partial
from pathlib import Path

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from practice_lms.app import create_app
from practice_lms.config import Config
from practice_lms.state.switches import Character

THREADS = 8


def main() -> None:
    """The LMS serves until it is interrupted."""
    parser = argparse.ArgumentParser(
        prog="python -m practice_lms", description="A strict LTI 1.3 platform to practise with."
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8001)
    parser.add_argument("--tool", default="http://localhost:8000", help="the tool's address, without a path")
    parser.add_argument("--data", type=Path, required=True, help="a folder for the SQLite file")
    parser.add_argument("--client-id", default="sprig-practice")
    names = [one.value for one in Character]
    parser.add_argument("--character", choices=names, default="", help="whose manners it has from the start")
    told = parser.parse_args()
    base_url = f"http://{told.host}:{told.port}"
    config = Config(base_url, told.tool.rstrip("/"), told.data.resolve(), told.client_id, character=told.character)
    server = Server(
        "practice_lms",
        address=told.host,
        port=told.port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        websockets=False,
        log_level=LogLevels.critical,  # a connection dropped on purpose is no error; Flask logs real ones itself
    )
    server.serve(target_loader=partial(create_app, config), wrap_loader=False)


if __name__ == "__main__":
    main()
