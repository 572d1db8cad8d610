"""Everything that can go wrong with a grade on its way, in an order that a seed decides."""

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from lti_tool.lti.line_items import LineItems
from lti_tool.services.asked_columns import ask_for_column, make_asked_columns
from lti_tool.services.columns import Wanted
from lti_tool.services.grades import Claimed, retry
from practice_lms.state.switches import Character, FaultKind
from tests.faults.classroom import LEARNERS, LESSONS, Activity, Classroom
from tests.faults.injected import Injected, kinds_of
from tests.faults.workers import SECONDS, Fate, Workers
from tests.services.grades.gradebook import Killed

TARGETS = ("scores", "token", "results", "line items")
TOO_LATE = timedelta(minutes=5)
TOO_SLOW, SLOW = int(1600 * SECONDS), int(200 * SECONDS)
"""Milliseconds: the caller has gone by then, or not."""
ASKED_TO_WAIT = 7
"""Seconds."""
PATIENCE = 10.0
"""Seconds for a column: one that comes after its maker has given up is one too many, and nobody can help that."""
TEACHERS = 17.0
"""Points that no learner has from us, in any column."""
MOST_ROUNDS, MIDDLE = 80, 8
IDLE = 2
"""Learners who do nothing."""
MEANWHILE = "lesson finished while a score was sent"
PEOPLE = frozenset({"hint used twice", "message too old", "grade locked", "grade overridden", MEANWHILE})
KILLED_MAKING = "killed after making a column"
BUSY = 4
"""Scores that are always on their way while learners have something to finish."""

Cell = tuple[Activity, int]


class DyingColumns(LineItems):
    """Makes a column, and is killed before it can say which; once."""

    has_died = False

    def column_for(self, wanted: Wanted, now: datetime) -> str:
        url = super().column_for(wanted, now)
        if not self.has_died:
            self.has_died = True
            raise Killed
        return url


def _name(kind: FaultKind, target: str) -> str:
    return f"{kind.value} ({target})"


