"""What every kind reads from: the lines between a question's labels and its hints."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeAlias, TypeVar

from content.labels import Labels
from content.lines import Line, Lines, joined, spans
from content.markdown import block
from content.model import Kind, Marked, Response, Rich
from content.problems import Report
from content.responses import Form

LONGEST_ANSWER = 200
"""In characters, for an answer that a learner is to type."""
MOST_ANSWERS = 60
"""Accepted answers, foreseen ones, or choices of one question."""


@dataclass(frozen=True, slots=True)
class Written:
    """A question's text and answers, as its author wrote them."""

    kind: Kind
    line: int
    lines: Lines
    labels: Labels
    language: str
    report: Report

    def stem(self, lines: Lines) -> Rich:
        """The question's text; there must be one."""
        if not joined(lines):
            self.report.add(self.line, "the question has no text", "write it below the labels, after a blank line")
        return block(lines, self.report)

    def problem(self, message: str, hint: str = "", line: int | None = None) -> None:
        """One more problem of this question is noted."""
        self.report.add(line or self.line, message, hint)


Body = TypeVar("Body")
Asked: TypeAlias = tuple[Rich, Body] | None
"""The question's text and its answers; none if there is a problem, which is then in the report."""


@dataclass(frozen=True, slots=True)
class Handling(Generic[Body]):
    """All that is particular to a kind: it is read from a file, a response is read from a form, and it is marked."""

    read: Callable[[Written], Asked[Body]]
    given: Callable[[Body, Form], Response]
    mark: Callable[[Body, Response, str], Marked]


class Field(NamedTuple):
    """A line `Name: value` among the answers, and the lines that follow it; the first holds what follows the colon."""

    name: str
    line: int
    lines: Lines

    @property
    def text(self) -> str:
        """What it says, as one text."""
        return joined(self.lines)


def fields(lines: Lines, names: Collection[str]) -> tuple[Lines, tuple[Field, ...]]:
    """The lines before the first field, and the fields.  Names are not case-sensitive."""
    starts = [at for at, line in enumerate(lines) if field_name(line, names)]
    found = []
    for start, end in spans(lines, starts):
        first = lines[start]
        rest = first._replace(text=first.text.partition(":")[2].strip())
        found.append(Field(field_name(first, names), first.number, (rest, *lines[start + 1 : end])))
    return lines[: starts[0]] if starts else lines, tuple(found)


def field_name(line: Line, names: Collection[str]) -> str:
    """The name of the field that begins on this line, or nothing."""
    name = "" if line.is_code else line.text.partition(":")[0].rstrip().casefold()
    return name if ":" in line.text and name in names else ""


def one_line(written: Written, field: Field) -> str:
    """The value of a field that has one line only."""
    value = field.lines[0].text
    extra = next((line for line in field.lines[1:] if not line.is_blank), None)
    if extra is not None:
        written.problem("this line belongs to no answer", "the question's text stands before its answers", extra.number)
    if not value:
        written.problem(f"`{field.name.capitalize()}:` is empty", line=field.line)
    elif len(value) > LONGEST_ANSWER:
        written.problem(f"the answer is longer than {LONGEST_ANSWER} characters", line=field.line)
    return value


def sole(written: Written, found: Collection[Field], name: str) -> Field | None:
    """The only field of this name; it must be there, and once."""
    named = [field for field in found if field.name == name]
    label = name.capitalize()
    if not named:
        written.problem(f"`{label}:` is missing", f"add a line `{label}: …` after the question's text")
    for field in named[1:]:
        written.problem(f"`{label}:` is there twice", f"first in line {named[0].line}", field.line)
    return named[0] if named else None
