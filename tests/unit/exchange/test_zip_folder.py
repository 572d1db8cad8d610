"""A zip is unpacked with care, or refused in words."""

import random
import stat
import tracemalloc
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_LZMA, ZipFile, ZipInfo

import pytest

from content.exchange.folder import read_folder
from content.exchange.zip_folder import LARGEST_ZIP, read_zip, write_zip
from content.loader import load
from content.problems import CourseInvalid

ROOT = Path(__file__).parents[3]
TINY, GIT_BASICS = ROOT / "tests" / "data" / "courses" / "tiny", ROOT / "content" / "courses" / "git-basics"
FILES = read_folder(TINY)


def packed(entries: dict[str, bytes], method: int = ZIP_DEFLATED) -> bytes:
    """A zip of these entries, by their paths."""
    made = BytesIO()
    with ZipFile(made, "w", method) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return made.getvalue()


def special(name: str, data: bytes, mode: int) -> bytes:
    """The tiny course, and beside it an entry that is no ordinary file."""
    made = BytesIO()
    with ZipFile(made, "w") as archive:
        for path, text in FILES.items():
            archive.writestr(path, text)
        info = ZipInfo(name)
        info.create_system, info.external_attr = 3, mode << 16
        archive.writestr(info, data)
    return made.getvalue()


def refused(data: bytes) -> list[str]:
    """Everything that is wrong with it."""
    with pytest.raises(CourseInvalid) as caught:
        read_zip(data, "c.zip")
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize("folder", [TINY, GIT_BASICS])
def test_a_course_survives_the_way_there_and_back(folder: Path) -> None:
    """Packed and unpacked it is the same course, and packing it twice gives the same bytes."""
    files = read_folder(folder)
    data = write_zip(files, folder.name)
    assert data == write_zip(files, folder.name)
    found = read_zip(data)
    assert found.files == files
    assert found.course == load(folder)
    assert found.report.taken == len(found.course.items())


@pytest.mark.parametrize("top", ["", "tiny/", "Tiny course (1)/", "tiny\\"])
def test_a_folder_around_everything_is_taken_off(top: str) -> None:
    """However the teacher packed it; what her computer adds does not count."""
    entries = {f"{top}{name}": data for name, data in FILES.items()}
    added = {"__MACOSX/x": b"", f"{top}.DS_Store": b"", f"{top}.git/HEAD": b"x", f"{top}Thumbs.db": b""}
    assert read_zip(packed(entries | added)).files == FILES


def test_what_is_no_markdown_is_left_out_and_told() -> None:
    """A zip in the zip is never opened."""
    found = read_zip(packed(FILES | {"LICENSE": b"x", "inner.zip": packed({"a.md": b"x"})}))
    assert [one.path for one in found.report.skipped] == ["LICENSE", "inner.zip"]


def test_problems_of_the_lessons_are_those_of_the_loader() -> None:
    """With file, line and hint."""
    assert refused(packed(FILES | {"03.md": b"---\nkey: third\n---\nText"})) == [
        "03.md:1: `minutes:` must be a whole number from 1 to 60",
        "03.md:1: `title:` is missing (add a line `title: …` to the head)",
        "03.md:2: the lesson asks no question (write one: `## Question: key`)",
        "03.md:4: this text belongs to no card (begin a card with a line `# Title`)",
    ]


@pytest.mark.parametrize(
    "path",
    [
        "../evil.md",
        "/etc/evil.md",
        "a/../../evil.md",
        "..\\evil.md",
        "C:\\evil.md",
        "C:evil.md",
        "a//evil.md",
        "./e.md",
    ],
)
def test_a_path_that_leads_out_is_refused(path: str) -> None:
    """Whatever sign parts the folders."""
    assert "the path leads out of the folder" in refused(packed(FILES | {path: b"x"}))[0]


