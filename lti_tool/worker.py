"""The background worker: binds the timetable's names to services."""

import secrets
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from lti_tool.logs import get_log
from lti_tool.lti.ags import AgsGradebook
from lti_tool.lti.checks import check_asked
from lti_tool.lti.line_items import LineItems
from lti_tool.lti.notice_handlers import NoticeHandlers
from lti_tool.lti.nrps import NrpsRoster
from lti_tool.lti.platform_keys import PlatformKeys
from lti_tool.models.engine import Database
from lti_tool.services.asked_columns import make_asked_columns
from lti_tool.services.grades import note_practice, owe_classes, send_due
from lti_tool.services.keys import KeyBox
from lti_tool.services.leases import claim_run
from lti_tool.services.purging import purge
from lti_tool.services.registrations import enabled_registrations
from lti_tool.services.retention import due_for_erasure, erase_if_due
from lti_tool.services.rosters import read_asked_rosters, read_rosters
from lti_tool.settings import Settings
from scheduler.runner import run
from scheduler.timetable import (
    ASK_FOR_NOTICES,
    CHECK_ASKED_PLATFORMS,
    MAKE_ASKED_COLUMNS,
    NOTE_PRACTICE,
    OWE_CLASSES,
    PURGE,
    READ_ASKED_ROSTERS,
    READ_ROSTERS,
    REFRESH_PLATFORM_KEYS,
    SEND_GRADES,
    Job,
    planned_at,
    timetable,
)


def work(settings: Settings, database: Database, stop: threading.Event) -> None:
    """Returns once `stop` is set and nothing is under way any more."""
    log = get_log()
    jobs = timetable(timedelta(seconds=settings.send_every_seconds))
    keys = PlatformKeys(database)
    line = (database, KeyBox(settings.key_secret), settings.http_timeout_seconds)
    gradebook, roster, handlers = AgsGradebook(*line), NrpsRoster(*line), NoticeHandlers(*line)

    def owe(_now: datetime) -> None:
        """Each class is held by one worker at a time, so every one may look.  Beside `send`, which may take long."""
        owe_classes(database, utc_now, stop=stop)

    def send(_now: datetime) -> None:
        """Each score is claimed by itself, so every worker may send at the same time."""
        send_due(
            database,
            gradebook,
            utc_now,
            holder=secrets.token_hex(8),
            threads=settings.worker_threads,
            lease=timedelta(seconds=settings.lease_seconds),
            backoff_base=timedelta(seconds=settings.backoff_base_seconds),
            stop=stop,
        )

    def read(_now: datetime) -> None:
        """Each list is claimed by itself."""
        read_rosters(database, roster, utc_now, stop)

    def ask(_now: datetime) -> None:
        """Each installation is claimed by itself."""
        handlers.ask(f"{settings.public_url}/lti/notices", utc_now, stop)

    def refresh(now: datetime) -> None:
        with database.reading() as session:
            platforms = enabled_registrations(session)
        for platform in platforms:
            keys.refresh(platform, now)

    def tidy(now: datetime) -> None:
        with database.writing() as session:
            purge(session, now)
        with database.reading() as session:
            due = due_for_erasure(session, now, settings.keep_days)
        for learner_id in due:
            with database.writing() as session:
                erase_if_due(session, learner_id, now, settings.keep_days)

    def practise(_now: datetime) -> None:
        with database.writing() as session:
            note_practice(session)

    bound: dict[str, Callable[[datetime], None]] = {
        NOTE_PRACTICE: _once(database, jobs, NOTE_PRACTICE, practise),
        OWE_CLASSES: owe,
        SEND_GRADES: send,
        REFRESH_PLATFORM_KEYS: _once(database, jobs, REFRESH_PLATFORM_KEYS, refresh),
        READ_ROSTERS: read,
        ASK_FOR_NOTICES: ask,
        PURGE: _once(database, jobs, PURGE, tidy),
    } | _asked(database, LineItems(*line), roster, KeyBox(settings.key_secret), stop)
    log.info("worker started")
    run(bound, jobs, stop, lambda name, error: log.error("job failed", job=name, exc_info=error))
    log.info("worker stopped")


def _asked(
    database: Database, columns: LineItems, roster: NrpsRoster, box: KeyBox, stop: threading.Event
) -> dict[str, Callable[[datetime], None]]:
    """The jobs for which somebody waits at a page; beside the others, which may take long."""

    def check(_now: datetime) -> None:
        """Each platform is claimed by itself."""
        check_asked(database, box, utc_now, stop)

    def read(_now: datetime) -> None:
        """Each list is claimed by itself."""
        read_asked_rosters(database, roster, utc_now, stop)

    def make(_now: datetime) -> None:
        """Each column is made by one worker at a time."""
        make_asked_columns(database, columns, utc_now, stop)

    return {CHECK_ASKED_PLATFORMS: check, READ_ASKED_ROSTERS: read, MAKE_ASKED_COLUMNS: make}


def _once(
    database: Database, jobs: tuple[Job, ...], name: str, job: Callable[[datetime], None]
) -> Callable[[datetime], None]:
    """The job, done by one worker for each run of the timetable."""
    every = next(one.every for one in jobs if one.name == name)

    def claimed(now: datetime) -> None:
        with database.writing() as session:
            is_mine = claim_run(session, name, planned_at(now, every))
        if is_mine:
            job(now)

    return claimed


def utc_now() -> datetime:
    """The clock that the worker hands down."""
    return datetime.now(UTC)
