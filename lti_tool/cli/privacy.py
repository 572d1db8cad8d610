"""`sprig privacy`: one learner's data, out or gone."""

import json

import click

from lti_tool.cli.frame import opened
from lti_tool.services.privacy import erase_learner, export_learner, find_learner

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
    click.echo(json.dumps(found, ensure_ascii=False, indent=1))


@privacy.command()
@PLATFORM
@SUB
@click.option("--yes", is_flag=True, help="Do not ask.")
def erase(issuer: str, sub: str, yes: bool) -> None:
    """Remove everything on record about one person.  Scores already sent stay in the LMS."""
    with opened() as tool, tool.database.writing() as session:
        learners = find_learner(session, issuer, sub)
        if not yes:
            click.confirm("Everything on record about this person will be gone for good. Go on?", abort=True)
        gone: dict[str, int] = {}
        for learner_id in learners:
            for table, count in erase_learner(session, learner_id).items():
                gone[table] = gone.get(table, 0) + count
    click.echo("Gone: " + ", ".join(f"{count} {table}" for table, count in gone.items() if count))
