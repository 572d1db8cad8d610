"""Numeric: numbers as people write them."""

import time
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from content.marking import ResponseInvalid, Slip, given, mark
from content.model import Item, Numeric
from content.numbers import read_number

from .desk import item_of, problems_with


def _numeric(tmp_path: Path, answer: str) -> Item:
    return item_of(tmp_path, "numeric", f"How many?\n\n{answer}")


@pytest.mark.parametrize(
    ("answer", "bounds"),
    [
        ("3.14", ("3.14", "3.14", "3.14")),
        ("3.14 ± 0.01", ("3.14", "3.13", "3.15")),
        ("3.14 +- 0.01", ("3.14", "3.13", "3.15")),
        ("200 ± 2 %", ("200", "196", "204")),
        ("-200 ± 2%", ("-200", "-204", "-196")),
        ("2 .. 3.5", ("2 – 3.5", "2", "3.5")),
        ("6.02e23", ("6.02e23", "6.02E+23", "6.02E+23")),
    ],
)
def test_an_answer_may_be_a_number_a_tolerance_or_a_range(
    tmp_path: Path, answer: str, bounds: tuple[str, str, str]
) -> None:
    """What to show, the lowest and the highest that is right, exact to the digit."""
    body = _numeric(tmp_path, f"Answer: {answer}").body
    assert isinstance(body, Numeric)
    assert body.shown == bounds[0]
    assert [Decimal(body.low), Decimal(body.high)] == [Decimal(bounds[1]), Decimal(bounds[2])]


def test_both_ends_are_right_and_nothing_beyond(tmp_path: Path) -> None:
    """0.1 + 0.2 is 0.3 here."""
    item = _numeric(tmp_path, "Answer: 0.2 ± 0.1")
    assert [mark(item, (typed,), ".").right for typed in ("0.1", "0.3", "0.30000000000000001", "0.09999")] == [
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("typed", "decimal", "value"),
    [
        ("1.5", ".", "1.5"),
        ("1,5", ".", "1.5"),
        ("1.5", ",", "1.5"),
        ("1,5", ",", "1.5"),
        (",5", ".", "0.5"),
        ("5.", ".", "5"),
        ("1,234", ".", "1234"),
        ("1.234", ".", "1.234"),
        ("1,234", ",", "1.234"),
        ("1.234", ",", "1234"),
        ("0,234", ".", "0.234"),
        ("1,2345", ".", "1.2345"),
        ("1,234.5", ",", "1234.5"),
        ("1.234,5", ".", "1234.5"),
        ("1.234.567", ".", "1234567"),
        ("1 234 567,8", ",", "1234567.8"),
        ("1\u202f234", ".", "1234"),
        ("1’234.5", ".", "1234.5"),
        ("−3", ".", "-3"),
        ("–3", ".", "-3"),
        ("+3", ".", "3"),
        ("1e3", ".", "1000"),
        ("1E-3", ".", "0.001"),
        ("6,02×10^23", ",", "6.02e23"),
        ("6·10²³", ".", "6e23"),
        ("3 x 10**-4", ".", "0.0003"),
        ("3*10^(−4)", ".", "0.0003"),
    ],
)
def test_numbers_are_read_as_people_write_them(typed: str, decimal: str, value: str) -> None:
    """With the course's decimal sign, and with the other one where it can mean nothing else."""
    read = read_number(typed, decimal)
    assert read is not None
    assert (read.value, read.rest) == (Decimal(value), "")


@pytest.mark.parametrize(
    "typed",
    [
        "NaN", "Infinity", "-inf", "1e999999999", "1e5000", "1e" + "9" * 400, "9" * 500, "", ".", "-", "1..2", "1.2.3",
        "12,34,567", "two", "٣", "1/2", "0x10", "1 2", "5 trees",
    ],
)  # fmt: skip
def test_what_is_no_number_is_refused_at_once(tmp_path: Path, typed: str) -> None:
    """It is a slip, not a wrong answer; and however large it is, it costs nothing."""
    began = time.perf_counter()
    with pytest.raises(ResponseInvalid) as refused:
        given(_numeric(tmp_path, "Answer: 3"), {"a": [typed]})
    assert refused.value.slip in (Slip.NOT_A_NUMBER, Slip.NOTHING_WRITTEN)
    assert time.perf_counter() - began < 1


@examples(st.decimals(-(10**9), 10**9, allow_nan=False, places=3), st.sampled_from([".", ","]))
def test_a_number_written_by_the_rules_is_read_as_itself(value: Decimal, decimal: str) -> None:
    """In either kind of course."""
    read = read_number(f"{value:f}".replace(".", decimal), decimal)
    assert read is not None
    assert read.value == value


@pytest.mark.parametrize(
    ("typed", "is_right"),
    [
        ("3 km", True),
        ("3km", True),
        ("3,0 kilometres", True),
        ("3", False),
        ("3 m", False),
        ("3 KM", False),
        ("4 km", False),
    ],
)
def test_a_unit_is_part_of_the_answer(tmp_path: Path, typed: str, is_right: bool) -> None:
    """With a blank before it or without; capitals matter, since mW is not MW."""
    item = _numeric(tmp_path, "Answer: 3\nUnit: km, kilometres")
    assert mark(item, given(item, {"a": [typed]}), ".").right is is_right


def test_a_unit_may_be_left_out_if_the_author_says_so(tmp_path: Path) -> None:
    """But a wrong one is wrong."""
    item = _numeric(tmp_path, "Answer: 3\nUnit: km, optional")
    assert mark(item, ("3",), ".").right
    assert mark(item, ("3 km",), ".").right
    assert not mark(item, ("3 miles",), ".").right


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("A?", "01.md:10: `Answer:` is missing"),
        ("A?\n\nAnswer: three", "01.md:17: `three` is no number (write `3.14`, `3.14 ± 0.01`"),
        ("A?\n\nAnswer: 3,14", "01.md:17: `3,14` is no number"),
        ("A?\n\nAnswer: 3 km", "01.md:17: `3 km` is no number"),
        ("A?\n\nAnswer: 3 .. 2", "01.md:17: the range ends before it begins"),
        ("A?\n\nAnswer: 1 .. 2 .. 3", "01.md:17: `1 .. 2 .. 3` is no number"),
        ("A?\n\nAnswer: 3 ± -1", "01.md:17: `3 ± -1` is no number"),
        ("A?\n\nAnswer: NaN", "01.md:17: `NaN` is no number"),
        ("A?\n\nAnswer: 1e99999", "01.md:17: `1e99999` is no number"),
        ("A?\n\nAnswer: 3\nUnit: km,,m", "01.md:18: `Unit:` is a short list of units"),
        ("A?\n\nAnswer: 3\nUnit: 5m", "01.md:18: a unit cannot begin with a digit"),
    ],
)
def test_a_slip_in_a_numeric_answer_is_reported_at_its_line(tmp_path: Path, text: str, problem: str) -> None:
    """With what to do about it."""
    found = problems_with(tmp_path, "numeric", text)
    assert any(one.startswith(problem) for one in found), found
