"""The timetable, run: the only file that knows APScheduler, and the only one here that asks the clock."""

import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from scheduler.timetable import Job


def run(
    jobs: Mapping[str, Callable[[datetime], None]],
    timetable: Iterable[Job],
    stop: threading.Event,
    on_error: Callable[[str, Exception], None],
) -> None:
    """Returns once `stop` is set and no job is under way any more.

    Each job runs at once and then every so often, with the current UTC instant; never beside itself: a run that would
    fall into the one before it is left out.  What a job raises goes to `on_error`, and the timetable goes on.
    """
    # A left-out run is no news; everything else APScheduler could say reaches `on_error`.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    planned = list(timetable)
    background = BackgroundScheduler(
        timezone=UTC,
        executors={"default": ThreadPoolExecutor(max(1, len(planned)))},
        job_defaults={"max_instances": 1, "coalesce": True, "misfire_grace_time": None},
    )
    for job in planned:
        background.add_job(
            _guarded(job.name, jobs[job.name], on_error),
            "interval",
            seconds=job.every.total_seconds(),
            next_run_time=datetime.now(UTC),
            id=job.name,
        )
    background.start()
    stop.wait()
    background.shutdown(wait=True)


def _guarded(
    name: str, work: Callable[[datetime], None], on_error: Callable[[str, Exception], None]
) -> Callable[[], None]:
    def once() -> None:
        try:
            work(datetime.now(UTC))
        except Exception as error:  # noqa: BLE001 (whatever a job raises, the others must go on)
            on_error(name, error)

    return once
