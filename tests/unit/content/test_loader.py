"""A course's folder."""

import os
from pathlib import Path

import pytest

from content.loader import MOST_LESSONS, load
from content.model import Pace
from content.problems import CourseInvalid

from .desk import COURSE, LESSON, problems_of, question, write

TRUE = question("true or false", "Is it?\n\nAnswer: true")
OTHER = LESSON.replace("leaves", "roots") + TRUE.replace(": q", ": r")


def _problems(folder: Path) -> list[str]:
    return [str(problem) for problem in problems_of(folder)]


def test_a_course_is_read_with_its_lessons_by_name(tmp_path: Path) -> None:
    """What is not told has its usual value."""
    course = load(write(tmp_path, LESSON + TRUE, n00=OTHER))
    assert [lesson.key for lesson in course.lessons] == ["roots", "leaves"]
    assert (course.key, course.decimal, course.pace) == ("trees", ".", Pace())
    assert course.about.html == "<p>About trees.</p>"
    assert course.outcomes[0].can == "can tell trees apart"


def test_other_files_do_not_count(tmp_path: Path) -> None:
    """Hidden ones, pictures, and folders of any name that lies deeper."""
    write(tmp_path, LESSON + TRUE)
    (tmp_path / ".draft.md").write_text("x")
    (tmp_path / "leaf.png").write_bytes(b"x")
    (tmp_path / "drafts").mkdir()
    (tmp_path / "drafts" / "02.md").write_text("x")
    assert len(load(tmp_path).lessons) == 1


def test_all_problems_of_all_files_are_told_at_once_and_in_order(tmp_path: Path) -> None:
    """An author mends everything in one go."""
    write(tmp_path, LESSON + TRUE.replace("true or", "x"), COURSE.replace('"."', "x"), n02="x")
    assert [one.partition(": ")[0] for one in _problems(tmp_path)] == ["01.md:12", "02.md:1", "02.md:1", "course.md:7"]


@pytest.mark.parametrize(
    ("course", "problem"),
    [
        (COURSE.replace("key: trees", "key: Trees!"), "course.md:2: `Trees!` cannot be a key"),
        (COURSE.replace("language: en", "language: the English"), "course.md:4: `the English` is no language"),
        (COURSE.replace('"."', '";"'), "course.md:7: `decimal: ;` has no meaning (use one of: `.`, `,`)"),
        (COURSE.replace("licence: CC-BY-4.0\n", ""), "course.md:1: `licence:` is missing"),
        (COURSE.replace("summary: Know them.", "summary:"), "course.md:5: `summary:` is missing"),
        (
            COURSE.replace("decimal", "retention: 2\ndecimal"),
            "course.md:7: `retention:` must be a number from 0.7 to 0.97",
        ),
        (COURSE.replace("decimal", "new_per_day: x\ndecimal"), "course.md:7: `new_per_day:` must be a whole number"),
        (COURSE.replace("decimal", "colour: red\ndecimal"), "course.md:7: `colour:` has no meaning here"),
        (
            COURSE.replace("    can: can tell", "    cna: can tell"),
            "course.md:11: `cna:` has no meaning here (did you mean",
        ),
        (
            COURSE.replace("  know:", "  more:\n    title: M\n    can: can\n  know:"),
            "course.md:9: the outcome `more` is never",
        ),
        (COURSE.replace("About trees.", "$}$"), "course.md:14: the formula has a `}` without its `{`"),
        (COURSE.replace("title: Trees", "title: &a Trees"), "course.md:3: the head uses `&` or `*` names"),
        (COURSE.replace("title: Trees", "title: [[[[[[["), "course.md:3: the head is nested too deeply"),
        ("---\nkey: a\n", "course.md:1: the head has no end"),
        ("", "course.md:1: the head is missing"),
    ],
)
def test_a_slip_in_course_md_is_reported_at_its_line(tmp_path: Path, course: str, problem: str) -> None:
    """With what to do about it."""
    found = _problems(write(tmp_path, LESSON + TRUE, course))
    assert any(one.startswith(problem) for one in found), found


def test_keys_are_unique_in_the_whole_course(tmp_path: Path) -> None:
    """Those of lessons, and those of questions."""
    assert _problems(write(tmp_path, LESSON + TRUE, n02=LESSON + TRUE)) == [
        "02.md:2: the lesson key `leaves` is there twice (first in 01.md)",
        "02.md:10: the key `q` is there twice (first in 01.md, line 10)",
    ]


def test_a_folder_without_course_md_is_no_course(tmp_path: Path) -> None:
    """Neither is a folder that is not there, or a file."""
    (tmp_path / "01.md").write_text(LESSON + TRUE)
    assert _problems(tmp_path)[0].startswith("course.md:1: the file is missing")
    for path in (tmp_path / "nowhere", tmp_path / "01.md"):
        assert _problems(path) == ["course.md:1: the folder cannot be read (give the folder of a course)"]


def test_links_are_not_followed(tmp_path: Path) -> None:
    """They could lead to any file of the machine."""
    secret = tmp_path / "secret.md"
    secret.write_text(OTHER)
    folder = write(tmp_path / "course", LESSON + TRUE)
    (folder / "02.md").symlink_to(secret)
    assert [one.partition(" (")[0] for one in _problems(folder)] == ["02.md:1: this is no ordinary file"]


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    """A pipe would never end; a folder cannot be read."""
    folder = write(tmp_path, LESSON + TRUE)
    os.mkfifo(folder / "02.md")
    (folder / "03.md").mkdir()
    assert [one.partition(" (")[0] for one in _problems(folder)] == [
        "02.md:1: this is no ordinary file",
        "03.md:1: this is no ordinary file",
    ]


def test_files_and_courses_have_a_size(tmp_path: Path) -> None:
    """What is larger is refused before it is read."""
    folder = write(tmp_path, LESSON + TRUE)
    (folder / "02.md").write_bytes(b"a" * 300 * 1024)
    assert "02.md:1: the file is larger than 256 kB (split it into lessons)" in _problems(folder)
    (folder / "02.md").write_text("\n" * 5000)
    assert "02.md:5001: the file has more than 5000 lines (split it into lessons)" in _problems(folder)
    for number in range(MOST_LESSONS + 1):
        (folder / f"{number:03}.md").write_text("x")
    assert any("more than 100 lessons" in one for one in _problems(folder))


def test_bytes_that_are_no_text_are_a_problem(tmp_path: Path) -> None:
    """With the line they are on."""
    folder = write(tmp_path, LESSON + TRUE)
    (folder / "02.md").write_bytes(b"---\n\xff\n")
    assert "02.md:2: the file is not UTF-8 (save it with the encoding UTF-8)" in _problems(folder)


def test_the_error_reads_as_its_problems(tmp_path: Path) -> None:
    """So that a log, too, has them all."""
    with pytest.raises(CourseInvalid, match=r"^01\.md:2: the lesson asks no question"):
        load(write(tmp_path, LESSON))
