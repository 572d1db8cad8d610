"""A row of a table becomes a question as an author would write it.

Cells hold Markdown.  Whatever in them would begin something else in a lesson file (a card, a question, an answer, a
hint) gets a backslash before it, so that it is only text.
"""

import re

from content.exchange.columns import LABELS, kind_named, truth_named
from content.exchange.text_table import Row
from content.lines import read_lines
from content.model import Kind
from content.numbers import read_number
from content.problems import Report
from content.questions import LONGEST_NAME

_LINES, _PARTED = re.compile("\n"), re.compile(r"[|\n]")
_LABEL = re.compile(r"(\s*(?:answer|or|not|unit|if true|if false|hint|why)\s*)(:)", re.IGNORECASE)
_BEGINS = re.compile(r"(\s*)(#|[(\[][ xX]?[)\]](?:\s|$))")
_ENTRY = re.compile(r"(\d{1,3})([.)])(?=\s)")
_FENCE = re.compile("`{3}|~{3}")
_BETWEEN = re.compile(r"(\s*(?:±|\+-|\+/-|\.\.)\s*)")
_ARROW = re.compile(r"\s*(?:->|=>|→|⇒)\s*")
_GAP = re.compile(r"\{\{[^{}]*\}\}")
_SIGNS = re.compile(r"[`*#$\\]")
_CHOICES = {Kind.SINGLE_CHOICE: ("(x)", "( )"), Kind.MULTIPLE_CHOICE: ("[x]", "[ ]")}


def kind_of(row: Row) -> Kind | None:
    """The kind that the row names, or else shows; none if it names one that we do not know."""
    told = row.text("kind")
    if told and told.casefold() not in ("choice", "mc", "mcq"):
        return kind_named(told)
    rights = _several(row, "right")
    if "{{" in row.text("question"):
        return Kind.CLOZE
    if len(rights) > 1 and all(_ARROW.search(one) for one in rights):
        return Kind.MATCH
    if row.texts("wrong"):
        return Kind.SINGLE_CHOICE if len(rights) < 2 else Kind.MULTIPLE_CHOICE
    if truth_named(row.text("right")):
        return Kind.TRUE_OR_FALSE
    numbers = [read_number(part, ".") for part in _BETWEEN.split(_one_line(row.text("right")))[::2]]
    return Kind.NUMERIC if all(read is not None and not read.rest for read in numbers) else Kind.SHORT_TEXT


def question(row: Row, kind: Kind, key: str, outcome: str, decimal: str) -> list[str]:
    """The lines of the row's question."""
    word = "Task" if row.text("task").casefold() in ("yes", "x", "1", "true") else "Question"
    lines = [f"## {word}: {key}", "", f"Kind: {kind}", f"Outcome: {outcome}"]
    for name in LABELS:
        value = _one_line(row.text(name)) or (_short(row.text("question")) if name == "title" else "")
        lines += [f"{name.title()}: {value}"] if value else []
    lines += ["", *_guarded(row.text("question"), kind)]
    answers = _answers(row, kind, decimal)
    lines += ["", *answers] if answers else []
    for hint in row.texts("hint"):
        lines += ["", *_field("Hint", hint)]
    if row.texts("explanation"):
        lines += ["", *_field("Why", row.lines("explanation"))]
    return [*lines, ""]


def without_gaps(text: str) -> str:
    """The text of a question, its gaps left open: what stands in them is the answer."""
    return _GAP.sub("…", text)


def _short(text: str) -> str:
    """A name for lists: the first words of a question, without signs of Markdown."""
    plain = _SIGNS.sub("", _one_line(without_gaps(text)))
    return plain if len(plain) <= LONGEST_NAME else f"{plain[: LONGEST_NAME - 1].rsplit(' ', 1)[0]}…"


def code_problem(row: Row) -> str:
    """What is wrong with the code blocks of a cell; nothing if each ends where it should."""
    for name in ("question", "right", "hint", "explanation"):
        for text in row.texts(name):
            report = Report(name)
            read_lines(text.encode(), report)
            if report.problems:
                return f"in `{name}`: {report.problems[0].message}"
    return ""


