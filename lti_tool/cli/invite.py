"""`sprig invite`: letting an LMS register itself, and taking that back."""

import click

from lti_tool.cli.frame import as_json, opened, say
from lti_tool.services.invites import ASKED_FOR, LASTS, make_invite
from lti_tool.services.made_invites import MadeInvite, made_invites, withdraw_invite
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
@click.option("--list", "lists", is_flag=True, help="Make none; list those that were made, and what became of them.")
@click.option("--withdraw", metavar="NUMBER", help="Make none; this one, as --list numbers it, is good no more.")
@as_json
def invite(family: str | None, asks_for: str, lists: bool, withdraw: str | None, as_json: bool) -> None:
    """Print a one-time address by which an LMS registers itself (LTI Dynamic Registration)."""
    if lists and withdraw is not None:
        raise click.UsageError("Say --list or --withdraw, not both.")
    if as_json and not lists:
        raise click.UsageError("--json goes with --list.")
    if lists:
        _list(as_json=as_json)
    elif withdraw is not None:
        _withdraw(withdraw)
    else:
        _make(family or "", asks_for)


def _make(family: str, asks_for: str) -> None:
    with opened() as tool, tool.database.writing() as session:
        token = make_invite(session, tool.now, family, asks_for)
        click.echo(f"{tool.settings.public_url}/lti/register?invite={token}")
    click.echo(f"Paste it where your LMS registers tools, within {LASTS.days} days. It works once.", err=True)


def _list(*, as_json: bool) -> None:
    with opened() as tool, tool.database.reading() as session:
        made = made_invites(session, tool.now)
    rows = [
        {
            "number": one.number,
            "family": one.family or None,
            "asks_for": one.asks_for,
            "made_at": one.made_at.isoformat(timespec="seconds"),
            "ends_at": one.ends_at.isoformat(timespec="seconds"),
            "used_at": one.used_at.isoformat(timespec="seconds") if one.used_at else None,
            "standing": one.standing.value,
            "platform": one.platform,
        }
        for one in made
    ]
    say(rows, as_json=as_json, lines=(_line(one) for one in made))


def _line(one: MadeInvite) -> str:
    at = one.used_at or one.ends_at
    became = f"{one.standing} {at:%Y-%m-%d %H:%M}" if one.standing != "open" else f"open until {at:%Y-%m-%d %H:%M}"
    told = [one.number, f"made {one.made_at:%Y-%m-%d %H:%M}", one.family or "any", one.asks_for, became]
    return "  ".join([*told, one.platform] if one.platform else told)


def _withdraw(number: str) -> None:
    with opened() as tool, tool.database.writing() as session:
        is_done = withdraw_invite(session, number)
    click.echo("Withdrawn." if is_done else "Nothing to do: no unused invite has this number.", err=True)
