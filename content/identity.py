"""When two courses, or two items, are the same: byte for byte, as written and as shown.

The HTML counts too, so that a better renderer makes a new version and an old one stays as it was read.
"""

import json
from hashlib import sha256
from typing import Any

from content.model import Course, Item
from content.storing import course_to_json, item_to_json


def digest(course: Course) -> str:
    """The SHA-256 of a course in hexadecimal."""
    return _digest(course_to_json(course))


def item_digest(item: Item) -> str:
    """The SHA-256 of an item in hexadecimal."""
    return _digest(item_to_json(item))


def _digest(value: dict[str, Any]) -> str:
    text = json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()
