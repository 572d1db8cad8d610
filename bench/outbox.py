"""How many scores one worker delivers in a second, and what it costs beside many that were delivered before."""

import secrets
import time
from collections import defaultdict
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median

from sqlalchemy import insert, select

from bench.machine import cpu_seconds
from bench.seed import School, course, school
from bench.servers import database_pids
from bench.stub_lms import stub_lms
from bench.tables import Table, milliseconds, spread
from lti_tool.lti.ags import AgsGradebook
from lti_tool.models import Enrolment, GradeOwed, LineItem, ResourceLink
from lti_tool.models.engine import Database
from lti_tool.services.columns import RESULT_SCOPE, SCORE_SCOPE
from lti_tool.services.grades import send_due
from lti_tool.services.grades.claiming import claim_due
from lti_tool.services.keys import KeyBox, ensure_key
from lti_tool.services.platforms import AT_ONCE, AddPlatform, add_platform
from lti_tool.settings import Settings
from tests.databases import ENGINES, fresh_database

THREADS = Settings().worker_threads


OWED: dict[str, object] = {"wanted": 1, "sent": 0, "reached": 100, "rule": "completion", "tries": 0} | dict.fromkeys(
    ("is_ambiguous", "was_changed", "overwrites"), False
)
DELAYS = (0, 50, 500)
"""Milliseconds that the LMS takes for each answer; a score needs two."""
CALLS = 2


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured."""

    rounds: int
    scores: tuple[int, ...]
    """For each of the delays."""
    settled: int
    """Rows that are settled already, for the second table."""
    owed: int


FULL = Size(5, (1000, 400, 40), 1_000_000, 10_000)
QUICK, TINY = Size(3, (150, 100, 20), 50_000, 500), Size(1, (5, 5, 1), 100, 10)


def measure(size: Size) -> list[Table]:
    """How fast scores go to LMSs of three kinds, and what claiming and settling cost beside many settled ones."""
    return [_delivered(size), _beside_settled(size)]


def _delivered(size: Size) -> Table:
    """Each round owes so many scores of as many learners, and delivers them."""
    cpu, rates = defaultdict(list), defaultdict(list)
    with ExitStack() as stack:
        box = KeyBox("a secret for measuring, long enough for it")
        places = []
        for delay, scores in zip(DELAYS, size.scores, strict=True):
            address = stack.enter_context(stub_lms(delay))
            for engine in ENGINES:
                url = stack.enter_context(fresh_database(engine))
                made = _school(Database(url), address, box)
                stack.callback(made.database.engine.dispose)
                book = AgsGradebook(made.database, box, 10)
                places.append(((engine, delay), scores, database_pids(url), made, book))
        for number in range(size.rounds + 1):
            for name, scores, pids, made, gradebook in places:
                _owe(made, number * scores, scores)
                spent, began = time.process_time() + sum(map(cpu_seconds, pids)), time.perf_counter()
                _deliver(made.database, gradebook, scores)
                if number:
                    rates[name].append(scores / (time.perf_counter() - began))
                    all_spent = time.process_time() + sum(map(cpu_seconds, pids)) - spent
                    cpu[name].append(all_spent / scores * 1000)
    rows = [
        (
            engine,
            f"{delay}",
            spread(rates[engine, delay], 0),
            spread([1000 / one for one in cpu[engine, delay]], 0),
            spread(cpu[engine, delay]),
            f"{10_000 / median(rates[engine, delay]) / 60:.0f}",
        )
        for engine, delay in sorted(rates)
    ]
    note = (
        f"{size.rounds} rounds in turn of {' / '.join(map(str, size.scores))} scores, one worker, {THREADS} threads, "
        f"{AT_ONCE} scores at a time (what a platform is taken to bear), each read first and then written: {CALLS} "
        "calls to an LMS on this machine that takes so long for each (its CPU is left out, PostgreSQL's own is "
        "counted); median (range)."
    )
    columns = (
        "engine",
        "ms for an answer",
        "scores per second",
        "per CPU second",
        "CPU ms per score",
        "10,000 take, min",
    )
    return Table("Scores delivered", columns, rows, [note])


def _beside_settled(size: Size) -> Table:
    """The same claiming, with and without the settled rows."""
    rows = []
    with ExitStack() as stack, stub_lms() as address:
        box = KeyBox("a secret for measuring, long enough for it")
        for engine in ENGINES:
            cost: dict[int, list[float]] = {}
            for settled in (0, size.settled):
                made = _school(Database(stack.enter_context(fresh_database(engine))), address, box)
                stack.callback(made.database.engine.dispose)
                _settle(made, settled)
                _owe(made, 10_000_000, size.owed)
                cost[settled] = _claims(made.database)
            rows.append((engine, *(milliseconds(cost[one], 50, 95) for one in cost)))
    note = (
        f"{ROUNDS} times {AT_ONCE} scores are claimed, with {size.owed:,} owed; the transaction is thrown away. "
        "p50 / p95 of the clock, in milliseconds."
    )
    columns = ("engine", "nothing settled, p50 / p95 ms", f"{size.settled:,} settled, p50 / p95 ms")
    return Table("Claiming scores beside settled ones", columns, rows, [note])


ROUNDS = 200


class _ThrownAway(Exception):
    """Ends a transaction without a commit."""


def _claims(database: Database) -> list[float]:
    took = []
    for number in range(ROUNDS):
        with suppress(_ThrownAway), database.writing() as session:
            began = time.perf_counter()
            found = claim_due(
                session,
                f"holder-{number}",
                datetime.now(UTC),
                lease=timedelta(seconds=120),
                most=AT_ONCE,
                backoff_base=timedelta(seconds=10),
            )
            took.append(time.perf_counter() - began)
            assert len(found) == AT_ONCE
            raise _ThrownAway
    return took


def _settle(made: School, count: int) -> None:
    """So many scores that the gradebook shows, in a thousand columns."""
    if not count:
        return
    learners = min(count, 1000)
    enrolments = made.enrol(20_000_000, learners)
    at = datetime.now(UTC)
    owed = OWED | {"sent": 1, "owed_at": at, "due_at": at, "sent_percent": 100, "sent_at": at}
    with made.database.writing() as session:
        link = session.scalars(select(ResourceLink.id)).one()
        named = {"context_id": made.context_id, "resource_link_id": link, "scopes": [], "is_gone": False}
        addresses = [f"https://lms.example/{n}" for n in range(count // learners)]
        session.execute(insert(LineItem), [named | {"url": one, "created_at": at} for one in addresses])
        items = session.scalars(select(LineItem.id).where(LineItem.url.in_(addresses))).all()
        query = select(Enrolment.id, Enrolment.learner_id).where(Enrolment.id.in_(enrolments))
        of = session.execute(query).all()
        for item in items:
            rows = [{"line_item_id": item, "learner_id": one.learner_id, "enrolment_id": one.id} for one in of]
            session.connection().execute(insert(GradeOwed), [owed | row for row in rows])
    with made.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")


def _school(database: Database, address: str, box: KeyBox) -> School:
    at = datetime.now(UTC)
    with database.writing() as session:
        ensure_key(session, box, at)
        command = AddPlatform(address, "client", f"{address}/auth", f"{address}/token", f"{address}/jwks")
        platform, _ = add_platform(session, command, at)
    made = school(database, platform.id, course(10))
    with database.writing() as session:
        link = ResourceLink(
            context_id=made.context_id, lms_id="link-1", title="Link", course_id=made.course_id, created_at=at
        )
        session.add(link)
        session.flush()
        scopes = [RESULT_SCOPE, SCORE_SCOPE]
        url = f"{address}/items/1/lineitem"
        named = {"context_id": made.context_id, "resource_link_id": link.id}
        session.add(LineItem(url=url, scopes=scopes, created_at=at, **named))
    return made


def _owe(made: School, first: int, count: int) -> None:
    """So many more learners have finished the course; the gradebook does not know yet."""
    enrolments = made.enrol(first, count)
    at = datetime.now(UTC)
    owed = OWED | {"owed_at": at, "due_at": at}
    with made.database.writing() as session:
        line_item = session.scalars(select(LineItem.id).order_by(LineItem.id).limit(1)).one()
        of = session.execute(select(Enrolment.id, Enrolment.learner_id).where(Enrolment.id.in_(enrolments)))
        rows = [owed | {"line_item_id": line_item, "learner_id": one.learner_id, "enrolment_id": one.id} for one in of]
        session.execute(insert(GradeOwed), rows)


def _deliver(database: Database, gradebook: AgsGradebook, count: int) -> None:
    done = send_due(
        database,
        gradebook,
        lambda: datetime.now(UTC),
        holder=secrets.token_hex(8),
        threads=THREADS,
        lease=timedelta(seconds=120),
        backoff_base=timedelta(seconds=10),
    )
    assert done.sent == count, done
