"""A table of questions becomes a course's folder; the loader has the last word on each of its rows."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import TypeAlias

import yaml

from content.course_file import NAME
from content.exchange.as_markdown import code_problem, kind_of, question, without_gaps
from content.exchange.columns import KINDS, named
from content.exchange.folder import TABLE, Folder, load_folder
from content.exchange.keys import key_of, keys_of, question_key
from content.exchange.report import Imported, ImportReport
from content.exchange.text_table import Row, Table, read_rows, write_rows
from content.front_matter import LONGEST_TEXT
from content.model import Kind
from content.parser import LONGEST_MINUTES, LONGEST_TITLE, MOST_PARTS
from content.problems import CourseInvalid, Problem, nearest

MOST_IN_A_LESSON = 10
"""Questions in a lesson, where the table names none: some five minutes."""
_ROUNDS = 8
"""The loader is asked again after each round of rows was left out; two are usual."""


_Places: TypeAlias = dict[tuple[str, int], frozenset[int]]
"""For each line of a lesson file the lines of the table that it comes from; a head comes from all of its lesson."""
_ANSWERS = {
    Kind.SINGLE_CHOICE: "one answer in `right`, the others in `wrong 1`, `wrong 2` …",
    Kind.MULTIPLE_CHOICE: "the right answers in `right 1`, `right 2` …, the others in `wrong 1`, `wrong 2` …",
    Kind.TRUE_OR_FALSE: "`true` or `false` in `right`",
    Kind.SHORT_TEXT: "the answer in `right`, others that are as good behind `|`",
    Kind.NUMERIC: "a number in `right`, its unit in `unit`, how far off is right in `tolerance`",
    Kind.CLOZE: "gaps in the question: `{{word}}`",
    Kind.ORDER: "the entries in their order in `right 1`, `right 2` …",
    Kind.MATCH: "pairs `left -> right` in `right 1`, `right 2` …",
    Kind.REVEAL: "the answer in `right`",
}
"""Where a table has the answers of each kind."""
_IN_A_FILE = re.compile(r"[(\[]x[)\]]|`Answer|`Unit|`1\. …`|->|begin their lines")
"""Words about how a lesson file is written."""
_NOTHING_ASKED = "## Question: key"


@dataclass(frozen=True, slots=True)
class About:
    """What a table does not tell of its course."""

    title: str
    language: str = "en"
    summary: str = ""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A row that is a question."""

    row: Row
    kind: Kind
    key: str
    lesson: str
    outcome: str


@dataclass(slots=True)
class _Sorting:
    """What becomes of the rows of one table."""

    name: str
    asked: list[_Asked] = field(default_factory=list)
    changed: list[Problem] = field(default_factory=list)
    skipped: list[Problem] = field(default_factory=list)

    def skip(self, row: Row, message: str, hint: str = "") -> None:
        self.skipped.append(Problem(self.name, row.line, message, hint))

    def change(self, line: int, message: str, hint: str = "") -> None:
        self.changed.append(Problem(self.name, line, message, hint))


def read_table(data: bytes, name: str, about: About) -> Imported:
    """The course that this table (CSV) makes, or `CourseInvalid` if none of its rows can be taken.

    A row that cannot be taken is left out and reported.  Questions without a key get one made from their text, so that
    the same table gives the same keys; the table in the folder holds them.
    """
    table = read_rows(data, name)
    sorting = _sorted_out(table, name, about)
    decimal = "," if table.separator == ";" else "."
    for _ in range(_ROUNDS):
        if not sorting.asked:
            break
        files, places = _written(sorting.asked, about, decimal)
        try:
            course = load_folder(files)
        except CourseInvalid as error:
            _leave_out(error, places, sorting)
            continue
        files[TABLE] = _with_keys(table, {one.row.line: one.key for one in sorting.asked})
        _tell_what_was_made(sorting)
        report = ImportReport(
            len(sorting.asked), tuple(table.changed + sorting.changed), tuple(sorted(sorting.skipped))
        )
        return Imported(files, course, report)
    raise CourseInvalid([Problem(name, 1, "no row of the table could be taken"), *sorted(sorting.skipped)])


def _sorted_out(table: Table, name: str, about: About) -> _Sorting:
    sorting, keys, lesson = _Sorting(name), set[str](), ""
    for row in table.rows:
        kind, problem = kind_of(row), code_problem(row)
        lesson = _title(row.text("lesson")) or lesson
        if not row.text("question"):
            sorting.skip(row, "the row has no question")
        elif kind is None:
            known = [word for kind, others in KINDS.items() for word in (kind.value, *others)]
            sorting.skip(row, f"the kind `{row.text('kind')[:40]}` is not known", nearest(row.text("kind")[:40], known))
        elif problem:
            sorting.skip(row, problem)
        else:
            key = row.text("key") or question_key(without_gaps(row.text("question")), keys)
            keys.add(key)
            sorting.asked.append(_Asked(row, kind, key, lesson, _title(row.text("outcome")) or _title(about.title)))
    _put_into_lessons(sorting, _title(about.title))
    return sorting


