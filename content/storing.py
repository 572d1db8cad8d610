"""Courses and items as plain JSON values, and back; nothing is lost on the way.

What is missing in stored JSON takes its default, so that a field can be added to the model without a migration.
"""

from dataclasses import fields, is_dataclass
from enum import Enum
from functools import lru_cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from content.model import Card, Choices, Cloze, Course, Item, Match, Numeric, Order, Reveal, ShortText

_NAMES: dict[type, str] = {
    Card: "card",
    Item: "item",
    Choices: "choices",
    ShortText: "short_text",
    Numeric: "numeric",
    Cloze: "cloze",
    Order: "order",
    Match: "match",
    Reveal: "reveal",
}
"""What stands in stored JSON for those that share a place; never changed."""
_TYPES = {name: kind for kind, name in _NAMES.items()}


def course_to_json(course: Course) -> dict[str, Any]:
    """The whole course as JSON values."""
    stored: dict[str, Any] = _encode(course)
    return stored


def course_from_json(stored: dict[str, Any]) -> Course:
    """The course that was stored."""
    course: Course = _decode(Course, stored)
    return course


def item_to_json(item: Item) -> dict[str, Any]:
    """One item as JSON values."""
    stored: dict[str, Any] = _encode(item)
    return stored


def item_from_json(stored: dict[str, Any]) -> Item:
    """The item that was stored."""
    item: Item = _decode(Item, stored)
    return item


def _encode(value: Any) -> Any:
    if is_dataclass(value):
        stored = {one.name: _encode(getattr(value, one.name)) for one in fields(value)}
        return {"is": _NAMES[type(value)], **stored} if type(value) in _NAMES else stored
    if isinstance(value, tuple):
        return [_encode(one) for one in value]
    return value.value if isinstance(value, Enum) else value


def _decode(kind: Any, stored: Any) -> Any:
    if get_origin(kind) is tuple:
        inner, *rest = get_args(kind)
        return tuple(_decode(inner if rest == [...] else (inner, *rest)[at], one) for at, one in enumerate(stored))
    if get_origin(kind) in (Union, UnionType):
        if stored is None:
            return None
        options = [one for one in get_args(kind) if one is not NoneType]
        return _decode(options[0] if len(options) == 1 else _TYPES[stored["is"]], stored)
    if is_dataclass(kind):
        return _build(kind, stored)
    return kind(stored)


def _build(kind: Any, stored: dict[str, Any]) -> Any:
    return kind(**{name: _decode(hint, stored[name]) for name, hint in _fields(kind) if name in stored})


@lru_cache(maxsize=64)
def _fields(kind: Any) -> tuple[tuple[str, Any], ...]:
    hints = get_type_hints(kind)
    return tuple((one.name, hints[one.name]) for one in fields(kind))
