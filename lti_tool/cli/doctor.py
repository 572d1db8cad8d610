"""`sprig doctor`: what is well, what is not, and what to do about it."""

import sys
from collections.abc import Iterator

import click

from lti_tool.cli.frame import AT_FAULT, Opened, opened
from lti_tool.lti.checks import check_grades, check_keys, check_platform
from lti_tool.services.platform_checks import Finding, State
from lti_tool.services.registrations import enabled_registrations

MARKS = {State.WELL: "ok  ", State.MEND: "MEND", State.WAITS: "--  "}


@click.command()
def doctor() -> None:
    """Check settings, database, keys, platforms and the queue; say what to do."""
    with opened() as tool:  # settings and schema are in order, or we are not here
        findings = [("", Finding("Settings and database")), *_findings(tool)]
    for where, finding in findings:
        click.echo(f"{MARKS[finding.state]} {where}{finding.what % finding.values}")
        if finding.remedy:
            click.echo(f"     {finding.remedy % finding.values}")
    if any(finding.state is State.MEND for _, finding in findings):
        sys.exit(AT_FAULT)


def _findings(tool: Opened) -> Iterator[tuple[str, Finding]]:
    """Each with what it is about."""
    yield "", check_keys(tool.database, tool.key_box, tool.now)
    with tool.database.reading() as session:
        platforms = enabled_registrations(session)
    if not platforms:
        remedy = "None is registered. Run “sprig invite”, or “sprig platform add”."
        yield "", Finding("Platforms", State.MEND, remedy)
    for platform in platforms:
        about = f"{platform.issuer} ({platform.client_id}): "
        for finding in check_platform(tool.database, tool.key_box, platform, tool.now):
            yield about, finding
        for finding in check_grades(tool.database, tool.now, platform.id):
            yield about, finding
