"""What a form holds, before it is a response; and what can be amiss with it."""

import unicodedata
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import TypeAlias

Form: TypeAlias = Mapping[str, Sequence[str]]
"""The fields of a form as the browser sent them; anybody may have written them."""

LONGEST_RESPONSE = 500
"""In characters, for each text that a learner types."""


class Slip(StrEnum):
    """Why a form is no answer yet.  The web finds words for it; nothing is marked or counted."""

    NOTHING_CHOSEN = "nothing chosen"
    NOTHING_WRITTEN = "nothing written"
    NOT_A_NUMBER = "not a number"
    PLACES_REPEATED = "places repeated"
    GAPS_EMPTY = "gaps empty"
    TOO_LONG = "too long"
    NOT_OFFERED = "not offered"


class ResponseInvalid(Exception):
    """The form is no answer to the question; `slip` says why."""

    def __init__(self, slip: Slip) -> None:
        self.slip = slip
        super().__init__(slip.value)


def only(form: Form, name: str) -> str:
    """The first value of a field, or nothing."""
    values = form.get(name) or ("",)
    return values[0]


def typed(form: Form, name: str) -> str:
    """What was typed, without blanks at its ends and without characters that nobody can type."""
    text = only(form, name)
    if len(text) > LONGEST_RESPONSE:
        raise ResponseInvalid(Slip.TOO_LONG)
    shown = (" " if unicodedata.category(character) in ("Cc", "Cs") else character for character in text)
    return "".join(shown).strip()


def position(text: str, count: int) -> int:
    """A position that was offered, 0 to `count` - 1, written as we write it."""
    number = int(text) if text.isascii() and text.isdecimal() and len(text) <= 3 else -1
    if not 0 <= number < count or text != str(number):
        raise ResponseInvalid(Slip.NOT_OFFERED)
    return number
