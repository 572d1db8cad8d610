"""A lesson's file: head, cards, questions; and what is said about slips in it."""

from pathlib import Path

import pytest

from content.loader import load
from content.model import Card, Item, Pool

from .desk import LESSON, load_lesson, problems_in, question

RIGHT = "Is it?\n\nAnswer: true"
TRUE = question("true or false", RIGHT)


def test_steps_are_in_the_order_of_the_file(tmp_path: Path) -> None:
    """Probes are kept apart from them."""
    text = LESSON + TRUE + "\n# Another\n\nText.\n\n" + question("true or false", RIGHT, key="t", word="Task")
    text += question("true or false", RIGHT, key="p", labels="Pool: probe")
    (lesson,) = load_lesson(tmp_path, text).lessons
    assert [step.key for step in lesson.steps] == ["a-leaf", "q", "another", "t"]
    assert [item.key for item in lesson.probes] == ["p"]
    assert [step.task for step in lesson.steps if isinstance(step, Item)] == [False, True]


def test_labels_hints_and_explanation_are_read(tmp_path: Path) -> None:
    """Names of labels are not case-sensitive; hints may hold code, in which nothing is a label."""
    labels = "pool: Learn\nAPPLIES: yes\nFact: green\nMeaning: 2\nTitle: Is it green?"
    tail = "\n\nHint: One.\n\nHint: Two:\n\n```text\nWhy: no\n# no\n## Question: no\n```\n\nWhy: So.\n\nAnd so."
    (item,) = load_lesson(tmp_path, LESSON + question("true or false", RIGHT + tail, labels=labels)).items()
    assert (item.pool, item.applies, item.fact, item.meaning) == (Pool.LEARN, True, "green", 2)
    assert item.title == "Is it green?"
    assert [hint.source for hint in item.hints] == [
        "One.",
        "Two:\n\n```text\nWhy: no\n# no\n## Question: no\n```",
    ]
    assert item.why is not None
    assert item.why.html == "<p>So.</p>\n<p>And so.</p>"


def test_an_item_keeps_its_author_s_lines(tmp_path: Path) -> None:
    """Heading and all, so that it can be written back."""
    (item,) = load_lesson(tmp_path, LESSON + TRUE).items()
    assert item.source == TRUE.strip()


def test_cards_of_the_same_title_have_keys_of_their_own(tmp_path: Path) -> None:
    """A title is words: its markup is left out, and any script will do."""
    text = LESSON + "# A *leaf* `a` #\n\nText.\n\n# 葉\n\nText.\n\n# C#\n\nText.\n\n" + TRUE
    steps = load_lesson(tmp_path, text).lessons[0].steps
    assert [(step.key, step.title) for step in steps if isinstance(step, Card)] == [
        ("a-leaf", "A leaf"),
        ("a-leaf-a", "A leaf a"),
        ("card", "葉"),
        ("c", "C#"),
    ]


def test_a_lesson_takes_source_and_licence_from_its_course(tmp_path: Path) -> None:
    """Unless it has its own."""
    (lesson,) = load_lesson(tmp_path, LESSON + TRUE).lessons
    assert (lesson.licence, lesson.source) == ("CC-BY-4.0", "")
    (own,) = load_lesson(tmp_path, LESSON.replace("minutes: 5", "minutes: 5\nlicence: CC0-1.0") + TRUE).lessons
    assert own.licence == "CC0-1.0"


