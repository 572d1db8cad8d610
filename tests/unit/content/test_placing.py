"""Order, match, and reveal."""

from pathlib import Path

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from content.marking import ResponseInvalid, Slip, arrange, given, mark
from content.model import Item, Kind, Match, Order, Pool, Reveal, Rich

from .desk import item_of, problems_with

ORDER = """
Put them in order.

1. Seed
2. Shoot
   of green
3. `Tree`
"""
MATCH = """
Which fruit grows where?

acorn -> oak
cone -> pine
needle -> pine
-> palm
"""


def test_entries_are_read_in_their_right_order(tmp_path: Path) -> None:
    """An entry may go on over indented lines."""
    body = item_of(tmp_path, "order", ORDER).body
    assert isinstance(body, Order)
    assert [entry.html for entry in body.entries] == ["Seed", "Shoot\nof green", "<code>Tree</code>"]


def test_places_become_an_order(tmp_path: Path) -> None:
    """`a<n>` is the place, from 1, of the entry at position n in the file."""
    item = item_of(tmp_path, "order", ORDER)
    response = given(item, {"a0": ["2"], "a1": ["3"], "a2": ["1"]})
    assert response == ("2", "0", "1")
    assert not mark(item, response, ".").right
    assert mark(item, given(item, {"a0": ["1"], "a1": ["2"], "a2": ["3"]}), ".").right


def test_parts_tell_which_places_are_right(tmp_path: Path) -> None:
    """One for each place."""
    assert mark(item_of(tmp_path, "order", ORDER), ("0", "2", "1"), ".").parts == (True, False, False)


@pytest.mark.parametrize(
    ("places", "slip"),
    [
        (("1", "1", "3"), Slip.PLACES_REPEATED),
        (("1", "2", ""), Slip.NOTHING_CHOSEN),
        (("1", "2", "4"), Slip.NOT_OFFERED),
        (("0", "1", "2"), Slip.NOT_OFFERED),
        (("1", "2", "x"), Slip.NOT_OFFERED),
        (("1", "2", "9" * 9000), Slip.NOT_OFFERED),
    ],
)
def test_places_that_make_no_order_are_refused(tmp_path: Path, places: tuple[str, ...], slip: Slip) -> None:
    """The slip says what to mend."""
    form = {f"a{at}": [place] for at, place in enumerate(places)}
    with pytest.raises(ResponseInvalid) as refused:
        given(item_of(tmp_path, "order", ORDER), form)
    assert refused.value.slip is slip


@examples(st.integers(3, 8), st.integers(), st.from_regex("[a-z]{1,9}", fullmatch=True))
def test_entries_never_stand_in_their_right_order_already(count: int, seed: int, key: str) -> None:
    """And none is lost or doubled; the same seed gives the same order."""
    entries = tuple(Rich(str(at), str(at)) for at in range(count))
    item = Item(key, Kind.ORDER, "o", Pool.LEARN, Rich("", ""), Order(entries))
    order = arrange(item, seed)
    assert sorted(order) == list(range(count))
    assert order != tuple(range(count))
    assert order == arrange(item, seed)


def test_the_order_of_a_seed_is_the_same_in_every_release(tmp_path: Path) -> None:
    """A page that was open during an upgrade still means what it showed."""
    item = item_of(tmp_path, "match", MATCH)
    assert [arrange(item, seed) for seed in (1, 2, 3)] == [(0, 1, 2), (2, 0, 1), (0, 1, 2)]


def test_left_sides_may_share_a_right_side(tmp_path: Path) -> None:
    """It is shown once, and extra right sides fit nothing."""
    body = item_of(tmp_path, "match", MATCH).body
    assert isinstance(body, Match)
    assert [side.source for side in body.right] == ["oak", "pine", "palm"]
    assert body.answers == (0, 1, 1)


