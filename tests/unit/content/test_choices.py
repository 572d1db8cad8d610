"""Single choice, multiple choice, true or false."""

from pathlib import Path

import pytest

from content.marking import ResponseInvalid, Slip, arrange, given, mark
from content.model import Choices

from .desk import item_of, problems_with

SINGLE = """
Which one is a tree?

( ) A rose
    > A rose is a shrub,
    > as you can see.
(x) An *oak* that
    goes on
( ) Grass
"""
MULTIPLE = """
Which are trees?

[x] Oak
[ ] Rose
    > A shrub.
[x] Ash
"""


def _single(tmp_path: Path) -> Choices:
    body = item_of(tmp_path, "single choice", SINGLE).body
    assert isinstance(body, Choices)
    return body


def test_choices_are_read_with_their_feedback(tmp_path: Path) -> None:
    """A choice may go on over indented lines, and its feedback over several."""
    body = _single(tmp_path)
    assert [choice.right for choice in body.choices] == [False, True, False]
    assert body.choices[1].text.html == "An <em>oak</em> that\ngoes on"
    feedback = body.choices[0].feedback
    assert feedback is not None
    assert feedback.html == "<p>A rose is a shrub,\nas you can see.</p>"


def test_the_right_choice_is_right(tmp_path: Path) -> None:
    """Every part tells whether it was dealt with rightly."""
    marked = mark(item_of(tmp_path, "single choice", SINGLE), ("1",), ".")
    assert (marked.right, marked.parts, marked.feedback) == (True, (True, True, True), ())


def test_who_chose_wrongly_gets_that_choice_s_feedback(tmp_path: Path) -> None:
    """And nobody else's."""
    item = item_of(tmp_path, "single choice", SINGLE)
    assert [said.source for said in mark(item, ("0",), ".").feedback] == ["A rose is a shrub,\nas you can see."]
    assert mark(item, ("2",), ".").feedback == ()


def test_multiple_choice_wants_all_right_ones_and_no_others(tmp_path: Path) -> None:
    """Half an answer is not right, and its parts say which half."""
    item = item_of(tmp_path, "multiple choice", MULTIPLE)
    assert mark(item, ("0", "2"), ".").right
    assert mark(item, ("0",), ".").parts == (True, True, False)
    assert not mark(item, ("0", "1", "2"), ".").right


def test_i_do_not_know_yet_is_never_right(tmp_path: Path) -> None:
    """Neither does it get feedback to what was not chosen."""
    item = item_of(tmp_path, "multiple choice", MULTIPLE)
    assert given(item, {"unsure": ["1"], "a": ["0", "2"]}) == ()
    marked = mark(item, (), ".")
    assert (marked.right, marked.parts, marked.feedback) == (False, (), ())


def test_a_form_becomes_positions_in_order(tmp_path: Path) -> None:
    """Whatever order the browser sends them in, and however often."""
    assert given(item_of(tmp_path, "multiple choice", MULTIPLE), {"a": ["2", "0", "2"]}) == ("0", "2")


@pytest.mark.parametrize(
    ("values", "slip"),
    [
        ([], Slip.NOTHING_CHOSEN),
        (["3"], Slip.NOT_OFFERED),
        (["-1"], Slip.NOT_OFFERED),
        (["01"], Slip.NOT_OFFERED),
        (["²"], Slip.NOT_OFFERED),
        (["٣"], Slip.NOT_OFFERED),
        (["x" * 10_000], Slip.NOT_OFFERED),
        (["0", "1"], Slip.NOT_OFFERED),
    ],
)
def test_what_was_not_offered_is_refused(tmp_path: Path, values: list[str], slip: Slip) -> None:
    """A single choice is one of the positions that were shown."""
    with pytest.raises(ResponseInvalid) as refused:
        given(item_of(tmp_path, "single choice", SINGLE), {"a": values})
    assert refused.value.slip is slip


def test_choices_stay_in_place_if_the_author_says_so(tmp_path: Path) -> None:
    """`Shuffle: no` holds for every seed; without it seeds differ."""
    fixed = item_of(tmp_path, "single choice", SINGLE, labels="Shuffle: no")
    assert {arrange(fixed, seed) for seed in range(50)} == {(0, 1, 2)}
    assert len({arrange(item_of(tmp_path, "single choice", SINGLE), seed) for seed in range(50)}) == 6


def test_true_or_false_tells_who_erred_why(tmp_path: Path) -> None:
    """True stands first, and each of the two may have its feedback."""
    text = "An oak is a tree.\n\nAnswer: true\nIf false: It has a trunk,\nand leaves."
    item = item_of(tmp_path, "true or false", text)
    assert isinstance(item.body, Choices)
    assert [choice.text.html for choice in item.body.choices] == ["True", "False"]
    assert arrange(item, 1) == (0, 1)
    assert mark(item, ("0",), ".").right
    assert [said.html for said in mark(item, ("1",), ".").feedback] == ["<p>It has a trunk,\nand leaves.</p>"]


@pytest.mark.parametrize(
    ("kind", "text", "problem"),
    [
        ("single choice", "A?\n\n(x) a\n(x) b", "01.md:18: a second choice is marked as right (use `Kind: multiple"),
        ("single choice", "A?\n\n( ) a\n( ) b", "01.md:17: no choice is marked as right (mark it: ( ) and (x))"),
        ("single choice", "A?\n\n(x) a", "01.md:10: the question needs two choices or more"),
        ("single choice", "A?", "01.md:10: the question needs two choices or more"),
        ("single choice", "A?\n\n[x] a\n[ ] b", "01.md:17: this is no answer to a single choice question"),
        ("multiple choice", "A?\n\n(x) a\n[ ] b", "01.md:17: this is no answer to a multiple choice question"),
        ("multiple choice", "A?\n\n[ ] a\n[ ] b", "01.md:17: no choice is marked as right"),
        ("single choice", "A?\n\n(x) a\n( ) a", "01.md:18: this choice is there twice (first in line 17)"),
        ("single choice", "A?\n\n(x) a\n( )", "01.md:18: this choice is empty"),
        ("single choice", "A?\n\n(x) a\nb\n( ) c", "01.md:18: this line belongs to no choice (indent what goes on"),
        ("single choice", "(x) a\n( ) b", "01.md:10: the question has no text"),
        ("true or false", "A?", "01.md:10: `Answer:` is missing"),
        ("true or false", "A?\n\nAnswer: yes", "01.md:17: `Answer: yes` has no meaning (write `Answer: true`"),
        ("true or false", "A?\n\nAnswer: true\nAnswer: true", "01.md:18: `Answer:` is there twice"),
        ("true or false", "A?\n\nAnswer: true\nIf false:", "01.md:18: `If false:` is empty"),
    ],
)
def test_a_slip_in_choices_is_reported_at_its_line(tmp_path: Path, kind: str, text: str, problem: str) -> None:
    """With what to do about it."""
    found = problems_with(tmp_path, kind, text)
    assert any(one.startswith(problem) for one in found), found
