"""One run of whoever delivers: claim, send, settle, until nothing is due."""

import itertools
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime, timedelta

from lti_tool.logs import get_log
from lti_tool.models.engine import Database
from lti_tool.services.grades.claiming import claim_due
from lti_tool.services.grades.model import Claimed, Gradebook, Outcome, Tried
from lti_tool.services.grades.settling import settle


@dataclass(frozen=True, slots=True)
class Delivered:
    """What one run did."""

    sent: int = 0
    put_off: int = 0
    blocked: int = 0
    lost: int = 0
    """Tried, but the lease had run out or the outcome could not be noted; whoever claims them next finds out."""


def send_due(
    database: Database,
    gradebook: Gradebook,
    clock: Callable[[], datetime],
    *,
    holder: str,
    threads: int,
    lease: timedelta,
    backoff_base: timedelta,
    stop: threading.Event | None = None,
) -> Delivered:
    """Everything that was due has been tried once; with `stop` set, only what was under way.

    `holder` must be another one for each run.  No transaction is open while the LMS is asked.  Nothing is lost when the
    process is killed: the lease, longer than the longest try, runs out, and the next worker sends the same bytes.
    """
    run = _Run(database, gradebook, clock, lease, backoff_base)
    numbers = itertools.count(1)
    under_way: dict[Future[str], int] = {}
    counts: Counter[str] = Counter()
    each = max(1, threads // 2)  # a slow platform leaves the others half of the threads
    with ThreadPoolExecutor(threads, thread_name_prefix="grades") as pool:
        while True:
            if stop is None or not stop.is_set():
                # No more than can be sent at once: a lease must not run out in a queue.
                room = {platform: each - busy for platform, busy in Counter(under_way.values()).items()}
                claimed = run.claim(f"{holder}:{next(numbers)}", threads - len(under_way), room, each)
                under_way |= {pool.submit(run.deliver, one): one.platform.id for one in claimed}
            if not under_way:
                break
            done, _ = wait(under_way, return_when=FIRST_COMPLETED)
            for future in done:
                del under_way[future]
                counts[future.result()] += 1
    return Delivered(**counts)


class _Run:
    """What the threads of one run share."""

    def __init__(
        self,
        database: Database,
        gradebook: Gradebook,
        clock: Callable[[], datetime],
        lease: timedelta,
        backoff_base: timedelta,
    ) -> None:
        self._database = database
        self._gradebook = gradebook
        self._clock = clock
        self._lease = lease
        self._base = backoff_base

    def claim(self, holder: str, most: int, room: Mapping[int, int], room_each: int) -> list[Claimed]:
        with self._database.writing() as session:
            return claim_due(
                session,
                holder,
                self._clock(),
                lease=self._lease,
                most=most,
                backoff_base=self._base,
                room=room,
                room_each=room_each,
            )

    def deliver(self, claimed: Claimed) -> str:
        """What became of it, by the name it is counted under.  Raises nothing: one bad score must not stop a run."""
        log = get_log().bind(owed=claimed.owed_id, platform=claimed.platform.id)
        try:
            tried = self._gradebook.send(claimed, self._clock())
        except Exception:
            log.exception("grade not tried")
            tried = Tried(Outcome.TOOL_TROUBLE)
        try:
            with self._database.writing() as session:
                settled = settle(session, claimed, tried, self._clock(), backoff_base=self._base)
        except Exception:
            log.exception("grade not settled")
            return "lost"
        if settled is None:
            log.warning("grade settled by somebody else", outcome=tried.outcome.value)
            return "lost"
        log.info("grade tried", outcome=settled.outcome.value, status=settled.status)
        if settled.outcome.is_settled:
            return "sent"
        return "blocked" if settled.outcome is Outcome.BLOCKED else "put_off"
