"""`sprig doctor`: what is well, what is not, and what to do about it."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import click
from cryptography.fernet import InvalidToken
from sqlalchemy.exc import NoResultFound

from lti_tool.cli.frame import AT_FAULT, Opened, opened
from lti_tool.lti.http import CallFailed, call
from lti_tool.lti.platform_keys import parse_jwks
from lti_tool.models import Platform
from lti_tool.services.grades import grade_status
from lti_tool.services.keys import signing_key
from lti_tool.services.platforms import list_platforms

SECONDS = 5.0
MOST_SKEW = timedelta(seconds=30)
STUCK = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; `remedy` exactly if it is not well."""

    what: str
    remedy: str | None = None


@click.command()
def doctor() -> None:
    """Check settings, database, keys, platforms and the queue; say what to do."""
    with opened() as tool:  # settings and schema are in order, or we are not here
        findings = [Finding("Settings and database"), *_keys(tool), *_platforms(tool), *_queue(tool)]
    for finding in findings:
        click.echo(f"{'ok  ' if finding.remedy is None else 'MEND'} {finding.what}")
        if finding.remedy:
            click.echo(f"     {finding.remedy}")
    if any(finding.remedy for finding in findings):
        sys.exit(AT_FAULT)


def _keys(tool: Opened) -> Iterator[Finding]:
    try:
        with tool.database.reading() as session:
            signing_key(session, tool.key_box, tool.now)
    except NoResultFound:
        yield Finding("The tool's signing key", "There is none yet. Run `sprig serve` once, or `sprig keys rotate`.")
    except InvalidToken:
        yield Finding(
            "The tool's signing key",
            "It cannot be opened with this SECRET_KEY (or KEY_ENCRYPTION_KEY). Set the one it was made with.",
        )
    else:
        yield Finding("The tool's signing key")


def _platforms(tool: Opened) -> Iterator[Finding]:
    with tool.database.reading() as session:
        platforms = [one for one in list_platforms(session) if one.is_enabled]
        session.expunge_all()
    if not platforms:
        yield Finding("Platforms", "None is registered. Run `sprig platform add`.")
    for platform in platforms:
        yield _key_set(platform)


def _key_set(platform: Platform) -> Finding:
    what = f"{platform.name}: its keys at {platform.jwks_url}"
    try:
        answer = call("GET", platform.jwks_url, seconds=SECONDS, headers={"Accept": "application/json"})
    except CallFailed as error:
        return Finding(what, f"No answer ({error}). Check the address, and that this machine may reach it.")
    if answer.status != 200 or not parse_jwks(answer.json()):
        return Finding(what, f"The answer ({answer.status}) is no key set. Check the address (--jwks-url).")
    skew = _skew(answer.headers.get("date"))
    if skew > MOST_SKEW:
        return Finding(what, f"Its clock and ours differ by {round(skew.total_seconds())} s. Set the clocks (NTP).")
    return Finding(what)


def _skew(date: str | None) -> timedelta:
    try:
        return abs(datetime.now(UTC) - parsedate_to_datetime(date)) if date else timedelta(0)
    except (ValueError, TypeError):
        return timedelta(0)


def _queue(tool: Opened) -> Iterator[Finding]:
    with tool.database.reading() as session:
        found = grade_status(session)
    for one in found:
        what = f"{one.name}: grades ({one.sent} sent, {one.owed} waiting, {one.blocked} blocked)"
        if one.oldest_owed_at is not None and tool.now - one.oldest_owed_at > STUCK:
            yield Finding(what, f"The oldest has waited for over an hour ({one.last_error or 'is a worker running?'}).")
        elif one.blocked:
            yield Finding(what, "Some need a person: `sprig grades status` says why; teachers see it on their page.")
        else:
            yield Finding(what)
