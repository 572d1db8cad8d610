"""A question as a form: what to show for each kind, in the order this learner sees it."""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from content.marking import Slip, arrange
from content.model import (
    GAP_CLOSE,
    GAP_OPEN,
    Choices,
    Cloze,
    Kind,
    Match,
    Numeric,
    Order,
    Response,
    Reveal,
    Rich,
    ShortText,
)
from lti_tool.services.tries import ProbeAnswer
from lti_tool.services.views import Position
from lti_tool.services.work import Given
from lti_tool.words import N_

Shown: TypeAlias = Position | Given | ProbeAnswer
"""A question to answer, or one that was answered."""
Typed: TypeAlias = MultiDict[str, str]
_GAP = re.compile(f"{GAP_OPEN}(\\d+){GAP_CLOSE}")
_TAG = re.compile(r"<[^>]*>")
BLANK = "____"
SLIPS = {
    Slip.NOTHING_CHOSEN: N_("Choose an answer first, or say that you don’t know yet."),
    Slip.NOTHING_WRITTEN: N_("Write an answer first, or say that you don’t know yet."),
    Slip.NOT_A_NUMBER: N_("Write your answer as a number, such as 12 or 3.5."),
    Slip.PLACES_REPEATED: N_("Two lines have the same place. Give each line a place of its own."),
    Slip.GAPS_EMPTY: N_("Something is still empty. Fill it, or say that you don’t know yet."),
    Slip.TOO_LONG: N_("That is longer than an answer can be. Shorten it to 500 characters."),
    Slip.NOT_OFFERED: N_("That answer was not among those offered. Choose again."),
}
"""What to tell a learner whose answer cannot be marked yet; nothing was counted."""


@dataclass(frozen=True, slots=True)
class Option:
    """Something to choose or to place."""

    value: str
    text: Rich
    plain: str
    is_chosen: bool = False
    place: int = 0
    """Order: the place from 1 that stands in its select."""
    is_right: bool | None = None

    @property
    def number(self) -> int:
        """The position in the author's file."""
        return int(self.value)


@dataclass(frozen=True, slots=True)
class Pair:
    """A left side and what was matched to it."""

    name: str
    left: Rich
    plain: str
    chosen: str
    answer: Rich | None
    is_right: bool | None


@dataclass(frozen=True, slots=True)
class Asked:
    """A question ready for its template."""

    kind: Kind
    stem: Markup
    stem_parts: tuple[Markup | int, ...] = ()
    """Cloze: the stem cut at its gaps; a number stands for that gap."""
    options: tuple[Option, ...] = ()
    pairs: tuple[Pair, ...] = ()
    text: str = ""
    gaps: tuple[str, ...] = ()
    gap_marks: tuple[bool, ...] = ()
    units: tuple[str, ...] = ()
    answer: Rich | None = None
    answers: tuple[str, ...] = ()
    """The right answer in words, for text, number and gaps."""
    hints: tuple[Rich, ...] = ()


def plain(rich: Rich) -> str:
    """The text without its markup, for labels and selects."""
    return " ".join(html.unescape(_TAG.sub("", _GAP.sub(BLANK, rich.html))).split())


def question(at: Shown, typed: Typed) -> Asked:
    """The question at this position; `typed` is the form as it was sent, if it was."""
    item = at.item
    assert item is not None
    asked = Asked(item.kind, Markup(item.stem.html), hints=item.hints[: at.hints])  # noqa: S704 - cleaned by nh3 when it was published
    match item.body:
        case Choices() as body:
            return replace(asked, options=_choices(body, arrange(item, at.step_id), at.response, typed))
        case Order() as body:
            return replace(asked, options=_places(body, arrange(item, at.step_id), at.response, typed, _marks(at)))
        case Match() as body:
            rights = tuple(Option(str(n), body.right[n], plain(body.right[n])) for n in arrange(item, at.step_id))
            return replace(asked, options=rights, pairs=_pairs(body, at, typed))
        case Cloze() as body:
            return _with_gaps(asked, body, at, typed)
        case Reveal() as body:
            return replace(asked, answer=body.answer)
        case ShortText() as body:
            return replace(asked, text=_text(at, typed), answers=body.accepted[:1])
        case Numeric() as body:
            answers = (_number(body, at.course.decimal),)
            return replace(asked, text=_text(at, typed), units=body.units, answers=answers)


def _choices(body: Choices, order: tuple[int, ...], response: Response | None, typed: Typed) -> tuple[Option, ...]:
    chosen = typed.getlist("a") if response is None else response
    return tuple(
        Option(
            str(n),
            body.choices[n].text,
            plain(body.choices[n].text),
            is_chosen=str(n) in chosen,
            is_right=body.choices[n].right,
        )
        for n in order
    )


def _with_gaps(asked: Asked, body: Cloze, at: Shown, typed: Typed) -> Asked:
    assert at.item is not None
    count = len(body.gaps)
    given = at.response or tuple(typed.get(f"a{n}", "") for n in range(count))
    return replace(
        asked,
        stem_parts=_cut(at.item.stem.html),
        gaps=given if len(given) == count else ("",) * count,
        gap_marks=_marks(at) or (False,) * count,
        answers=tuple(gap[0] for gap in body.gaps),
    )


def _marks(at: Shown) -> tuple[bool, ...]:
    """The verdict on each part; none before the answer."""
    return at.marked.parts if at.marked else ()


def _text(at: Shown, typed: Typed) -> str:
    return typed.get("a", "") if at.response is None else "".join(at.response)


def _number(body: Numeric, decimal: str) -> str:
    shown = body.shown.replace(".", decimal)
    return f"{shown} {body.units[0]}" if body.units else shown


def _places(
    body: Order, order: tuple[int, ...], response: Response | None, typed: Mapping[str, str], marks: tuple[bool, ...]
) -> tuple[Option, ...]:
    shown = tuple(int(n) for n in response) if response else order
    options = []
    for place, n in enumerate(shown, 1):
        wished = typed.get(f"a{n}", "")
        stands = int(wished) if wished.isdecimal() and len(wished) <= 3 else place
        options.append(
            Option(str(n), body.entries[n], plain(body.entries[n]), False, stands, n == place - 1 if marks else None)
        )
    return tuple(options)


def _pairs(body: Match, at: Shown, typed: Typed) -> tuple[Pair, ...]:
    marks = _marks(at)
    given = at.response or tuple(typed.get(f"a{n}", "") for n in range(len(body.left)))
    return tuple(
        Pair(
            name=f"a{n}",
            left=left,
            plain=plain(left),
            chosen=given[n] if n < len(given) else "",
            answer=body.right[body.answers[n]],
            is_right=marks[n] if n < len(marks) else None,
        )
        for n, left in enumerate(body.left)
    )


def _cut(stem: str) -> tuple[Markup | int, ...]:
    parts = _GAP.split(stem)
    return tuple(int(part) if n % 2 else Markup(part) for n, part in enumerate(parts))  # noqa: S704 - cleaned at publishing
