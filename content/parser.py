"""A lesson's file becomes a lesson."""

import re
import unicodedata
from dataclasses import dataclass, field

from content.front_matter import Head, read_head
from content.lines import Line, Lines, joined, read_lines, spans, trimmed
from content.markdown import block, plain
from content.model import Card, Item, Lesson, Pool
from content.problems import Report
from content.questions import read_question

LONGEST_TITLE, LONGEST_MINUTES = 200, 60
MOST_PARTS = 200
"""Cards and questions of one lesson; five minutes have some twenty."""
_CARD = re.compile(r"#(?:[ \t]+(.*))?$")
_QUESTION = re.compile(r"##[ \t]+(Question|Task)[ \t]*:[ \t]*(.*?)[ \t]*$", re.IGNORECASE)
_ALMOST = re.compile(r"[ \t]*#{1,6}[ \t]*(Questions?|Tasks?)\b[ \t]*:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Setting:
    """What a lesson takes from its course."""

    language: str
    source: str
    licence: str


@dataclass(slots=True)
class Draft:
    """A lesson as read, and where its parts stand; `lesson` is none if the file has no head."""

    report: Report
    lesson: Lesson | None = None
    key_line: int = 1
    items: list[tuple[Line, int, Item]] = field(default_factory=list)
    """Heading, line of the outcome, and item, probes too."""
    failed: int = 0
    """Questions that could not be made into items."""


def read_lesson(data: bytes, setting: Setting, report: Report) -> Draft:
    """The lesson in these bytes; what is wrong with it is in the report."""
    lines = read_lines(data, report)
    head, body = read_head(lines, report)
    draft = Draft(report)
    if head is None and not body:
        if not report.problems:
            report.add(1, "the file is empty")
        return draft
    steps = _steps(body, setting, draft)
    if head is not None:
        draft.key_line = head.line_of("key")
        draft.lesson = _lesson(head, steps, draft, setting)
        head.close()
    return draft


def _lesson(head: Head, steps: list[Card | Item], draft: Draft, setting: Setting) -> Lesson:
    return Lesson(
        key=head.key("key"),
        title=head.text("title", longest=LONGEST_TITLE),
        minutes=head.whole("minutes", 1, LONGEST_MINUTES),
        steps=tuple(steps),
        probes=tuple(item for _, _, item in draft.items if item.pool is Pool.PROBE),
        source=head.text("source", setting.source),
        licence=head.text("licence", setting.licence),
    )


def _steps(body: Lines, setting: Setting, draft: Draft) -> list[Card | Item]:
    """Cards and questions in their order; probes are kept in the draft only."""
    steps: list[Card | Item] = []
    keys: set[str] = set()
    for heading, inside in _parts(body, draft.report):
        question = _QUESTION.match(heading.text)
        if question is None:
            card = _card(heading, inside, keys, draft.report)
            keys.add(card.key)
            steps.append(card)
            continue
        word, key = question.group(1).casefold(), question.group(2)
        item = read_question(heading, word, key, inside, setting.language, draft.report)
        if item is None:
            draft.failed += 1
        else:
            draft.items.append((heading, _outcome_line(heading, inside), item))
            if item.pool is Pool.LEARN:
                steps.append(item)
    return steps


def _parts(body: Lines, report: Report) -> list[tuple[Line, Lines]]:
    """Each heading of a card or a question, with the lines below it."""
    starts = [at for at, line in enumerate(body) if _begins(line, report)]
    if len(starts) > MOST_PARTS:
        message = f"the lesson has more than {MOST_PARTS} cards and questions"
        report.add(body[starts[MOST_PARTS]].number, message, "make several lessons of it")
        body, starts = body[: starts[MOST_PARTS]], starts[:MOST_PARTS]
    before = trimmed(body[: starts[0]] if starts else body)
    if before:
        report.add(before[0].number, "this text belongs to no card", "begin a card with a line `# Title`")
    return [(body[start], body[start + 1 : end]) for start, end in spans(body, starts)]


def _begins(line: Line, report: Report) -> bool:
    if line.is_code:
        return False
    if _QUESTION.match(line.text):
        return True
    if _ALMOST.match(line.text):
        report.add(line.number, "this heading begins no question", "write `## Question: key` or `## Task: key`")
    return _CARD.match(line.text) is not None


def _outcome_line(heading: Line, inside: Lines) -> int:
    return next((line.number for line in inside if line.text.casefold().startswith("outcome")), heading.number)


def _card(heading: Line, inside: Lines, keys: set[str], report: Report) -> Card:
    found = _CARD.match(heading.text)
    words = (found.group(1) or "").strip() if found else ""
    if not words.rstrip("#") or words.rstrip("#")[-1].isspace():
        words = words.rstrip("#").rstrip()
    title = plain((heading._replace(text=words),), report)
    if not title.strip():
        report.add(heading.number, "this card has no title", "write `# Title`")
    if len(title) > LONGEST_TITLE:
        report.add(heading.number, f"the title is longer than {LONGEST_TITLE} characters")
    if not joined(inside):
        report.add(heading.number, "this card has no text", "write its idea below the heading")
    return Card(_key(title, keys), title, block(inside, report))


def _key(title: str, taken: set[str]) -> str:
    """A key made from the title, other than those of the cards before."""
    letters = unicodedata.normalize("NFKD", title.casefold()).encode("ascii", "ignore").decode()
    key = "-".join(re.findall("[a-z0-9]+", letters))[:60].strip("-") or "card"
    number = 1
    numbered = key
    while numbered in taken:
        number += 1
        numbered = f"{key}-{number}"
    return numbered
