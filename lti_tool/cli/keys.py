"""`sprig keys`: the keys that Sprig signs with."""

import click

from lti_tool.cli.frame import as_json, opened, say
from lti_tool.services.keys import all_keys, rotate_keys


@click.group()
def keys() -> None:
    """The tool's signing keys."""


@keys.command()
def rotate() -> None:
    """Publish a new key now; it signs in a day, and the old ones stay public for a week after that."""
    with opened() as tool, tool.database.writing() as session:
        click.echo(f"Published: {rotate_keys(session, tool.key_box, tool.now)}")


@keys.command("list")
@as_json
def list_(as_json: bool) -> None:
    """All keys, oldest first."""
    with opened() as tool, tool.database.reading() as session:
        rows = [
            {
                "kid": key.kid,
                "signs_from": key.signs_from.isoformat(),
                "retired_at": key.retired_at.isoformat() if key.retired_at else None,
                "pinned_by": list(key.pinned_by),
            }
            for key in all_keys(session)
        ]
    words = (f"{row['kid']}  signs from {row['signs_from']}  retired {row['retired_at'] or 'no'}" for row in rows)
    say(rows, as_json=as_json, lines=words)
