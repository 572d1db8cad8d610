"""What can be seen only when all files of a course are read."""

from collections.abc import Sequence

from content.course_file import Frame
from content.model import Item
from content.parser import Draft
from content.problems import Report, nearest


def check_across(frame: Frame, drafts: Sequence[Draft], report: Report) -> None:
    """Keys are unique, outcomes are declared and asked, and each lesson asks something."""
    lesson_keys: dict[str, str] = {}
    item_keys: dict[str, str] = {}
    asked: set[str] = set()
    for draft in drafts:
        _check_lesson(draft, lesson_keys)
        for heading, outcome_line, item in draft.items:
            place = f"{draft.report.path}, line {heading.number}"
            first = item_keys.setdefault(item.key, place)
            if first != place:
                draft.report.add(heading.number, f"the key `{item.key}` is there twice", f"first in {first}")
            if item.outcome and item.outcome not in frame.lines:
                hint = nearest(item.outcome, frame.lines)
                draft.report.add(outcome_line, f"the outcome `{item.outcome}` is not declared", hint)
            asked.add(item.outcome)
    is_whole = not any(draft.failed for draft in drafts)
    for key, line in frame.lines.items():
        if key not in asked and is_whole:
            report.add(line, f"the outcome `{key}` is never asked", "write a question for it, or leave it out")


def _check_lesson(draft: Draft, keys: dict[str, str]) -> None:
    lesson, report = draft.lesson, draft.report
    if lesson is None:
        return
    first = keys.setdefault(lesson.key, report.path)
    if first != report.path and lesson.key:
        report.add(draft.key_line, f"the lesson key `{lesson.key}` is there twice", f"first in {first}")
    if not any(isinstance(step, Item) for step in lesson.steps) and not draft.failed:
        report.add(draft.key_line, "the lesson asks no question", "write one: `## Question: key`")
