"""How a link is graded: the rules, and what work is worth by when it was done.  Pure.

Each rule turns what a learner did into steps: from this instant on, this percent.  The terms of the link then say which
of them count.  Points, predictions and speed are in none of them (DECISIONS, Grades).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self

FULL = 100
DAY = timedelta(days=1)
SITTINGS, SPARE, MOST_SITTINGS = 10, 2, 365


class Rule(StrEnum):
    """What a grade tells."""

    COMPLETION = "completion"
    """Everything was done.  Nothing is told before."""
    PROGRESS = "progress"
    """How much was done, lesson by lesson."""
    PRACTICE = "practice"
    """Sittings kept on schedule, the best N - k of N."""
    MASTERY = "mastery"
    """Outcomes whose items were each answered right, unaided, on three study days."""
    CHECKPOINT = "checkpoint"
    """Unseen items, first or best try."""


@dataclass(frozen=True, slots=True)
class Step:
    """From this instant on, so many percent; before the first of them there is nothing to tell."""

    at: datetime
    percent: int


@dataclass(frozen=True, slots=True)
class Terms:
    """How one link is graded, for one learner."""

    rule: Rule = Rule.COMPLETION
    sittings: int = SITTINGS
    """Practice: how many are offered."""
    spare: int = SPARE
    """Practice: how many of them may be missed at no loss."""
    is_first_try: bool = False
    """Checkpoint: the first try counts, rather than the best."""
    most_tries: int | None = None
    """Checkpoint: no more than these; None: as long as there are unseen questions."""
    allowed_sittings: int | None = None
    """Practice: this learner is offered no more than these."""
    made_at: datetime | None = None
    """When the link was; the opening of one that has no date for it."""
    opens_at: datetime | None = None
    due_at: datetime | None = None
    closes_at: datetime | None = None
    class_closes_at: datetime | None = None
    """The close of everybody: more time for one learner does not space her sittings out."""
    late_percent: int = 0
    """What each day that was begun after the due date takes off, in percent of the grade."""
    grace: timedelta = timedelta(0)
    """So long after the due date nothing is late."""

    @classmethod
    def read(cls, rule: str | None, settings: Mapping[str, Any] | None) -> Self:
        """As they were kept; what is not there, or is nonsense, is as it comes."""
        found = settings or {}

        def whole(name: str, least: int, most: int, otherwise: Any) -> Any:
            value = found.get(name)
            return value if type(value) is int and least <= value <= most else otherwise

        sittings = whole("sittings", 1, MOST_SITTINGS, SITTINGS)
        return cls(
            rule=Rule(rule) if rule in set(Rule) else Rule.COMPLETION,
            sittings=sittings,
            spare=whole("spare", 0, sittings - 1, min(SPARE, sittings - 1)),
            is_first_try=found.get("is_first_try") is True,
            most_tries=whole("most_tries", 1, 100, None),
        )

    @classmethod
    def from_code(cls, code: str) -> Self | None:
        """The terms that a link's address names; None if it names none that we know."""
        name, *values = code.split("-")
        if name not in set(Rule):
            return None
        numbers = [int(one) for one in values if one.isascii() and one.isdigit() and len(one) <= 4]
        if name == Rule.PRACTICE and len(numbers) == len(values) == 2:
            return cls.read(name, {"sittings": numbers[0], "spare": numbers[1]})
        if name == Rule.CHECKPOINT and values[:1] == ["first"]:
            return cls.read(name, {"is_first_try": True})
        return cls.read(name, None) if not values else None

    @property
    def code(self) -> str:
        """The rule in a link's address, so that a copy of the link has it too; without dates."""
        if self.rule is Rule.PRACTICE:
            return f"{self.rule}-{self.sittings}-{self.spare}"
        return f"{self.rule}-first" if self.rule is Rule.CHECKPOINT and self.is_first_try else self.rule.value

    def settings(self) -> dict[str, Any]:
        """What `read` reads: the rule's own settings."""
        if self.rule is Rule.PRACTICE:
            return {"sittings": self.sittings, "spare": self.spare}
        if self.rule is Rule.CHECKPOINT:
            return {"is_first_try": self.is_first_try, "most_tries": self.most_tries}
        return {}

    def worth(self, steps: Iterable[Step]) -> int | None:
        """Percent, rounded down, of the best step that counts; None if none does.

        What was done before the opening counts: the LMS let the learner in.  What is done after the close does not.
        """
        counting = [one for one in steps if self.closes_at is None or one.at <= self.closes_at]
        return max((self._at(one) for one in counting), default=None)

    def _at(self, step: Step) -> int:
        if self.due_at is None or self.late_percent == 0 or step.at <= self.due_at + self.grace:
            return step.percent
        days = -((self.due_at - step.at) // DAY)  # begun days: a minute late is a day late
        return max(0, step.percent * (FULL - self.late_percent * days) // FULL)
