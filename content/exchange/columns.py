"""The words of a question table: what its columns and kinds may be called."""

import re
from typing import NamedTuple

from content.model import Kind

COLUMNS = {
    "question": ("text", "question text", "prompt", "stem"),
    "kind": ("type", "question type"),
    "right": ("right answer", "correct", "correct answer", "answer", "solution", "key answer"),
    "wrong": ("wrong answer", "incorrect", "incorrect answer", "distractor", "distracter"),
    "feedback": ("wrong feedback", "feedback wrong", "feedback to wrong", "comment"),
    "hint": ("tip", "clue"),
    "explanation": ("why", "rationale", "explain", "general feedback"),
    "outcome": ("objective", "learning outcome", "learning objective", "goal", "skill"),
    "lesson": ("unit name", "chapter", "section", "topic"),
    "pool": (),
    "key": ("id", "identifier"),
    "title": ("name", "short name"),
    "unit": ("units",),
    "tolerance": ("accuracy", "error"),
    "task": (),
    "applies": (),
    "fact": (),
    "meaning": (),
    "typos": (),
    "case": (),
    "accents": (),
    "shuffle": (),
}
"""The columns of a table, each with other words for it."""
LABELS = ("title", "pool", "applies", "fact", "meaning", "typos", "case", "accents", "shuffle")
"""Those that are lines of the same name in a lesson file."""
KINDS = {
    Kind.SINGLE_CHOICE: ("single", "single answer", "one answer", "sc"),
    Kind.MULTIPLE_CHOICE: ("multiple", "multiple answer", "multiple answers", "multiple response", "checkboxes", "mr"),
    Kind.TRUE_OR_FALSE: ("true false", "truefalse", "tf", "boolean", "yes no"),
    Kind.SHORT_TEXT: ("short", "text", "short answer", "shortanswer", "typed"),
    Kind.NUMERIC: ("number", "numerical", "num"),
    Kind.CLOZE: ("gap", "gaps", "fill in", "fill in the blank", "blanks"),
    Kind.ORDER: ("ordering", "sequence", "sort"),
    Kind.MATCH: ("matching", "pairs"),
    Kind.REVEAL: ("flashcard", "card", "basic", "open", "essay"),
}
"""Other words for the kinds."""
TRUTH = {
    "true": ("true", "t", "yes", "wahr", "richtig", "ja", "vrai", "oui", "verdadero", "sí", "si", "vero", "waar"),
    "false": ("false", "f", "no", "falsch", "nein", "faux", "non", "falso", "onwaar", "nee"),
}
"""How a table says that something is true or false."""


class Column(NamedTuple):
    """What a column holds, and its number if it has one."""

    name: str
    number: int | None


def _words(text: str) -> str:
    return " ".join(re.findall(r"[^\W\d_]+", text.casefold()))


_NAMED = {_words(word): name for name, others in COLUMNS.items() for word in (name, *others)}
_KIND = {_words(word): kind for kind, others in KINDS.items() for word in (kind.value, *others)}


def named(cell: str) -> Column | None:
    """The column that a cell of the first row names; neither case, blanks nor signs matter."""
    name = _NAMED.get(_words(cell[:80]))
    number = re.search(r"[0-9]{1,2}", cell)
    return Column(name, int(number[0]) if number else None) if name else None


def kind_named(text: str) -> Kind | None:
    """The kind that these words mean."""
    return _KIND.get(_words(text))


def truth_named(text: str) -> str | None:
    """`true` or `false`, if the text says one of them."""
    return next((value for value, words in TRUTH.items() if text.casefold() in words), None)
