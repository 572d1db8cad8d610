"""What tests write: questions, lessons and courses as text, and what becomes of them."""

from pathlib import Path
from textwrap import dedent

from content.loader import load
from content.model import Course, Item
from content.problems import CourseInvalid, Problem

COURSE = """\
---
key: trees
title: Trees
language: en
summary: Know them.
licence: CC-BY-4.0
decimal: "."
outcomes:
  know:
    title: Know trees
    can: can tell trees apart
---

About trees.
"""
LESSON = """\
---
key: leaves
title: Leaves
minutes: 5
---
# A leaf

A leaf is green.

"""
FIRST_LINE = 10
"""The line of the heading of a question that is appended to `LESSON`."""


def question(kind: str, text: str, *, key: str = "q", labels: str = "", word: str = "Question") -> str:
    """A question as an author writes it: heading, labels, and below them this text."""
    extra = f"\n{labels}" if labels else ""
    return f"## {word}: {key}\n\nKind: {kind}\nOutcome: know{extra}\n\n{dedent(text).strip()}\n"


def write(folder: Path, lesson: str, course: str = COURSE, **others: str) -> Path:
    """A course folder with one lesson, `01.md`, and further ones by their names."""
    folder.mkdir(exist_ok=True)
    (folder / "course.md").write_text(course, encoding="utf-8")
    (folder / "01.md").write_text(lesson, encoding="utf-8")
    for name, text in others.items():
        (folder / f"{name.removeprefix('n')}.md").write_text(text, encoding="utf-8")
    return folder


def load_lesson(folder: Path, lesson: str) -> Course:
    """The course that has this lesson only."""
    return load(write(folder, lesson))


def item_of(folder: Path, kind: str, text: str, labels: str = "") -> Item:
    """The item that becomes of this question."""
    (item,) = load_lesson(folder, LESSON + question(kind, text, labels=labels)).items()
    return item


def problems_of(folder: Path) -> tuple[Problem, ...]:
    """Everything that is wrong with this course folder."""
    try:
        load(folder)
    except CourseInvalid as error:
        return error.problems
    return ()


def problems_in(folder: Path, lesson: str) -> list[str]:
    """Everything that is wrong with a course that has this lesson, as it is printed."""
    return [str(problem) for problem in problems_of(write(folder, lesson))]


def problems_with(folder: Path, kind: str, text: str, labels: str = "") -> list[str]:
    """Everything that is wrong with this question; its text begins in line 15, one later for each label."""
    return problems_in(folder, LESSON + question(kind, text, labels=labels))
