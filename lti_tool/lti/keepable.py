"""What of somebody else's JSON every database and every page can hold: no NUL, no half of a character, no NaN."""

import math
import re
from collections.abc import Iterator
from typing import Any

DEEPEST = 32
"""Lists within lists; real messages have four."""
_UNFIT = re.compile("[\x00\ud800-\udfff]")


def is_keepable(text: str) -> bool:
    """Any database takes the text as it is, and it can be written as UTF-8."""
    return _UNFIT.search(text) is None


def kept(text: str) -> str:
    """The text without what cannot be kept; never for an identifier, since two could become one."""
    return _UNFIT.sub("", text)


def _leaves(value: Any) -> Iterator[Any]:
    waiting = [(value, 0)]
    while waiting:
        one, depth = waiting.pop()
        if depth > DEEPEST:
            raise ValueError("too deep")
        if isinstance(one, dict):
            yield from one
            waiting.extend((inner, depth + 1) for inner in one.values())
        elif isinstance(one, list):
            waiting.extend((inner, depth + 1) for inner in one)
        else:
            yield one


def is_shallow(value: Any) -> bool:
    """Whoever walks through the value by recursion comes back."""
    try:
        return sum(1 for _ in _leaves(value)) >= 0
    except ValueError:
        return False


def is_keepable_json(value: Any) -> bool:
    """The whole value can be kept as JSON, and read again."""
    try:
        return all(_is_keepable_leaf(one) for one in _leaves(value))
    except ValueError:
        return False


def _is_keepable_leaf(one: Any) -> bool:
    if isinstance(one, str):
        return is_keepable(one)
    return not isinstance(one, float) or math.isfinite(one)
