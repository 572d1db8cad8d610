"""`sprig admin`: how an administrator gets in."""

import click

from lti_tool.cli.frame import opened
from lti_tool.services.administration import LINK_LASTS, make_link


@click.group()
def admin() -> None:
    """The administrator's pages."""


@admin.command()
def link() -> None:
    """Print a one-time address that signs a browser in."""
    with opened() as tool, tool.database.writing() as session:
        token = make_link(session, tool.now)
        click.echo(f"{tool.settings.public_url}/admin/sign-in?link={token}")
    minutes = int(LINK_LASTS.total_seconds() // 60)
    click.echo(
        f"Open it within {minutes} minutes. It works once, and makes an administrator of whoever opens it.", err=True
    )
