"""The lines `Name: value` after a question's heading."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from content.lines import Lines
from content.problems import Report, nearest

_LABEL = re.compile(r"([A-Za-z][A-Za-z ]{0,30}?)\s*:(?:\s+(.*))?$")


@dataclass(slots=True)
class Labels:
    """What the labels of one question say.  What is never asked for is reported by `close`."""

    report: Report
    line: int
    entries: dict[str, tuple[int, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def line_of(self, name: str) -> int:
        """Where a label stands; the question's own line if it is missing."""
        return self.entries[name][0] if name in self.entries else self.line

    def text(self, name: str) -> str:
        """What the label says; nothing if it is missing."""
        self.asked.append(name)
        return self.entries[name][1] if name in self.entries else ""

    def needed(self, name: str) -> str:
        """What the label says; it must be there."""
        value = self.text(name)
        if not value:
            self.report.add(
                self.line_of(name), f"`{name.title()}:` is missing", "add it right below the question's heading"
            )
        return value

    def one_of(self, name: str, words: Collection[str], default: str) -> str:
        """One of these words."""
        value = self.text(name).casefold() or default
        if value not in words:
            self.report.add(self.line_of(name), f"`{name.title()}: {value}` has no meaning", nearest(value, words))
            return default
        return value

    def yes(self, name: str, *, default: bool) -> bool:
        """Yes or no."""
        return self.one_of(name, ("yes", "no"), "yes" if default else "no") == "yes"

    def whole(self, name: str, low: int, high: int, default: int) -> int:
        """A whole number from `low` to `high`."""
        value = self.text(name) or str(default)
        if re.fullmatch(r"[0-9]{1,6}", value) and low <= int(value) <= high:
            return int(value)
        self.report.add(self.line_of(name), f"`{name.title()}:` must be a whole number from {low} to {high}")
        return default

    def close(self) -> None:
        """Labels that nobody asked for are problems."""
        for name, (line, _) in self.entries.items():
            if name not in self.asked:
                known = sorted(set(self.asked))
                self.report.add(line, f"`{name.title()}:` has no meaning for this question", nearest(name, known))


def read_labels(lines: Lines, line: int, report: Report) -> tuple[Labels, Lines]:
    """The labels at the top of these lines, up to the first blank one, and the lines after them."""
    labels = Labels(report, line)
    start = next((at for at, one in enumerate(lines) if not one.is_blank), len(lines))
    end = next((at for at in range(start, len(lines)) if lines[at].is_blank), len(lines))
    for one in lines[start:end]:
        found = None if one.is_code else _LABEL.match(one.text)
        if found is None:
            report.add(one.number, "this is not a line `Name: value`", "put a blank line before the question's text")
            continue
        name = " ".join(found.group(1).casefold().split())
        if name in labels.entries:
            report.add(one.number, f"`{name.title()}:` is there twice", f"first in line {labels.entries[name][0]}")
        else:
            labels.entries[name] = (one.number, (found.group(2) or "").strip())
    return labels, lines[end:]
