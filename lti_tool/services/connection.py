"""Whether a link's grades get through, in a teacher's words: what the worker finds, and what launches have told."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from lti_tool.services.gradebook import Book, Column
from lti_tool.services.platform_checks import OWN_KEY, TOKEN, Check, Finding, State, ask_for_check, check_of
from lti_tool.words import N_

FRESH = timedelta(minutes=1)
"""A platform that was looked at so lately is not asked again: many teachers share it."""


@dataclass(frozen=True, slots=True)
class Connection:
    """What is known; `check` is of the whole platform, since nobody but the worker calls it (ADR 6)."""

    check: Check
    findings: tuple[Finding, ...]
    """Nothing while somebody waits."""


def ask_for_connection(session: Session, platform_id: int, now: datetime) -> None:
    """The worker will look, unless it is about to, or has just looked."""
    known = check_of(session, platform_id, now)
    is_fresh = known.checked_at is not None and now - known.checked_at < FRESH
    if not (known.is_waiting or is_fresh):
        ask_for_check(session, platform_id, now)


def connection_of(session: Session, platform_id: int, book: Book, now: datetime) -> Connection:
    """What is known of the platform and of this link's columns."""
    check = check_of(session, platform_id, now)
    if check.is_waiting or check.checked_at is None:
        return Connection(check, ())
    columns = [one for one in book.columns if not one.is_gone]
    found = (_token(check.findings), *_columns(columns), *_results(columns, was_read=book.read_at is not None))
    return Connection(check, found)


def _token(findings: Sequence[Finding]) -> Finding:
    what = N_("Your LMS lets Sprig in")
    states = {finding.what: finding.state for finding in findings}
    if states.get(OWN_KEY) is not State.WELL:
        return Finding(what, State.MEND, N_("Sprig itself is not ready for that. Tell whoever runs Sprig."))
    if states.get(TOKEN) is not State.WELL:
        remedy = N_(
            "Not now. Ask the administrator of your LMS to look at Sprig’s registration. Grades are kept meanwhile "
            "and sent once it works."
        )
        return Finding(what, State.MEND, remedy)
    return Finding(what)


def _columns(columns: Sequence[Column]) -> Iterator[Finding]:
    what = N_("Sprig may write to the gradebook column")
    if not columns:
        yield Finding(what, State.MEND, N_("There is no column. The course’s page says how to get one."))
    elif all(one.may_write for one in columns):
        yield Finding(what)
    else:
        remedy = N_("Not as the last launch told. Ask the administrator of your LMS to allow Sprig to send grades.")
        yield Finding(what, State.MEND, remedy)


def _results(columns: Sequence[Column], *, was_read: bool) -> Iterator[Finding]:
    what = N_("Sprig may read what stands in the gradebook column")
    if columns and not all(one.may_read for one in columns):
        remedy = N_(
            "It may not, so it cannot see whether you changed a grade there. Your LMS’s administrator can allow it."
        )
        yield Finding(what, State.MEND, remedy)
    elif columns:
        remedy = "" if was_read else N_("Nothing was read yet: Sprig looks before it sends a grade.")
        yield Finding(what, State.WELL if was_read else State.WAITS, remedy)
