"""The tiny course with questions held back for its checkpoint, and a learner who tries them."""

from dataclasses import dataclass, replace
from datetime import timedelta

from content.model import Choice, Choices, Course, Item, Kind, Numeric, Pool, Response, Rich, ShortText
from lti_tool.services.checkpoints import start_try
from lti_tool.services.practice import answer_item
from lti_tool.services.steps import OpenStep, frontier, open_step
from lti_tool.services.tries import checkpoint_results
from tests.services.school import Pupil, on, publish_course, pupil, tiny

KINDS = (Kind.SHORT_TEXT, Kind.SINGLE_CHOICE, Kind.NUMERIC)
OUTCOMES = ("add", "name")
RIGHT: dict[Kind, Response] = {Kind.SHORT_TEXT: ("birch",), Kind.SINGLE_CHOICE: ("0",), Kind.NUMERIC: ("7",)}
WRONG: dict[Kind, Response] = {Kind.SHORT_TEXT: ("oak",), Kind.SINGLE_CHOICE: ("1",), Kind.NUMERIC: ("8",)}


def rich(text: str) -> Rich:
    """Plain words."""
    return Rich(text, f"<p>{text}</p>")


def probe(number: int, **changes: object) -> Item:
    """One held-back question; outcomes take turns, and kinds within each outcome."""
    kind = KINDS[number // 2 % len(KINDS)]
    bodies = {
        Kind.SHORT_TEXT: ShortText(("birch",)),
        Kind.SINGLE_CHOICE: Choices(
            (Choice(rich("larch"), right=True), Choice(rich("spruce"), right=False, feedback=rich("Not that spruce.")))
        ),
        Kind.NUMERIC: Numeric("7", "7", "7"),
    }
    item = Item(
        key=f"probe-{number}",
        kind=kind,
        outcome=OUTCOMES[number % 2],
        pool=Pool.PROBE,
        stem=rich(f"Held back, {number}?"),
        body=bodies[kind],
        hints=(rich("A hint that is never shown."),),
        why=rich(f"The reason of {number}."),
        title=f"Held back {number}",
    )
    return replace(item, **changes)  # type: ignore[arg-type]  # whatever a test changes


def holding_back(*probes: Item) -> Course:
    """The tiny course with these."""
    course = tiny()
    first, *others = course.lessons
    return replace(course, lessons=(replace(first, probes=probes), *others))


@dataclass(frozen=True, slots=True)
class Candidate:
    """One enrolment, and its tries."""

    pupil: Pupil

    def begin(self, day: int = 0, most_tries: int | None = None) -> int | None:
        """The open try, or a new one."""
        with self.pupil.database.writing() as session:
            return start_try(session, self.pupil.enrolment, self.pupil.version, on(day), most_tries=most_tries)

    def asked(self, sitting: int, number: int) -> OpenStep:
        """The question at a position."""
        with self.pupil.database.writing() as session:
            return open_step(session, self.pupil.enrolment, self.pupil.version, sitting, number)

    def answer(self, sitting: int, number: int, response: Response, day: int = 0) -> bool:
        """Whether that was the answer to the open position."""
        with self.pupil.database.writing() as session:
            step = open_step(session, self.pupil.enrolment, self.pupil.version, sitting, number)
            return answer_item(session, step, response, on(day), None, timedelta(0))

    def go_on(self, sitting: int, right: int, day: int = 0, most: int = 100) -> list[Item]:
        """Up to so many questions of the try, the first `right` of the whole try answered right: what was asked."""
        found: list[Item] = []
        while len(found) < most:
            with self.pupil.database.reading() as session:
                number = frontier(session, self.pupil.enrolment, sitting)
            if number is None:
                break
            item = self.asked(sitting, number).item
            assert item is not None
            found.append(item)
            self.answer(sitting, number, (RIGHT if number <= right else WRONG)[item.kind], day)
        return found

    def tries(self, right: int = 100, day: int = 0) -> list[Item]:
        """A whole try: what was asked; nothing if there is no further one."""
        sitting = self.begin(day)
        return self.go_on(sitting, right, day) if sitting is not None else []

    def results(self) -> list[tuple[int, int, int, int]]:
        """(number, right, asked, percent) of each finished try."""
        with self.pupil.database.reading() as session:
            found = checkpoint_results(session, self.pupil.enrolment)
        return [(one.number, one.right, one.asked, one.percent) for one in found]


def candidate(pupil_of: Pupil, *probes: Item) -> Candidate:
    """The learner, in an edition of the course that holds these back."""
    publish_course(pupil_of.database, holding_back(*probes))
    return Candidate(pupil_of)


__all__ = ["Candidate", "candidate", "holding_back", "probe", "pupil"]
