"""`sprig migrate`, `serve`, `worker` and `demo`: what runs."""

import signal
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import click

from lti_tool.cli.frame import AT_FAULT, configured, opened
from lti_tool.models.schema import migrate as migrate_database
from lti_tool.services.keys import ensure_key


@click.command()
def migrate() -> None:
    """Bring the database to the version this program needs; an SQLite file is copied first."""
    settings = configured()
    before, after, copy = migrate_database(settings.database_url, datetime.now(UTC))
    if before == after:
        click.echo(f"The database is at {after} already.")
        return
    click.echo(f"The database is at {after} now; it was at {before}.")
    if copy is not None:
        click.echo(f"The file as it was: {copy}")


@click.command()
def serve() -> None:
    """Start the production web server."""
    from lti_tool.serving import serve_web

    with opened() as tool:
        settings = tool.settings
        with tool.database.writing() as session:
            ensure_key(session, tool.key_box, tool.now)
    serve_web(settings)


@click.command()
def worker() -> None:
    """Start a background worker; any number may run."""
    from lti_tool.worker import work

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with opened() as tool:
        work(tool.settings, tool.database, stop)


@click.command()
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="The tool's port.")
@click.option("--lms-port", default=8001, show_default=True, type=click.IntRange(1, 65535), help="The LMS's port.")
@click.option("--data", default="var/demo", show_default=True, type=click.Path(path_type=Path), help="Folder for data.")
@click.option("--reset", is_flag=True, help="Delete the demo's data first.")
def demo(port: int, lms_port: int, data: Path, reset: bool) -> None:
    """Start the tool, a worker and a practice LMS on this machine; Ctrl-C stops them."""
    from lti_tool.demo import Demo, PortTaken

    try:
        sys.exit(Demo(port, lms_port, data.resolve()).run(reset=reset))
    except PortTaken as error:
        click.echo(str(error), err=True)
        sys.exit(AT_FAULT)
