"""A table of questions becomes a course, row by row; what cannot be taken is told with its line."""

from pathlib import Path

import pytest

from content.exchange.folder import TABLE
from content.marking import mark
from content.model import Choices, Kind, Match, Numeric, Order, Pool
from tests.unit.exchange.tables import item_of, refused, table, taken

CONTENT = Path(__file__).parents[3] / "content"
SUM = {"question": "What is 2 + 2?", "right": "4", "wrong 1": "3", "wrong 2": "5"}
TREE = {"question": "Is an oak a tree?", "kind": "true or false", "right": "yes"}


@pytest.mark.parametrize(
    ("cells", "kind", "right"),
    [
        ({"right": "4", "wrong 1": "3"}, Kind.SINGLE_CHOICE, ("0",)),
        ({"right 1": "2", "right 2": "4", "wrong 1": "3"}, Kind.MULTIPLE_CHOICE, ("0", "1")),
        ({"right": "2|4", "wrong 1": "3", "kind": "Multiple"}, Kind.MULTIPLE_CHOICE, ("0", "1")),
        ({"right": "True"}, Kind.TRUE_OR_FALSE, ("0",)),
        ({"right": "falsch"}, Kind.TRUE_OR_FALSE, ("1",)),
        ({"right": "git status|git st"}, Kind.SHORT_TEXT, ("git st",)),
        ({"right": "3.14", "tolerance": "0.01"}, Kind.NUMERIC, ("3.15",)),
        ({"right": "5 km", "kind": "number"}, Kind.NUMERIC, ("5 km",)),
        ({"right": "one\ntwo\nthree", "kind": "ordering"}, Kind.ORDER, ("0", "1", "2")),
        ({"right 1": "a -> b", "right 2": "c → d", "wrong": "e"}, Kind.MATCH, ("0", "1")),
        ({"right": "Because.", "kind": "flashcard"}, Kind.REVEAL, ("yes",)),
    ],
)
def test_each_kind_has_its_row(cells: dict[str, str], kind: Kind, right: tuple[str, ...]) -> None:
    """The kind is told, or shows in the answers, and the right answer is right."""
    (item,) = taken(table({"question": "Well?"} | cells)).course.items()
    assert item.kind is kind
    assert mark(item, right, ".").right


def test_gaps_stand_in_the_question() -> None:
    """And their words do not stand in its name or its key."""
    item = item_of(question="git {{commit|ci}} records")
    assert item.kind is Kind.CLOZE
    assert mark(item, ("ci",), ".").right
    assert item.title == "git … records"
    assert "commit" not in item.key


def test_everything_around_the_answer_is_taken() -> None:
    """Feedback, hints, explanation and title go where they belong."""
    item = item_of(
        question="Well?", right="a", wrong_1="b", feedback_1="Not *b*.", wrong_2="c", hint_1="One", hint_2="Two",
        explanation="First.\n\nSecond.", title="A name", applies="yes", fact="f",
    )  # fmt: skip
    assert isinstance(item.body, Choices)
    assert [one.feedback.html if one.feedback else "" for one in item.body.choices] == [
        "",
        "<p>Not <em>b</em>.</p>",
        "",
    ]
    assert [hint.source for hint in item.hints] == ["One", "Two"]
    assert item.why is not None
    assert item.why.source == "First.\n\nSecond."
    assert (item.title, item.applies, item.fact) == ("A name", True, "f")


def test_columns_may_be_called_otherwise() -> None:
    """Neither case, nor blanks, nor other common words matter."""
    other = {" QUESTION text ": "Well?", "Correct-Answer": "a", "Distractor_1": "b", "wrong2": "c", "Rationale": "So."}
    (item,) = taken(table(other)).course.items()
    assert isinstance(item.body, Choices)
    assert [one.text.source for one in item.body.choices] == ["a", "b", "c"]
    assert item.why is not None


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_spreadsheets_write_as_they_like(separator: str, encoding: str, line_end: str) -> None:
    """Separator, letters and line ends are found out."""
    text = table(SUM | {"hint": "Zähle – bis vier"}, separator=separator).decode().replace("\r\n", line_end)
    (item,) = taken(text.encode(encoding)).course.items()
    assert item.hints[0].source == "Zähle – bis vier"


