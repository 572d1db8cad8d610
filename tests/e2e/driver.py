"""People in front of the LMS, and the keys they press."""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from playwright.sync_api import Frame, Locator, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from content.model import Choices, Cloze, Course, Item, Kind, Match, Order, Response, Reveal
from lti_tool.web.asking import plain
from practice_lms.state.seed import ADMINISTRATOR, STUDENT_VIEW, TEACHER
from tests.e2e.world import NAMES, Activity, World
from tests.unit.content.answers import right_response

VERDICT = re.compile("^(Right|Not yet)$")
MOST_TABS = 90
MOST_PAGES = 120
PEOPLE = NAMES | {TEACHER: "Tess Teacher", ADMINISTRATOR: "Abel Admin", STUDENT_VIEW: "Test Student"}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whose browser shows the LMS."""

    world: World
    page: Page
    number: int

    @classmethod
    def arrives(cls, world: World, page: Page, number: int) -> "Person":
        """The browser acts as this person."""
        page.goto(world.demo.lms_url)
        page.get_by_role("button", name=PEOPLE[number]).click()
        return cls(world, page, number)

    def opens(self, activity: Activity) -> Frame:
        """The activity in the LMS's frame, whatever it shows there."""
        self.page.goto(f"{self.world.demo.lms_url}/courses/{activity.course}")
        self.page.get_by_role("link", name=activity.title, exact=True).click()
        frame = self.page.locator("iframe[name=activity]").element_handle().content_frame()
        assert frame is not None
        return frame

    def enters(self, activity: Activity) -> Frame:
        """The activity in the LMS's frame, once the tool has let the person in."""
        frame = self.opens(activity)
        frame.wait_for_url(f"{self.world.demo.tool_url}/t/**")
        return frame

    def enters_alone(self, activity: Activity) -> Frame:
        """The same in the whole window, without a frame around it."""
        place = f"/courses/{activity.course}/activities/{activity.link}/open?in=window"
        self.page.goto(f"{self.world.demo.lms_url}{place}")
        self.page.wait_for_url(f"{self.world.demo.tool_url}/t/**")
        return self.page.main_frame

    def jumps_a_day(self) -> None:
        """The tool's study day moves on by one."""
        self.page.get_by_role("button", name="Jump a day").click()

    def grade(self, activity: Activity) -> Locator:
        """The person's cell in the gradebook, which a teacher looks at in this browser."""
        self.page.goto(f"{self.world.demo.lms_url}/courses/{activity.course}/gradebook")
        column = self.page.get_by_role("columnheader", name=re.compile(rf"^{re.escape(activity.title)}\s+of"))
        item = column.get_attribute("data-line-item")
        return self.page.locator(f'td[data-line-item="{item}"][data-person="{self.number}"] .score')


class Hands:
    """Two hands on the keyboard: they press keys, and never touch a mouse."""

    def __init__(self, frame: Frame) -> None:
        self.frame, self.keys = frame, frame.page.keyboard

    def _strike(self, key: str) -> None:
        """The key was pressed.

        On what has the focus, with an end to waiting: `keyboard.press` has none, and Chromium never says that it took a
        key if the frame under it was replaced meanwhile (seen on a busy machine).  What follows is checked anyway.
        """
        focused = self.frame.locator(":focus")
        if not focused.count():
            self.keys.press(key)
            return
        with suppress(PlaywrightTimeout):
            focused.press(key, timeout=5000)

    def is_on(self, target: Locator) -> bool:
        """The focus is there."""
        return bool(target.evaluate("it => it === document.activeElement"))

    def tab_to(self, target: Locator) -> None:
        """The focus is there, reached with Tab."""
        self._tab_until(lambda: self.is_on(target), str(target))

    def _tab_until(self, arrived: Callable[[], bool], what: str) -> None:
        for _ in range(MOST_TABS):
            if arrived():
                return
            self._strike("Tab")
        raise AssertionError(f"Tab never came to {what}")

    def press(self, target: Locator, key: str = "Enter") -> None:
        """Pressed with a key."""
        self.tab_to(target)
        self._strike(key)

    def choose_one(self, wanted: Locator) -> None:
        """The radio button is on: Tab into the group, then arrows."""
        in_group = "it => document.activeElement.type === 'radio' && document.activeElement.name === it.name"
        self._tab_until(lambda: bool(wanted.evaluate(in_group)), str(wanted))
        for _ in range(MOST_TABS):
            if self.is_on(wanted):
                break
            self._strike("ArrowDown")
        if not wanted.is_checked():
            self._strike("Space")
        expect(wanted).to_be_checked()

    def write(self, field: Locator, text: str) -> None:
        """Written into the field."""
        self.tab_to(field)
        self.keys.type(text)

    def select(self, field: Locator, value: str) -> None:
        """That value stands in the select, by arrows."""
        self.tab_to(field)
        at, wanted = field.evaluate(
            "(it, value) => [it.selectedIndex, [...it.options].findIndex(one => one.value === value)]", value
        )
        for _ in range(abs(wanted - at)):
            self._strike("ArrowDown" if wanted > at else "ArrowUp")
        expect(field).to_have_value(value)


