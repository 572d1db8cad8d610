"""Numbers as people write them, read as decimals.  No floats: 0.1 stays 0.1."""

import re
from decimal import Decimal
from typing import NamedTuple

MOST_DIGITS = 40
MOST_EXPONENT = 400
"""Nothing that is counted or measured is larger; more would only cost time."""

_SPACES = "\u0020\u00a0\u2009\u202f\u2007"
_MINUS = "\u2212\u2010\u2011\u2013-"
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_NUMBER = re.compile(
    rf"""(?P<sign>[+{_MINUS}]?)[{_SPACES}]?
    (?P<digits>[0-9.,](?:[0-9.,'’_]|[{_SPACES}](?=[0-9]{{3}}(?![0-9])))*)
    (?:
        [eE](?P<e>[+{_MINUS}]?[0-9]{{1,6}})(?![0-9])
      | [{_SPACES}]?[×x*·⋅][{_SPACES}]?10(?:[{_SPACES}]?(?:\^|\*\*)[{_SPACES}]?\(?(?P<power>[+{_MINUS}]?[0-9]{{1,6}})\)?
        |(?P<raised>[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{{1,6}}))(?![0-9])
    )?""",
    re.VERBOSE,
)
_GROUPED = r"[0-9]{1,3}(?:%s[0-9]{3})+"


class Read(NamedTuple):
    """A number, and what stands behind it."""

    value: Decimal
    rest: str


def read_number(text: str, decimal: str) -> Read | None:
    """The number at the beginning of the text, `decimal` being the sign before its fraction.

    The other sign is taken as well where it can mean nothing else: `1,5`, but not `1,500`, which is fifteen hundred
    where the decimal sign is a point.  Groups of three digits may stand apart.
    """
    text = text.strip()
    found = _NUMBER.match(text)
    if found is None:
        return None
    digits = _plain(found["digits"].rstrip(_SPACES), decimal)
    exponent = _exponent(found["e"] or found["power"] or (found["raised"] or "").translate(_SUPERSCRIPTS))
    if digits is None or exponent is None or len(digits) > MOST_DIGITS:
        return None
    sign = "-" if found["sign"] and found["sign"] in _MINUS else ""
    return Read(Decimal(f"{sign}{digits}e{exponent}"), text[found.end() :].strip())


def _exponent(text: str) -> int | None:
    for sign in _MINUS:
        text = text.replace(sign, "-")
    exponent = int(text) if text else 0
    return exponent if abs(exponent) <= MOST_EXPONENT else None


def _plain(digits: str, decimal: str) -> str | None:
    """The digits with a point and without groups; nothing if they are no number, or not clearly one."""
    whole, fraction = _parted(digits, decimal)
    if not fraction.isdecimal() and fraction:
        return None
    groups = re.sub("[.,'’_\\s]", ",", whole) if len(set(re.findall("[^0-9]", whole))) == 1 else whole
    if groups.isdecimal() or not groups:
        plain = groups
    elif re.fullmatch(_GROUPED % ",", groups):
        plain = groups.replace(",", "")
    else:
        return None
    if not plain and not fraction:
        return None
    return f"{plain or '0'}.{fraction}" if fraction else plain


def _parted(digits: str, decimal: str) -> tuple[str, str]:
    """What stands before and behind the decimal sign; nothing behind if there is none."""
    other = "," if decimal == "." else "."
    last = max(digits.rfind("."), digits.rfind(","))
    if last < 0:
        return digits, ""
    sign, whole, fraction = digits[last], digits[:last], digits[last + 1 :]
    if sign in whole:
        return digits, ""
    is_grouping = sign == other and re.fullmatch("[1-9][0-9]{0,2}", whole) and re.fullmatch("[0-9]{3}", fraction)
    return (digits, "") if is_grouping else (whole, fraction)
