"""Keys made from texts: the same text, the same key, so that a second import finds what the first one made."""

import hashlib
import re
import unicodedata
from collections.abc import Collection, Iterable
from itertools import count

LONGEST_TITLE_KEY, LONGEST_QUESTION_KEY = 60, 40
"""In characters, before the sign that tells two apart."""


def key_of(text: str, longest: int = LONGEST_TITLE_KEY) -> str:
    """A key from the letters of a text, or from its hash if it has none that a key can have."""
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return "-".join(re.findall("[a-z0-9]+", plain))[:longest].strip("-") or f"k{_sign(text)}"


def keys_of(texts: Iterable[str]) -> dict[str, str]:
    """A key for each of these texts, no two the same."""
    found: dict[str, str] = {}
    for text in texts:
        if text not in found:
            key = key_of(text)
            found[text] = f"{key}-{_sign(text)}" if key in found.values() else key
    return found


def question_key(text: str, taken: Collection[str]) -> str:
    """A key made from a question's text alone, so that neither its place nor its answers matter."""
    key = f"{key_of(text, LONGEST_QUESTION_KEY)}-{_sign(text)}"
    numbered = (f"{key}-{number}" for number in count(2))
    return key if key not in taken else next(one for one in numbered if one not in taken)


def _sign(text: str) -> str:
    return hashlib.sha256(" ".join(text.casefold().split()).encode()).hexdigest()[:6]
