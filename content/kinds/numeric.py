"""Numeric: a number is typed, and its unit if that is part of the answer."""

import re
from decimal import Decimal, localcontext

from content.kinds.written import Asked, Field, Handling, Written, fields, one_line, sole
from content.model import Marked, Numeric, Response
from content.numbers import Read, read_number
from content.responses import Form, ResponseInvalid, Slip, typed

MOST_UNITS, LONGEST_UNIT = 10, 40
_TOLERANCE = re.compile(r"\s*(?:±|\+-|\+/-)\s*")
_RANGE = re.compile(r"\s*\.\.\s*")


def _read(written: Written) -> Asked[Numeric]:
    lines, found = fields(written.lines, ("answer", "unit"))
    stem = written.stem(lines)
    answer = sole(written, found, "answer")
    unit = sole(written, found, "unit") if any(one.name == "unit" for one in found) else None
    units, is_optional = _units(written, unit) if unit else ((), False)
    bounds = _bounds(written, answer) if answer else None
    return (stem, Numeric(*bounds, units=units, unit_optional=is_optional)) if bounds else None


def _bounds(written: Written, field: Field) -> tuple[str, str, str] | None:
    """What to show, the lowest and the highest number that is right."""
    value = one_line(written, field)
    if not value:
        return None
    try:
        if ".." in value:
            (first, low), (last, high) = (_number(part) for part in _RANGE.split(value))
            if low > high:
                written.problem("the range ends before it begins", "write the smaller number first", field.line)
            return f"{first} – {last}", str(low), str(high)
        number, *tolerance = _TOLERANCE.split(value)
        shown, middle = _number(number)
        width = _width(middle, *tolerance) if tolerance else Decimal(0)
    except (ValueError, TypeError):
        hint = "write `3.14`, `3.14 ± 0.01`, `3.14 ± 2 %` or `2 .. 3`, with a point, and the unit in `Unit:`"
        written.problem(f"`{value}` is no number", hint, field.line)
        return None
    with localcontext() as context:
        context.prec = 1000
        return shown, str(middle - width), str(middle + width)


def _number(text: str) -> tuple[str, Decimal]:
    read = read_number(text, ".")
    if read is None or read.rest or "," in text:
        raise ValueError
    return " ".join(text.split()), read.value


def _width(middle: Decimal, tolerance: str) -> Decimal:
    share = tolerance.removesuffix("%")
    _, width = _number(share)
    if width < 0:
        raise ValueError
    with localcontext() as context:
        context.prec = 1000
        return width if share == tolerance else abs(middle) * width / 100


def _units(written: Written, field: Field) -> tuple[tuple[str, ...], bool]:
    units = [" ".join(unit.split()) for unit in one_line(written, field).split(",")]
    is_optional = len(units) > 1 and units[-1].casefold() == "optional"
    units = units[:-1] if is_optional else units
    if not all(units) or len(units) > MOST_UNITS or any(len(unit) > LONGEST_UNIT for unit in units):
        written.problem("`Unit:` is a short list of units", "write `Unit: km, kilometres`", field.line)
    elif any(unit[0].isdecimal() for unit in units):
        written.problem("a unit cannot begin with a digit", line=field.line)
    return tuple(units), is_optional


def _given(body: Numeric, form: Form) -> Response:
    text = typed(form, "a")
    if not text:
        raise ResponseInvalid(Slip.NOTHING_WRITTEN)
    read = read_number(text, ".") or read_number(text, ",")
    if read is None or (read.rest and not body.units) or read.rest[:1].isdecimal():
        raise ResponseInvalid(Slip.NOT_A_NUMBER)
    return (text,)


def _mark(body: Numeric, response: Response, decimal: str) -> Marked:
    read = read_number(response[0], decimal)
    is_right = read is not None and Decimal(body.low) <= read.value <= Decimal(body.high) and _has_unit(body, read)
    return Marked(is_right, (is_right,))


def _has_unit(body: Numeric, read: Read) -> bool:
    if not read.rest:
        return not body.units or body.unit_optional
    return "".join(read.rest.split()) in {"".join(unit.split()) for unit in body.units}


NUMERIC = Handling(_read, _given, _mark)
