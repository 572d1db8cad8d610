"""A question in a lesson file becomes an item."""

import re

from content.front_matter import KEY_HINT, is_key
from content.kinds.registry import HANDLING
from content.kinds.written import Written
from content.labels import Labels, read_labels
from content.lines import Line, Lines, joined, spans
from content.markdown import block
from content.model import Item, Kind, Pool, Rich
from content.problems import Report, nearest

MOST_HINTS = 10
LONGEST_NAME = 80
"""In characters, for a fact or a title: they stand in lists."""
_TAIL = re.compile(r"(Hint|Why)\s*:(.*)$", re.IGNORECASE)


def read_question(heading: Line, word: str, key: str, lines: Lines, language: str, report: Report) -> Item | None:
    """The item below this heading; none if it cannot be made, and then the report says why."""
    if not is_key(key):
        report.add(heading.number, f"`{key}` cannot be a key", KEY_HINT)
    labels, rest = read_labels(lines, heading.number, report)
    start = next((at for at, line in enumerate(rest) if _tail(line)), len(rest))
    hints, why = _read_tail(rest[start:], report)
    kind = _kind(labels)
    outcome, pool = labels.needed("outcome"), Pool(labels.one_of("pool", tuple(Pool), Pool.LEARN))
    applies, fact = labels.yes("applies", default=False), labels.text("fact") or None
    meaning, title = labels.whole("meaning", 1, 9999, 1), labels.text("title")
    _check(labels, heading, word, pool, kind)
    if kind is None:
        return None
    written = Written(kind, heading.number, rest[:start], labels, language, report)
    asked = HANDLING[kind].read(written)
    labels.close()
    if asked is None:
        return None
    stem, body = asked
    return Item(
        key=key,
        kind=kind,
        outcome=outcome,
        pool=pool,
        stem=stem,
        body=body,
        hints=hints,
        why=why,
        applies=applies,
        task=word == "task",
        fact=fact,
        meaning=meaning,
        title=title,
        source=joined((heading, *lines)),
    )


def _kind(labels: Labels) -> Kind | None:
    value = labels.needed("kind").casefold()
    if value and value not in tuple(Kind):
        labels.report.add(labels.line_of("kind"), f"`Kind: {value}` has no meaning", nearest(value, tuple(Kind)))
    return Kind(value) if value in tuple(Kind) else None


def _check(labels: Labels, heading: Line, word: str, pool: Pool, kind: Kind | None) -> None:
    if word == "task" and pool is Pool.PROBE:
        labels.report.add(heading.number, "a task cannot be a probe", "tasks belong to the lesson")
    if kind is Kind.REVEAL and pool is Pool.PROBE:
        labels.report.add(
            labels.line_of("kind"), "a probe cannot be a reveal question", "a check counts only what can be marked"
        )
    for name in ("fact", "title"):
        line, value = labels.entries.get(name, (0, ""))
        if len(value) > LONGEST_NAME:
            labels.report.add(line, f"`{name.title()}:` is longer than {LONGEST_NAME} characters")


def _tail(line: Line) -> re.Match[str] | None:
    return None if line.is_code else _TAIL.match(line.text)


def _read_tail(lines: Lines, report: Report) -> tuple[tuple[Rich, ...], Rich | None]:
    """The hints and the explanation; each lasts until the next of them."""
    starts = [at for at, line in enumerate(lines) if _tail(line)]
    hints: list[Rich] = []
    whys: list[Rich] = []
    for start, end in spans(lines, starts):
        first = lines[start]
        name, _, value = first.text.partition(":")
        name = name.strip().capitalize()
        text = (first._replace(text=value.strip()), *lines[start + 1 : end])
        if not joined(text):
            report.add(first.number, f"`{name}:` has no text", f"write it on the same line: `{name}: …`")
            continue
        if name == "Why" and whys:
            report.add(first.number, "`Why:` is there twice", "it may hold several paragraphs")
        if name == "Hint" and len(hints) == MOST_HINTS:
            report.add(first.number, f"the question has more than {MOST_HINTS} hints")
        (whys if name == "Why" else hints).append(block(text, report))
    return tuple(hints), whys[0] if whys else None
