"""Which reader reads a file."""

import re
from pathlib import PurePosixPath

from content.exchange.csv_table import About, read_table
from content.exchange.report import Imported
from content.exchange.zip_folder import read_zip
from content.problems import CourseInvalid, Problem

FORMATS = ("csv", "zip")
_ENDINGS = {".csv": "csv", ".tsv": "csv", ".tab": "csv", ".txt": "csv", ".zip": "zip"}


def title_of(name: str) -> str:
    """A course's title, as the name of its file gives it."""
    return " ".join(re.split(r"[\s_]+", PurePosixPath(name).stem)).strip() or "Questions"


def read_file(data: bytes, name: str, about: About, wanted: str | None = None) -> Imported:
    """The course in this file, or `CourseInvalid`; without a wanted format, the name's ending tells it."""
    found = wanted or _ENDINGS.get(PurePosixPath(name).suffix.casefold())
    if found == "zip":
        return read_zip(data, name)
    if found == "csv":
        return read_table(data, name, about)
    hint = "pack a course's folder as `.zip`, or save a table as “CSV UTF-8”"
    raise CourseInvalid([Problem(name, 1, "this kind of file is not taken", hint)])
