"""Short text and cloze: which writing counts as the same."""

from pathlib import Path

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from content.kinds.writing import as_meant, is_close, normal, slips
from content.marking import ResponseInvalid, Slip, given, mark
from content.model import GAP_CLOSE, GAP_OPEN, Cloze, Leniency, ShortText

from .desk import item_of, problems_with

ADD = """
How do you stage `a.md`?

Answer: git add a.md
Or: git stage a.md
Not: git add . > That stages
everything.
"""


def _is_right(tmp_path: Path, text: str, typed: str, labels: str = "") -> bool:
    item = item_of(tmp_path, "short text", text, labels)
    return mark(item, given(item, {"a": [typed]}), ".").right


def test_every_accepted_answer_is_right(tmp_path: Path) -> None:
    """The first is the one to show."""
    body = item_of(tmp_path, "short text", ADD).body
    assert isinstance(body, ShortText)
    assert body.accepted == ("git add a.md", "git stage a.md")
    assert _is_right(tmp_path, ADD, "git stage a.md")
    assert not _is_right(tmp_path, ADD, "git commit")


def test_a_foreseen_answer_is_wrong_and_told_why(tmp_path: Path) -> None:
    """The feedback may go on over several lines."""
    marked = mark(item_of(tmp_path, "short text", ADD), ("git add .",), ".")
    assert not marked.right
    assert [said.html for said in marked.feedback] == ["<p>That stages\neverything.</p>"]


@pytest.mark.parametrize(
    "typed", ["  git   add a.md ", "Git Add A.MD", "git\u00a0add a.md", "gít add a.md", "git add\u200b a.md"]
)
def test_what_does_not_matter_is_let_pass(tmp_path: Path, typed: str) -> None:
    """Blanks, capitals and accents, unless the author says that they matter."""
    assert _is_right(tmp_path, ADD, typed)


@pytest.mark.parametrize(("typed", "label"), [("Git add a.md", "Case: matters"), ("gít add a.md", "Accents: matter")])
def test_what_matters_is_not_let_pass(tmp_path: Path, typed: str, label: str) -> None:
    """As the author's label says."""
    assert not _is_right(tmp_path, ADD, typed, label)


def test_what_a_keyboard_makes_of_plain_signs_is_let_pass(tmp_path: Path) -> None:
    """Curly quotes and long dashes come from the keyboard, not from the learner."""
    text = 'What?\n\nAnswer: git commit --amend -m "Don\'t"'
    assert _is_right(tmp_path, text, "git commit —amend –m “Don’t”")


@pytest.mark.parametrize("typed", ["$ git add a.md", 'git add "a.md"', "git add 'a.md'", "$ git add “a.md”"])
def test_a_prompt_and_quotes_around_a_plain_word_are_let_pass(tmp_path: Path, typed: str) -> None:
    """The learner copies what a course shows, and a shell drops such quotes too."""
    assert _is_right(tmp_path, ADD, typed)


@pytest.mark.parametrize(
    "typed", ['git "add a.md"', 'git add "a.md', "git add \"a.md'", "git add $ a.md", "$git add a.md"]
)
def test_other_quotes_and_dollar_signs_are_not_let_pass(tmp_path: Path, typed: str) -> None:
    """To a shell they mean something else."""
    assert not _is_right(tmp_path, ADD, typed)


@pytest.mark.parametrize("word", ["*.md", "$file", "~/a", "a;b", "a b"])
def test_quotes_around_a_word_with_a_meaning_are_kept(word: str) -> None:
    """A shell reads such a word otherwise without them."""
    assert as_meant(f'git add "{word}"', f"git add {word}") == f'git add "{word}"'


def test_quotes_and_a_prompt_that_an_answer_has_are_needed(tmp_path: Path) -> None:
    """What the author wrote counts as written."""
    assert not _is_right(tmp_path, 'What?\n\nAnswer: x = "5"', "x = 5")
    assert not _is_right(tmp_path, "How much?\n\nAnswer: $ 5", "5")
    assert _is_right(tmp_path, "How much?\n\nAnswer: $ 5", "$ 5")


