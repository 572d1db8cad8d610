"""Properties of tables: nothing is lost in silence, and what was typed is what is asked."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.exchange.folder import TABLE
from content.model import Choices, Rich
from tests.unit.exchange.tables import refused, table, taken

anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
nasty = st.text(st.sampled_from(list("#>-=+*_`~|:.()[]{}$\\&<'\",;\n\t xaé1")), max_size=30)
plain = st.text(st.sampled_from(list("abcdé ß你 .,?!'\";:()")), min_size=1, max_size=30).filter(str.strip)
kinds = st.sampled_from(["", "single", "multiple", "tf", "short", "numeric", "cloze", "order", "match", "reveal", "?"])
cells = st.fixed_dictionaries(
    dict.fromkeys(("question", "right 1", "right 2", "wrong 1", "feedback 1", "hint", "outcome"), anything | nasty)
    | {"kind": kinds, "pool": st.sampled_from(["", "", "probe"])}
)
GOOD = {"question": "What is 2 + 2?", "right": "4", "wrong 1": "3"}
separators = st.sampled_from([",", ";", "\t"])


@settings(max_examples=150)
@given(st.lists(cells, min_size=1, max_size=5), separators)
def test_every_row_is_taken_or_told(rows: list[dict[str, str]], separator: str) -> None:
    """Whatever stands in the cells: no crash, no question too many, no row that vanishes."""
    data = table(*rows, separator=separator)
    if refused(data):
        return
    found = taken(data)
    there = [row for row in rows if any(cell.strip() for cell in row.values())]
    assert found.report.taken == len(found.course.items())
    assert found.report.taken + len(found.report.skipped) == len(there)


@settings(max_examples=150)
@given(
    st.binary(max_size=200), st.sampled_from([b"", b"question,right,wrong\n", b"sep=;\nquestion;right\n", b"\xff\xfe"])
)
def test_whatever_the_bytes_are_there_is_no_crash(data: bytes, head: bytes) -> None:
    """A table, or every reason why it is none."""
    reasons = refused(head + data)
    assert all(reasons) if reasons else taken(head + data).report.taken > 0


def _asked(text: str) -> str:
    return " ".join(text.split())


def _written(rich: Rich) -> str:
    return _asked(rich.source.replace("\\", ""))


@settings(max_examples=150)
@given(st.lists(st.tuples(plain, plain), min_size=1, max_size=4), separators)
def test_what_was_typed_is_what_is_asked(rows: list[tuple[str, str]], separator: str) -> None:
    """Question, answers and hint come out as they went in; and so again from the table that is given back."""
    data = table(
        *({"question": q, "kind": "single", "right": f"R {r}", "wrong": f"W {r}", "hint": r} for q, r in rows),
        separator=separator,
    )
    found = taken(data)
    assert found.report.skipped == ()
    again = taken(found.files[TABLE])
    for course in (found.course, again.course):
        for (question, right), item in zip(rows, course.items(), strict=True):
            assert isinstance(item.body, Choices)
            assert _written(item.stem) == _asked(question)
            assert [_written(one.text) for one in item.body.choices] == [_asked(f"R {right}"), _asked(f"W {right}")]
            assert [_written(hint) for hint in item.hints] == [_asked(right)]
    assert [item.key for item in again.course.items()] == [item.key for item in found.course.items()]


@pytest.mark.parametrize(
    "cell", [" " * 100_000, "{{" * 50_000, "{{a" * 40_000, "a -" * 40_000, "`" * 100_000, "(" * 100_000]
)
def test_a_hostile_cell_costs_no_time(cell: str) -> None:
    """It is left out like any other; a reader that took its time would not come to an end here."""
    found = taken(table(GOOD, {"question": f"x{cell}x", "right": f"1{cell}2", "kind": ""}, GOOD))
    assert found.report.taken >= 2
