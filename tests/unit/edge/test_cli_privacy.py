"""`sprig privacy`: one person's data, out or gone, and what it asks and tells first."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime

from sqlalchemy import select

from lti_tool.models import Deployment, Learner
from lti_tool.models.engine import Database
from tests.unit.edge.shell import PLATFORM, Shell

PERSON = ["--platform", "https://lms.example", "--sub", "7"]


def person(ready: Shell) -> None:
    """Somebody has come from the platform."""
    ready(*PLATFORM, "--deployment", "1")
    database = Database(f"sqlite:///{ready.file}")
    with database.writing() as session:
        known = session.scalars(select(Deployment)).one()
        now = datetime.now(UTC)
        session.add(Learner(sub="7", platform_id=known.platform_id, tenant_id=known.tenant_id, created_at=now))
    database.engine.dispose()


def test_an_unknown_person_is_not_found(ready: Shell) -> None:
    """Exit 1, and nothing is gone."""
    for command in ("export", "erase"):
        done = ready("privacy", command, "--platform", "https://lms.example", "--sub", "7")
        assert done.returncode == 1
        assert done.stderr.startswith("No such person at this platform.")


def test_nobody_waits_while_erase_asks(ready: Shell) -> None:
    """The question is put before the database is held."""
    person(ready)
    with ready.started("privacy", "erase", *PERSON) as asking:
        assert asking.stdout is not None
        said = ""
        while "[y/N]" not in said:
            said += asking.stdout.read(1)
        with closing(sqlite3.connect(ready.file, timeout=0.2, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            other.execute("COMMIT")
        rest, _ = asking.communicate("y\n", timeout=30)
    assert asking.returncode == 0
    assert "1 learner" in rest


def test_erasing_asks_and_takes_no_for_an_answer(ready: Shell) -> None:
    """Nothing is gone without a yes."""
    person(ready)
    with ready.started("privacy", "erase", *PERSON) as asking:
        asking.communicate("n\n", timeout=30)
    assert asking.returncode == 1
    assert ready("privacy", "export", *PERSON).returncode == 0


def test_erasing_names_the_copies_that_still_hold_the_person(ready: Shell) -> None:
    """Those that `sprig migrate` made; nothing is said where there are none."""
    person(ready)
    copy = ready.file.with_name(f"{ready.file.name}.before-0001-20260101T000000")
    copy.touch()
    assert str(copy) in ready("privacy", "erase", *PERSON, "--yes").stdout
    copy.unlink()
    person(ready)
    done = ready("privacy", "erase", *PERSON, "--yes")
    assert done.stdout.startswith("Gone: ")
    assert len(done.stdout.splitlines()) == 1
