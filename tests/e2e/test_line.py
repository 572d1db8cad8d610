"""The line drops, hands shake, tabs multiply: nothing is lost, and nothing counts twice."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy import func, select

from content.model import Item
from lti_tool.models import Enrolment, PointEntry, Review
from tests.e2e.browsers import patient
from tests.e2e.driver import Learner, Person
from tests.e2e.world import KINDS, World

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e")]
STEPS = re.compile(r"/t/[^/]+/s/\d+/\d+$")
SUHARTO, MARIA, SIOBHAN, NGUYEN, PRIYA, TOMAS = 9, 10, 11, 12, 14, 15


def _counted(world: World, person: int) -> tuple[int, int]:
    """How many answers of the person are kept, and how many entries of points."""
    mine = Enrolment.learner_id == world.learner_id(person)
    reviews = select(func.count()).select_from(Review).join(Enrolment, Enrolment.id == Review.enrolment_id)
    points = select(func.count()).select_from(PointEntry).join(Enrolment, Enrolment.id == PointEntry.enrolment_id)
    return world.rows(reviews.where(mine))[0][0], world.rows(points.where(mine))[0][0]


def _at_the_first_question(learner: Learner) -> Item:
    learner.begins("Start lesson 1")
    learner.goes_on()
    item = learner.item()
    assert item is not None
    return item


@dataclass
class _Line:
    """The learner's line, which can be cut while an answer is on its way."""

    page: Page
    stored: list[int] = field(default_factory=list)

    def cut_before(self) -> None:
        """The next answers do not arrive."""
        self.page.route(STEPS, lambda route: route.abort("connectionreset"))

    def cut_after(self) -> None:
        """The next answers arrive; what the tool replies does not."""
        self.page.route(STEPS, self._swallow)

    def _swallow(self, route: Route) -> None:
        reply = route.fetch(headers=route.request.all_headers(), max_redirects=0)
        self.stored.append(reply.status)
        route.abort("connectionreset")

    def mend(self) -> None:
        """It holds again."""
        self.page.unroute(STEPS)


def test_an_answer_whose_reply_was_lost_is_sent_again_and_counts_once(page: Page, world: World) -> None:
    """The learner sees the notice, sends the answer again, and sees its feedback."""
    frame = Person.arrives(world, page, SUHARTO).enters(KINDS)
    learner, line = Learner(frame, world.kinds), _Line(page)
    item = _at_the_first_question(learner)
    learner.chooses(item, ("1",))
    line.cut_after()
    learner.hands.press(frame.get_by_role("button", name="Check"))
    notice = frame.get_by_role("alert")
    expect(notice).to_contain_text("That did not get through")
    assert line.stored == [303]
    counted = _counted(world, SUHARTO)
    assert counted[0] == 1
    line.mend()
    again = notice.get_by_role("button", name="Send again")
    expect(again).to_be_focused()
    again.press("Enter")
    expect(frame.get_by_role("heading", name="Right")).to_be_visible()
    assert _counted(world, SUHARTO) == counted


def test_an_answer_that_never_arrived_waits_on_the_page_and_can_be_sent_again(page: Page, world: World) -> None:
    """What was chosen is still chosen, nothing was counted, and sending it again does."""
    frame = Person.arrives(world, page, PRIYA).enters(KINDS)
    learner, line = Learner(frame, world.kinds), _Line(page)
    item = _at_the_first_question(learner)
    learner.chooses(item, ("1",))
    line.cut_before()
    learner.hands.press(frame.get_by_role("button", name="Check"))
    expect(frame.get_by_role("alert")).to_contain_text("That did not get through")
    expect(frame.get_by_role("radio", name="4", exact=True)).to_be_checked()
    assert _counted(world, PRIYA) == (0, 0)
    line.mend()
    frame.get_by_role("button", name="Send again").press("Enter")
    expect(frame.get_by_role("heading", name="Right")).to_be_visible()
    assert _counted(world, PRIYA)[0] == 1


def test_reload_and_back_repeat_nothing(page: Page, world: World) -> None:
    """After an answer, a reload shows its feedback; back and on again does too; it counted once."""
    frame = Person.arrives(world, page, MARIA).enters_alone(KINDS)
    learner = Learner(frame, world.kinds)
    learner.answers(_at_the_first_question(learner))
    counted = _counted(world, MARIA)
    page.reload()
    expect(page.get_by_role("heading", name="Right")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Nine ways to ask")).to_be_visible()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Right")).to_be_visible()
    assert _counted(world, MARIA) == counted
    assert counted[0] == 1


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def shaky_page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A tab, with and without scripts."""
    opened = patient(browser.new_context(java_script_enabled=request.param))
    yield opened.new_page()
    opened.close()


def test_a_double_click_answers_once(shaky_page: Page, world: World, request: pytest.FixtureRequest) -> None:
    """Two clicks on "Check" are one answer, and its feedback is shown."""
    person = SIOBHAN if "with scripts" in request.node.callspec.id else TOMAS
    arrived = Person.arrives(world, shaky_page, person)
    shaky_page.goto(f"{world.demo.lms_url}/courses/{KINDS.course}/activities/{KINDS.link}/open?in=window")
    while not shaky_page.url.startswith(f"{world.demo.tool_url}/t/"):
        onward = shaky_page.get_by_role("button", name="Continue")
        if onward.count():
            onward.click()
    learner = Learner(arrived.page.main_frame, world.kinds)
    learner.chooses(_at_the_first_question(learner), ("1",))
    shaky_page.get_by_role("button", name="Check").dblclick()
    expect(shaky_page.get_by_role("heading", name="Right")).to_be_visible()
    assert _counted(world, person)[0] == 1


def test_of_two_tabs_the_first_answer_stands(page: Page, world: World) -> None:
    """The second tab, which still showed the question, says so, and shows the feedback to the answer that was kept."""
    first = Learner(Person.arrives(world, page, NGUYEN).enters_alone(KINDS), world.kinds)
    item = _at_the_first_question(first)
    other = page.context.new_page()
    second = Learner(Person(world, other, NGUYEN).enters_alone(KINDS), world.kinds)
    second.begins("Go on")
    assert second.item() == item
    first.answers(item, ("1",))
    second.answers(item, ("0",))
    expect(other.get_by_role("heading", name="Right")).to_be_visible()
    expect(other.get_by_text("You answered this already, in another tab or before.")).to_be_visible()
    assert _counted(world, NGUYEN)[0] == 1