def _answers(row: Row, kind: Kind, decimal: str) -> list[str]:
    match kind:
        case Kind.SINGLE_CHOICE | Kind.MULTIPLE_CHOICE:
            return _choices(row, kind)
        case Kind.TRUE_OR_FALSE:
            return _truth(row)
        case Kind.SHORT_TEXT:
            return _short_text(row)
        case Kind.NUMERIC:
            return _numeric(row, decimal)
        case Kind.ORDER:
            return [f"{number}. {one}" for number, one in enumerate(_several(row, "right"), 1)]
        case Kind.MATCH:
            return _pairs(row)
        case Kind.REVEAL:
            return _field("Answer", row.lines("right"))
        case Kind.CLOZE:
            return []


def _choices(row: Row, kind: Kind) -> list[str]:
    right, wrong = _CHOICES[kind]
    rights = _several(row, "right", _PARTED if row.text("kind") and kind is Kind.MULTIPLE_CHOICE else _LINES)
    lines = [f"{right} {one}" for one in rights]
    for number, text in sorted(row.cells.get("wrong", {}).items()):
        if text:
            lines.append(f"{wrong} {_one_line(text)}")
            said = _one_line(_feedback(row, number))
            lines += [f"    > {said}"] if said else []
    return lines


def _truth(row: Row) -> list[str]:
    value = truth_named(row.text("right")) or _one_line(row.text("right"))
    said = _one_line(row.text("feedback"))
    other = "false" if value == "true" else "true"
    return [f"Answer: {value}", *([f"If {other}: {said}"] if said else [])]


def _short_text(row: Row) -> list[str]:
    first, *others = _several(row, "right", _PARTED) or [""]
    lines = [f"Answer: {first}", *(f"Or: {one}" for one in others)]
    for number, text in sorted(row.cells.get("wrong", {}).items()):
        said = _one_line(_feedback(row, number))
        lines += [f"Not: {_one_line(text)} > {said}"] if text and said else []
    return lines


def _feedback(row: Row, number: int) -> str:
    return row.cells.get("feedback", {}).get(number, "")


def _numeric(row: Row, decimal: str) -> list[str]:
    parts = _BETWEEN.split(_one_line(row.text("right")))
    read = [read_number(part, decimal) for part in parts[::2]]
    units = _one_line(row.text("unit"))
    if len(read) == 1 and read[0] is not None and read[0].rest and not units:
        units, parts[0] = read[0].rest, f"{read[0].value:f}"
    else:
        parts[::2] = [
            f"{one.value:f}" if one and not one.rest and "," in part else part
            for part, one in zip(parts[::2], read, strict=True)
        ]
    within = _one_line(row.text("tolerance")).lstrip("± ")
    if within and len(parts) == 1:
        width = read_number(within, decimal)
        share = " %" if width is not None and width.rest == "%" else ""
        parts += [" ± ", f"{abs(width.value):f}{share}" if width is not None and width.rest in ("", "%") else within]
    return [f"Answer: {''.join(parts)}", *([f"Unit: {units}"] if units else [])]


def _pairs(row: Row) -> list[str]:
    pairs = [" -> ".join(_ARROW.split(one, 1)) for one in _several(row, "right")]
    extras = [f"-> {_one_line(one)}" for one in row.texts("wrong")]
    return [_FENCE.sub(r"\\\g<0>", _line(one), count=1) if _FENCE.match(one) else _line(one) for one in pairs + extras]


def _several(row: Row, name: str, parted: re.Pattern[str] = _LINES) -> list[str]:
    """What stands in these columns, and in each of them on lines of its own."""
    return [one for text in row.texts(name) for part in parted.split(text) if (one := _one_line(part))]


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _field(name: str, text: str) -> list[str]:
    """The field in a lesson file; code, and whatever else has several lines, begins below its name."""
    first, *rest = _guarded(text.strip(), None)
    return [f"{name}: {first}"] if not rest else [f"{name}:", first, *rest]


def _guarded(text: str, kind: Kind | None) -> list[str]:
    """The lines of a cell, none of which begins something else in a lesson file."""
    lines = read_lines(text.encode(), Report(""))
    return [line.text.rstrip() if line.is_code else _line(line.text.rstrip(), kind) for line in lines]


def _line(text: str, kind: Kind | None = None) -> str:
    text = _LABEL.sub(r"\1\\\2", text) if _LABEL.match(text) else text
    text = _BEGINS.sub(r"\1\\\2", text, count=1) if _BEGINS.match(text) else text
    if kind is Kind.ORDER:
        text = _ENTRY.sub(r"\1\\\2", text) if _ENTRY.match(text) else text
    if kind is Kind.MATCH:
        text = text.replace("->", r"-\>")
    return text
