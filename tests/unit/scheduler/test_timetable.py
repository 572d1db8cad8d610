"""The timetable, and its runner."""

import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.runner import run
from scheduler.timetable import Job, planned_at, timetable

NOW = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 (bounds)
EVERY = st.integers(1, 100_000).map(lambda seconds: timedelta(seconds=seconds))
QUICK = timedelta(seconds=0.02)
PATIENCE = 10


class Running:
    """A runner in a thread of its own, and what went wrong in it."""

    def __init__(self, jobs: Mapping[str, Callable[[datetime], None]]) -> None:
        self.stop = threading.Event()
        self.errors: list[tuple[str, Exception]] = []
        rhythm = [Job(name, QUICK) for name in jobs]
        self.thread = threading.Thread(target=run, args=(jobs, rhythm, self.stop, self.note))

    def note(self, name: str, error: Exception) -> None:
        self.errors.append((name, error))

    def __enter__(self) -> "Running":
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self.thread.join(PATIENCE)
        assert not self.thread.is_alive()


def test_every_job_has_its_rhythm() -> None:
    """Grades go out as often as asked, keys are fetched every 20 minutes, lists every ten, and the hour sweeps."""
    jobs = {job.name: job.every for job in timetable(timedelta(seconds=3))}
    assert jobs == {
        "note_practice": timedelta(hours=6),
        "owe_classes": timedelta(seconds=3),
        "send_grades": timedelta(seconds=3),
        "refresh_platform_keys": timedelta(minutes=20),
        "check_asked_platforms": timedelta(seconds=3),
        "read_asked_rosters": timedelta(seconds=3),
        "make_asked_columns": timedelta(seconds=3),
        "read_rosters": timedelta(minutes=10),
        "ask_for_notices": timedelta(minutes=10),
        "purge": timedelta(hours=1),
    }


@given(NOW, EVERY)
def test_the_planned_instant_is_the_last_one(now: datetime, every: timedelta) -> None:
    """The planned instant is never ahead and never a whole rhythm behind."""
    assert timedelta(0) <= now - planned_at(now, every) < every


@given(NOW, EVERY, st.timedeltas(timedelta(0), timedelta(days=2)))
def test_one_stretch_has_one_planned_instant(now: datetime, every: timedelta, later: timedelta) -> None:
    """Workers that ask within one stretch claim the same run; those in the next one do not."""
    first = planned_at(now, every)
    assert planned_at(first, every) == first
    assert (planned_at(now + later, every) == first) == (now + later < first + every)


def test_jobs_run_again_and_again() -> None:
    """A job runs at once and goes on, with the current UTC instant."""
    seen: list[datetime] = []
    third = threading.Event()

    def job(now: datetime) -> None:
        seen.append(now)
        if len(seen) == 3:
            third.set()

    before = datetime.now(UTC)
    with Running({"job": job}):
        assert third.wait(PATIENCE)
    assert before <= seen[0] <= seen[1] <= datetime.now(UTC)
    assert seen[0].tzinfo is UTC


def test_a_job_that_fails_is_told_and_tried_again() -> None:
    """What a job raises reaches `on_error` with its name; that job and the others go on."""
    calls: list[str] = []
    enough = threading.Event()

    def bad(_: datetime) -> None:
        calls.append("bad")
        raise LookupError(str(len(calls)))

    def good(_: datetime) -> None:
        calls.append("good")
        if calls.count("good") > 2 and calls.count("bad") > 1:
            enough.set()

    with Running({"bad": bad, "good": good}) as running:
        assert enough.wait(PATIENCE)
    assert {name for name, _ in running.errors} == {"bad"}
    assert isinstance(running.errors[0][1], LookupError)


def test_a_job_never_overlaps_itself(caplog: pytest.LogCaptureFixture) -> None:
    """A run that would fall into the one before is left out, without a word; other jobs are not held up."""
    inside, most, others = 0, 0, threading.Semaphore(0)
    release = threading.Event()

    def slow(_: datetime) -> None:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        release.wait(PATIENCE)
        inside -= 1

    with Running({"slow": slow, "other": lambda _: others.release()}):
        assert all(others.acquire(timeout=PATIENCE) for _ in range(5))
        release.set()
    assert most == 1
    assert not caplog.records


def test_stopping_waits_for_what_is_under_way() -> None:
    """The runner returns only when no job is half done."""
    started, finished = threading.Event(), threading.Event()
    goes_on = threading.Event()

    def job(_: datetime) -> None:
        started.set()
        goes_on.wait(PATIENCE)
        finished.set()

    with Running({"job": job}) as running:
        assert started.wait(PATIENCE)
        running.stop.set()
        running.thread.join(0.1)
        assert running.thread.is_alive()
        goes_on.set()
    assert finished.is_set()
