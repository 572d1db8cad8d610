"""A table as a file that spreadsheets open as it is, and that does nothing in them."""

import csv
import io
from collections.abc import Iterable

_BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def neutral(cell: str) -> str:
    """The text as text: what a spreadsheet would take for a formula gets an apostrophe before it."""
    return f"'{cell}" if cell.lstrip(" ").startswith(_BEGINS_FORMULA) else cell


def as_csv(rows: Iterable[Iterable[str]]) -> bytes:
    """The rows in UTF-8, with the mark by which spreadsheets know that."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows([neutral(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")
