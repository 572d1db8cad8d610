"""What is well, what is not, and what to do about it: one list for `sprig doctor` and the administrator's pages.

No transaction may be open: a check asks the platforms themselves.
"""

import secrets
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from cryptography.fernet import InvalidToken
from sqlalchemy.exc import NoResultFound

from lti_tool.lti.http import Answer, CallFailed, call
from lti_tool.lti.nrps import NrpsRoster
from lti_tool.lti.platform_keys import parse_jwks
from lti_tool.lti.tokens import AccessTokens, NoToken
from lti_tool.models.engine import Database
from lti_tool.services.columns import RESULT_SCOPE, SCORE_SCOPE
from lti_tool.services.grades import Outcome, PlatformGrades, grade_status
from lti_tool.services.keys import KeyBox, signing_key
from lti_tool.services.observed import Observed, forget_tokens, observed
from lti_tool.services.platform_checks import OWN_KEY, TOKEN, Finding, State, note_check, take_asked
from lti_tool.services.registrations import Registration, registration_of
from lti_tool.services.roster_reasons import UNREAD
from lti_tool.services.rosters import Asked
from lti_tool.words import N_

SECONDS = 5.0
MOST_SKEW = timedelta(seconds=30)
STUCK = timedelta(hours=1)


def check_keys(database: Database, box: KeyBox, now: datetime) -> Finding:
    """Whether we can sign."""
    what = OWN_KEY
    try:
        with database.reading() as session:
            signing_key(session, box, now)
    except NoResultFound:
        return Finding(what, State.MEND, N_("There is none yet. Run “sprig serve” once, or “sprig keys rotate”."))
    except InvalidToken:
        remedy = N_("It cannot be opened with this SECRET_KEY (or KEY_ENCRYPTION_KEY). Set the one it was made with.")
        return Finding(what, State.MEND, remedy)
    return Finding(what)


def check_grades(database: Database, now: datetime, platform_id: int | None = None) -> Iterator[Finding]:
    """Whether scores are on their way, for each platform or for this one."""
    with database.reading() as session:
        found = grade_status(session)
    for one in found:
        if platform_id in {None, one.platform_id}:
            yield _grades(one, now)


def _grades(one: PlatformGrades, now: datetime) -> Finding:
    what = N_("Grades: %(sent)s sent, %(owed)s waiting, %(blocked)s blocked")
    values = {
        "sent": str(one.sent),
        "owed": str(one.owed),
        "blocked": str(one.blocked),
        "why": one.last_error or "?",
    }
    if one.oldest_owed_at is not None and now - one.oldest_owed_at > STUCK:
        remedy = N_("The oldest has waited for over an hour (%(why)s). Is a worker running? “sprig worker” starts one.")
        return Finding(what, State.MEND, remedy, values)
    if one.blocked:
        remedy = N_("Some need a person: “sprig grades status” says why; teachers see it on their page.")
        return Finding(what, State.MEND, remedy, values)
    return Finding(what, values=values)


def check_platform(database: Database, box: KeyBox, platform: Registration, now: datetime) -> Iterator[Finding]:
    """Its keys, clock, token, gradebook, roster, content and cookies; where we cannot sign, less."""
    with database.writing() as session:
        seen = observed(session, platform.id)
        forget_tokens(session, platform.id)
    yield from _key_set(platform)
    yield _gradebook(seen)
    if check_keys(database, box, now).state is State.WELL:
        yield _token(AccessTokens(database, box, SECONDS), platform, seen, now)
        yield _roster(NrpsRoster(database, box, SECONDS), platform, seen, now)
    yield _choosing(seen)
    yield _cookies(platform, seen)


def check_asked(
    database: Database, box: KeyBox, clock: Callable[[], datetime], stop: threading.Event | None = None
) -> None:
    """Each platform that somebody asked about is looked at, by one worker, and what was found is on record.

    Here rather than in the web: a platform that gives a token first fetches our key set from the web's processes.
    """
    holder = secrets.token_hex(8)
    while stop is None or not stop.is_set():
        now = clock()
        with database.writing() as session:
            platform_id = take_asked(session, holder, now)
            if platform_id is None:
                return
            platform = registration_of(session, platform_id)
        findings = [
            check_keys(database, box, now),
            *check_platform(database, box, platform, now),
            *check_grades(database, now, platform_id),
        ]
        with database.writing() as session:
            note_check(session, platform_id, findings, holder, clock())


