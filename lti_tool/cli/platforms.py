"""`sprig platform`: registering an LMS by hand."""

from dataclasses import asdict, dataclass
from urllib.parse import urlsplit

import click

from lti_tool.cli.frame import as_json, opened, say
from lti_tool.services.invites import ASKED_FOR
from lti_tool.services.platforms import PRODUCTS, AddPlatform, add_platform, disable_platform, list_platforms


@click.group()
def platform() -> None:
    """Register an LMS by hand."""


def _address(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    if value is not None and (urlsplit(value).scheme not in {"http", "https"} or not urlsplit(value).hostname):
        raise click.BadParameter(f"{value!r} is not an address like https://lms.example.org/…")
    return value


@platform.command()
@click.option("--issuer", required=True, callback=_address, help="The platform's issuer (its `iss`).")
@click.option("--client-id", required=True, help="Our client id there.")
@click.option("--auth-url", required=True, callback=_address, help="Authorization (OIDC) address.")
@click.option("--token-url", required=True, callback=_address, help="Access token address.")
@click.option("--jwks-url", required=True, callback=_address, help="Address of the platform's public keys.")
@click.option("--token-audience", help="`aud` for token requests, where it is not the token address (Brightspace).")
@click.option("--deployment", "deployments", multiple=True, help="Let only these deployments in (repeatable).")
@click.option("--at-once", type=click.IntRange(1, 100), help="How many scores it takes at a time, at most (4).")
@click.option("--any-deployment", is_flag=True, help="Let every deployment in again.")
@click.option("--family", type=click.Choice(PRODUCTS), help="Whose software.")
@click.option("--name", help="What people call it.")
@click.option("--frame-ancestors", help="Further addresses that may show Sprig in a frame.")
@click.option(
    "--admit-unbound-learners/--refuse-unbound-learners",
    default=None,
    help="Whether learners may enter whose browser keeps no cookie (logged). At first they may not.",
)
@click.option(
    "--admit-anonymous/--refuse-anonymous",
    default=None,
    help="Whether people may look whom the LMS does not name at all; nothing of theirs is kept. At first they may not.",
)
@click.option(
    "--admit-mentors/--refuse-mentors",
    default=None,
    help="Whether mentors may ask learners to see what they have done. At first they may not.",
)
@click.option("--asks-for", type=click.Choice(ASKED_FOR), help="What of people is kept, whatever the LMS sends.")
def add(
    admit_unbound_learners: bool | None,
    admit_anonymous: bool | None,
    admit_mentors: bool | None,
    **given: str | tuple[str, ...] | bool | None,
) -> None:
    """Register an LMS, or change its registration: options left out leave what is stored."""
    if given["deployments"] and given["any_deployment"]:
        raise click.UsageError("--deployment and --any-deployment exclude each other.")
    with opened() as tool, tool.database.writing() as session:
        command = AddPlatform(
            **given,  # type: ignore[arg-type]  # click's options bear the fields' names
            admits_unbound_learners=admit_unbound_learners,
            admits_anonymous=admit_anonymous,
            admits_mentors=admit_mentors,
        )
        row, is_new = add_platform(session, command, tool.now)
        click.echo(f"{'Registered' if is_new else 'Already registered, now as given'}: {row.name}")
        click.echo(f"Login address:    {tool.settings.public_url}/lti/login")
        click.echo(f"Redirect address: {tool.settings.public_url}/lti/launch")
        click.echo(f"Key set address:  {tool.settings.public_url}/lti/jwks")


@dataclass(frozen=True, slots=True)
class _Line:
    name: str
    issuer: str
    client_id: str
    family: str
    enabled: bool


@platform.command("list")
@as_json
def list_(as_json: bool) -> None:
    """All registrations."""
    with opened() as tool, tool.database.reading() as session:
        rows = [_Line(p.name, p.issuer, p.client_id, p.family, p.is_enabled) for p in list_platforms(session)]
    words = (f"{r.issuer}  {r.client_id}  {r.family}  {'on' if r.enabled else 'off'}  {r.name}" for r in rows)
    say([asdict(row) for row in rows], as_json=as_json, lines=words)


@platform.command()
@click.option("--issuer", required=True)
@click.option("--client-id", help="Only this registration of the issuer.")
def disable(issuer: str, client_id: str | None) -> None:
    """Switch a registration off and end the visits that came by it; its learners' work stays."""
    with opened() as tool, tool.database.writing() as session:
        count = disable_platform(session, issuer, client_id, tool.now)
    click.echo(f"Switched off: {count}")
