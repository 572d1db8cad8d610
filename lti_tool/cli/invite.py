"""`sprig invite`: letting an LMS register itself."""

import click

from lti_tool.cli.frame import opened
from lti_tool.services.invites import ASKED_FOR, LASTS, make_invite
from lti_tool.services.platforms import PRODUCTS


@click.command()
@click.option("--family", type=click.Choice(PRODUCTS), help="Whose software it is, if its own word is not to be taken.")
@click.option(
    "--asks-for",
    type=click.Choice(ASKED_FOR),
    default="name",
    show_default=True,
    help="What of people is kept; whoever registers may still choose otherwise.",
)
def invite(family: str | None, asks_for: str) -> None:
    """Print a one-time address by which an LMS registers itself (LTI Dynamic Registration)."""
    with opened() as tool, tool.database.writing() as session:
        token = make_invite(session, tool.now, family or "", asks_for)
        click.echo(f"{tool.settings.public_url}/lti/register?invite={token}")
    click.echo(f"Paste it where your LMS registers tools, within {LASTS.days} days. It works once.", err=True)