class Learner:
    """Somebody who knows a course, at work in the tool."""

    def __init__(self, frame: Frame, course: Course) -> None:
        self.frame, self.hands = frame, Hands(frame)
        self._items = {_bare(plain(item.stem)): item for item in course.items()}

    def item(self) -> Item | None:
        """The question on the page; none on a card, or after it was answered."""
        stem = self.frame.locator("form .stemtext")
        return self._items[_bare(stem.text_content() or "")] if stem.count() else None

    def chooses(self, item: Item, response: Response) -> None:
        """The response stands in the form, by keyboard."""
        body, frame, hands = item.body, self.frame, self.hands
        match body:
            case Choices():
                role = "checkbox" if item.kind is Kind.MULTIPLE_CHOICE else "radio"
                for at in response:
                    wanted = frame.get_by_role(role, name=plain(body.choices[int(at)].text), exact=True)  # type: ignore[arg-type]  # one of its roles
                    hands.choose_one(wanted) if role == "radio" else hands.press(wanted, "Space")
            case Cloze():
                for field, text in zip(frame.get_by_role("textbox").all(), response, strict=True):
                    hands.write(field, text)
            case Order():
                for place, entry in enumerate(response, 1):
                    name = f"Place of: {plain(body.entries[int(entry)])}"
                    hands.select(frame.get_by_role("combobox", name=name, exact=True), str(place))
            case Match():
                for left, right in zip(body.left, response, strict=True):
                    hands.select(frame.get_by_role("combobox", name=plain(left), exact=True), right)
            case Reveal():
                hands.press(frame.locator("summary", has_text="Show the answer"))
            case _:
                hands.write(frame.get_by_role("textbox"), response[0])

    def answers(self, item: Item, response: Response | None = None) -> None:
        """The response (without one, the right one) is sent, and the feedback is there."""
        given = right_response(item) if response is None else response
        self.chooses(item, given)
        button = "Check" if item.kind is not Kind.REVEAL else {"yes": "Got it", "no": "Not yet"}[given[0]]
        self.hands.press(self.frame.get_by_role("button", name=button, exact=True))
        expect(self.frame.get_by_role("heading", name=VERDICT)).to_be_visible()

    def goes_on(self) -> None:
        """From a card or a feedback to the page after it."""
        before = self.frame.url
        by = re.compile("^(Continue|Finish)$")
        onward = self.frame.get_by_role("button", name=by).or_(self.frame.get_by_role("link", name=by))
        self.hands.press(onward)
        self.frame.wait_for_url(lambda now: now != before)

    def works_to_the_end(self, look: Callable[[str], None] = lambda _: None) -> None:
        """Every page of the sitting is done, every question answered right; `look` sees each page before it."""
        for _ in range(MOST_PAGES):
            if self.frame.url.endswith("/end"):
                return
            item = self.item()
            look(item.kind if item else "card")
            if item is not None:
                self.answers(item)
                look(f"feedback: {item.kind}")
            self.goes_on()
        raise AssertionError("the sitting never ends")

    def begins(self, button: str | re.Pattern[str]) -> None:
        """A sitting is under way."""
        before = self.frame.url
        self.hands.press(self.frame.get_by_role("button", name=button))
        self.frame.wait_for_url(lambda now: now != before)


def _bare(text: str) -> str:
    """A stem without its gaps and spaces, so that the page's text and the course's are the same."""
    return re.sub(r"[\s_]+", "", text)
