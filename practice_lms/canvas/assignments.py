"""Columns that are assignments of their own (LTI.md, 0.8 and 3)."""

import sqlite3
from dataclasses import replace
from typing import Any

from practice_lms.state.courses import Link, place_link
from practice_lms.state.line_items import LineItem
from practice_lms.strict.problems import Problem
from practice_lms.vocabulary import CANVAS_SUBMISSION_TYPE


def as_assignment(db: sqlite3.Connection, item: LineItem, body: dict[str, Any]) -> LineItem:
    """The column; with the extension for an external tool it opens the tool, as an activity of its own."""
    wanted = body.get(CANVAS_SUBMISSION_TYPE)
    if wanted is None:
        return item
    if not isinstance(wanted, dict) or wanted.get("type") not in {"none", "external_tool"}:
        raise Problem(400, f"{CANVAS_SUBMISSION_TYPE}: its type must be none or external_tool")
    if wanted["type"] == "none":
        return item
    url = wanted.get("external_tool_url")
    if not isinstance(url, str) or not url:
        raise Problem(400, f"{CANVAS_SUBMISSION_TYPE}: external_tool_url is missing")
    link_id = place_link(db, Link(0, item.course_id, item.label, "", url, {}, "iframe", item.tool))
    return replace(item, link_id=link_id, belongs_to_activity=True)