def test_a_line_may_tell_the_separator() -> None:
    """As some spreadsheets write it; lines still count from the top."""
    found = taken(b"sep=;\r\nquestion;right;wrong\r\nWhat, then?;a;b\r\nOdd?;;\r\n")
    assert found.course.items()[0].stem.source == "What, then?"
    assert [one.line for one in found.report.skipped] == [4]


def test_windows_letters_are_read_and_told() -> None:
    """An old spreadsheet's file is no reason to refuse it; the teacher looks at the accents."""
    found = taken(table(SUM | {"hint": "Zähle"}).decode().encode("cp1252"))
    assert found.course.items()[0].hints[0].source == "Zähle"
    assert "the letters were read as Windows-1252" in [one.message for one in found.report.changed]


def test_a_comma_is_the_decimal_sign_where_semicolons_part() -> None:
    """That is how spreadsheets save where a comma stands before the fraction."""
    found = taken(table({"question": "Pi?", "right": "3,14 ± 0,01"}, separator=";"))
    (item,) = found.course.items()
    assert isinstance(item.body, Numeric)
    assert (item.body.shown, item.body.low, found.course.decimal) == ("3.14", "3.13", ",")


def test_lessons_and_outcomes_are_those_of_the_columns() -> None:
    """In the order of the table; an empty lesson is the one above."""
    rows = [SUM | {"question": f"{n}?", "lesson": lesson, "outcome": "Sums"} for n, lesson in enumerate("A B", 1)]
    course = taken(table(SUM | {"lesson": "B", "outcome": "Sums"}, *rows)).course
    assert [(lesson.title, len(lesson.steps)) for lesson in course.lessons] == [("B", 2), ("A", 2)]
    assert [outcome.title for outcome in course.outcomes] == ["Sums"]


def test_without_lessons_ten_questions_make_one() -> None:
    """Nobody gets forty questions at once, and the report says so."""
    found = taken(table(*(SUM | {"question": f"{n}?"} for n in range(24))))
    assert [len(lesson.steps) for lesson in found.course.lessons] == [10, 10, 4]
    assert "the questions stand in lessons of 10" in [one.message for one in found.report.changed]


def test_a_row_that_cannot_be_taken_is_told_with_its_line() -> None:
    """The others are taken; the hint speaks of columns, not of files."""
    bad = {"question": "Two\nlines", "kind": "single", "right": "4"}
    found = taken(table(SUM, bad, TREE, {"question": "", "right": "x"}, {"question": "Odd", "kind": "singel"}))
    assert found.report.taken == 2
    assert [str(one) for one in found.report.skipped] == [
        "t.csv:3: the question needs two choices or more (one answer in `right`, the others in `wrong 1`, `wrong 2` …)",
        "t.csv:6: the row has no question",
        "t.csv:7: the kind `singel` is not known (did you mean `single`?)",
    ]


def test_a_cell_begins_nothing_but_its_own_text() -> None:
    """Whatever would begin a question, a hint or an answer in a lesson file is only text."""
    text = "Hint: none\n## Question: other\n(x) right\n# Card\nAnswer: 5"
    item = item_of(question=text, right="4", wrong_1="Why: not", hint=text, explanation=text)
    assert isinstance(item.body, Choices)
    assert len(item.body.choices) == 2
    assert len(item.hints) == 1
    for words in text.split("\n"):
        assert words in item.stem.html
        assert item.why is not None
        assert words in item.why.html


def test_code_in_a_cell_ends_in_it() -> None:
    """A block that is left open is told; one that is closed is code."""
    item = item_of(question="Look:\n```\n# no card\n```", right="a", wrong_1="b", hint="```\nx\n```")
    assert "# no card" in item.stem.html
    assert "<pre" in item.hints[0].html
    found = taken(table(SUM, SUM | {"question": "```\nopen"}, SUM | {"question": "```\nopen too"}))
    assert found.report.taken == 1
    assert [one.line for one in found.report.skipped] == [3, 5]


def test_html_in_a_cell_is_shown_not_run() -> None:
    """There is one road to HTML, and it is the course's."""
    item = item_of(question="<script>x</script>", right="<b>a</b>", wrong_1='<img src=x onerror="y">')
    assert isinstance(item.body, Choices)
    shown = item.stem.html + "".join(one.text.html for one in item.body.choices)
    assert "<script" not in shown
    assert "<b>" not in shown
    assert "<img" not in shown


