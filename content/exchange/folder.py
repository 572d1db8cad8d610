"""A course's folder in memory: it may come from a zip or a table, and is read by the same loader."""

import tempfile
from pathlib import Path
from typing import TypeAlias

from content.loader import load
from content.model import Course

Folder: TypeAlias = dict[str, bytes]
"""The files of one folder, by their names.  Whoever makes one makes sure that no name holds a `/` or a `\\`."""
TABLE = "questions.csv"
"""In a folder made from a table: that table, with the keys that its questions got.  Nobody reads it as a lesson."""


def load_folder(files: Folder) -> Course:
    """The course in these files, or `CourseInvalid` with every problem."""
    with tempfile.TemporaryDirectory(prefix="sprig-course-") as place:
        folder = Path(place)
        for name, data in files.items():
            if name.endswith(".md"):
                (folder / name).write_bytes(data)
        return load(folder)


def read_folder(path: Path) -> Folder:
    """The Markdown files that lie in a folder of the disk, in the order of their names."""
    return {file.name: file.read_bytes() for file in sorted(path.glob("*.md")) if file.is_file()}


def write_folder(files: Folder, path: Path) -> None:
    """The folder stands on the disk; `FileExistsError` if something is there already."""
    path.mkdir(parents=True)
    for name, data in files.items():
        (path / name).write_bytes(data)