def test_a_foreseen_answer_is_known_in_quotes_and_behind_a_prompt(tmp_path: Path) -> None:
    """Its feedback is still the one to give; yet what is accepted as it stands is never taken for it."""
    assert mark(item_of(tmp_path, "short text", ADD), ('$ git add "."',), ".").feedback
    text = 'What?\n\nAnswer: x = "a"\nNot: x = a > That is a name.'
    assert _is_right(tmp_path, text, 'x = "a"')


def test_decomposed_letters_are_the_same_letters(tmp_path: Path) -> None:
    """Also where accents matter: `é` may come as one character or as two."""
    assert _is_right(tmp_path, "What?\n\nAnswer: caf\u00e9", "cafe\u0301", "Accents: matter")


@pytest.mark.parametrize("typed", ["comit", "committ", "cmomit", "kommit"])
def test_a_typo_is_let_pass_if_the_author_allows_one(tmp_path: Path, typed: str) -> None:
    """A letter missing, added, wrong, or swapped with its neighbour."""
    text = "Which word?\n\nAnswer: commit"
    assert _is_right(tmp_path, text, typed, "Typos: 1")
    assert not _is_right(tmp_path, text, typed)


def test_a_foreseen_answer_is_never_taken_for_a_typo(tmp_path: Path) -> None:
    """It is just what the author wanted to tell apart."""
    text = "Which word?\n\nAnswer: accept\nNot: except > That leaves it out."
    assert not _is_right(tmp_path, text, "except", "Typos: 2")
    assert _is_right(tmp_path, text, "acceptt", "Typos: 2")


def test_short_answers_allow_no_typo(tmp_path: Path) -> None:
    """In four letters one slip makes another word."""
    assert not _is_right(tmp_path, "Which word?\n\nAnswer: pull", "push", "Typos: 2")
    assert not _is_right(tmp_path, "Which word?\n\nAnswer: pull", "pul", "Typos: 2")


@examples(st.text("ab", max_size=7), st.text("ab", max_size=7), st.integers(0, 2))
def test_the_banded_distance_is_the_distance(left: str, right: str, most: int) -> None:
    """Looking at a few cells only changes nothing up to the number of slips that is asked for."""
    assert slips(left, right, most) == min(_distance(left, right), most + 1)


def _distance(left: str, right: str) -> int:
    if not left or not right:
        return len(left) + len(right)
    best = min(
        _distance(left[:-1], right) + 1,
        _distance(left, right[:-1]) + 1,
        _distance(left[:-1], right[:-1]) + (left[-1] != right[-1]),
    )
    if len(left) > 1 and len(right) > 1 and left[-1] == right[-2] and left[-2] == right[-1]:
        best = min(best, _distance(left[:-2], right[:-2]) + 1)
    return best


@examples(st.text(max_size=60), st.booleans(), st.booleans())
def test_what_is_normal_stays_so(text: str, case_matters: bool, accents_matter: bool) -> None:
    """Comparing twice is comparing once."""
    leniency = Leniency(0, case_matters, accents_matter)
    once = normal(text, leniency)
    assert normal(once, leniency) == once
    assert is_close(once, normal(text, leniency), leniency)


@examples(st.text("$ \"'ab.*", max_size=20), st.text("$ \"'ab.*", max_size=20))
def test_an_answer_always_means_itself(text: str, other: str) -> None:
    """And reading twice is reading once, but for a second prompt."""
    assert as_meant(text, text) == text
    once = as_meant(text, other)
    assert as_meant(once, other) in (once, once.removeprefix("$ "))


@pytest.mark.parametrize(
    ("typed", "slip"),
    [
        ("", Slip.NOTHING_WRITTEN),
        (" \t ", Slip.NOTHING_WRITTEN),
        ("\x00", Slip.NOTHING_WRITTEN),
        ("x" * 501, Slip.TOO_LONG),
    ],
)
def test_what_is_no_text_is_refused(tmp_path: Path, typed: str, slip: Slip) -> None:
    """Nothing, or more than we keep."""
    with pytest.raises(ResponseInvalid) as refused:
        given(item_of(tmp_path, "short text", ADD), {"a": [typed]})
    assert refused.value.slip is slip