def _tell_what_was_made(sorting: _Sorting) -> None:
    guessed = sum(not one.row.text("kind") for one in sorting.asked)
    made = sum(not one.row.text("key") for one in sorting.asked)
    if guessed:
        sorting.change(1, f"the kind was guessed for {guessed} of the questions", "a column `kind` tells it")
    if made:
        sorting.change(
            1, f"a key was made for {made} of the questions", "change the table that has them, not the old one"
        )


def _put_into_lessons(sorting: _Sorting, title: str) -> None:
    """Rows before the first named lesson are in lessons of ten; a lesson takes so many questions and no more."""
    nameless = sum(not one.lesson for one in sorting.asked)
    if nameless > MOST_IN_A_LESSON:
        sorting.change(1, f"the questions stand in lessons of {MOST_IN_A_LESSON}", "a column `lesson` names others")
    counts: dict[str, int] = {}
    placed = []
    for at, one in enumerate(sorting.asked):
        part = f" {at // MOST_IN_A_LESSON + 1}" if nameless > MOST_IN_A_LESSON else ""
        lesson = one.lesson or f"{title[: LONGEST_TITLE - 5]}{part}"
        counts[lesson] = counts.get(lesson, 0) + 1
        if counts[lesson] > MOST_PARTS:
            sorting.skip(one.row, f"the lesson has more than {MOST_PARTS} questions", "make several lessons of it")
        else:
            placed.append(_Asked(one.row, one.kind, one.key, lesson, one.outcome))
    order = {lesson: at for at, lesson in enumerate(counts)}
    sorting.asked = sorted(placed, key=lambda one: order[one.lesson])


def _written(asked: Iterable[_Asked], about: About, decimal: str) -> tuple[Folder, _Places]:
    """The folder, and for each line of its lessons the table's line that it comes from."""
    asked = list(asked)
    outcomes = keys_of(one.outcome for one in asked)
    lessons = keys_of(one.lesson for one in asked)
    files: Folder = {NAME: _course(about, outcomes, decimal)}
    places: _Places = {}
    for number, (title, found) in enumerate(groupby(asked, key=lambda one: one.lesson), 1):
        name = f"{number:02}-{lessons[title]}.md"
        rows = list(found)
        minutes = min(max(1, -(-len(rows) // 2)), LONGEST_MINUTES)
        lines = [*_head({"key": lessons[title], "title": title, "minutes": minutes}), ""]
        places |= {(name, at): frozenset(one.row.line for one in rows) for at in range(len(lines) + 1)}
        for one in rows:
            start = len(lines) + 1
            lines += question(one.row, one.kind, one.key, outcomes[one.outcome], decimal)
            places |= {(name, at): frozenset([one.row.line]) for at in range(start, len(lines) + 1)}
        files[name] = "\n".join(lines).encode()
    return files, places


def _course(about: About, outcomes: dict[str, str], decimal: str) -> bytes:
    title = _title(about.title)
    head = {
        "key": key_of(title),
        "title": title,
        "language": about.language,
        "summary": " ".join(about.summary.split())[:LONGEST_TEXT] or title,
        "licence": "not stated",
        "decimal": decimal,
        "outcomes": {
            key: {"title": name, "can": f"can answer questions about: {name}"} for name, key in outcomes.items()
        },
    }
    return "\n".join([*_head(head), ""]).encode()


def _head(values: Mapping[str, object]) -> list[str]:
    text = yaml.safe_dump(values, allow_unicode=True, sort_keys=False, width=1_000_000)
    return ["---", *text.rstrip("\n").split("\n"), "---"]


def _leave_out(error: CourseInvalid, places: _Places, sorting: _Sorting) -> None:
    """The rows that the loader refused are left out; it is an error if it refuses something else."""
    kinds = {one.row.line: one.kind for one in sorting.asked}
    refused: dict[int, Problem] = {}
    for problem in error.problems:
        for line in places.get((problem.path, problem.line), ()):
            hint = _ANSWERS[kinds[line]] if _IN_A_FILE.search(problem.message + problem.hint) else problem.hint
            hint = "take `probe` out of one of its rows" if _NOTHING_ASKED in problem.hint else hint
            refused.setdefault(line, Problem(sorting.name, line, problem.message, hint))
    if not refused:
        raise CourseInvalid([*sorted(sorting.skipped), *error.problems])
    sorting.skipped += refused.values()
    sorting.asked = [one for one in sorting.asked if one.row.line not in refused]


def _with_keys(table: Table, keys: dict[int, str]) -> bytes:
    columns = [named(cell) for cell in table.header]
    at = next((at for at, column in enumerate(columns) if column and column.name == "key"), len(columns))
    header = [*table.header, "key"][: max(len(columns), at + 1)]
    rows = []
    for row in table.rows:
        cells = [*row.raw, *[""] * (len(header) - len(row.raw))]
        cells[at] = keys.get(row.line, cells[at])
        rows.append(cells)
    return write_rows(header, rows, table.separator)


def _title(text: str) -> str:
    return " ".join(text.split())[:LONGEST_TITLE].strip()
