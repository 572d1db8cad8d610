"""A question as a form: what to show for each kind, in the order this learner sees it."""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from markupsafe import Markup

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
from lti_tool.services.views import Position
from lti_tool.words import N_

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
    hints: tuple[Rich, ...] = field(default=())


def plain(rich: Rich) -> str:
    """The text without its markup, for labels and selects."""
    return " ".join(html.unescape(_TAG.sub("", _GAP.sub(BLANK, rich.html))).split())


def question(at: Position, form: Mapping[str, str] | None) -> Asked:
    """The question at this position; `form` holds what was already typed."""
    item = at.item
    assert item is not None
    body, typed = item.body, form or {}
    order = arrange(item, at.step_id)
    stem = Markup(item.stem.html)  # noqa: S704 - cleaned by nh3 when it was published
    shown_hints = item.hints[: at.hints]
    marks = at.marked.parts if at.marked else ()
    match body:
        case Choices():
            many = getattr(form, "getlist", None)
            chosen = at.response if at.response is not None else tuple(many("a")) if many else ()
            options = tuple(
                Option(
                    str(n),
                    body.choices[n].text,
                    plain(body.choices[n].text),
                    str(n) in chosen,
                    0,
                    body.choices[n].right,
                )
                for n in order
            )
            return Asked(item.kind, stem, options=options, hints=shown_hints)
        case Order():
            return Asked(item.kind, stem, options=_places(body, order, at.response, typed, marks), hints=shown_hints)
        case Match():
            rights = tuple(Option(str(n), body.right[n], plain(body.right[n])) for n in order)
            pairs = _pairs(body, at.response, typed, marks)
            return Asked(item.kind, stem, options=rights, pairs=pairs, hints=shown_hints)
        case Cloze():
            given = at.response or tuple(typed.get(f"a{n}", "") for n in range(len(body.gaps)))
            return Asked(
                item.kind,
                stem,
                stem_parts=_cut(item.stem.html),
                gaps=given if len(given) == len(body.gaps) else ("",) * len(body.gaps),
                gap_marks=marks or (False,) * len(body.gaps),
                answers=tuple(gap[0] for gap in body.gaps),
                hints=shown_hints,
            )
        case Reveal():
            text = at.response[0] if at.response else ""
            return Asked(item.kind, stem, answer=body.answer, text=text, hints=shown_hints)
        case ShortText():
            text = at.response[0] if at.response else typed.get("a", "")
            return Asked(item.kind, stem, text=text, answers=body.accepted[:1], hints=shown_hints)
        case Numeric():
            text = at.response[0] if at.response else typed.get("a", "")
            shown = body.shown.replace(".", at.course.decimal)
            answer = f"{shown} {body.units[0]}" if body.units else shown
            return Asked(item.kind, stem, text=text, units=body.units, answers=(answer,), hints=shown_hints)


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


def _pairs(
    body: Match, response: Response | None, typed: Mapping[str, str], marks: tuple[bool, ...]
) -> tuple[Pair, ...]:
    given = response or tuple(typed.get(f"a{n}", "") for n in range(len(body.left)))
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
