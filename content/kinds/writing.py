"""When two written texts count as the same."""

import re
import unicodedata

from content.labels import Labels
from content.model import Leniency

LONGEST_WITHOUT_TYPOS = 4
"""In characters.  In so short an answer a single slip may be another answer: `add`, `and`."""

_PLAIN = str.maketrans(
    {
        "‘": "'", "’": "'", "‚": "'", "‛": "'", "′": "'", "“": '"', "”": '"', "„": '"', "‟": '"', "″": '"',
        "«": '"', "»": '"',
        "‐": "-", "‑": "-", "–": "-", "−": "-", "—": "--", "…": "...",
    }
)  # fmt: skip
"""What keyboards put in the place of plain signs."""
_ACCENTS = re.compile("[\u0300-\u036f]")
_UNSEEN = re.compile("[\u00ad\u200b\u200e\u200f\u2060\ufeff]")
_PROMPT = "$ "
_QUOTED_WORD = re.compile(r"""(?<!\S)(["'])([\w.,:/@%+=^-][\w.,:/@%+=^~-]*)\1(?!\S)""")
"""A word in quotes that a shell takes for the same word without them: it has no blank and no sign with a meaning."""


def read_leniency(labels: Labels) -> Leniency:
    """Which slips the author lets pass."""
    return Leniency(
        typos=labels.whole("typos", 0, 2, 0),
        case_matters=labels.one_of("case", ("matters", "ignored"), "ignored") == "matters",
        accents_matter=labels.one_of("accents", ("matter", "ignored"), "ignored") == "matter",
    )


def normal(text: str, leniency: Leniency) -> str:
    """The text as it is compared: without what does not matter."""
    text = _UNSEEN.sub("", unicodedata.normalize("NFC", text)).translate(_PLAIN)
    if not leniency.case_matters:
        text = text.casefold()
    if not leniency.accents_matter:
        text = unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFD", text)))
    return " ".join(text.split())


def as_meant(typed: str, answer: str) -> str:
    """The normal text without the prompt, and without the quotes around plain words, that this answer has not got.

    Courses show a command as `$ git status`, and to a shell `"prices.md"` and `prices.md` are the same.
    """
    if not answer.startswith("$"):
        typed = typed.removeprefix(_PROMPT)
    return _QUOTED_WORD.sub(lambda found: found[0] if found[0] in answer else found[2], typed)


def is_close(typed: str, accepted: str, leniency: Leniency) -> bool:
    """Whether the two normal texts differ by no more slips than are let pass."""
    if typed == accepted:
        return True
    if leniency.typos == 0 or len(accepted) <= LONGEST_WITHOUT_TYPOS:
        return False
    return slips(typed, accepted, leniency.typos) <= leniency.typos


def slips(left: str, right: str, most: int) -> int:
    """Letters missing, added, wrong, or swapped with a neighbour (Damerau 1964); `most` + 1 stands for any more.

    Only a band of `most` cells beside the diagonal is looked at, so that long texts cost little.
    """
    over = most + 1
    if abs(len(left) - len(right)) > most:
        return over
    before: dict[int, int] = {}
    row = {at: at for at in range(min(most, len(right)) + 1)}
    for i, letter in enumerate(left, 1):
        low, high = max(0, i - most), min(len(right), i + most)
        current: dict[int, int] = {}
        for j in range(low, high + 1):
            cost = row.get(j, over) + 1
            if j > 0:
                cost = min(cost, current.get(j - 1, over) + 1, row.get(j - 1, over) + (letter != right[j - 1]))
            if i > 1 and j > 1 and letter == right[j - 2] and left[i - 2] == right[j - 1]:
                cost = min(cost, before.get(j - 2, over) + 1)
            current[j] = min(cost, over)
        before, row = row, current
    return row.get(len(right), over)
