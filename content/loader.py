"""A course's folder becomes a course, or a list of everything that is wrong with it."""

import stat
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from content.across import check_across
from content.course_file import NAME, Frame, read_frame
from content.lines import LARGEST_FILE
from content.model import Course
from content.parser import Draft, Setting, read_lesson
from content.problems import CourseInvalid, Problem, Report

MOST_LESSONS = 100
MOST_FILES = 1000
LARGEST_COURSE = 4 * 1024 * 1024
"""In bytes, all lessons together."""


def load(folder: Path) -> Course:
    """The course in this folder, or `CourseInvalid` with every problem of all its files, sorted."""
    names = _names(folder)
    head_report = Report(NAME)
    data = _read(folder / NAME, head_report) if NAME in names else None
    if NAME not in names:
        head_report.add(1, "the file is missing", "a course is a folder with a `course.md` and its lessons")
    frame = read_frame(data, head_report) if data is not None else None
    setting = Setting(frame.language, frame.source, frame.licence) if frame else Setting("en", "", "")
    drafts = list(_drafts(folder, [name for name in names if name != NAME], setting, head_report))
    if frame is not None:
        check_across(frame, drafts, head_report)
    problems = {problem for report in (head_report, *(draft.report for draft in drafts)) for problem in report.problems}
    if problems or frame is None:
        raise CourseInvalid(sorted(problems))
    return _course(frame, drafts)


def _names(folder: Path) -> list[str]:
    """The Markdown files that lie in the folder itself, in the order of their names; hidden ones do not count."""
    try:
        found = [path.name for path in islice(folder.iterdir(), MOST_FILES)]
    except OSError:
        raise CourseInvalid([Problem(NAME, 1, "the folder cannot be read", "give the folder of a course")]) from None
    return sorted(name for name in found if name.endswith(".md") and not name.startswith("."))


def _drafts(folder: Path, names: list[str], setting: Setting, head_report: Report) -> Iterator[Draft]:
    if not names:
        head_report.add(1, "the course has no lesson", "put lessons beside it: `01-first.md`")
    if len(names) > MOST_LESSONS:
        head_report.add(1, f"the course has more than {MOST_LESSONS} lessons", "make two courses of it")
    total = 0
    for name in names[:MOST_LESSONS]:
        report = Report(_shown(name))
        data = _read(folder / name, report)
        total += len(data or b"")
        if total > LARGEST_COURSE:
            head_report.add(1, f"the lessons are larger than {LARGEST_COURSE // 1024} kB together")
            return
        yield read_lesson(data, setting, report) if data is not None else Draft(report)


def _shown(name: str) -> str:
    """The name as it can be printed, whatever bytes it has on the disk."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _read(path: Path, report: Report) -> bytes | None:
    """The file's bytes.  Links are not followed: they could lead out of the folder."""
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            report.add(1, "this is no ordinary file", "put the file itself here, not a link to it")
            return None
        with path.open("rb") as file:
            return file.read(LARGEST_FILE + 1)
    except OSError:
        report.add(1, "the file cannot be read", "look at its permissions")
        return None


def _course(frame: Frame, drafts: list[Draft]) -> Course:
    return Course(
        key=frame.key,
        title=frame.title,
        language=frame.language,
        summary=frame.summary,
        about=frame.about,
        licence=frame.licence,
        source=frame.source,
        decimal=frame.decimal,
        outcomes=frame.outcomes,
        lessons=tuple(draft.lesson for draft in drafts if draft.lesson is not None),
        pace=frame.pace,
    )
