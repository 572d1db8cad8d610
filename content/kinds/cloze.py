"""Cloze: gaps in the question's text are filled."""

import re
from itertools import count

from content.kinds.writing import is_close, normal, read_leniency
from content.kinds.written import LONGEST_ANSWER, MOST_ANSWERS, Asked, Handling, Written
from content.lines import Line
from content.model import GAP_CLOSE, GAP_OPEN, Cloze, Marked, Response, Rich
from content.responses import Form, ResponseInvalid, Slip, typed

MOST_GAPS = 20
_GAP = re.compile(r"(-*)\{\{([^{}]*)\}\}")
"""A gap, and the dashes right before it."""


def _read(written: Written) -> Asked[Cloze]:
    leniency = read_leniency(written.labels)
    found = [(line, gap) for line in written.lines for gap in _GAP.finditer(line.text)]
    gaps = tuple(_with_dashes(gap[1], _answers(written, line, gap[2])) for line, gap in found)
    places = [line.number for line, _ in found]
    numbers = count()
    lines = []
    for line in written.lines:
        lines.append(
            line._replace(text=_GAP.sub(lambda gap: f"{gap[1]}{GAP_OPEN}{next(numbers)}{GAP_CLOSE}", line.text))
        )
        if "{{" in lines[-1].text:
            written.problem("this gap has no end, or braces in it", "close it with `}}` on the same line", line.number)
    if not gaps:
        written.problem("the text has no gap", "put two braces around each: `{{word}}`")
    if len(gaps) > MOST_GAPS:
        written.problem(f"the text has more than {MOST_GAPS} gaps", line=places[MOST_GAPS])
        return None
    stem = written.stem(lines)
    for number, line_number in enumerate(places):
        _check_place(written, stem.html, number, line_number)
    source = "\n".join(line.text.rstrip() for line in written.lines).strip("\n")
    return Rich(source, stem.html), Cloze(gaps, leniency)


def _answers(written: Written, line: Line, text: str) -> tuple[str, ...]:
    answers = tuple(answer.strip() for answer in text.split("|"))
    if not all(answers):
        written.problem(f"the gap `{{{{{text[:40]}}}}}` has an empty answer", "write `{{one|another}}`", line.number)
    if len(answers) > MOST_ANSWERS or len(text) > LONGEST_ANSWER:
        written.problem("the gap has too many answers, or too long ones", line=line.number)
    return answers


def _with_dashes(dashes: str, answers: tuple[str, ...]) -> tuple[str, ...]:
    """After `--`, an answer that begins with `--` once more is the same answer."""
    return tuple(dict.fromkeys((*answers, *(dashes + answer for answer in answers))))


def _check_place(written: Written, html: str, number: int, line: int) -> None:
    """A gap becomes a field, so it must stand once, in text."""
    sign = f"{GAP_OPEN}{number}{GAP_CLOSE}"
    if html.count(sign) != 1 or re.search(f"<[^>]*{sign}", html):
        written.problem("a gap cannot stand here", "put it into text or code", line)


def _given(body: Cloze, form: Form) -> Response:
    texts = tuple(typed(form, f"a{number}") for number in range(len(body.gaps)))
    if not all(texts):
        raise ResponseInvalid(Slip.GAPS_EMPTY)
    return texts


def _mark(body: Cloze, response: Response, _: str) -> Marked:
    parts = tuple(
        any(is_close(normal(text, body.leniency), normal(one, body.leniency), body.leniency) for one in accepted)
        for text, accepted in zip(response, body.gaps, strict=False)
    )
    return Marked(all(parts) and len(response) == len(body.gaps), parts)


CLOZE = Handling(_read, _given, _mark)
