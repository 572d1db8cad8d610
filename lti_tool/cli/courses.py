"""`sprig course`: checking, importing and publishing courses."""

from collections.abc import Iterable
from pathlib import Path

import click

from content.exchange.csv_table import About
from content.exchange.folder import write_folder
from content.exchange.formats import FORMATS, read_file, title_of
from content.loader import load
from content.problems import Problem
from lti_tool.cli.frame import as_json, opened, say
from lti_tool.services.courses import publish, published

FOLDER = click.argument("path", type=click.Path(exists=True, file_okay=False, path_type=Path))


@click.group()
def course() -> None:
    """Check, import, publish and list courses."""


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


@course.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The course's folder; it must be new.")
@click.option("--format", "wanted", type=click.Choice(FORMATS), help="Else the file's ending tells it.")
@click.option("--title", default="", help="Of a table's course; else the file's name.")
@click.option("--language", default="en", show_default=True, help="Of a table's course.")
def import_(file: Path, out: Path, wanted: str | None, title: str, language: str) -> None:
    """Make a course folder of a file from elsewhere, and report what was taken, changed and left out."""
    if out.exists():
        raise click.BadParameter(f"{out} is there already.", param_hint="--out")
    found = read_file(file.read_bytes(), file.name, About(title or title_of(file.name), language), wanted)
    write_folder(found.files, out)
    click.echo(f"{found.course.title}: {found.report.taken} questions taken, into {out}.")
    _tell("changed", found.report.changed)
    _tell("left out", found.report.skipped)


def _tell(what: str, problems: Iterable[Problem]) -> None:
    for problem in problems:
        click.echo(f"  {what}: {problem}")


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