def _key_set(platform: Registration) -> Iterator[Finding]:
    what, values = N_("Its public keys, at %(address)s"), {"address": platform.jwks_url}
    try:
        answer = call("GET", platform.jwks_url, seconds=SECONDS, headers={"Accept": "application/json"})
    except CallFailed as error:
        remedy = N_("No answer (%(why)s). Check the address, and that this machine may reach it.")
        yield Finding(what, State.MEND, remedy, values | {"why": str(error)})
        return
    if answer.status != 200 or not parse_jwks(answer.json()):
        remedy = N_("The answer (%(why)s) is no key set. Check the address (--jwks-url).")
        yield Finding(what, State.MEND, remedy, values | {"why": str(answer.status)})
        return
    yield Finding(what, values=values)
    yield _clock(answer)


def _clock(answer: Answer) -> Finding:
    what, skew = N_("Its clock and ours"), _skew(answer.headers.get("date"))
    if skew > MOST_SKEW:
        remedy = N_("They differ by %(seconds)s seconds. Set the clocks of both machines (NTP).")
        return Finding(what, State.MEND, remedy, {"seconds": str(round(skew.total_seconds()))})
    return Finding(what)


def _skew(date: str | None) -> timedelta:
    try:
        return abs(datetime.now(UTC) - parsedate_to_datetime(date)) if date else timedelta(0)
    except (ValueError, TypeError):
        return timedelta(0)


def _token(tokens: AccessTokens, platform: Registration, seen: Observed, now: datetime) -> Finding:
    what, values = TOKEN, {"address": platform.token_url}
    scopes = ({SCORE_SCOPE, RESULT_SCOPE} & seen.scopes) | {SCORE_SCOPE}
    try:
        tokens.get(platform, scopes, now, needed=SCORE_SCOPE)
    except NoToken as error:
        values["why"] = str(error.status or error.outcome.value)
        if error.outcome is not Outcome.NO_ACCESS:
            remedy = N_("No token now (%(why)s). Check the address, and try again in a few minutes.")
        else:
            remedy = N_(
                "It gives none (%(why)s). Check that Sprig is switched on there and may use the gradebook, that the "
                "client id and the token’s audience are right, and that the platform reaches Sprig’s /lti/jwks."
            )
        return Finding(what, State.MEND, remedy, values)
    return Finding(what, values=values)


def _gradebook(seen: Observed) -> Finding:
    what = N_("Leave to write grades")
    if SCORE_SCOPE in seen.scopes:
        return Finding(what)
    if not seen.has_launched:
        return Finding(what, State.WAITS, N_("Open an activity from a course once; launches tell what is allowed."))
    remedy = N_(
        "No launch has brought it. Allow the gradebook service (“Assignment and Grade Services”) for Sprig in the "
        "platform, and grades in the activity’s settings."
    )
    return Finding(what, State.MEND, remedy)


def _roster(roster: NrpsRoster, platform: Registration, seen: Observed, now: datetime) -> Finding:
    what = N_("The list of a course’s members")
    if seen.memberships_url is None:
        if not seen.has_launched:
            return Finding(what, State.WAITS, N_("Open an activity from a course once; launches tell where it is."))
        return Finding(
            what,
            State.WAITS,
            N_("Not shared. Teachers see only who came; allow “Names and Role Provisioning Services” to change that."),
        )
    unread = roster.fetch(Asked(platform, seen.memberships_url), now).unread
    if unread is not None:
        return Finding(what, State.MEND, UNREAD[unread].sentence)
    return Finding(what)


def _choosing(seen: Observed) -> Finding:
    what = N_("Choosing content (deep linking)")
    if seen.has_chosen:
        return Finding(what)
    return Finding(
        what, State.WAITS, N_("No teacher has chosen content yet. Add an activity and press “Select content”.")
    )


def _cookies(platform: Registration, seen: Observed) -> Finding:
    what = N_("Browsers keep Sprig’s cookie, or the platform stores for it: %(bound)s of %(visits)s latest visits")
    values = {"bound": str(seen.visits - seen.visits_in_address), "visits": str(seen.visits)}
    if not seen.visits:
        return Finding(what, State.WAITS, N_("Nobody has come in the last days."), values)
    if seen.visits_in_address and platform.admits_unbound_learners:
        remedy = N_("The others came in by the switch for learners without cookies. A new tab would be safer.")
        return Finding(what, State.WAITS, remedy, values)
    return Finding(what, values=values)
