"""A bad week with each LMS, over real HTTP: every grade arrives, once, and right; what a teacher did stands."""

from pathlib import Path

import pytest

from lti_tool.models.engine import Database
from practice_lms.state.switches import Character
from tests.faults.classroom import classroom
from tests.faults.ledger import check
from tests.faults.storm import Storm


@pytest.mark.parametrize("character", list(Character))
def test_every_grade_survives_a_bad_week(
    database: Database, database_url: str, tmp_path: Path, character: Character
) -> None:
    """Workers die and stall, the LMS drops, dawdles, repeats, refuses, forgets; the gradebook is as if it had not."""
    with classroom(tmp_path, database, database_url, character) as room:
        storm = Storm(room, seed=20261127)
        storm.rages()
        storm.ends()
        check(storm)
        storm.unlocks()
        check(storm)
    met = storm.met
    print(f"{character} on {database.engine.dialect.name}: {met.total()} faults, {dict(sorted(met.items()))}")
    assert {name for name in storm.planned if not met[name]} == set()
