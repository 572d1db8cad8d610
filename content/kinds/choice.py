"""Single choice, multiple choice, and true or false: positions are chosen."""

import re
from dataclasses import dataclass, field

from content.kinds.written import MOST_ANSWERS, Asked, Field, Handling, Written, fields, one_line, sole
from content.lines import Line, Lines, joined
from content.markdown import block, inline
from content.model import Choice, Choices, Kind, Marked, Response, Rich
from content.responses import Form, ResponseInvalid, Slip, position

_MARK = re.compile(r"([(\[])([ xX]?)[)\]](?:\s+(.*))?$")
_FEEDBACK = re.compile(r"\s+> ?(.*)$")
_OPENS = {Kind.SINGLE_CHOICE: "(", Kind.MULTIPLE_CHOICE: "["}
_SHAPES = {Kind.SINGLE_CHOICE: "( ) and (x)", Kind.MULTIPLE_CHOICE: "[ ] and [x]"}
_TRUTH = {
    "cs": ("Pravda", "Nepravda"),
    "da": ("Sandt", "Falsk"),
    "de": ("Richtig", "Falsch"),
    "en": ("True", "False"),
    "es": ("Verdadero", "Falso"),
    "fi": ("Oikein", "Väärin"),
    "fr": ("Vrai", "Faux"),
    "it": ("Vero", "Falso"),
    "nb": ("Sant", "Usant"),
    "nl": ("Waar", "Onwaar"),
    "pl": ("Prawda", "Fałsz"),
    "pt": ("Verdadeiro", "Falso"),
    "sv": ("Sant", "Falskt"),
}
"""The two answers in the language of the course; English where we do not know better."""


@dataclass(slots=True)
class _Draft:
    line: int
    right: bool
    text: list[Line]
    feedback: list[Line] = field(default_factory=list)


def _read(written: Written) -> Asked[Choices]:
    start = next((at for at, line in enumerate(written.lines) if _is_choice(line)), len(written.lines))
    stem = written.stem(written.lines[:start])
    drafts = _drafts(written, written.lines[start:])
    choices = tuple(_choice(written, draft) for draft in drafts)
    _check(written, drafts, choices)
    return stem, Choices(choices, shuffle=written.labels.yes("shuffle", default=True))


def _is_choice(line: Line) -> bool:
    return not line.is_code and _MARK.match(line.text) is not None


def _drafts(written: Written, lines: Lines) -> list[_Draft]:
    drafts: list[_Draft] = []
    for line in lines:
        mark = None if line.is_code else _MARK.match(line.text)
        if mark is not None:
            if mark.group(1) != _OPENS[written.kind]:
                written.problem(
                    f"this is no answer to a {written.kind} question",
                    f"begin its lines with {_SHAPES[written.kind]}",
                    line.number,
                )
            drafts.append(_Draft(line.number, mark.group(2).strip() != "", [line._replace(text=mark.group(3) or "")]))
        elif line.is_blank:
            continue
        elif feedback := _FEEDBACK.match(line.text):
            drafts[-1].feedback.append(line._replace(text=feedback.group(1)))
        elif line.text[0].isspace() and not drafts[-1].feedback:
            drafts[-1].text.append(line._replace(text=line.text.strip()))
        else:
            written.problem(
                "this line belongs to no choice", "indent what goes on, and begin feedback with `>`", line.number
            )
    return drafts


def _choice(written: Written, draft: _Draft) -> Choice:
    if not joined(draft.text):
        written.problem("this choice is empty", line=draft.line)
    feedback = block(draft.feedback, written.report) if joined(draft.feedback) else None
    return Choice(inline(draft.text, written.report), draft.right, feedback)


def _check(written: Written, drafts: list[_Draft], choices: tuple[Choice, ...]) -> None:
    shape, right = _SHAPES[written.kind], [draft for draft in drafts if draft.right]
    if len(drafts) < 2:
        written.problem("the question needs two choices or more", f"begin their lines with {shape}")
    elif not right:
        written.problem("no choice is marked as right", f"mark it: {shape}", drafts[0].line)
    if len(drafts) > MOST_ANSWERS:
        written.problem(f"the question has more than {MOST_ANSWERS} choices", line=drafts[MOST_ANSWERS].line)
    if written.kind is Kind.SINGLE_CHOICE:
        for draft in right[1:]:
            written.problem(
                "a second choice is marked as right", "use `Kind: multiple choice` if several are", draft.line
            )
    seen: dict[str, int] = {}
    for draft, choice in zip(drafts, choices, strict=True):
        first = seen.setdefault(choice.text.html, draft.line)
        if first != draft.line and choice.text.html:
            written.problem("this choice is there twice", f"first in line {first}", draft.line)


def _read_truth(written: Written) -> Asked[Choices]:
    lines, found = fields(written.lines, ("answer", "if true", "if false"))
    stem = written.stem(lines)
    answer = sole(written, found, "answer")
    value = one_line(written, answer).casefold() if answer else ""
    if answer and value and value not in ("true", "false"):
        written.problem(f"`Answer: {value}` has no meaning", "write `Answer: true` or `Answer: false`", answer.line)
    words = _TRUTH.get(written.language.partition("-")[0].casefold(), _TRUTH["en"])
    choices = tuple(
        Choice(Rich(word, word), name == value, _feedback(written, found, f"if {name}"))
        for name, word in zip(("true", "false"), words, strict=True)
    )
    return stem, Choices(choices, shuffle=False)


def _feedback(written: Written, found: tuple[Field, ...], name: str) -> Rich | None:
    if not any(one.name == name for one in found):
        return None
    said = sole(written, found, name)
    if said is None or not said.text:
        written.problem(f"`{name.capitalize()}:` is empty", line=said.line if said else written.line)
        return None
    return block(said.lines, written.report)


def _given_one(body: Choices, form: Form) -> Response:
    chosen = _given_many(body, form)
    if len(chosen) != 1:
        raise ResponseInvalid(Slip.NOT_OFFERED)
    return chosen


def _given_many(body: Choices, form: Form) -> Response:
    values = form.get("a") or ()
    if not values:
        raise ResponseInvalid(Slip.NOTHING_CHOSEN)
    if len(values) > len(body.choices):
        raise ResponseInvalid(Slip.NOT_OFFERED)
    return tuple(str(number) for number in sorted({position(value, len(body.choices)) for value in values}))


def _mark(body: Choices, response: Response, _: str) -> Marked:
    chosen = set(response)
    parts = tuple((str(at) in chosen) == choice.right for at, choice in enumerate(body.choices))
    said = (choice.feedback for at, choice in enumerate(body.choices) if str(at) in chosen)
    is_right = all(parts) and len(chosen) == sum(choice.right for choice in body.choices)
    return Marked(is_right, parts, tuple(one for one in said if one is not None))


SINGLE_CHOICE = Handling(_read, _given_one, _mark)
MULTIPLE_CHOICE = Handling(_read, _given_many, _mark)
TRUE_OR_FALSE = Handling(_read_truth, _given_one, _mark)
