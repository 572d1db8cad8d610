"""What tests write as tables, and what becomes of them."""

import csv
from io import StringIO

from content.exchange.csv_table import About, read_table
from content.exchange.report import Imported
from content.model import Item
from content.problems import CourseInvalid

ABOUT = About("A course")


def table(*rows: dict[str, str], separator: str = ",") -> bytes:
    """These rows as a spreadsheet saves them; the first one names the columns."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    text = StringIO(newline="")
    writer = csv.DictWriter(text, names, restval="", delimiter=separator)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def taken(data: bytes) -> Imported:
    """The table as it was taken."""
    return read_table(data, "t.csv", ABOUT)


def item_of(**cells: str) -> Item:
    """What becomes of this row; `wrong_1` is the column `wrong 1`."""
    (item,) = taken(table({name.replace("_", " "): cell for name, cell in cells.items()})).course.items()
    return item


def refused(data: bytes) -> list[str]:
    """Why nothing of it was taken."""
    try:
        taken(data)
    except CourseInvalid as error:
        return [str(problem) for problem in error.problems]
    return []
