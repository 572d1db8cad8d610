"""Gradebooks that take scores as Moodle does, and fail as they are told to."""

import json
import threading
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime

from lti_tool.services.grades import Claimed, Outcome, Tried


class Killed(BaseException):
    """The worker's process ends here."""


class Gradebook:
    """Every LMS's gradebook: a score must be newer than the one there, by whole seconds (Moodle's README 39)."""

    def __init__(self) -> None:
        self.received: list[tuple[str, bytes]] = []
        """(sub, body) of everything that came in, taken or not."""
        self.shown: dict[tuple[str, str], tuple[int, datetime]] = {}
        self.trouble: Callable[[Claimed, datetime], Tried | None] = lambda claimed, now: None
        """Before the score is looked at; None lets it through."""
        self.afterwards: Callable[[Claimed], Tried | None] = lambda claimed: None
        """After the score was taken: what becomes of the answer; None lets it through."""
        self._lock = threading.Lock()

    def send(self, claimed: Claimed, now: datetime) -> Tried:
        with self._lock:
            self.received.append((claimed.sub, claimed.body))
        if (trouble := self.trouble(claimed, now)) is not None:
            return trouble
        taken = self._take(claimed)
        return self.afterwards(claimed) or taken

    def _take(self, claimed: Claimed) -> Tried:
        score = json.loads(claimed.body)
        at = datetime.fromisoformat(score["timestamp"])
        with self._lock:
            percent, last = self.shown.get((claimed.url, claimed.sub), (-1, datetime.min.replace(tzinfo=UTC)))
            if at > last:
                self.shown[claimed.url, claimed.sub] = (score["scoreGiven"], at)
                return Tried(Outcome.SENT, 200)
        return Tried(Outcome.ALREADY_THERE if percent == score["scoreGiven"] else Outcome.OLDER_THERE, 409)

    def grades(self) -> dict[str, int]:
        """What each learner's gradebook line shows."""
        return {sub: percent for (_, sub), (percent, _) in self.shown.items()}

    def times(self) -> list[datetime]:
        """The timestamps that came in, in order."""
        return [datetime.fromisoformat(json.loads(body)["timestamp"]) for _, body in self.received]

    def tries_per_learner(self) -> dict[str, int]:
        """How often each learner's score came in."""
        found: dict[str, int] = defaultdict(int)
        for sub, _ in self.received:
            found[sub] += 1
        return dict(found)