def test_each_pair_is_marked_for_itself(tmp_path: Path) -> None:
    """The whole is right only if all pairs are."""
    item = item_of(tmp_path, "match", MATCH)
    response = given(item, {"a0": ["0"], "a1": ["2"], "a2": ["1"]})
    marked = mark(item, response, ".")
    assert (response, marked.right, marked.parts) == (("0", "2", "1"), False, (True, False, True))
    assert mark(item, ("0", "1", "1"), ".").right


@pytest.mark.parametrize(
    ("chosen", "slip"),
    [
        (("", "", ""), Slip.NOTHING_CHOSEN),
        (("0", "", "1"), Slip.GAPS_EMPTY),
        (("3", "1", "1"), Slip.NOT_OFFERED),
        (("a", "1", "1"), Slip.NOT_OFFERED),
    ],
)
def test_pairs_that_cannot_be_marked_are_refused(tmp_path: Path, chosen: tuple[str, ...], slip: Slip) -> None:
    """The slip says what to mend: a side that was overlooked is no wrong answer."""
    form = {f"a{at}": [one] for at, one in enumerate(chosen)}
    with pytest.raises(ResponseInvalid) as refused:
        given(item_of(tmp_path, "match", MATCH), form)
    assert refused.value.slip is slip


def test_the_learner_judges_herself_by_what_is_revealed(tmp_path: Path) -> None:
    """Yes is right, no is not; the answer may hold any Markdown."""
    item = item_of(tmp_path, "reveal", "Why?\n\nAnswer: Because:\n\n- of *this*\n\n```text\nAnswer: code\n```")
    assert isinstance(item.body, Reveal)
    assert item.body.answer.html.startswith("<p>Because:</p>\n<ul>\n<li>of <em>this</em></li>")
    assert mark(item, given(item, {"a": ["yes"]}), ".").right
    assert not mark(item, given(item, {"a": ["no"]}), ".").right


@pytest.mark.parametrize(("form", "slip"), [({}, Slip.NOTHING_CHOSEN), ({"a": ["perhaps"]}, Slip.NOT_OFFERED)])
def test_a_judgement_is_yes_or_no(tmp_path: Path, form: dict[str, list[str]], slip: Slip) -> None:
    """The slip says what to mend."""
    with pytest.raises(ResponseInvalid) as refused:
        given(item_of(tmp_path, "reveal", "Why?\n\nAnswer: So."), form)
    assert refused.value.slip is slip


@pytest.mark.parametrize(
    ("kind", "text", "problem"),
    [
        ("order", "A?\n\n1. a\n2. b", "01.md:10: the question needs 3 to 8 entries"),
        ("order", "A?\n\n1. a\n3. b\n3. c", "01.md:18: this entry should have the number 2"),
        ("order", "A?\n\n1. a\n2. b\n3. a", "01.md:19: this entry is there twice"),
        ("order", "A?\n\n1. a\n2. b\n3. c\nd", "01.md:20: this line belongs to no entry"),
        ("match", "A?\n\na -> b", "01.md:10: the question needs 2 to 8 pairs"),
        ("match", "A?\n\na -> b\nc -> b", "01.md:10: all pairs have the same right side"),
        ("match", "A?\n\na -> b\na -> c", "01.md:18: this left side is there twice"),
        ("match", "A?\n\na -> b\nc -> d\n-> b", "01.md:19: this right side is there already"),
        ("match", "A?\n\na -> b\nc -> d\n-> d", "01.md:19: this right side is there already"),
        ("match", "A?\n\na -> b\nc = d", "01.md:18: this line is no pair (write `left -> right`)"),
        ("reveal", "A?", "01.md:10: `Answer:` is missing"),
        ("reveal", "A?\n\nAnswer:", "01.md:17: `Answer:` is empty"),
    ],
)
def test_a_slip_in_placing_is_reported_at_its_line(tmp_path: Path, kind: str, text: str, problem: str) -> None:
    """With what to do about it."""
    found = problems_with(tmp_path, kind, text)
    assert any(one.startswith(problem) for one in found), found
