"""Tries at held-back questions: each is asked once, answered once, and nothing else learns of it."""

import threading
from collections import Counter

from sqlalchemy import func, select

from lti_tool.models import Item, Memory, PointEntry, PracticeDay, Review, Sitting, SittingStep
from lti_tool.models.engine import Database
from lti_tool.services.checkpoints import checkpoint
from lti_tool.services.memories import compare_memories
from lti_tool.services.steps import open_hint, open_step
from tests.services.probing import RIGHT, WRONG, Candidate, candidate, holding_back, probe
from tests.services.school import publish_course, pupil


def with_pool(database: Database, count: int) -> Candidate:
    """A learner in a course that holds so many questions back."""
    return candidate(pupil(database), *map(probe, range(count)))


def rows(database: Database, model: type) -> int:
    """How many there are."""
    with database.reading() as session:
        return session.execute(select(func.count()).select_from(model)).scalar_one()


def test_a_try_asks_ten_spread_over_outcomes_and_kinds(database: Database) -> None:
    """Five of each of two outcomes; no kind more than once oftener than another."""
    asked = with_pool(database, 24).tries()
    assert len({item.key for item in asked}) == 10
    assert Counter(item.outcome for item in asked) == {"add": 5, "name": 5}
    assert sorted(Counter(item.kind for item in asked).values()) == [3, 3, 4]


def test_a_small_pool_makes_a_small_try(database: Database) -> None:
    """All that there is."""
    ada = with_pool(database, 6)
    assert len(ada.tries()) == 6
    assert ada.results() == [(1, 6, 6, 100)]


def test_an_answer_stands_at_its_position_and_nowhere_else(database: Database) -> None:
    """No review, no memory, no point, no day of practice; and the memories are what the reviews make of them."""
    ada = with_pool(database, 10)
    ada.pupil.sit("first", 0)
    before = {model: rows(database, model) for model in (Review, Memory, PointEntry, PracticeDay)}
    ada.tries(right=4, day=1)
    assert {model: rows(database, model) for model in before} == before
    with database.reading() as session:
        assert not compare_memories(session).differing
        kept = session.execute(
            select(SittingStep.is_right, SittingStep.response, SittingStep.due_on)
            .join(Sitting, Sitting.id == SittingStep.sitting_id)
            .where(Sitting.try_number == 1)
        ).all()
    assert sorted(row.is_right for row in kept) == [False] * 6 + [True] * 4
    assert all(row.response and row.due_on is None for row in kept)


def test_a_try_goes_on_where_it_stopped(database: Database) -> None:
    """On another day, after whatever else: the same questions, and what was answered counts."""
    ada = with_pool(database, 24)
    sitting = ada.begin(0)
    assert sitting is not None
    first = ada.go_on(sitting, 100, most=4)
    ada.pupil.sit("first", 0)
    ada.pupil.sit(None, 3)
    with database.reading() as session:
        page = checkpoint(session, ada.pupil.enrolment, ada.pupil.version)
    assert page.open is not None
    assert (page.open.position, page.open.asked, page.questions, page.results) == (5, 10, 10, ())
    assert ada.begin(3) == sitting
    rest = ada.go_on(sitting, 100, day=3)
    assert len({item.key for item in (*first, *rest)}) == 10
    assert ada.results() == [(1, 10, 10, 100)]


def test_an_open_try_is_no_round_of_reviews(database: Database) -> None:
    """Reviews that are due that day begin a round of their own."""
    ada = with_pool(database, 10)
    ada.pupil.sit("first", 0)
    sitting = ada.begin(3)
    assert ada.pupil.begin(None, 3) not in {None, sitting}


def test_one_answer_a_question(database: Database) -> None:
    """The first one stands; earlier and later positions take nothing, and a hint opens nowhere."""
    ada = with_pool(database, 10)
    sitting = ada.begin()
    assert sitting is not None
    step = ada.asked(sitting, 1)
    assert step.item is not None
    assert ada.answer(sitting, 1, WRONG[step.item.kind])
    assert not ada.answer(sitting, 1, RIGHT[step.item.kind])
    assert not ada.answer(sitting, 3, RIGHT[step.item.kind])
    version = ada.pupil.version
    with database.writing() as session:
        open_hint(session, open_step(session, ada.pupil.enrolment, version, sitting, 2), 1)
    with database.reading() as session:
        found = session.execute(
            select(SittingStep.is_right, SittingStep.hints).order_by(SittingStep.position).limit(3)
        ).all()
        assert session.execute(select(Sitting.passed, Sitting.steps)).one() == (1, 10)
    assert found == [(False, 0), (None, 0), (None, 0)]


