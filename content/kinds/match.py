"""Match: each left side gets its right side."""

from dataclasses import dataclass, field

from content.kinds.written import Asked, Handling, Written
from content.lines import Line
from content.markdown import inline
from content.model import Marked, Match, Response, Rich
from content.responses import Form, ResponseInvalid, Slip, only, position

FEWEST, MOST, MOST_EXTRA = 2, 8, 8
_ARROW = "->"


@dataclass(slots=True)
class _Draft:
    left: list[Rich] = field(default_factory=list)
    right: list[Rich] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    extras: list[tuple[int, Rich]] = field(default_factory=list)


def _read(written: Written) -> Asked[Match]:
    start = next((at for at in range(len(written.lines)) if _begins(written, at)), len(written.lines))
    stem = written.stem(written.lines[:start])
    lines = [line for line in written.lines[start:] if not line.is_blank]
    if len(lines) > MOST + MOST_EXTRA:
        written.problem(f"the question has more than {MOST} pairs and {MOST_EXTRA} extra right sides")
        return None
    draft = _Draft()
    for line in lines:
        _add(written, draft, line)
    for number, extra in draft.extras:
        known = len(draft.right)
        if _place(draft.right, extra) < known:
            written.problem("this right side is there already", "an extra one must fit nothing", number)
    if not FEWEST <= len(draft.left) <= MOST:
        written.problem(f"the question needs {FEWEST} to {MOST} pairs", "write them as `left -> right`, one a line")
    elif len(draft.right) < FEWEST:
        written.problem("all pairs have the same right side", "add an extra one: `-> right`")
    return stem, Match(tuple(draft.left), tuple(draft.right), tuple(draft.answers))


def _add(written: Written, draft: _Draft, line: Line) -> None:
    sides = None if line.is_code else _sides(line)
    if sides is None:
        written.problem("this line is no pair", "write `left -> right`", line.number)
        return
    left, right = (inline((line._replace(text=side),), written.report) for side in sides)
    if not sides[0]:
        draft.extras.append((line.number, right))
        return
    if left.html in {one.html for one in draft.left}:
        written.problem("this left side is there twice", line=line.number)
    draft.left.append(left)
    draft.answers.append(_place(draft.right, right))


def _begins(written: Written, at: int) -> bool:
    """The pairs begin with the first line of a paragraph that has an arrow."""
    line = written.lines[at]
    return (at == 0 or written.lines[at - 1].is_blank) and not line.is_code and _sides(line) is not None


def _sides(line: Line) -> tuple[str, str] | None:
    """What stands on both sides of the arrow; nothing at the left of an extra one."""
    left, arrow, right = f" {line.text.strip()} ".partition(f" {_ARROW} ")
    return (left.strip(), right.strip()) if arrow and right.strip() else None


def _place(right: list[Rich], side: Rich) -> int:
    """The position of this right side, which is added if it is new: several left sides may share one."""
    known = next((at for at, one in enumerate(right) if one.html == side.html), None)
    if known is not None:
        return known
    right.append(side)
    return len(right) - 1


def _given(body: Match, form: Form) -> Response:
    values = [only(form, f"a{at}") for at in range(len(body.left))]
    if not any(values):
        raise ResponseInvalid(Slip.NOTHING_CHOSEN)
    if not all(values):
        raise ResponseInvalid(Slip.GAPS_EMPTY)
    return tuple(str(position(value, len(body.right))) for value in values)


def _mark(body: Match, response: Response, _: str) -> Marked:
    parts = tuple(given == str(answer) for given, answer in zip(response, body.answers, strict=False))
    return Marked(all(parts) and len(response) == len(body.answers), parts)


MATCH = Handling(_read, _given, _mark)
