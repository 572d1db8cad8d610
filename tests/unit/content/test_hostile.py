"""Whatever a file or a form holds, it costs little and ends in problems or slips."""

import time
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given as examples
from hypothesis import settings
from hypothesis import strategies as st

from content.loader import load
from content.marking import ResponseInvalid, given, mark
from content.model import Item, Kind
from content.problems import CourseInvalid

from .courses import items
from .desk import COURSE, LESSON, problems_with, question, write

_PIECES = st.sampled_from(
    [
        "\n", "\n\n", "---\n", "# ", "## Question: ", "## Task: a\n", "Kind: ", "Outcome: know\n", "Pool: probe\n",
        "Hint:", "Why: ", "Answer: ", "Or: ", "Not: a > b\n", "Unit: ", "( ) ", "(x) a\n", "[x] ", "[ ] b\n",
        "    > c\n", "1. d\n", "2. ", "e -> f\n", "-> ", "{{g}}", "{{", "}}", "```", "~~~\n", "$", "$$\n", "\\frac{",
        "> [!note] h\n", "| i |\n|--|\n", "± ", "..", "3", "-1e9 ", "\t", "`", "*", "\u00e9", "\u202e", "<b>", "[j](k)",
        "![", "\\", "key: l\n", "title: m\n", "minutes: 5\n", "outcomes:\n", "  n:\n", "    can: o\n", "&p ", "*p",
        "!!python/object ", "{", "[", "\x00", "\ue000", *[f"{kind}\n" for kind in Kind],
    ]
)  # fmt: skip
_TEXTS = st.lists(_PIECES | st.text(max_size=3), max_size=40).map("".join)


def _is_course_or_problems(lesson: str, course: str) -> bool:
    with TemporaryDirectory() as folder:
        try:
            return bool(load(write(Path(folder), lesson, course)).lessons)
        except CourseInvalid as error:
            return bool(error.problems) and all(problem.line > 0 for problem in error.problems)


@settings(max_examples=100)
@examples(_TEXTS.map(lambda text: text.encode("utf-8", "replace").decode()))
def test_no_text_crashes_a_lesson(text: str) -> None:
    """It becomes a course, or problems with their lines."""
    assert _is_course_or_problems(LESSON + text, COURSE)


@settings(max_examples=100)
@examples(st.sampled_from(Kind), _TEXTS.map(lambda text: text.encode("utf-8", "replace").decode()))
def test_no_text_crashes_a_question(kind: Kind, text: str) -> None:
    """Of any kind."""
    assert _is_course_or_problems(LESSON + question(kind, "A?") + text, COURSE)


@settings(max_examples=100)
@examples(_TEXTS.map(lambda text: text.encode("utf-8", "replace").decode()))
def test_no_text_crashes_a_head(text: str) -> None:
    """That of a lesson, or that of the course."""
    assert _is_course_or_problems(f"---\n{text}\n---\n", f"---\n{text}\n---\n")


@pytest.mark.parametrize(
    "piece",
    [
        "[", "](", "*a ", "_a*", "`", "$", "$a", "> ", "- ", "<", "![", "&", "| a ", "{{", "a->b\n", "\\", "[a]: b\n",
        "1. ", "\n> - ", "#\n",
    ],
)  # fmt: skip
def test_a_file_full_of_one_thing_is_read_in_time(tmp_path: Path, piece: str) -> None:
    """Two hundred thousand characters of it, and as much of a text as is rendered."""
    began = time.process_time()
    problems_with(tmp_path, "reveal", f"A?\n\nAnswer: {piece * (19_000 // len(piece))}")
    problems_with(tmp_path, "cloze", piece * (200_000 // len(piece)))
    assert time.process_time() - began < 5


def test_a_head_that_would_grow_without_end_is_refused(tmp_path: Path) -> None:
    """The billion laughs: names that stand for lists of names."""
    pairs = zip("abcdefgh", "bcdefghi", strict=True)
    laughs = "a: &a [x, x]\n" + "".join(f"{two}: &{two} [*{one}, *{one}]\n" for one, two in pairs)
    assert _is_course_or_problems(LESSON, f"---\n{laughs}---\n")


_VALUES = st.sampled_from(["0", "1", "2", "3", "yes", "1e9", "٣", "²", "\ud800", "x" * 600])
_FORMS = st.dictionaries(
    st.sampled_from(["a", "a0", "a1", "a2", "a3", "a99", "b"]),
    st.lists(st.text(max_size=12) | _VALUES, max_size=3),
    max_size=6,
)


@settings(max_examples=60)
@examples(items(), _FORMS)
def test_no_form_crashes_a_question(item: Item, form: dict[str, list[str]]) -> None:
    """It becomes a response that can be marked and stored, or a slip."""
    with suppress(ResponseInvalid):
        response = given(item, form)
        assert all(len(text) <= 500 and text.encode() and "\x00" not in text for text in response if text)
        mark(item, response, ".")
        mark(item, response, ",")
