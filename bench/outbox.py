"""How many scores one worker delivers in a second."""

import secrets
import time
from collections import defaultdict
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import insert, select

from bench.machine import cpu_seconds
from bench.seed import School, course, school
from bench.servers import database_pids
from bench.stub_lms import stub_lms
from bench.tables import Table, spread
from lti_tool.lti.ags import RESULT_SCOPE, SCORE_SCOPE, AgsGradebook
from lti_tool.models import Enrolment, GradeOwed, LineItem, ResourceLink
from lti_tool.models.engine import Database
from lti_tool.services.grades import send_due
from lti_tool.services.keys import KeyBox, ensure_key
from lti_tool.services.platforms import AddPlatform, add_platform
from lti_tool.settings import Settings
from tests.databases import ENGINES, fresh_database

THREADS = Settings().worker_threads


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured."""

    rounds: int
    scores: int


FULL, QUICK, TINY = Size(5, 1000), Size(3, 150), Size(1, 5)


def measure(size: Size) -> list[Table]:
    """Each round owes so many scores of as many learners, and delivers them."""
    cpu, rates = defaultdict(list), defaultdict(list)
    with ExitStack() as stack:
        address = stack.enter_context(stub_lms())
        box = KeyBox("a secret for measuring, long enough for it")
        places = []
        for engine in ENGINES:
            url = stack.enter_context(fresh_database(engine))
            made = _school(Database(url), address, box)
            stack.callback(made.database.engine.dispose)
            places.append((engine, database_pids(url), made, AgsGradebook(made.database, box, 10)))
        for number in range(size.rounds + 1):
            for engine, pids, made, gradebook in places:
                _owe(made, number * size.scores, size.scores)
                spent, began = time.process_time() + sum(map(cpu_seconds, pids)), time.perf_counter()
                _deliver(made.database, gradebook, size.scores)
                if number:
                    rates[engine].append(size.scores / (time.perf_counter() - began))
                    all_spent = time.process_time() + sum(map(cpu_seconds, pids)) - spent
                    cpu[engine].append(all_spent / size.scores * 1000)
    rows = [(engine, spread(rates[engine], 0), spread(cpu[engine])) for engine in ENGINES]
    note = (
        f"{size.rounds} rounds in turn of {size.scores:,} scores, one worker, {THREADS} threads, an LMS "
        "on this machine that answers at once (its CPU is left out, PostgreSQL's own is counted); median (range)."
    )
    return [Table("Scores delivered", ("engine", "scores per second", "CPU ms per score"), rows, [note])]


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
    owed = {"wanted": 1, "sent": 0, "reached": 100, "owed_at": at, "due_at": at, "tries": 0, "is_ambiguous": False}
    with made.database.writing() as session:
        line_item = session.scalars(select(LineItem.id)).one()
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
