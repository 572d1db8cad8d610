"""The teacher's page, whoever the learners are."""

import pytest
from playwright.sync_api import Page, expect

from practice_lms.state.seed import TEACHER
from tests.e2e.driver import Person
from tests.e2e.world import KINDS, World

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e")]
LAYLA, PRIVATE = 8, 16


def test_a_name_written_from_right_to_left_and_a_withheld_one_stand_in_their_rows(page: Page, world: World) -> None:
    """An Arabic name turns nothing around it; who shares no name is found by the platform's own id."""
    for person in (LAYLA, PRIVATE):
        Person.arrives(world, page, person).enters(KINDS)
    frame = Person.arrives(world, page, TEACHER).enters(KINDS)
    row = frame.get_by_role("row", name="ليلى الحداد")
    name = row.get_by_text("ليلى الحداد", exact=True)
    expect(name).to_be_visible()
    assert name.evaluate("it => [it.localName, getComputedStyle(it).direction]") == ["bdi", "rtl"]
    expect(row).to_have_css("direction", "ltr")
    nameless = frame.get_by_role("row", name="No name shared")
    expect(nameless).to_contain_text("16")
    expect(frame.get_by_text("Private Person")).to_have_count(0)