@dataclass
class Storm:
    """One bad week."""

    room: Classroom
    seed: int
    overridden: set[Cell] = field(default_factory=set)
    """A teacher's grade stands there, and a score of ours came later."""
    locked: set[Cell] = field(default_factory=set)
    """Empty, and to stay so."""
    asked: set[Activity] = field(default_factory=set)
    """A teacher wants these to have a column of the tool's making."""
    has_changed: bool = False
    """The teacher has been at it."""
    people: Counter[str] = field(default_factory=Counter)
    """What people did, by what it was."""

    def __post_init__(self) -> None:
        self.chance = Random(self.seed)
        self.injected = Injected(self.room.lms)
        self.workers = Workers(self.room, Random(self.seed), self.chance.sample([*Fate, *Fate], 2 * len(Fate)))
        self.columns = DyingColumns(self.room.database, self.room.box, PATIENCE)
        self.workers.meanwhile = self._learner_goes_on
        self.decks = {target: self._deck(target) for target in TARGETS}
        dealt = {_name(kind, target) for target, deck in self.decks.items() for kind in deck}
        self.planned = dealt | {KILLED_MAKING, *Fate} | PEOPLE
        self.makings = self._deck("line items")
        self.room.turnstile.on_entering = self._spoils_a_making
        active = self.chance.sample(LEARNERS, len(LEARNERS) - IDLE)
        self.to_do = {person: list(LESSONS[: self.chance.randint(2, len(LESSONS))]) for person in active}

    def _deck(self, target: str) -> list[FaultKind]:
        """What will happen to calls of this service, one after the other."""
        kinds = kinds_of(self.room.character)
        if target == "scores":
            kinds.append(FaultKind.SLOW)  # once beyond the caller's patience, once within it
        elif target == "token":
            kinds = [one for one in kinds if one not in {FaultKind.LOST_TOKENS, FaultKind.THROTTLED}]
        return self.chance.sample(kinds, len(kinds))

    @property
    def met(self) -> Counter[str]:
        """How often each thing went wrong, or was done by somebody."""
        faults = Counter({_name(*aimed): times for aimed, times in self.injected.met().items()})
        killed = Counter({fate.value: times for fate, times in self.workers.met.items()})
        making = Counter({KILLED_MAKING: int(self.columns.has_died)})
        return faults + killed + making + self.people

    def rages(self) -> None:
        """All of it happens, at least once."""
        self._launches_go_wrong()
        self._teacher_begins()
        rounds = 0
        while self._goes_on():
            rounds += 1
            assert rounds < MOST_ROUNDS, (self.decks, self.injected.waiting(), self.workers.fates)
            self._arms()
            self._learners_go_on()
            self._columns_are_asked_for()
            self.workers.run()
            self.room.clock.pass_by(timedelta(seconds=self.chance.choice([2, 5, 10, 25, 40, 4000])))
            if rounds >= MIDDLE and not self._has_more("results"):
                self._teacher_changes_grades()

    def ends(self) -> None:
        """Everybody has done what they will do, and whatever is owed arrives or is blocked."""
        self.injected.end()
        for person, lessons in self.to_do.items():
            while lessons:
                self.room.finishes(person, lessons.pop(0))
        self._settles_down()
        self.workers.wake()
        self._settles_down()

    def unlocks(self) -> None:
        """A teacher opens what was locked, and an administrator has everything sent that was blocked."""
        for activity, person in self.locked:
            self.room.by_hand(activity, person, "unlock")
        self.locked.clear()
        with self.room.database.writing() as session:
            retry(session, self.room.clock.now)
        self._settles_down()

    def _settles_down(self) -> None:
        for _ in range(40):
            self.room.turnstile.wait_until_empty()
            self.room.clock.pass_by(timedelta(minutes=20))
            self.workers.run()
            if not self.room.owed():
                return
        raise AssertionError(f"{self.room.owed()} scores are still owed")

    def _goes_on(self) -> bool:
        is_asked_for = self.asked.intersection(self.room.without_column())
        return bool(any(map(self._has_more, TARGETS)) or self.workers.fates or is_asked_for or not self.has_changed)

    def _has_more(self, target: str) -> bool:
        waiting = [aimed for _, aimed in self.injected.waiting() if aimed == target]
        return bool(waiting or self.decks[target] or (target == "line items" and self.makings))

    def _arms(self) -> None:
        """One fault at a time for each service: of two that a call meets, one would hide the other."""
        waiting = {target for _, target in self.injected.waiting()}
        for target in [one for one in TARGETS if one not in waiting]:
            kind = self.decks[target].pop() if self.decks[target] else self._provokes(target)
            if kind is not None:
                self.injected.arm(kind, target, 1, self._amount(kind, target))

    def _spoils_a_making(self, method: str, path: str) -> None:
        """Of the calls that a column takes, the one that makes it meets every fault; the others, whichever is next."""
        if method == "POST" and path.endswith("/lineitems") and self.makings:
            kind = self.makings.pop()
            self.injected.arm(kind, "line items", 1, self._amount(kind, "line items"))

    def _provokes(self, target: str) -> FaultKind | None:
        """A token is asked for when one was lost."""
        return FaultKind.LOST_TOKENS if target == "scores" and self._has_more("token") else None

    def _amount(self, kind: FaultKind, target: str) -> int:
        if kind is FaultKind.SLOW:
            return TOO_SLOW if target == "scores" and FaultKind.SLOW in self.decks[target] else SLOW
        # Canvas does not always say how long.
        return self.chance.choice([0, ASKED_TO_WAIT]) if self.room.character is Character.CANVAS else ASKED_TO_WAIT

    def _learners_go_on(self) -> None:
        while self.room.owed() < BUSY and (busy := [one for one, lessons in self.to_do.items() if lessons]):
            person = self.chance.choice(busy)
            self.room.finishes(person, self.to_do[person].pop(0))

    def _learner_goes_on(self, claimed: Claimed) -> None:
        """While a score is on its way, now and then the learner finishes another lesson."""
        with self.workers.lock:
            lessons = self.to_do.get(int(claimed.sub), [])
            is_time = not self.people[MEANWHILE] or self.workers.chance.random() < 0.2
            lesson = lessons.pop(0) if lessons and is_time else None
        if lesson is not None:
            self.room.finishes(int(claimed.sub), lesson)
            self.people[MEANWHILE] += 1

    def _columns_are_asked_for(self) -> None:
        """A teacher asks for a column until it is there, and for another while there is something to go wrong."""
        for activity in self.room.without_column()[:1]:
            if activity in self.asked or self._has_more("line items"):
                self.asked.add(activity)
                with self.room.database.writing() as session:
                    ask_for_column(session, self.room.link_id(activity), self.room.clock.now)
        with suppress(Killed):
            make_asked_columns(self.room.database, self.columns, self.room.clock)

    def _launches_go_wrong(self) -> None:
        """A message hint that was used, and a message that is too old, let nobody in."""
        launch = self.room.launches(LEARNERS[0], self.room.activities[0])
        assert launch.lands().status_code == 303
        assert launch.lands().status_code != 303
        launch = self.room.launches(LEARNERS[0], self.room.activities[0])
        self.room.clock.pass_by(-TOO_LATE)
        assert launch.lands().status_code != 303
        self.room.clock.pass_by(TOO_LATE)
        self.people.update(["hint used twice", "message too old"])

    def _teacher_begins(self) -> None:
        """Two empty cells are locked, and one has a grade before any score comes."""
        first, second, third = self.chance.sample(sorted(self.to_do), 3)
        whole, lesson = self.room.activities[:2]
        for person in (first, second):
            self.room.by_hand(lesson, person, "lock")
            self.locked.add((lesson, person))
            self.people["grade locked"] += 1
        self._overrides(whole, third)

    def _teacher_changes_grades(self) -> None:
        """Once: in every column somebody has another grade, and a score of ours is still to come.

        Not while a score is on its way, or results cannot be read: only the platform could keep the teacher's then.
        """
        if self.has_changed:
            return
        self.room.turnstile.wait_until_empty()
        for activity in self.room.activities:
            still = [one for one in self.to_do if self._is_to_rise(activity, one)]
            if still and self.room.columns(activity):
                self._overrides(activity, self.chance.choice(still))
                self.has_changed = True

    def _is_to_rise(self, activity: Activity, person: int) -> bool:
        done = self.room.done[person]
        is_free = (activity, person) not in self.locked | self.overridden
        return is_free and activity.percent(done) < activity.percent(done.union(self.to_do[person]))

    def _overrides(self, activity: Activity, person: int) -> None:
        self.room.by_hand(activity, person, "override", TEACHERS)
        self.overridden.add((activity, person))
        self.people["grade overridden"] += 1
