"""The file `course.md`: what a course is, before its lessons."""

import re
from dataclasses import dataclass

from content.front_matter import Head, read_head
from content.lines import Lines, read_lines
from content.markdown import block
from content.model import Outcome, Pace, Rich
from content.problems import Report

NAME = "course.md"
MOST_OUTCOMES = 100
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,4}")


@dataclass(frozen=True, slots=True)
class Frame:
    """A course without its lessons, and the line of each outcome."""

    key: str
    title: str
    language: str
    summary: str
    about: Rich
    licence: str
    source: str
    decimal: str
    outcomes: tuple[Outcome, ...]
    pace: Pace
    lines: dict[str, int]


def read_frame(data: bytes, report: Report) -> Frame | None:
    """The course in these bytes; what is wrong with it is in the report."""
    lines = read_lines(data, report)
    head, rest = read_head(lines, report)
    if head is None:
        if not report.problems:
            report.add(1, "the file is empty")
        return None
    frame = _frame(head, rest, report)
    head.close()
    return frame


def _frame(head: Head, rest: Lines, report: Report) -> Frame:
    heads, usual = head.heads("outcomes"), Pace()
    if len(heads) > MOST_OUTCOMES:
        report.add(head.line_of("outcomes"), f"the course has more than {MOST_OUTCOMES} outcomes")
    return Frame(
        key=head.key("key"),
        title=head.text("title", longest=200),
        language=_language(head),
        summary=head.text("summary"),
        about=block(rest, report),
        licence=head.text("licence"),
        source=head.text("source", ""),
        decimal=head.one_of("decimal", (".", ",")),
        outcomes=tuple(_outcome(key, inner) for key, inner in heads.items()),
        pace=Pace(
            retention=head.number("retention", 0.70, 0.97, usual.retention),
            new_per_day=head.whole("new_per_day", 0, 100, usual.new_per_day),
            reviews_per_day=head.whole("reviews_per_day", 1, 500, usual.reviews_per_day),
        ),
        lines={key: inner.line for key, inner in heads.items()},
    )


def _language(head: Head) -> str:
    value = head.text("language")
    if value and not _LANGUAGE.fullmatch(value):
        head.report.add(
            head.line_of("language"), f"`{value[:40]}` is no language", "write a BCP 47 tag, as `en` or `pt-BR`"
        )
    return value


def _outcome(key: str, head: Head) -> Outcome:
    outcome = Outcome(key, head.text("title", longest=200), head.text("can"))
    head.close()
    return outcome
