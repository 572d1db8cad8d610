"""`sprig course import`, as scripts rely on it."""

from pathlib import Path

from content.exchange.folder import read_folder
from content.exchange.zip_folder import write_zip
from tests.unit.edge.shell import Shell

ROOT = Path(__file__).parents[3]
TINY = ROOT / "tests" / "data" / "courses" / "tiny"


def test_a_table_becomes_a_folder_that_can_be_checked(sprig: Shell, tmp_path: Path) -> None:
    """The report tells what was taken, changed and left out; a folder that is there is never written over."""
    table, out = tmp_path / "little_sums.csv", tmp_path / "out"
    table.write_text("question;right;wrong\nWhat is 2 + 2?;4;3\nOdd?;;\n")
    done = sprig("course", "import", str(table), "--out", str(out))
    assert done.returncode == 0
    assert done.stdout.splitlines()[0] == f"little sums: 1 questions taken, into {out}."
    assert "changed: little_sums.csv:1: the kind was guessed for 1 of the questions" in done.stdout
    assert "left out: little_sums.csv:3:" in done.stdout
    assert sprig("course", "check", str(out)).returncode == 0
    again = sprig("course", "import", str(table), "--out", str(out))
    assert again.returncode == 2
    assert "is there already" in again.stderr


def test_a_zip_becomes_a_folder(sprig: Shell, tmp_path: Path) -> None:
    """The same files; `--format` goes before the ending."""
    packed, out = tmp_path / "course.bin", tmp_path / "out"
    packed.write_bytes(write_zip(read_folder(TINY), "tiny"))
    assert sprig("course", "import", str(packed), "--out", str(out)).returncode == 1
    assert sprig("course", "import", str(packed), "--out", str(out), "--format", "zip").returncode == 0
    assert read_folder(out) == read_folder(TINY)


def test_a_file_at_fault_ends_with_1(sprig: Shell, tmp_path: Path) -> None:
    """Each problem on a line, and nothing is written."""
    table, out = tmp_path / "t.csv", tmp_path / "out"
    table.write_text("a,b\n1,2\n")
    done = sprig("course", "import", str(table), "--out", str(out))
    assert done.returncode == 1
    assert done.stderr.startswith("t.csv:1: no column has a name that is known")
    assert not out.exists()
