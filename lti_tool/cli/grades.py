"""`sprig grades`: what the gradebooks are owed, and pushing it on."""

from collections.abc import Iterator
from dataclasses import asdict

import click

from lti_tool.cli.frame import as_json, opened, say
from lti_tool.services.grades import PlatformGrades, grade_status, retry
from lti_tool.services.platforms import NoSuchPlatform, list_platforms


@click.group()
def grades() -> None:
    """What the gradebooks are owed."""


@grades.command()
@as_json
def status(as_json: bool) -> None:
    """For each platform: what was sent, waits, or needs a person, and why."""
    with opened() as tool, tool.database.reading() as session:
        found = grade_status(session)
    say([asdict(one) for one in found], as_json=as_json, lines=_lines(found))


def _lines(found: list[PlatformGrades]) -> Iterator[str]:
    for one in found:
        yield f"{one.name} ({one.issuer}): {one.sent} sent, {one.owed} waiting, {one.blocked} blocked"
        if one.oldest_owed_at:
            yield f"  the oldest has waited since {one.oldest_owed_at.isoformat(timespec='seconds')}"
        for name, count in one.troubles:
            yield f"  {name}: {count}"
        if one.paused_until:
            until = one.paused_until.isoformat(timespec="seconds")
            yield f"  left alone until {until} ({one.paused_because})"


@grades.command("retry")
@click.option("--issuer", help="Only this platform's.")
def retry_(issuer: str | None) -> None:
    """Send again what was blocked or put off, now; never over a grade that was changed in the LMS."""
    with opened() as tool, tool.database.writing() as session:
        if issuer is None:
            count = retry(session, tool.now)
        else:
            platforms = [one.id for one in list_platforms(session) if one.issuer == issuer]
            if not platforms:
                raise NoSuchPlatform
            count = sum(retry(session, tool.now, platform_id) for platform_id in platforms)
    click.echo(f"Due now: {count}")
