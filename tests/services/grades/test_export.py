"""A downloaded table opens in a spreadsheet and does nothing there."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_tool.services.grades.export import as_csv, neutral


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", '=HYPERLINK("http://x")'])
def test_what_looks_like_a_formula_is_text(cell: str) -> None:
    """A name that somebody gave herself is no program in her teacher's spreadsheet."""
    assert neutral(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "Ada", "مريم", "80", "Jean-Luc", "a=b", "–"])
def test_everything_else_is_as_it_is(cell: str) -> None:
    """Names, numbers, and a dash that is no minus."""
    assert neutral(cell) == cell


def test_it_says_that_it_is_utf_8() -> None:
    """By the mark that spreadsheets look for."""
    assert as_csv([["Zoë"]]) == b"\xef\xbb\xbfZo\xc3\xab\r\n"


@given(st.lists(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0")), min_size=1), min_size=1))
def test_every_cell_comes_back(rows: list[list[str]]) -> None:
    """Commas, quotes and line ends in it, as it was or with its apostrophe."""
    back = list(csv.reader(io.StringIO(as_csv(rows).decode("utf-8-sig"), newline="")))
    assert back == [[neutral(cell) for cell in row] for row in rows]
