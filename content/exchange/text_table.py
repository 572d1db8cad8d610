"""A table that a spreadsheet saved, as rows: whatever it chose for letters, separators and line ends."""

import csv
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from io import StringIO
from typing import NamedTuple

from content.exchange.columns import COLUMNS, Column, named
from content.problems import CourseInvalid, Problem

LARGEST_TABLE = 256 * 1024
"""In bytes."""
MOST_ROWS, MOST_COLUMNS = 1000, 100
_SEPARATORS = (",", ";", "\t")
_SEPARATOR_LINE = re.compile(r"sep=([,;\t])\n", re.IGNORECASE)
_HEADER = "name the columns in the first row: `question`, `right`, `wrong 1` …"
_FORMULA = re.compile(r"[=+\-@\t\r]")
_NUMBER = re.compile(r"[+-]?[0-9.,]+")


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: what stands in each column, and below it in those that go with it (`wrong 1`, `wrong 2`)."""

    line: int
    cells: dict[str, dict[int, str]]
    raw: tuple[str, ...]

    def text(self, name: str) -> str:
        """What stands in the first of these columns, or nothing."""
        return next(iter(self.texts(name)), "")

    def texts(self, name: str) -> tuple[str, ...]:
        """What stands in all of these columns, in the order of their numbers."""
        return tuple(text for _, text in sorted(self.cells.get(name, {}).items()) if text)

    def lines(self, name: str) -> str:
        """The same, each on a line of its own."""
        return "\n".join(self.texts(name))


@dataclass(slots=True)
class Table:
    """A table as it was read, and what had to be changed for that."""

    header: tuple[str, ...]
    rows: list[Row]
    separator: str
    changed: list[Problem] = field(default_factory=list)


class _Record(NamedTuple):
    line: int
    cells: tuple[str, ...]


def read_rows(data: bytes, name: str) -> Table:
    """The table in these bytes, or `CourseInvalid`.  Empty rows do not count."""
    changed: list[Problem] = []
    text = _text(data, name, changed)
    told = _SEPARATOR_LINE.match(text)
    separator = told[1] if told else max(_SEPARATORS, key=lambda one: _known(text, one))
    if not text.strip():
        raise CourseInvalid([Problem(name, 1, "the table is empty", "its first row names the columns")])
    if not _known(text[told.end() :] if told else text, separator):
        raise CourseInvalid([Problem(name, 1, "no column has a name that is known", _HEADER)])
    header, *records = _records(text, separator, name)[1 if told else 0 :]
    columns = [named(cell) for cell in header.cells]
    if not any(column is not None and column.name == "question" for column in columns):
        raise CourseInvalid([Problem(name, header.line, "no column is named `question`", _HEADER)])
    changed += _unknown(header, columns, name)
    rows = [_row(record, columns) for record in records]
    return Table(header.cells, [row for row in rows if any(row.raw)], separator, changed)


def _text(data: bytes, name: str, changed: list[Problem]) -> str:
    if len(data) > LARGEST_TABLE:
        message = f"the table is larger than {LARGEST_TABLE // 1024} kB"
        raise CourseInvalid([Problem(name, 1, message, "make several courses of it")])
    try:
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            return _plain(data.decode("utf-16"))
        return _plain(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        pass
    if data.startswith((b"PK", b"\xd0\xcf")) or b"\0" in data:
        hint = "in your spreadsheet choose “Save as”, then “CSV UTF-8”"
        raise CourseInvalid([Problem(name, 1, "this is no table as text", hint)])
    hint = "look at the accents; “CSV UTF-8” is surer"
    changed.append(Problem(name, 1, "the letters were read as Windows-1252", hint))
    return _plain(data.decode("cp1252", "replace"))


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _known(text: str, separator: str) -> int:
    """How many columns we would know if this were the separator."""
    try:
        reader = csv.reader(StringIO(text, newline=""), delimiter=separator)
        first = next((cells for cells in reader if any(cell.strip() for cell in cells)), [])
    except csv.Error:
        return 0
    return sum(named(cell) is not None for cell in first)


def _records(text: str, separator: str, name: str) -> list[_Record]:
    try:
        return list(_numbered(text, separator, name))
    except csv.Error as error:
        raise CourseInvalid([Problem(name, 1, f"the table cannot be read: {error}", "save it anew as CSV")]) from None


def _numbered(text: str, separator: str, name: str) -> Iterator[_Record]:
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator)
    line, count = 1, 0
    for cells in reader:
        if any(cell.strip() for cell in cells):
            count += 1
            if count > MOST_ROWS + 1 or len(cells) > MOST_COLUMNS:
                message = f"the table has more than {MOST_ROWS} rows or {MOST_COLUMNS} columns"
                raise CourseInvalid([Problem(name, line, message, "make several courses of it")])
            yield _Record(line, tuple(_unquoted(cell.strip()) for cell in cells))
        line = reader.line_num + 1


def _unknown(header: _Record, columns: Sequence[Column | None], name: str) -> Iterator[Problem]:
    for cell, column in zip(header.cells, columns, strict=True):
        if column is None and cell:
            hint = "known are: " + ", ".join(f"`{one}`" for one in COLUMNS)
            yield Problem(name, header.line, f"the column `{cell[:40]}` was left out", hint)


def _row(record: _Record, columns: Sequence[Column | None]) -> Row:
    cells: dict[str, dict[int, str]] = {}
    for column, text in zip(columns, record.cells, strict=False):
        if column is not None:
            of_name = cells.setdefault(column.name, {})
            number = column.number if column.number is not None else 1
            while number in of_name:
                number += 1
            of_name[number] = text
    return Row(record.line, cells, record.cells)


def _unquoted(cell: str) -> str:
    """Without the sign that `_quoted` put before it."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell[1:]) else cell


def _quoted(cell: str) -> str:
    """So that no spreadsheet takes the cell for a formula (OWASP, CSV injection); numbers are none."""
    return f"'{cell}" if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell) else cell


def write_rows(header: Sequence[str], rows: Collection[Sequence[str]], separator: str) -> bytes:
    """The table as a spreadsheet opens it, in UTF-8 with a byte order mark; no cell is a formula."""
    text = StringIO(newline="")
    writer = csv.writer(text, delimiter=separator, lineterminator="\r\n")
    for cells in (header, *rows):
        writer.writerow([_quoted(cell) for cell in cells])
    return text.getvalue().encode("utf-8-sig")