def test_signs_that_nobody_can_type_are_not_kept(tmp_path: Path) -> None:
    """Databases choke on U+0000, and on half a character."""
    assert given(item_of(tmp_path, "short text", ADD), {"a": ["git\x00add\ud800x"]}) == ("git add x",)


CLOZE = """
Complete it: `git {{commit|ci}} -m "Why"`.

```console
$ git {{push}} --{{force}}
```
"""


def test_gaps_stand_in_text_and_in_code(tmp_path: Path) -> None:
    """Each stands once in the HTML as its sign, also where code is coloured."""
    item = item_of(tmp_path, "cloze", CLOZE)
    assert isinstance(item.body, Cloze)
    assert item.body.gaps == (("commit", "ci"), ("push",), ("force", "--force"))
    for number in range(3):
        assert item.stem.html.count(f"{GAP_OPEN}{number}{GAP_CLOSE}") == 1
    assert "{{commit|ci}}" in item.stem.source


def test_each_gap_is_marked_for_itself(tmp_path: Path) -> None:
    """The whole is right only if all gaps are."""
    item = item_of(tmp_path, "cloze", CLOZE)
    assert mark(item, given(item, {"a0": ["CI"], "a1": ["push"], "a2": [" force"]}), ".").right
    marked = mark(item, ("commit", "pull", "force"), ".")
    assert (marked.right, marked.parts) == (False, (True, False, True))


@pytest.mark.parametrize(("typed", "is_right"), [("force", True), ("--force", True), ("-force", False)])
def test_the_dashes_before_a_gap_may_be_typed_again(tmp_path: Path, typed: str, is_right: bool) -> None:
    """All of them, or none."""
    marked = mark(item_of(tmp_path, "cloze", CLOZE), ("commit", "push", typed), ".")
    assert marked.parts[2] is is_right


def test_an_empty_gap_is_a_slip(tmp_path: Path) -> None:
    """Who does not know can say so."""
    with pytest.raises(ResponseInvalid) as refused:
        given(item_of(tmp_path, "cloze", CLOZE), {"a0": ["commit"], "a1": [""]})
    assert refused.value.slip is Slip.GAPS_EMPTY


@pytest.mark.parametrize(
    ("kind", "text", "problem"),
    [
        ("short text", "A?", "01.md:10: `Answer:` is missing (add a line `Answer: …`"),
        ("short text", "A?\n\nAnswer:", "01.md:17: `Answer:` is empty"),
        ("short text", "A?\n\nOr: a\nAnswer: b", "01.md:17: the first answer is `Answer:`"),
        ("short text", "A?\n\nAnswer: a\nAnswer: b", "01.md:18: `Answer:` is there twice (first in line 17)"),
        ("short text", "A?\n\nAnswer: a\nOr: A", "01.md:18: this answer counts as the same as an earlier one"),
        ("short text", "A?\n\nAnswer: a\nNot: á > no", "01.md:18: this answer counts as the same as an earlier one"),
        ("short text", "A?\n\nAnswer: a\nNot: b", "01.md:18: this foreseen answer lacks its feedback"),
        ("short text", "A?\n\nAnswer: `a`", "01.md:17: the answer stands in backticks"),
        ("short text", "A?\n\nAnswer: a\n\nmore", "01.md:19: this line belongs to no answer"),
        ("short text", f"A?\n\nAnswer: {'a' * 201}", "01.md:17: the answer is longer than 200 characters"),
        ("cloze", "A?", "01.md:10: the text has no gap (put two braces around each: `{{word}}`)"),
        ("cloze", "A {{b", "01.md:15: this gap has no end"),
        ("cloze", "A\n{{b|}}", "01.md:16: the gap `{{b|}}` has an empty answer"),
        ("cloze", "A $x = {{2}}$", "01.md:15: a gap cannot stand in a formula"),
        ("cloze", "A [b](https://x.org/{{c}})", "01.md:15: a gap cannot stand in an address"),
        ("cloze", "A\n\n```{{b}}\nc\n```", "01.md:17: a gap cannot stand here"),
    ],
)
def test_a_slip_in_written_answers_is_reported_at_its_line(tmp_path: Path, kind: str, text: str, problem: str) -> None:
    """With what to do about it."""
    found = problems_with(tmp_path, kind, text)
    assert any(one.startswith(problem) for one in found), found
