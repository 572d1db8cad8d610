"""One person's data come out whole and go whole; nobody else's are touched."""

import base64
import json
import threading
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import Table, insert, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from lti_tool.models import (
    Allowance,
    Base,
    Context,
    Course,
    CourseDraft,
    Enrolment,
    GradeAttempt,
    GradeChoice,
    GradeOwed,
    Learner,
    LineItem,
    Member,
    MentorAgreement,
    MentorLook,
    Pause,
    ResourceLink,
    RhythmGoal,
    Visit,
)
from lti_tool.models.engine import Database
from lti_tool.services.placing import enrol
from lti_tool.services.privacy import NoSuchPerson, erase_learner, export_learner, find_learner
from tests.services.school import BEGAN, Pupil, pupil

SECRETS = {"key", "binding_hash", "lease_holder", "lease_until"}
NESTING = {"id", "learner_id", "enrolment_id"}


def owed(session: Session, learner_id: int, enrolment_id: int) -> GradeOwed:
    """A score that waits."""
    column = session.scalars(select(LineItem)).one()
    row = GradeOwed(
        line_item_id=column.id,
        learner_id=learner_id,
        enrolment_id=enrolment_id,
        reached=100,
        owed_at=BEGAN,
        due_at=BEGAN,
    )
    session.add(row)
    session.flush()
    return row


def tried(owed_id: int) -> dict[str, object]:
    """A try at sending it."""
    return {
        "grade_owed_id": owed_id,
        "tried_at": BEGAN,
        "wanted": 1,
        "percent": 100,
        "score_at": BEGAN,
        "outcome": "delivered",
    }


def live(one: Pupil) -> int:
    """She has left something in every table that people leave something in; her id."""
    one.sit("first", 0)
    one.sit(None, 5)
    with one.database.writing() as session:
        mine = session.get_one(Enrolment, one.enrolment)
        session.execute(insert(GradeAttempt).values(**tried(owed(session, mine.learner_id, mine.id).id)))
        session.add(Pause(enrolment_id=mine.id, from_on=date(2026, 4, 1), until_on=date(2026, 4, 2)))
        session.add(RhythmGoal(enrolment_id=mine.id, from_on=date.min, days=3, off_days=[6]))
        owed_id = session.scalars(select(GradeOwed.id).where(GradeOwed.learner_id == mine.learner_id)).one()
        session.add(GradeChoice(grade_owed_id=owed_id, chosen_at=BEGAN, is_ours=True, lms_percent=80.0, percent=100))
        link = session.scalars(select(ResourceLink.id)).first()
        session.add(Allowance(resource_link_id=link, learner_id=mine.learner_id, sittings=5, noted_at=BEGAN))
        here = {"learner_id": mine.learner_id, "context_id": mine.context_id, "role": "learner"}
        session.add(Member(seen_at=BEGAN, **here))
        session.add(
            Visit(
                key=f"visit-{mine.id}",
                binding_hash="hash",
                is_in_address=False,
                locale="en",
                frame_ancestors="",
                expires_at=BEGAN,
                **here,
            )
        )
        known = session.get_one(Learner, mine.learner_id)
        leave_beside_learning(session, known, mine.context_id)
        return known.id


def leave_beside_learning(session: Session, known: Learner, context_id: int) -> None:
    """A mentor looked, and she uploaded a course once, in another role."""
    of_both = {"platform_id": known.platform_id, "tenant_id": known.tenant_id}
    mentor = Learner(sub=f"mentor-of-{known.id}", created_at=BEGAN, **of_both)
    session.add(mentor)
    session.flush()
    agreed = MentorAgreement(context_id=context_id, learner_id=known.id, mentor_id=mentor.id, asked_at=BEGAN)
    session.add(agreed)
    session.flush()
    session.add(MentorLook(agreement_id=agreed.id, at=BEGAN))
    session.add(
        CourseDraft(
            tenant_id=known.tenant_id,
            learner_id=known.id,
            slug="knots",
            name="Knots",
            digest="",
            files=b"PK",
            report={},
            created_at=BEGAN,
        )
    )


@pytest.fixture
def people(database: Database) -> tuple[int, int]:
    """Ada and Bob, in the same course."""
    ada = pupil(database)
    with database.writing() as session:
        context, course = session.scalars(select(Context)).one(), session.scalars(select(Course)).one()
        known = session.scalars(select(Learner)).one()
        other = Learner(sub="learner-2", platform_id=known.platform_id, tenant_id=known.tenant_id, created_at=BEGAN)
        link = ResourceLink(context_id=context.id, lms_id="l", title="L", course_id=course.id, created_at=BEGAN)
        session.add_all([other, link])
        session.flush()
        named = {"context_id": context.id, "resource_link_id": link.id, "url": "https://lms.example/1"}
        session.add(LineItem(scopes=[], created_at=BEGAN, **named))
        bob = Pupil(database, enrol(session, other.id, context.id, course.id, BEGAN))
    return live(ada), live(bob)