def at_once(*tries: object) -> list[object]:
    """What each came to, begun as nearly together as threads allow."""
    barrier, results = threading.Barrier(len(tries)), []

    def run(one: object) -> None:
        barrier.wait()
        results.append(one())  # type: ignore[operator]  # a call

    threads = [threading.Thread(target=run, args=(one,)) for one in tries]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_two_connections_make_one_try_and_one_answer(database: Database) -> None:
    """Both begin: one try.  Both answer: one of them did, whatever each said."""
    ada = with_pool(database, 10)
    (sitting,) = set(at_once(ada.begin, ada.begin))
    assert isinstance(sitting, int)
    for number in range(1, 11):
        item = ada.asked(sitting, number).item
        assert item is not None
        kind = item.kind
        said = at_once(
            lambda: ada.answer(sitting, number, RIGHT[kind]),  # noqa: B023 - joined in this round
            lambda: ada.answer(sitting, number, WRONG[kind]),  # noqa: B023 - the same
        )
        assert sorted(map(bool, said)) == [False, True]
    ((number, _, asked, _),) = ada.results()
    assert (number, asked) == (1, 10)
    assert rows(database, Sitting) == 1


def test_another_try_asks_what_was_not_seen(database: Database) -> None:
    """And there are tries only while there is enough for a whole one: 10, 10, and not the last 4."""
    ada = with_pool(database, 24)
    first, second = ada.tries(right=7), ada.tries(right=10)
    assert not {item.key for item in first} & {item.key for item in second}
    assert ada.begin() is None
    assert ada.results() == [(1, 7, 10, 70), (2, 10, 10, 100)]
    with database.reading() as session:
        page = checkpoint(session, ada.pupil.enrolment, ada.pupil.version)
    assert (page.questions, page.open) == (0, None)
    assert page.best is not None
    assert page.best.number == 2


def test_half_a_try_is_a_try(database: Database) -> None:
    """Five are left of fifteen, of both outcomes."""
    ada = with_pool(database, 15)
    assert [len(ada.tries()), len(ada.tries()), len(ada.tries())] == [10, 5, 0]


def test_every_outcome_is_in_a_try(database: Database) -> None:
    """With nothing left of one of them there is no further try, however much there is of the other."""
    one, *others = (probe(n, outcome="add" if n else "name") for n in range(20))
    ada = candidate(pupil(database), one, *others)
    assert one.key in {item.key for item in ada.tries()}
    assert ada.begin() is None


def test_what_gives_a_question_away_is_seen_too(database: Database) -> None:
    """Of two questions about one fact one is asked, and the other one in no later try."""
    ada = candidate(pupil(database), *(probe(n, fact=f"fact-{n // 2}") for n in range(24)))
    assert [len(ada.tries()), len(ada.tries())] == [10, 0]


def test_no_more_tries_than_are_allowed(database: Database) -> None:
    """An open one is finished all the same."""
    ada = with_pool(database, 24)
    sitting = ada.begin(most_tries=1)
    assert sitting is not None
    assert ada.begin(most_tries=1) == sitting
    ada.go_on(sitting, 3)
    assert ada.begin(most_tries=1) is None
    with database.reading() as session:
        enrolment, version = ada.pupil.enrolment, ada.pupil.version
        assert checkpoint(session, enrolment, version, most_tries=1).questions == 0
        assert checkpoint(session, enrolment, version, most_tries=2).questions == 10


def test_a_new_edition_asks_what_it_holds_back(database: Database) -> None:
    """A try that is open goes on as it was; the next one has what is there now."""
    ada = with_pool(database, 12)
    sitting = ada.begin()
    assert sitting is not None
    ada.go_on(sitting, 100, most=2)
    publish_course(database, holding_back(*map(probe, range(30, 40))), day=1)
    assert len(ada.go_on(sitting, 100)) == 8
    assert {item.key for item in ada.tries()} == {f"probe-{n}" for n in range(30, 40)}
    with database.reading() as session:
        assert session.execute(select(func.count()).where(Item.is_retired)).scalar_one() == 12


def test_what_was_practised_is_not_asked_as_unseen_but_another_question_of_its_fact_is(database: Database) -> None:
    """An item that an edition holds back too late is left out; asking a practised fact anew is what a probe is for."""
    probes = [probe(number, fact="one fact" if number in {0, 2} else None) for number in range(8)]
    ada = candidate(pupil(database), *probes)
    memory = {"stability": 1.0, "difficulty": 5.0, "last_day": 1, "due_day": 2, "reviews": 1, "lapses": 0}
    with database.writing() as session:
        practised = session.scalars(select(Item.id).where(Item.key == "probe-0")).one()
        session.add(Memory(enrolment_id=ada.pupil.enrolment, item_id=practised, meaning=1, model="m", **memory))
    asked = {item.key for item in ada.tries()}
    assert "probe-0" not in asked
    assert "probe-2" in asked