@pytest.mark.parametrize("name", ["a\0.md", "a\n.md", "a\x1b[31m.md", f"{'a' * 250}.md", "\u202egnp.md"])
def test_an_unprintable_name_is_refused(name: str) -> None:
    """It would lie to whoever reads the report."""
    data = packed(FILES | {name.replace("\0", "0"): b"x"}).replace(b"a0.md", b"a\0.md")
    (problem,) = refused(data)
    assert "the file's name is too long, or holds signs that cannot be shown" in problem
    assert problem.isprintable()


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFSOCK])
def test_links_and_devices_are_refused(kind: int) -> None:
    """They could show what lies elsewhere."""
    assert "this is no ordinary file" in refused(special("02.md", b"/etc/passwd", kind | 0o777))[0]


def test_an_encrypted_entry_is_refused() -> None:
    """In words, not by a crash."""
    data = bytearray(packed(FILES))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert "the file is encrypted" in refused(bytes(data))[0]


@pytest.mark.parametrize("method", [ZIP_BZIP2, ZIP_LZMA])
def test_unusual_packing_is_refused(method: int) -> None:
    """It cannot be unpacked a little at a time."""
    assert "packed in an unusual way" in refused(packed(FILES, method))[0]


def test_a_name_twice_is_refused() -> None:
    """Nobody could tell which one is meant."""
    (first, text), *_ = FILES.items()
    assert "there twice" in refused(packed(FILES | {first.upper().replace(".MD", ".md"): text}))[0]


def test_a_bomb_does_not_go_off() -> None:
    """Three files of fifty megabytes: refused within a few megabytes and seconds."""
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as archive:
        archive.writestr("course.md", FILES["course.md"])
        for number in range(3):
            with archive.open(f"{number}.md", "w") as file:
                for _ in range(50):
                    file.write(bytes(1024 * 1024))
    data = made.getvalue()
    assert len(data) < LARGEST_ZIP
    tracemalloc.start()
    problems = refused(data)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(problems) == 1  # with the first the limit of all is reached
    assert "the file is larger than 256 kB" in problems[0]
    assert most < 8 * 1024 * 1024


def test_a_lie_about_the_size_is_not_believed() -> None:
    """A file that says it has ten bytes and has more."""
    data = packed(FILES | {"02.md": b"x" * 100_000})
    lie = data.replace((100_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert "damaged" in refused(lie)[0]


def test_many_files_are_refused_before_any_is_read() -> None:
    """Ten thousand of them, or a list of a hundred thousand."""
    assert "more than 1000 files" in refused(packed({f"{n}.md": b"x" for n in range(10_000)}))[0]
    assert "more than 1000 files" in refused(b"PK\x01\x02" * 90_000)[0]


def test_all_files_together_have_a_limit() -> None:
    """However well they are packed."""
    many = {f"{n:03}.md": b"x" * 250_000 for n in range(90)}
    assert "larger than 256 kB together" in refused(packed(FILES | many))[0]
    assert "the zip is larger than 1024 kB" in refused(bytes(LARGEST_ZIP + 1))[0]


def test_a_damaged_zip_is_refused_and_never_a_crash() -> None:
    """Two thousand zips with a few wrong bytes: taken, or told."""
    good, luck = write_zip(FILES, "tiny"), random.Random(7)
    for _ in range(2000):
        bad = bytearray(good)
        for _ in range(luck.randint(1, 4)):
            bad[luck.randrange(len(bad))] = luck.randrange(256)
        if luck.random() < 0.2:
            del bad[luck.randrange(len(bad)) :]
        with suppress(CourseInvalid):
            read_zip(bytes(bad))


def test_a_zip_that_is_no_course_says_what_it_found() -> None:
    """A quiz package, or a spreadsheet that was renamed."""
    problems = refused(packed({"imsmanifest.xml": b"<manifest/>", "quiz/quiz.xml": b"<quiz/>"}))
    assert problems[1].startswith("course.md:1: the file is missing")
    assert problems[2].startswith("imsmanifest.xml:1: only Markdown files are taken")
