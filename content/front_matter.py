"""The YAML head of a file, read with the line of each entry.

Nothing is constructed from YAML: values are read as the text they are written in, so that `language: no` stays
Norwegian.
"""

import re
from dataclasses import dataclass, field

import yaml

from content.lines import Lines
from content.problems import Report, nearest

KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
KEY_HINT = "use lower-case letters, digits and single hyphens, at most 80"
LONGEST_KEY, LONGEST_TEXT = 80, 2000
LONGEST_HEAD = 40_000
"""In characters.  A YAML parser takes a second for some two hundred thousand."""

_DEEPEST = 5
_NULL = "tag:yaml.org,2002:null"


@dataclass(slots=True)
class Head:
    """A mapping from the head of a file.  What is never asked for is reported by `close`."""

    report: Report
    line: int
    entries: dict[str, tuple[int, yaml.Node]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def line_of(self, name: str) -> int:
        """Where an entry stands; the head's own line if it is missing."""
        return self.entries[name][0] if name in self.entries else self.line

    def text(self, name: str, default: str | None = None, longest: int = LONGEST_TEXT) -> str:
        """The text of an entry.  Without a default the entry must be there."""
        self.asked.append(name)
        line, node = self.entries.get(name, (self.line, None))
        if node is not None and not isinstance(node, yaml.ScalarNode):
            self.report.add(line, f"`{name}:` must be a text")
            return default or ""
        if node is None or node.tag == _NULL or not node.value.strip():
            if default is None:
                self.report.add(line, f"`{name}:` is missing", f"add a line `{name}: …` to the head")
            return default or ""
        value = str(node.value).strip()
        if len(value) > longest:
            self.report.add(line, f"`{name}:` is longer than {longest} characters")
        return value

    def key(self, name: str) -> str:
        """A key, as the format wants keys."""
        value = self.text(name)
        if value and not is_key(value):
            self.report.add(self.line_of(name), f"`{value}` cannot be a key", KEY_HINT)
        return value

    def one_of(self, name: str, words: tuple[str, ...]) -> str:
        """One of these words."""
        value = self.text(name)
        if value and value not in words:
            self.report.add(self.line_of(name), f"`{name}: {value}` has no meaning", nearest(value, words))
        return value

    def number(self, name: str, low: float, high: float, default: float | None = None) -> float:
        """A number from `low` to `high`."""
        value = self.text(name, "" if default is None else f"{default:g}")
        if re.fullmatch(r"\d{1,6}(?:\.\d{1,6})?", value) and low <= float(value) <= high:
            return float(value)
        self.report.add(self.line_of(name), f"`{name}:` must be a number from {low:g} to {high:g}")
        return low

    def whole(self, name: str, low: int, high: int, default: int | None = None) -> int:
        """A whole number from `low` to `high`."""
        value = self.text(name, "" if default is None else str(default))
        if re.fullmatch(r"[0-9]{1,6}", value) and low <= int(value) <= high:
            return int(value)
        self.report.add(self.line_of(name), f"`{name}:` must be a whole number from {low} to {high}")
        return low

    def heads(self, name: str) -> dict[str, "Head"]:
        """The heads inside an entry, by their keys."""
        self.asked.append(name)
        line, node = self.entries.get(name, (self.line, None))
        if not isinstance(node, yaml.MappingNode) or not node.value:
            self.report.add(line, f"`{name}:` needs at least one entry, each with a key of its own")
            return {}
        found: dict[str, Head] = {}
        for key, (at, inner) in _entries(node, self.report).items():
            if not is_key(key):
                self.report.add(at, f"`{key}` cannot be a key", KEY_HINT)
            if isinstance(inner, yaml.MappingNode):
                found[key] = Head(self.report, at, _entries(inner, self.report))
            else:
                self.report.add(at, f"`{key}:` needs indented lines of its own")
        return found

    def close(self) -> None:
        """Entries that nobody asked for are problems."""
        for name, (line, _) in self.entries.items():
            if name not in self.asked:
                self.report.add(line, f"`{name}:` has no meaning here", nearest(name, self.asked))


def is_key(text: str) -> bool:
    """Whether the format takes this as a key."""
    return len(text) <= LONGEST_KEY and KEY.fullmatch(text) is not None


def read_head(lines: Lines, report: Report) -> tuple[Head | None, Lines]:
    """The head of a file and the lines after it; no head if there is none to be read."""
    if not lines:
        return None, ()
    if lines[0].text.rstrip() != "---":
        report.add(1, "the head is missing", "begin the file with a line `---`, then `key: …`, and `---` again")
        return None, lines
    end = next((at for at, line in enumerate(lines[1:], 1) if line.text.rstrip() == "---"), None)
    if end is None:
        report.add(1, "the head has no end", "close it with a line `---`")
        return None, ()
    return _compose(lines[1:end], report), lines[end + 1 :]


def _compose(lines: Lines, report: Report) -> Head | None:
    text = "\n".join(line.text for line in lines) + "\n"
    if len(text) > LONGEST_HEAD:
        report.add(1, f"the head is longer than {LONGEST_HEAD} characters")
        return None
    try:
        if _is_hostile(text, report):
            return None
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = error.problem or "it cannot be read"
        report.add(mark.line + 2 if mark else 2, f"the head is not YAML: {what}", "put texts with a colon in quotes")
        return None
    except yaml.YAMLError:
        report.add(2, "the head is not YAML")
        return None
    if not isinstance(node, yaml.MappingNode):
        report.add(2, "the head must consist of lines `name: value`")
        return None
    return Head(report, 1, _entries(node, report))


def _is_hostile(text: str, report: Report) -> bool:
    """Whether it uses what can make a small file large, or a parser slow; an author needs none of it."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            report.add(_line(event), "the head uses `&` or `*` names", "put the text in quotes")
            return True
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            report.add(_line(event), "the head is nested too deeply")
            return True
    return False


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 2 if event.start_mark else 2


def _entries(node: yaml.MappingNode, report: Report) -> dict[str, tuple[int, yaml.Node]]:
    found: dict[str, tuple[int, yaml.Node]] = {}
    for name, value in node.value:
        line = name.start_mark.line + 2
        if not isinstance(name, yaml.ScalarNode):
            report.add(line, "a name must be a text")
        elif name.value in found:
            report.add(line, f"`{name.value}:` is there twice", f"first in line {found[name.value][0]}")
        else:
            found[str(name.value)] = (line, value)
    return found
