"""`sprig privacy`: one learner's data, out or gone."""

import json
from pathlib import Path

import click
from sqlalchemy import make_url

from lti_tool.cli.frame import opened
from lti_tool.services.privacy import erase_learner, export_learner, find_learner
from lti_tool.settings import Settings

PLATFORM = click.option("--platform", "issuer", required=True, help="The platform's issuer.")
SUB = click.option("--sub", required=True, help="The person's id at that platform.")


@click.group()
def privacy() -> None:
    """One learner's data, out or gone."""


@privacy.command()
@PLATFORM
@SUB
def export(issuer: str, sub: str) -> None:
    """Print everything on record about one person, as JSON."""
    with opened() as tool, tool.database.reading() as session:
        found = [export_learner(session, learner_id) for learner_id in find_learner(session, issuer, sub)]
    click.echo(json.dumps(found, indent=1))  # in ASCII: an answer may hold what no terminal can write


@privacy.command()
@PLATFORM
@SUB
@click.option("--yes", is_flag=True, help="Do not ask.")
def erase(issuer: str, sub: str, yes: bool) -> None:
    """Remove everything on record about one person.  Scores already sent stay in the LMS."""
    gone: dict[str, int] = {}
    with opened() as tool:
        with tool.database.reading() as session:
            find_learner(session, issuer, sub)
        if not yes:  # nobody waits for the answer: no transaction is open
            click.confirm("Everything on record about this person will be gone for good. Go on?", abort=True)
        with tool.database.writing() as session:
            for learner_id in find_learner(session, issuer, sub):
                for table, count in erase_learner(session, learner_id).items():
                    gone[table] = gone.get(table, 0) + count
        copies = _copies(tool.settings)
    click.echo("Gone: " + ", ".join(f"{count} {table}" for table, count in gone.items() if count))
    if copies:
        click.echo("Copies made before migrations may still hold this person; delete those you no longer need:")
    for copy in copies:
        click.echo(f"  {copy}")


def _copies(settings: Settings) -> list[Path]:
    """What `sprig migrate` copied before it changed an SQLite file, wherever that lies or lay."""
    folders = {settings.data_dir.resolve()}
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite" and url.database:
        folders.add(Path(url.database).resolve().parent)
    return sorted(copy for folder in folders for copy in folder.glob("*.before-*"))