Row = Mapping[str, Any]


def everything(session: Session) -> dict[Table, list[Row]]:
    """The whole database."""
    return {table: list(session.execute(select(table)).mappings()) for table in Base.metadata.sorted_tables}


def owned(session: Session, learner_id: int) -> dict[Table, list[Row]]:
    """By following each row's foreign keys up: every row that leads to this learner, by table."""
    found: dict[Table, list[Row]] = {}
    for table, rows in everything(session).items():
        roads = [key for key in table.foreign_keys if key.column.table in found]
        if table.name == "learner":
            found[table] = [row for row in rows if row["id"] == learner_id]
        elif roads:
            found[table] = [
                row
                for row in rows
                if any(row[key.parent.name] in {up[key.column.name] for up in found[key.column.table]} for key in roads)
            ]
    return found


def parts(value: object) -> Iterator[dict[str, object]]:
    """Every object of a JSON document."""
    if isinstance(value, dict):
        yield value
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from parts(one)


def plain(value: object) -> object:
    """As JSON shows it."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value.isoformat() if isinstance(value, date | datetime) else value


def test_the_export_holds_every_row_that_leads_to_the_person(people: tuple[int, int], database: Database) -> None:
    """Whatever table it is in, also one that is added some day; only secrets of the program are left out."""
    ada, _ = people
    with database.reading() as session:
        shown = list(parts(json.loads(json.dumps(export_learner(session, ada)))))
        hers = owned(session, ada)
    assert {"grade_attempt", "step_done", "sitting_step", "clear_span"} <= {table.name for table in hers}
    for table, rows in hers.items():
        assert rows, f"{table.name}: nothing to prove"
        for row in rows:
            wanted = {name: plain(value) for name, value in row.items() if name not in SECRETS | NESTING}
            if table.name == "learner":
                wanted["first_seen"] = wanted.pop("created_at")
            assert any(all(name in one and one[name] == value for name, value in wanted.items()) for one in shown), (
                table.name
            )


def test_an_export_tells_of_nobody_else(people: tuple[int, int], database: Database) -> None:
    """Neither rows of another person nor the secrets that open a visit."""
    ada, bob = people
    with database.reading() as session:
        words = json.dumps(export_learner(session, ada))
        others = [row["id"] for table, rows in owned(session, bob).items() if table.name == "review" for row in rows]
        shown = [one["id"] for one in export_learner(session, ada)["enrolments"][0]["reviews"]]
    assert "learner-2" not in words
    assert "visit-" not in words
    assert shown
    assert not set(shown) & set(others)


def test_erasing_leaves_no_row_that_led_to_the_person(people: tuple[int, int], database: Database) -> None:
    """In any table; every other row of the database is as it was."""
    ada, _ = people
    with database.writing() as session:
        before, hers = everything(session), owned(session, ada)
        gone = erase_learner(session, ada)
    with database.reading() as session:
        after = everything(session)
    for table, rows in before.items():
        assert after[table] == [row for row in rows if row not in hers.get(table, ())], table.name
    assert gone == {table.name: len(rows) for table, rows in hers.items()}
    assert all(gone.values())


def test_who_is_erased_while_a_score_is_settled_is_gone_whole(people: tuple[int, int], database: Database) -> None:
    """Erasing waits for the worker that puts its try on record at this moment."""
    ada, _ = people
    gone: list[dict[str, int]] = []

    def erase() -> None:
        with database.writing() as session:
            gone.append(erase_learner(session, ada))

    eraser = threading.Thread(target=erase)
    with database.writing() as session:
        query = select(GradeOwed.id).where(GradeOwed.learner_id == ada).with_for_update()
        owed_id = session.execute(query).scalar_one()
        eraser.start()
        eraser.join(timeout=0.5)
        session.execute(insert(GradeAttempt).values(**tried(owed_id)))
    eraser.join()
    assert gone
    assert gone[0]["grade_attempt"] == 2
    assert gone[0]["learner"] == 1


def test_who_was_never_here_is_no_such_person(people: tuple[int, int], database: Database) -> None:
    """Nor is somebody of another platform."""
    with database.reading() as session:
        assert find_learner(session, "https://lms.example", "learner-2") == [people[1]]
        for issuer, sub in (("https://lms.example", "nobody"), ("https://other.example", "learner-2")):
            with pytest.raises(NoSuchPerson):
                find_learner(session, issuer, sub)


def test_an_error_of_the_database_quotes_nobody(database: Database) -> None:
    """What was bound to a failing statement, a name or an answer, is not in the error, so not in the log."""
    with database.reading() as session, pytest.raises(DBAPIError) as caught:
        session.execute(text("SELECT * FROM no_such_table WHERE name = :name"), {"name": "Ada Learner"})
    assert "no_such_table" in str(caught.value)
    assert "Ada Learner" not in str(caught.value)