def test_windows_line_ends_and_a_byte_order_mark_change_nothing(tmp_path: Path) -> None:
    """Editors add them without being asked."""
    course = load_lesson(tmp_path, LESSON + TRUE)
    (tmp_path / "01.md").write_bytes(b"\xef\xbb\xbf" + (LESSON + TRUE).replace("\n", "\r\n").encode())
    assert load(tmp_path) == course


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (LESSON, "01.md:2: the lesson asks no question (write one: `## Question: key`)"),
        (LESSON.replace("# A leaf", "A leaf") + TRUE, "01.md:6: this text belongs to no card (begin a card with"),
        (LESSON + "#\n\nText.\n\n" + TRUE, "01.md:10: this card has no title"),
        (LESSON + "# Empty\n\n" + TRUE, "01.md:10: this card has no text"),
        (LESSON + "### Question: x\n\n" + TRUE, "01.md:10: this heading begins no question (write `## Question: key`"),
        (LESSON + "# Task: x\n\n" + TRUE, "01.md:10: this heading begins no question"),
        (LESSON + TRUE.replace(": q", ": Q 1"), "01.md:10: `Q 1` cannot be a key (use lower-case letters"),
        (LESSON + TRUE + TRUE, "01.md:18: the key `q` is there twice (first in 01.md, line 10)"),
        (LESSON + TRUE.replace("true or", "truth or"), "01.md:12: `Kind: truth or false` has no meaning (did you mean"),
        (LESSON + TRUE.replace("Kind: true or false\n", ""), "01.md:10: `Kind:` is missing"),
        (LESSON + TRUE.replace("Outcome: know\n", ""), "01.md:10: `Outcome:` is missing"),
        (LESSON + TRUE.replace("know", "knwo"), "01.md:13: the outcome `knwo` is not declared (did you mean `know`?)"),
        (
            LESSON + TRUE.replace("know", "know\nPool: prob"),
            "01.md:14: `Pool: prob` has no meaning (did you mean `prob",
        ),
        (
            LESSON + TRUE.replace("know", "know\nAplies: yes"),
            "01.md:14: `Aplies:` has no meaning for this question (did",
        ),
        (LESSON + TRUE.replace("know", "know\nTypos: 1"), "01.md:14: `Typos:` has no meaning for this question"),
        (LESSON + TRUE.replace("know", "know\nKind: match"), "01.md:14: `Kind:` is there twice (first in line 12)"),
        (LESSON + TRUE.replace("know", f"know\nTitle: {'x' * 81}"), "01.md:14: `Title:` is longer than 80 characters"),
        (LESSON + TRUE.replace("know", "know\nMeaning: x"), "01.md:14: `Meaning:` must be a whole number from 1"),
        (LESSON + TRUE.replace("know", "know\nApplies: perhaps"), "01.md:14: `Applies: perhaps` has no meaning"),
        (LESSON + TRUE.replace("know\n", "know"), "01.md:14: this is not a line `Name: value` (put a blank line"),
        (LESSON + TRUE + "\nHint:\n", "01.md:19: `Hint:` has no text"),
        (LESSON + TRUE + "\nWhy: a\n\nWhy: b\n", "01.md:21: `Why:` is there twice"),
        (LESSON + TRUE + "\n```\ncode", "01.md:19: this code block has no end"),
        (LESSON.replace("minutes: 5", "minutes: 0") + TRUE, "01.md:4: `minutes:` must be a whole number from 1 to 60"),
        (
            LESSON.replace("minutes: 5", "minute: 5") + TRUE,
            "01.md:4: `minute:` has no meaning here (did you mean `minu",
        ),
        (LESSON.replace("title: Leaves\n", "") + TRUE, "01.md:1: `title:` is missing"),
        (LESSON.replace("---\n", "", 1) + TRUE, "01.md:1: the head is missing"),
        (LESSON.replace("Leaves", "a: b") + TRUE, "01.md:3: the head is not YAML"),
        ("", "01.md:1: the head is missing"),
        (LESSON + "A \x07 bell.\n\n" + TRUE, "01.md:10: the character U+0007 cannot be shown (delete it)"),
        (
            LESSON + question("reveal", "A?\n\nAnswer: b", labels="Pool: probe") + TRUE,
            "01.md:12: a probe cannot be a reveal question",
        ),
        (
            LESSON + question("true or false", RIGHT, labels="Pool: probe", word="Task"),
            "01.md:10: a task cannot be a probe",
        ),
    ],
)
def test_a_slip_is_reported_at_its_line_with_what_to_do(tmp_path: Path, text: str, problem: str) -> None:
    """As `path:line: message (hint)`."""
    found = problems_in(tmp_path, text)
    assert any(one.startswith(problem) for one in found), found


def test_one_slip_is_reported_once(tmp_path: Path) -> None:
    """A question that cannot be read is no reason to say that its outcome is never asked."""
    assert len(problems_in(tmp_path, LESSON + TRUE.replace("true or", "truth or"))) == 1
