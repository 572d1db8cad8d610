"""The command line, as scripts rely on it: its words, its exit codes, its JSON."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import select

from lti_tool.models import Platform
from lti_tool.models.engine import Database
from tests.unit.edge.shell import PLATFORM, Shell

ROOT = Path(__file__).parents[3]
GIT_BASICS = ROOT / "content" / "courses" / "git-basics"


def stored(ready: Shell) -> Platform:
    """The one registration."""
    database = Database(f"sqlite:///{ready.file}")
    with database.reading() as session:
        found = session.scalars(select(Platform)).one()
    database.engine.dispose()
    return found


def test_help_names_every_command(sprig: Shell) -> None:
    """What the contract lists for now."""
    words = sprig("--help").stdout
    for command in (
        "migrate",
        "serve",
        "worker",
        "platform",
        "course",
        "keys",
        "grades",
        "memory",
        "privacy",
        "doctor",
    ):
        assert command in words


def test_wrong_usage_ends_with_2(sprig: Shell) -> None:
    """As shells expect."""
    assert sprig("platform", "add").returncode == 2
    assert sprig("nothing").returncode == 2


def test_wrong_settings_end_with_1_and_name_them(sprig: Shell) -> None:
    """All of them, one a line, without a traceback."""
    done = sprig("migrate", SECRET_KEY="short", PORT="x")
    assert done.returncode == 1
    assert [line.partition(":")[0] for line in done.stderr.splitlines()] == ["PORT", "SECRET_KEY"]
    assert "secrets.token_urlsafe(32)" in done.stderr
    assert ".env.example" in done.stderr


def test_an_old_database_ends_with_3(sprig: Shell) -> None:
    """The system is not ready; the message says what to run."""
    done = sprig("platform", "list")
    assert done.returncode == 3
    assert "sprig migrate" in done.stderr


def test_an_unreachable_database_ends_with_3(sprig: Shell) -> None:
    """In a line, not in a traceback."""
    done = sprig("platform", "list", DATABASE_URL="postgresql+psycopg://nobody@127.0.0.1:1/none")
    assert done.returncode == 3
    assert "Traceback" not in done.stderr


def test_migrating_twice_is_harmless(ready: Shell) -> None:
    """It says that there is nothing to do."""
    done = ready("migrate")
    assert done.returncode == 0
    assert "already" in done.stdout


def test_a_platform_is_added_once(ready: Shell) -> None:
    """Idempotent; the answer says what the LMS needs to know."""
    first, second = ready(*PLATFORM), ready(*PLATFORM, "--family", "moodle")
    assert first.stdout.startswith("Registered")
    assert "http://localhost:8000/lti/launch" in first.stdout
    assert second.stdout.startswith("Already registered")
    (row,) = json.loads(ready("platform", "list", "--json").stdout)
    assert (row["issuer"], row["family"], row["enabled"]) == ("https://lms.example", "moodle", True)


def test_a_platform_keeps_what_is_not_said_again(ready: Shell) -> None:
    """Its family, its frames, and which deployments are let in."""
    ready(*PLATFORM, "--family", "moodle", "--deployment", "1", "--frame-ancestors", "https://a.example")
    assert ready(*PLATFORM, "--admit-unbound-learners").returncode == 0
    row = stored(ready)
    assert (row.family, row.lists_deployments, row.frame_ancestors) == ("moodle", True, "https://a.example")
    assert row.admits_unbound_learners
    ready(*PLATFORM, "--any-deployment", "--frame-ancestors", "", "--refuse-unbound-learners")
    row = stored(ready)
    assert (row.family, row.lists_deployments, row.frame_ancestors) == ("moodle", False, "")
    assert not row.admits_unbound_learners
    assert ready(*PLATFORM, "--any-deployment", "--deployment", "1").returncode == 2


def test_a_platform_is_switched_off(ready: Shell) -> None:
    """And an unknown one is not found."""
    ready(*PLATFORM)
    assert ready("platform", "disable", "--issuer", "https://lms.example").returncode == 0
    unknown = ready("platform", "disable", "--issuer", "https://other.example")
    assert unknown.returncode == 1
    assert unknown.stderr.startswith("No such platform is registered.")
    (row,) = json.loads(ready("platform", "list", "--json").stdout)
    assert row["enabled"] is False


def test_a_course_is_checked_and_published(ready: Shell) -> None:
    """The second time there is nothing to do."""
    assert "no problems" in ready("course", "check", str(GIT_BASICS)).stdout
    assert "version 1 is published" in ready("course", "publish", str(GIT_BASICS)).stdout
    assert "nothing has changed" in ready("course", "publish", str(GIT_BASICS)).stdout
    (row,) = json.loads(ready("course", "list", "--json").stdout)
    assert (row["slug"], row["version"]) == ("git-basics", 1)


def test_every_problem_of_a_course_is_on_a_line(ready: Shell, tmp_path: Path) -> None:
    """`path:line: message`, for editors; nothing is published."""
    folder = tmp_path / "broken"
    folder.mkdir()
    (folder / "course.md").write_text("---\nkey: Broken Key\ntitle: Broken\n---\n", "utf-8")
    (folder / "01.md").write_text("---\nkey: one\n---\n## Question: q\n\nKind: essay\n\nWhy?\n", "utf-8")
    for command in ("check", "publish"):
        done = ready("course", command, str(folder))
        assert done.returncode == 1
        lines = done.stderr.splitlines()
        assert any(line.startswith("course.md:2: ") for line in lines)
        assert any(line.startswith("01.md:6: ") for line in lines)
    assert json.loads(ready("course", "list", "--json").stdout) == []


def test_keys_rotate(ready: Shell) -> None:
    """A new one is published, and the old one stays for now."""
    ready("keys", "rotate")
    ready("keys", "rotate")
    keys = json.loads(ready("keys", "list", "--json").stdout)
    assert len(keys) == 2
    assert keys[0]["retired_at"] == keys[1]["signs_from"]


def test_memories_are_compared_while_others_write(ready: Shell) -> None:
    """Only a repair holds the database, and only where something differs."""
    with closing(sqlite3.connect(ready.file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert ready("memory", "rebuild").returncode == 0
        assert ready("memory", "rebuild", "--repair").stdout.endswith("Replaced: 0\n")


def test_the_doctor_says_what_to_do(ready: Shell) -> None:
    """Without a key and a platform there is something to mend."""
    done = ready("doctor")
    assert done.returncode == 1
    assert "sprig platform add" in done.stdout


def test_status_and_rebuild_of_nothing(ready: Shell) -> None:
    """An empty installation is well."""
    assert json.loads(ready("grades", "status", "--json").stdout) == []
    assert ready("grades", "retry").stdout == "Due now: 0\n"
    assert "0 on record differ" in ready("memory", "rebuild").stdout
