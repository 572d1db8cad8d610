"""A file as numbered lines, and which of them are code."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeAlias

from content.model import GAP_CLOSE, GAP_OPEN
from content.problems import Report

LARGEST_FILE = 256 * 1024
"""In bytes.  A lesson of five minutes has some ten thousand."""
MOST_LINES = 5000
"""A lesson of five minutes has some four hundred."""

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})\s*([^`]*)$")


class Line(NamedTuple):
    """A line of a file.  Between fences, and on them, nothing but Markdown has a meaning."""

    number: int
    text: str
    is_code: bool = False

    @property
    def is_blank(self) -> bool:
        """Nothing can be seen on it."""
        return not self.text.strip()


Lines: TypeAlias = Sequence[Line]


def read_lines(data: bytes, report: Report) -> tuple[Line, ...]:
    """The lines of a file; a byte order mark and Windows line ends are as if they were not there."""
    if len(data) > LARGEST_FILE:
        report.add(1, f"the file is larger than {LARGEST_FILE // 1024} kB", "split it into lessons")
        return ()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        report.add(data[: error.start].count(b"\n") + 1, "the file is not UTF-8", "save it with the encoding UTF-8")
        return ()
    texts = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if len(texts) > MOST_LINES:
        report.add(MOST_LINES + 1, f"the file has more than {MOST_LINES} lines", "split it into lessons")
        return ()
    for number, one in enumerate(texts, 1):
        _refuse_characters(number, one, report)
    return _with_code(texts, report)


def _refuse_characters(number: int, text: str, report: Report) -> None:
    for character in sorted(set(text)):
        is_control = unicodedata.category(character) == "Cc" and character != "\t"
        if is_control or character in (GAP_OPEN, GAP_CLOSE):
            report.add(number, f"the character U+{ord(character):04X} cannot be shown", "delete it")


def _with_code(texts: Sequence[str], report: Report) -> tuple[Line, ...]:
    lines = [Line(number, text) for number, text in enumerate(texts, 1)]
    at = 0
    while at < len(lines):
        fence = _FENCE.match(lines[at].text)
        if fence is None:
            at += 1
            continue
        end = _fence_end(lines, at, fence.group(1), report)
        for inside in range(at, end + 1):
            lines[inside] = lines[inside]._replace(is_code=True)
        at = end + 1
    return tuple(lines)


def _fence_end(lines: Lines, start: int, fence: str, report: Report) -> int:
    """Where the code ends.  A block without an end is its first line only: what follows is still checked."""
    for at in range(start + 1, len(lines)):
        other = _FENCE.match(lines[at].text)
        if other is None or other.group(1)[0] != fence[0] or len(other.group(1)) < len(fence):
            continue
        if not other.group(2).strip():
            return at
        break
    report.add(lines[start].number, "this code block has no end", f"close it with a line `{fence}`")
    return start


def spans(lines: Lines, starts: Sequence[int]) -> Iterator[tuple[int, int]]:
    """From each of these starts to the next, and from the last to the end."""
    return zip(starts, [*starts, len(lines)][1:], strict=True)


def trimmed(lines: Lines) -> Lines:
    """The same lines without blank ones at both ends."""
    seen = [at for at, line in enumerate(lines) if not line.is_blank]
    return lines[seen[0] : seen[-1] + 1] if seen else ()


def joined(lines: Lines) -> str:
    """The lines as one text, without blank lines at both ends."""
    return "\n".join(line.text.rstrip() for line in trimmed(lines))


def first_number(lines: Lines, otherwise: int) -> int:
    """The number of the first line that is not blank."""
    return next((line.number for line in lines if not line.is_blank), otherwise)
