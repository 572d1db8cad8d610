"""What was done to the LMS's calls, and how much of it they met."""

from collections import Counter
from dataclasses import dataclass, field

from practice_lms.state.switches import Character, Fault, FaultKind, add_fault, faults
from tests.practice_lms.serving import RunningLms

Aimed = tuple[FaultKind, str]
"""What, and at which service."""


def kinds_of(character: Character) -> list[FaultKind]:
    """What can happen to a service call of this character."""
    others = {FaultKind.SILENT} | ({FaultKind.THROTTLED} if character is not Character.CANVAS else set())
    return [one for one in FaultKind if one not in others]


@dataclass
class Injected:
    """The faults of one LMS."""

    lms: RunningLms
    _armed: Counter[Aimed] = field(default_factory=Counter)

    def arm(self, kind: FaultKind, target: str, count: int = 1, amount: int = 0, probability: float = 1.0) -> None:
        """So many of the next calls meet the fault."""
        with self.lms.state.writing() as db:
            add_fault(db, Fault(kind, target, count, probability, amount))
        self._armed[kind, target] += count

    def waiting(self) -> Counter[Aimed]:
        """What no call has met yet."""
        found: Counter[Aimed] = Counter()
        with self.lms.state.reading() as db:
            for fault in faults(db):
                found[fault.kind, fault.target] += fault.remaining or 0
        return found

    def met(self) -> Counter[Aimed]:
        """How many calls met each fault."""
        return self._armed - self.waiting()

    def end(self) -> None:
        """Nothing goes wrong any more; what no call has met is not counted."""
        self._armed = self.met()
        self.lms.mend()
