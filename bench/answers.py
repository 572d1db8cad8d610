"""What an answer costs, and how long it takes while eight learners answer."""

import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field

from sqlalchemy import select

from bench.browser import Browser, drive
from bench.seed import School, course, now, right_answer, school
from bench.servers import Server, sprig
from bench.tables import Table, milliseconds, spread
from lti_tool.models import Item, SittingStep, Visit
from lti_tool.models.engine import Database
from lti_tool.services.arrivals import Arrival, Role, Target
from lti_tool.services.launches import digest, open_visit
from lti_tool.services.placing import enrol
from lti_tool.services.sittings import start_reviews
from tests.databases import ENGINES, fresh_database
from tests.lti.acting import acting_platform

COOKIE = "browser-of-a-learner"


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured; each learner answers a round of twenty reviews."""

    rounds: int
    learners: int
    clients: int


FULL, QUICK, TINY = Size(6, 40, 8), Size(3, 12, 8), Size(1, 2, 2)
WRONG_EVERY = 5


@dataclass(frozen=True, slots=True)
class Round:
    """A learner's open round of reviews: where to send what."""

    visit: str
    sitting: int
    forms: tuple[dict[str, str], ...]


Act = Callable[[Browser, Round], list[float]]
"""What one learner does: the seconds that each request took."""


@dataclass(slots=True)
class Measured:
    """What the rounds gave."""

    cpu: list[float] = field(default_factory=list)
    """Seconds for each request, one figure a round."""
    seconds: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)


def measure(size: Size) -> list[Table]:
    """Both engines in turn; a first round warms up and is left out."""
    found: dict[tuple[str, str], Measured] = defaultdict(Measured)
    with ExitStack() as stack:
        platform = stack.enter_context(acting_platform())
        places: list[tuple[Server, School]] = []
        for engine in ENGINES:
            url = stack.enter_context(fresh_database(engine))
            database = Database(url)
            stack.callback(database.engine.dispose)
            made = school(database, platform.register(database), course(60, 20))
            places.append((stack.enter_context(sprig(f"Sprig, {engine}", url)), made))
        for number in range(size.rounds + 1):
            for server, made in places:
                rounds = [_begun(made, f"learner-{number}-{n}") for n in range(size.learners)]
                for what, act in (("answer", _answer), ("feedback page", _read)):
                    _one(server, rounds, size.clients, act, found[server.name, what] if number else Measured())
    return [_table(size, found)]


def _begun(made: School, sub: str) -> Round:
    """A learner whose round of reviews has just begun."""
    at = now()
    arrival = Arrival(
        "1", sub, None, Role.LEARNER, "context-1", "A course", "link-1", "Link", None, None, "en", None, None, ""
    )
    with made.database.writing() as session:
        target = Target(made.course_id, None)
        opened = open_visit(session, made.installed, arrival, target, digest(COOKIE), at.at)
        learner = session.execute(select(Visit.learner_id).where(Visit.key == opened.key)).scalar_one()
        enrolment = enrol(session, learner, made.context_id, made.course_id, at.at)
    made.remember([enrolment], at.today.toordinal(), due_share=0.33)
    with made.database.writing() as session:
        sitting = start_reviews(session, enrolment, made.version_id, (), at)
        assert sitting is not None
        keys = session.scalars(
            select(Item.key)
            .join(SittingStep, SittingStep.item_id == Item.id)
            .where(SittingStep.sitting_id == sitting)
            .order_by(SittingStep.position)
        ).all()
    wrong = {"a": "0"}
    forms = tuple(wrong if n % WRONG_EVERY == 0 else right_answer(key) for n, key in enumerate(keys, 1))
    return Round(opened.key, sitting, forms)


def _one(server: Server, rounds: list[Round], clients: int, act: Act, into: Measured) -> None:
    before, began = server.cpu_seconds(), time.perf_counter()
    seconds = [one for _, took in drive(server.port, clients, rounds, act) for one in took]
    into.rates.append(len(seconds) / (time.perf_counter() - began))
    into.cpu.append((server.cpu_seconds() - before) / len(seconds))
    into.seconds += seconds


def _answer(browser: Browser, work: Round) -> list[float]:
    return [_timed(browser, work, n, form) for n, form in enumerate(work.forms, 1)]


def _read(browser: Browser, work: Round) -> list[float]:
    return [_timed(browser, work, n, None) for n in range(1, len(work.forms) + 1)]


def _timed(browser: Browser, work: Round, position: int, form: dict[str, str] | None) -> float:
    path, cookies = f"/t/{work.visit}/s/{work.sitting}/{position}", f"__Host-sprig={COOKIE}"
    began = time.perf_counter()
    answer = browser.post(path, form, cookies) if form else browser.get(path, cookies)
    took = time.perf_counter() - began
    assert answer.status == (303 if form else 200), answer
    return took


def _table(size: Size, found: dict[tuple[str, str], Measured]) -> Table:
    rows = [
        (
            name,
            what,
            spread([one * 1000 for one in one_of.cpu]),
            spread(one_of.rates, 0),
            milliseconds(one_of.seconds, 50, 95, 99),
        )
        for (name, what), one_of in found.items()
    ]
    note = (
        f"{size.rounds} rounds in turn, in each {size.learners} learners with twenty due reviews, one in {WRONG_EVERY} "
        f"answered wrong, {size.clients} clients; median (range). The CPU is that of all server processes, "
        "PostgreSQL's own included."
    )
    columns = ("tool", "request", "CPU ms", "requests per second", "p50 / p95 / p99 ms")
    return Table("Answers", columns, rows, [note])
