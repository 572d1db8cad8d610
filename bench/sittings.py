"""How long it takes to choose what a learner does today, and whether it stays so as the others' rows grow."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import text

from bench.seed import School, course, now, school
from bench.tables import Table, milliseconds
from lti_tool.models.engine import Database
from lti_tool.services.completion import lesson_states
from lti_tool.services.sittings import plan_round
from lti_tool.services.today import finished_keys, today
from lti_tool.services.visits import Enrolled
from tests.databases import ENGINES, fresh_database
from tests.lti.acting import acting_platform


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured."""

    items: int
    """Of the learner, and of each of the others."""
    memories: tuple[int, ...]
    """Rows in all, rising."""
    times: int


FULL, QUICK, TINY = Size(10_000, (100_000, 1_000_000), 200), Size(1_000, (10_000, 50_000), 60), Size(20, (60,), 2)
DUE = {"a backlog of 3 %": 0.03, "0.1 % due": 0.001}


def measure(size: Size) -> list[Table]:
    """The first page's query work and the planning in it, for a learner behind and for one who keeps up."""
    rows = [row for engine in ENGINES for row in _on(engine, size)]
    return [
        Table(
            f"Building a sitting, {size.items:,} items of one's own",
            ("engine", "memories in all", "the learner has", "first page, p50 / p95 ms", "plan alone, p50 / p95 ms"),
            rows,
            [f"{size.times} times each, on one connection; every lesson of the course is done."],
        )
    ]


def _on(engine: str, size: Size) -> Iterator[tuple[str, ...]]:
    taught = course(size.items)
    with acting_platform() as platform, fresh_database(engine) as url:
        database = Database(url)
        made = school(database, platform.register(database), taught)
        day = now().today.toordinal()
        learners = dict(zip(DUE, made.enrol(0, len(DUE)), strict=True))
        count = 0
        for what, enrolment in learners.items():
            made.finish_lessons(enrolment, taught)
            count += made.remember([enrolment], day, due_share=DUE[what])
        for wanted in size.memories:
            others = made.enrol(count, max(0, wanted - count) // size.items)
            count += made.remember(others, day, due_share=0.03)
            with database.writing() as session:
                session.execute(text("ANALYZE"))
            for what, enrolment in learners.items():
                whole, plan = _timed(made, enrolment, size.times)
                yield engine, f"{count:,}", what, milliseconds(whole, 50, 95), milliseconds(plan, 50, 95)
        database.engine.dispose()


def _timed(made: School, enrolment: int, times: int) -> tuple[list[float], list[float]]:
    at = now()
    enrolled = Enrolled(enrolment, None, 3, (), is_calm=False, theme="auto", first_lesson_on=at.today)
    whole, plan = [], []
    for _ in range(times + 1):
        with made.database.reading() as session:
            began = time.perf_counter()
            today(session, enrolled, made.version_id, None, at)
            whole.append(time.perf_counter() - began)
            finished = finished_keys(lesson_states(session, enrolment, made.version_id))
            began = time.perf_counter()
            plan_round(session, enrolment, made.version_id, finished, at)
            plan.append(time.perf_counter() - began)
    return whole[1:], plan[1:]  # the first one reads the course, once for each process
