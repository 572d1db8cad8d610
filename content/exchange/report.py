"""What became of a file from elsewhere: one report for every format."""

from dataclasses import dataclass

from content.exchange.folder import Folder
from content.model import Course
from content.problems import Problem


@dataclass(frozen=True, slots=True)
class ImportReport:
    """How many questions were taken, what was changed on the way, and what was left out and why."""

    taken: int
    changed: tuple[Problem, ...] = ()
    skipped: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Imported:
    """A course's folder, the course in it, and how it came about."""

    files: Folder
    course: Course
    report: ImportReport