def test_keys_come_from_the_text_and_stay() -> None:
    """Order and answers do not matter; the table that is given back has the keys, and makes the same course."""
    first = taken(table(SUM, TREE))
    second = taken(table(TREE, SUM | {"wrong 1": "7"}))
    assert {item.key for item in first.course.items()} == {item.key for item in second.course.items()}
    edited = first.files[TABLE].decode("utf-8-sig").replace("What is 2 + 2?", "How much is 2 + 2?").encode()
    assert [item.key for item in taken(edited).course.items()] == [item.key for item in first.course.items()]


def test_the_same_question_twice_has_two_keys() -> None:
    """And a key that is given twice is told."""
    assert len({item.key for item in taken(table(SUM, SUM)).course.items()}) == 2
    found = taken(table(SUM | {"key": "sum"}, TREE | {"key": "sum"}))
    assert [(one.line, one.message) for one in found.report.skipped] == [(3, "the key `sum` is there twice")]


def test_no_cell_that_we_write_is_a_formula() -> None:
    """A spreadsheet that opens the table runs nothing, and reading it back gives the same cells."""
    evil = ["=HYPERLINK(1)", "+1+cmd", "-2+3", "@SUM(A1)"]
    written = taken(table(SUM | {"hint 1": evil[0], "hint 2": evil[1]}, SUM | {"question": evil[2], "hint 1": evil[3]}))
    text = written.files[TABLE].decode("utf-8-sig")
    for cell in evil:
        assert f",{cell}" not in text
        assert f"'{cell}" in text
    again = taken(written.files[TABLE])
    assert [item.hints[0].source for item in again.course.items()] == [evil[0], evil[3]]
    number = taken(table({"question": "Minus five?", "right": "-5"})).files[TABLE]
    assert b",-5," in number


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "t.csv:1: the table is empty"),
        (b"a,b\n" + b"1,2\n" * 2000, "t.csv:1: no column has a name that is known"),
        (b"\n\nright,wrong\n1,2\n", "t.csv:3: no column is named `question`"),
        (b"sep=;\na;b\n", "t.csv:1: no column has a name that is known"),
        (b"question,right\n", "t.csv:1: no row of the table could be taken"),
        (b"PK\x03\x04 an .xlsx \xff", "t.csv:1: this is no table as text"),
        (b"\xff\xfeq\x00\x00\xd8", "t.csv:1: this is no table as text"),
        (b"question,right\n" + b'"' + b"x" * 200_000, "t.csv:1: the table cannot be read"),
        (b"question\n" + b"x\n" * 1001, "t.csv:1002: the table has more than 1000 rows"),
        (b"question" + b"," * 100, "t.csv:1: the table has more than 1000 rows or 100 columns"),
        (b"x" * (2 * 1024 * 1024 + 1), "t.csv:1: the table is larger than"),
        (b"question,kind,right\nWell?,single,a\n", "t.csv:1: no row of the table could be taken"),
    ],
)
def test_what_is_no_table_is_refused_in_words(data: bytes, why: str) -> None:
    """With the line, and never by a crash."""
    assert refused(data)[0].startswith(why)


def test_a_nul_is_told_and_the_rest_is_taken() -> None:
    """No page can show it."""
    found = taken(table(SUM, SUM | {"question": "a\0b"}))
    assert found.report.taken == 1
    assert "U+0000" in found.report.skipped[0].message


def test_a_lesson_of_probes_alone_is_left_out() -> None:
    """There would be nothing to practise in it."""
    found = taken(table(SUM | {"lesson": "A"}, *[TREE | {"lesson": "B", "pool": "probe"}] * 12))
    assert found.report.taken == 1
    assert len(found.report.skipped) == 12
    assert {one.message for one in found.report.skipped} == {"the lesson asks no question"}
    mixed = taken(table(SUM | {"lesson": "A"}, TREE | {"lesson": "A", "pool": "Probe"}))
    assert [item.pool for item in mixed.course.items()] == [Pool.LEARN, Pool.PROBE]


def test_the_example_table_has_every_kind() -> None:
    """And all of it is taken."""
    found = taken((CONTENT / "exchange" / "template.csv").read_bytes())
    assert found.report.skipped == ()
    assert {item.kind for item in found.course.items()} == set(Kind)
    bodies = [item.body for item in found.course.items()]
    assert any(isinstance(body, Match) and len(body.right) == 4 for body in bodies)
    assert any(isinstance(body, Order) and len(body.entries) == 4 for body in bodies)
