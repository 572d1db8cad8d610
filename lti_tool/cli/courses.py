"""`sprig course`: checking and publishing courses."""

from pathlib import Path

import click

from content.loader import load
from lti_tool.cli.frame import as_json, opened, say
from lti_tool.services.courses import publish, published

FOLDER = click.argument("path", type=click.Path(exists=True, file_okay=False, path_type=Path))


@click.group()
def course() -> None:
    """Check, publish and list courses."""


@course.command()
@FOLDER
def check(path: Path) -> None:
    """Report every problem of a course folder; changes nothing."""
    found = load(path)
    items = found.items()
    click.echo(f"{found.title}: {len(found.lessons)} lessons, {len(items)} questions, no problems.")


@course.command("publish")
@FOLDER
def publish_(path: Path) -> None:
    """Publish a course folder; nothing happens if nothing changed."""
    found = load(path)
    with opened() as tool, tool.database.writing() as session:
        done = publish(session, found, tool.now)
    if not done.is_new:
        click.echo(f"{done.slug}: nothing has changed since version {done.version}.")
        return
    click.echo(f"{done.slug}: version {done.version} is published.")
    for key in done.retired:
        click.echo(f"  no longer asked: {key}")


@course.command("list")
@as_json
def list_(as_json: bool) -> None:
    """The published courses."""
    with opened() as tool, tool.database.reading() as session:
        rows = [
            {"slug": one.slug, "title": one.title, "version": one.version, "published_at": one.published_at.isoformat()}
            for one in published(session)
        ]
    words = (f"{row['slug']}  version {row['version']}  {row['published_at']}  {row['title']}" for row in rows)
    say(rows, as_json=as_json, lines=words)
