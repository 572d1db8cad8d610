"""The nouns of a course, as frozen values.

A text that learners see is a `Rich`: what the author wrote and the safe HTML made from it when it was published.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

RENDERER = 1
"""Raised whenever the same source would give other HTML; stored with every published version."""

Response: TypeAlias = tuple[str, ...]
"""What a learner gave, as plain strings; each kind says what they mean.  Empty: "I don't know yet"."""


class Kind(StrEnum):
    """How a question is asked and marked."""

    SINGLE_CHOICE = "single choice"
    MULTIPLE_CHOICE = "multiple choice"
    TRUE_OR_FALSE = "true or false"
    SHORT_TEXT = "short text"
    NUMERIC = "numeric"
    CLOZE = "cloze"
    ORDER = "order"
    MATCH = "match"
    REVEAL = "reveal"


class Pool(StrEnum):
    """What an item is for: to be practised, or held back for checks."""

    LEARN = "learn"
    PROBE = "probe"


@dataclass(frozen=True, slots=True)
class Rich:
    """A text as its author wrote it (Markdown) and as it is shown (safe HTML)."""

    source: str
    html: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to choose, and what to tell who chose it."""

    text: Rich
    right: bool
    feedback: Rich | None = None


@dataclass(frozen=True, slots=True)
class Choices:
    """Single and multiple choice, true or false.  A response holds the chosen positions: `("0", "2")`."""

    choices: tuple[Choice, ...]
    shuffle: bool = True


@dataclass(frozen=True, slots=True)
class Leniency:
    """Which slips of writing do not matter."""

    typos: int = 0
    case_matters: bool = False
    accents_matter: bool = False


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A wrong answer that the author expected, with its feedback."""

    text: str
    feedback: Rich


@dataclass(frozen=True, slots=True)
class ShortText:
    """Accepted answers, the first being the one to show.  A response holds one text."""

    accepted: tuple[str, ...]
    foreseen: tuple[Foreseen, ...] = ()
    leniency: Leniency = Leniency()


@dataclass(frozen=True, slots=True)
class Numeric:
    """Any number from `low` to `high` is right; `shown` is the answer to show, written with a point.

    A response holds what was typed: one text, number and unit together.
    Numbers are decimal strings, so that 0.1 stays 0.1.
    """

    shown: str
    low: str
    high: str
    units: tuple[str, ...] = ()
    unit_optional: bool = False


@dataclass(frozen=True, slots=True)
class Cloze:
    """Gaps in the stem, each with its accepted answers.  A response holds one text for each gap.

    In the stem's HTML gap number n stands as `GAP_OPEN + str(n) + GAP_CLOSE`.
    """

    gaps: tuple[tuple[str, ...], ...]
    leniency: Leniency = Leniency()


GAP_OPEN, GAP_CLOSE = "\ue000", "\ue001"


@dataclass(frozen=True, slots=True)
class Order:
    """Entries in their right order.  A response holds their positions here, as the learner put them: `("2", "0")`."""

    entries: tuple[Rich, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """Left sides, each with the position of its right side; extra right sides fit nothing.

    A response holds, for each left side, the position of a right side.
    """

    left: tuple[Rich, ...]
    right: tuple[Rich, ...]
    answers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Reveal:
    """An answer to look at and judge oneself by.  A response is `("yes",)` or `("no",)`."""

    answer: Rich


Body: TypeAlias = Choices | ShortText | Numeric | Cloze | Order | Match | Reveal


@dataclass(frozen=True, slots=True)
class Item:
    """One question, with all that is needed to show and to mark it."""

    key: str
    kind: Kind
    outcome: str
    pool: Pool
    stem: Rich
    body: Body
    hints: tuple[Rich, ...] = ()
    why: Rich | None = None
    applies: bool = False
    task: bool = False
    fact: str | None = None
    meaning: int = 1
    title: str = ""
    """Its short name for lists, if the author gave one."""
    source: str = ""
    """The author's own lines, heading and all."""


@dataclass(frozen=True, slots=True)
class Card:
    """One idea to read.  `key` is unique in its lesson."""

    key: str
    title: str
    text: Rich


@dataclass(frozen=True, slots=True)
class Lesson:
    """Cards and questions in the order to meet them; probes stay out of `steps`."""

    key: str
    title: str
    minutes: int
    steps: tuple[Card | Item, ...]
    probes: tuple[Item, ...] = ()
    source: str = ""
    licence: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a learner can do afterwards; `can` completes "She …"."""

    key: str
    title: str
    can: str


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a course brings items: desired retention, and most new items and reviews a day."""

    retention: float = 0.90
    new_per_day: int = 12
    reviews_per_day: int = 20


@dataclass(frozen=True, slots=True)
class Course:
    """A whole course, as loaded or as published."""

    key: str
    title: str
    language: str
    summary: str
    about: Rich
    licence: str
    source: str
    decimal: str
    outcomes: tuple[Outcome, ...]
    lessons: tuple[Lesson, ...]
    pace: Pace = Pace()

    def items(self) -> tuple[Item, ...]:
        """Every question of the course, practised ones and probes, in file order."""
        return tuple(
            item
            for lesson in self.lessons
            for item in (*(step for step in lesson.steps if isinstance(step, Item)), *lesson.probes)
        )


@dataclass(frozen=True, slots=True)
class Marked:
    """The verdict on a response.

    `parts` tells for each part of the answer (choice, gap, entry, left side) whether it was right; `feedback` is what
    the author has to say to just this response, without the explanation that everybody gets.
    """

    right: bool
    parts: tuple[bool, ...] = ()
    feedback: tuple[Rich, ...] = ()
