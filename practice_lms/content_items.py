"""The items of a deep-linking answer, each field checked (Deep Linking 2.0, §4.1)."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

LONGEST_TITLE = 255
MOST_POINTS = 100
ITEM_FIELDS = frozenset(
    {
        "type",
        "title",
        "text",
        "url",
        "icon",
        "thumbnail",
        "window",
        "iframe",
        "custom",
        "lineItem",
        "available",
        "submission",
    }
)
DATE_FIELDS = frozenset({"startDateTime", "endDateTime"})
COLUMN_FIELDS = frozenset({"label", "scoreMaximum", "resourceId", "tag", "gradesReleased", "submissionReview"})


class Malformed(Exception):
    """What is wrong with the answer."""


@dataclass(frozen=True, slots=True)
class Column:
    """The line item of a content item."""

    label: str
    score_maximum: int
    resource_id: str
    tag: str
    grades_released: bool | None
    review: str | None


@dataclass(frozen=True, slots=True)
class ContentItem:
    """An activity to place."""

    title: str
    text: str
    url: str
    custom: dict[str, str]
    opens: str
    column: Column | None
    dates: dict[str, str]
    """By the names of the variables that tell them."""


def _object(value: object, name: str, known: frozenset[str]) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Malformed(f"{name}: must be an object")
    for field in value:
        if field not in known and not field.startswith("https://"):
            raise Malformed(f"{name}.{field}: unknown field")
    return value


def _text(item: dict[str, Any], name: str, default: str = "") -> str:
    value = item.get(name, default)
    if not isinstance(value, str):
        raise Malformed(f"{name}: must be a text")
    return value


def _column(value: object) -> Column:
    item = _object(value, "lineItem", COLUMN_FIELDS)
    points = item.get("scoreMaximum")
    if isinstance(points, bool) or not isinstance(points, int) or not 1 <= points <= MOST_POINTS:
        raise Malformed(f"lineItem.scoreMaximum: must be a whole number from 1 to {MOST_POINTS}")
    released, review = item.get("gradesReleased"), item.get("submissionReview")
    if released is not None and not isinstance(released, bool):
        raise Malformed("lineItem.gradesReleased: must be true or false")
    kept = None if review is None else json.dumps(review)
    return Column(_text(item, "label"), points, _text(item, "resourceId"), _text(item, "tag"), released, kept)


def _url(item: dict[str, Any], target_url: str) -> str:
    url = _text(item, "url", target_url)
    ours, theirs = urlsplit(target_url), urlsplit(url)
    if (theirs.scheme, theirs.netloc) != (ours.scheme, ours.netloc):
        raise Malformed("url: is not an address of this tool")
    return url


def _dates(item: dict[str, Any]) -> dict[str, str]:
    found = {}
    for what in ("available", "submission"):
        for field, value in _object(item.get(what, {}), what, DATE_FIELDS).items():
            try:
                is_zoned = datetime.fromisoformat(value).tzinfo is not None
            except (TypeError, ValueError):
                is_zoned = False
            if not is_zoned:
                raise Malformed(f"{what}.{field}: must be ISO 8601 with a zone")
            found[f"ResourceLink.{what}.{field}"] = value
    return found


def _item(value: object, target_url: str) -> ContentItem:
    item = _object(value, "content item", ITEM_FIELDS)
    if item.get("type") != "ltiResourceLink":
        raise Malformed("type: only ltiResourceLink was asked for")
    title = _text(item, "title")
    if not title.strip() or len(title) > LONGEST_TITLE:
        raise Malformed(f"title: must have 1 to {LONGEST_TITLE} characters")
    custom = item.get("custom", {})
    if not isinstance(custom, dict) or not all(isinstance(one, str) for one in custom.values()):
        raise Malformed("custom: must be an object of texts")
    opens = "window" if "window" in item and "iframe" not in item else "iframe"
    column = _column(item["lineItem"]) if "lineItem" in item else None
    return ContentItem(title, _text(item, "text"), _url(item, target_url), custom, opens, column, _dates(item))


def read_items(value: object, target_url: str) -> list[ContentItem]:
    """All items, or `Malformed` for the first that is not in order."""
    if not isinstance(value, list):
        raise Malformed("content_items: must be a list")
    return [_item(one, target_url) for one in value]
