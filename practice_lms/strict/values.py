"""Single values of a body, as the standard wants them."""

import re
from datetime import datetime
from typing import Any

from practice_lms.strict.problems import Problem

ISO_WITH_ZONE = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})")


def text(body: dict[str, Any], name: str, *, required: bool = False) -> str:
    """A text; a required one is not blank."""
    value = body.get(name)
    if value is None and not required:
        return ""
    if not isinstance(value, str) or (required and not value.strip()):
        raise Problem(400, f"{name}: must be a text" + (" and not blank" if required else ""))
    return value


def number(body: dict[str, Any], name: str) -> float | None:
    """A number; not a text, and not yes or no."""
    value = body.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Problem(400, f"{name}: must be a number")
    return float(value)


def positive(body: dict[str, Any], name: str) -> float:
    """A number above zero; required."""
    value = number(body, name)
    if value is None or value <= 0:
        raise Problem(400, f"{name}: must be a number greater than 0")
    return value


def one_of(body: dict[str, Any], name: str, words: frozenset[str]) -> str:
    """One of the standard's words; required."""
    value = body.get(name)
    if value not in words:
        raise Problem(400, f"{name}: must be one of {', '.join(sorted(words))}")
    return str(value)


def moment(body: dict[str, Any], name: str) -> datetime | None:
    """A time in ISO 8601 with its zone."""
    value = body.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or not ISO_WITH_ZONE.fullmatch(value):
        raise Problem(400, f"{name}: must be ISO 8601 with a zone, like 2026-11-23T15:28:28Z")
    try:
        return datetime.fromisoformat(value)
    except ValueError as error:
        raise Problem(400, f"{name}: {error}") from error


def tidy(value: float) -> float | int:
    """A whole number without its `.0`."""
    return int(value) if value == int(value) else value
