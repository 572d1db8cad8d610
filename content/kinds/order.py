"""Order: entries are put into their right order."""

import re

from content.kinds.written import Asked, Handling, Written
from content.lines import Line, first_number
from content.markdown import inline
from content.model import Marked, Order, Response
from content.responses import Form, ResponseInvalid, Slip, only, position

FEWEST, MOST = 3, 8
_ENTRY = re.compile(r"(\d{1,3})[.)]\s+(\S.*)$")


def _read(written: Written) -> Asked[Order]:
    start = next((at for at, line in enumerate(written.lines) if _is_entry(line)), len(written.lines))
    stem = written.stem(written.lines[:start])
    drafts: list[list[Line]] = []
    for line in written.lines[start:]:
        entry = None if line.is_code else _ENTRY.match(line.text)
        if entry is not None:
            drafts.append([line._replace(text=entry.group(2))])
            if int(entry.group(1)) != len(drafts):
                written.problem(f"this entry should have the number {len(drafts)}", line=line.number)
        elif not line.is_blank and line.text[0].isspace():
            drafts[-1].append(line._replace(text=line.text.strip()))
        elif not line.is_blank:
            written.problem("this line belongs to no entry", "the question's text stands before the list", line.number)
    if not FEWEST <= len(drafts) <= MOST:
        written.problem(f"the question needs {FEWEST} to {MOST} entries", "number them in the right order: `1. …`")
        return None
    entries = tuple(inline(draft, written.report) for draft in drafts)
    for at, entry_text in enumerate(entries):
        if entry_text.html in {one.html for one in entries[:at]}:
            written.problem("this entry is there twice", line=first_number(drafts[at], written.line))
    return stem, Order(entries)


def _is_entry(line: Line) -> bool:
    return not line.is_code and _ENTRY.match(line.text) is not None


def _given(body: Order, form: Form) -> Response:
    count = len(body.entries)
    places: dict[int, int] = {}
    for entry in range(count):
        place = only(form, f"a{entry}")
        if not place:
            raise ResponseInvalid(Slip.NOTHING_CHOSEN)
        places[position(_before(place), count)] = entry
    if len(places) != count:
        raise ResponseInvalid(Slip.PLACES_REPEATED)
    return tuple(str(places[place]) for place in range(count))


def _before(place: str) -> str:
    """Places count from 1, positions from 0."""
    return str(int(place) - 1) if place.isascii() and place.isdecimal() and len(place) <= 3 else place


def _mark(body: Order, response: Response, _: str) -> Marked:
    parts = tuple(given == str(at) for at, given in enumerate(response[: len(body.entries)]))
    return Marked(all(parts) and len(response) == len(body.entries), parts)


ORDER = Handling(_read, _given, _mark)
