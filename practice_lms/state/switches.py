"""How the LMS behaves: its character, and the faults that were asked for."""

import random
import sqlite3
from dataclasses import dataclass
from enum import StrEnum


class Character(StrEnum):
    """Whose manners the services have."""

    STRICT = "strict"
    MOODLE = "moodle"
    CANVAS = "canvas"
    BRIGHTSPACE = "brightspace"
    BLACKBOARD = "blackboard"

    @property
    def label(self) -> str:
        """The name as people write it."""
        return self.value.capitalize()


class FaultKind(StrEnum):
    """What can go wrong on purpose."""

    SLOW = "slow"
    SERVER_ERROR = "500"
    TOO_MANY = "429"
    THROTTLED = "403"
    DROP_BEFORE = "drop before"
    DROP_AFTER = "drop after"
    LOST_TOKENS = "lost token"
    REPEATED = "repeat"
    """Something in front of the LMS delivers the call twice, and passes on the second answer."""
    SILENT = "silent"
    """Only for `storage`: it is offered, and never answers (as in the Canvas apps; LTI.md §0.10)."""


STORAGE = "storage"
TARGETS = ("token", "scores", "results", "line items", "members", "jwks", "registration", "notice handlers", STORAGE)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong."""

    kind: FaultKind
    target: str
    remaining: int | None = None
    """For how many calls more; None is until it is cleared."""
    probability: float = 1.0
    amount: int = 0
    """Milliseconds for `slow`, seconds of Retry-After for `429`."""
    id: int = 0


def character(db: sqlite3.Connection) -> Character:
    """The character in force."""
    row = db.execute("SELECT value FROM setting WHERE name = 'character'").fetchone()
    return Character(row["value"]) if row else Character.STRICT


def set_character(db: sqlite3.Connection, chosen: Character) -> None:
    """The LMS has this character from now on."""
    db.execute("INSERT OR REPLACE INTO setting VALUES ('character', ?)", (chosen.value,))


@dataclass(frozen=True, slots=True)
class Launching:
    """What launches tell of people, beside who they are."""

    is_anonymous: bool = False
    """No `sub`, no name, no mail (LTI 1.3 Core, §5.3.6)."""
    has_context: bool = True
    has_return_url: bool = True
    locale: str = "en"


def launching(db: sqlite3.Connection) -> Launching:
    """The switches in force."""
    told = dict(db.execute("SELECT name, value FROM setting WHERE name LIKE 'launch %'").fetchall())
    return Launching(
        told.get("launch anonymous") == "yes",
        told.get("launch context") != "no",
        told.get("launch return_url") != "no",
        told.get("launch locale", "en"),
    )


def set_launching(db: sqlite3.Connection, wanted: Launching) -> None:
    """Launches are like this from now on."""
    values = {
        "anonymous": "yes" if wanted.is_anonymous else "no",
        "context": "yes" if wanted.has_context else "no",
        "return_url": "yes" if wanted.has_return_url else "no",
        "locale": wanted.locale,
    }
    for name, value in values.items():
        db.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", (f"launch {name}", value))


def add_fault(db: sqlite3.Connection, fault: Fault) -> None:
    """The fault is armed."""
    db.execute(
        "INSERT INTO fault (kind, target, remaining, probability, amount) VALUES (?, ?, ?, ?, ?)",
        (fault.kind.value, fault.target, fault.remaining, fault.probability, fault.amount),
    )


def faults(db: sqlite3.Connection) -> list[Fault]:
    """The armed faults."""
    return [
        Fault(FaultKind(row["kind"]), row["target"], row["remaining"], row["probability"], row["amount"], row["id"])
        for row in db.execute("SELECT * FROM fault ORDER BY id")
    ]


def clear_faults(db: sqlite3.Connection) -> None:
    """Nothing goes wrong any more."""
    db.execute("DELETE FROM fault")


def strike(db: sqlite3.Connection, target: str, chance: random.Random) -> list[Fault]:
    """The faults that this call meets; what was counted down to nothing is gone."""
    met = [one for one in faults(db) if one.target == target and chance.random() < one.probability]
    for one in met:
        db.execute("UPDATE fault SET remaining = remaining - 1 WHERE id = ?", (one.id,))
    db.execute("DELETE FROM fault WHERE remaining <= 0")
    return met
