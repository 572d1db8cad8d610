"""Workers that die between claiming, sending and settling, or stop for so long that their lease runs out."""

import json
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import count
from random import Random
from typing import Self

from lti_tool.lti.ags import AgsGradebook
from lti_tool.services.grades import Claimed, Tried, owe_classes, send_due
from lti_tool.services.grades.settling import settle
from tests.faults.classroom import Classroom
from tests.services.grades.gradebook import Killed

SECONDS = 0.5
"""Of patience with the LMS."""
BASE = timedelta(seconds=1)
LEASE = timedelta(seconds=20)
THREADS = 3
MOST_STALLED = 50
"""Percent: whoever stalls holds a score that is overtaken meanwhile, as far as the learner goes on."""


class Fate(StrEnum):
    """What becomes of a worker while it carries a score."""

    KILLED_BEFORE = "killed before sending"
    KILLED_AFTER = "killed before settling"
    STALLED = "stalled past its lease"


@dataclass(frozen=True, slots=True)
class Handed:
    """A score that was handed to a worker's end of the line."""

    url: str
    sub: str
    body: str
    score_at: datetime
    at: datetime

    @classmethod
    def of(cls, claimed: Claimed, now: datetime) -> Self:
        """It is handed over now."""
        return cls(claimed.url, claimed.sub, claimed.body.decode(), claimed.score_at, now)

    @property
    def percent(self) -> int:
        """What it says."""
        return int(json.loads(self.body)["scoreGiven"])

    @property
    def comment(self) -> str:
        """And with which remark."""
        return str(json.loads(self.body)["comment"])


@dataclass
class Workers:
    """All workers of one storm, and what they did."""

    room: Classroom
    chance: Random
    fates: list[Fate] = field(default_factory=list)
    """Still to come."""
    met: Counter[Fate] = field(default_factory=Counter)
    handed: list[Handed] = field(default_factory=list)
    stalled: list[Claimed] = field(default_factory=list)
    carried: Counter[int] = field(default_factory=Counter)
    """By how many each owed row is being carried."""
    most_carried: int = 0
    meanwhile: Callable[[Claimed], None] = lambda claimed: None
    """Happens while a score is on its way."""
    lock: threading.Lock = field(default_factory=threading.Lock)
    _numbers: "count[int]" = field(default_factory=lambda: count(1))

    def run(self, workers: int = 2) -> None:
        """So many workers look for work at the same time; some die of it."""
        owe_classes(self.room.database, self.room.clock)
        with ThreadPoolExecutor(workers) as pool:
            runs = [pool.submit(self._one, f"worker-{next(self._numbers)}") for _ in range(workers)]
        for run in runs:
            run.result()

    def _one(self, name: str) -> None:
        with suppress(Killed):
            send_due(
                self.room.database,
                Line(self, AgsGradebook(self.room.database, self.room.box, SECONDS)),
                self.room.clock,
                holder=name,
                threads=THREADS,
                lease=LEASE,
                backoff_base=BASE,
            )

    def take(self, claimed: Claimed, now: datetime) -> Fate | None:
        """The score is carried by one more; what becomes of that one."""
        with self.lock:
            self.handed.append(Handed.of(claimed, now))
            self.carried[claimed.owed_id] += 1
            self.most_carried = max(self.most_carried, self.carried[claimed.owed_id])
            fates = [one for one in self.fates if one is not Fate.STALLED or claimed.percent <= MOST_STALLED]
            if not fates or self.chance.random() > 0.3:
                return None
            fate = fates[-1]
            self.fates.remove(fate)
            self.met[fate] += 1
            if fate is Fate.STALLED:
                self.stalled.append(claimed)
            return fate

    def let_go(self, claimed: Claimed) -> None:
        """The score is carried by one less."""
        with self.lock:
            self.carried[claimed.owed_id] -= 1

    def wake(self) -> None:
        """Those who stalled, and lost their leases, go on as if nothing had been: send what they hold, and settle."""
        gradebook = AgsGradebook(self.room.database, self.room.box, SECONDS)
        while self.stalled:
            claimed = self.stalled.pop()
            tried = gradebook.send(claimed, self.room.clock())
            with self.room.database.writing() as session:
                assert settle(session, claimed, tried, self.room.clock(), backoff_base=BASE) is None


class Line:
    """One worker's end of the line.  When one of its threads dies, so do the others, wherever they are."""

    def __init__(self, workers: Workers, gradebook: AgsGradebook) -> None:
        self._workers = workers
        self._gradebook = gradebook
        self._is_dead = False

    def send(self, claimed: Claimed, now: datetime) -> Tried:
        self._live()
        fate = self._workers.take(claimed, now)
        try:
            if fate in {Fate.KILLED_BEFORE, Fate.STALLED}:
                self._is_dead = True
            self._live()
            self._workers.meanwhile(claimed)
            tried = self._gradebook.send(claimed, now)
            if fate is Fate.KILLED_AFTER:
                self._is_dead = True
            self._live()
        finally:
            self._workers.let_go(claimed)
        return tried

    def _live(self) -> None:
        if self._is_dead:
            raise Killed
