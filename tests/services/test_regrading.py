"""A corrected question marks anew the answers that still answer it: shown first, and nobody falls unasked."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from content.model import Choice, Choices, Item, Numeric, ShortText
from lti_tool.models import Context, Enrolment, SittingStep
from lti_tool.models.engine import Database
from lti_tool.services.courses import newest_version
from lti_tool.services.regrading import Remark, asks_the_same, regrade, remarks
from tests.services.probing import Candidate, candidate, holding_back, probe, rich
from tests.services.school import BEGAN, publish_course, pupil

POOL = 10
LATER = BEGAN + timedelta(days=9)


def place(ada: Candidate) -> tuple[int, int, int]:
    """(LMS course, course, its newest version)."""
    with ada.pupil.database.reading() as session:
        context_id, course_id = session.execute(
            select(Enrolment.context_id, Enrolment.course_id).where(Enrolment.id == ada.pupil.enrolment)
        ).one()
        return context_id, course_id, newest_version(session, course_id)


def found(ada: Candidate) -> list[Remark]:
    """What marking anew would change."""
    with ada.pupil.database.reading() as session:
        return remarks(session, *place(ada))


def corrected(number: int) -> Item:
    """Short texts take “oak” from now on, and no longer “birch”; numbers take 8 rather than 7."""
    item = probe(number)
    if isinstance(item.body, ShortText):
        return replace(item, body=ShortText(("oak",)))
    return replace(item, body=Numeric("8", "8", "8")) if isinstance(item.body, Numeric) else item


@pytest.fixture
def ada(database: Database) -> Candidate:
    """She has answered six of ten right; then the written questions were corrected."""
    one = candidate(pupil(database), *map(probe, range(POOL)))
    one.tries(right=6)
    assert found(one) == []
    publish_course(database, holding_back(*map(corrected, range(POOL))))
    return one


def right(ada: Candidate) -> int:
    """How many answers of her try count."""
    ((_, found_right, _, _),) = ada.results()
    return found_right


def test_what_would_change_is_shown_and_nothing_is_changed(ada: Candidate) -> None:
    """Those that gain and those that lose, by name of the question."""
    would = found(ada)
    assert would
    assert {one.is_right for one in would} == {True, False}
    assert all(one.question.startswith("Held back") for one in would)
    assert right(ada) == 6


@pytest.mark.parametrize("may_fall", [False, True])
def test_nobody_loses_unless_the_teacher_says_so(ada: Candidate, *, may_fall: bool) -> None:
    """And marking anew twice is marking anew once."""
    would = found(ada)
    gains, losses = sum(one.is_right for one in would), sum(not one.is_right for one in would)
    changed = []
    for _ in range(2):
        with ada.pupil.database.writing() as session:
            changed.append(regrade(session, *place(ada), LATER, may_fall=may_fall))
    assert changed == [gains + losses * may_fall, 0]
    assert right(ada) == 6 + gains - losses * may_fall
    with ada.pupil.database.reading() as session:
        told = session.scalars(select(SittingStep.corrected_at).where(SittingStep.corrected_at.is_not(None))).all()
    assert told == [LATER] * changed[0]


def test_another_lms_course_is_another_teachers(ada: Candidate) -> None:
    """Only the class whose teacher looks is marked anew."""
    context_id, course_id, version_id = place(ada)
    with ada.pupil.database.writing() as session:
        here = session.get_one(Context, context_id)
        other = Context(deployment_id=here.deployment_id, lms_id="another", title="", created_at=BEGAN)
        session.add(other)
        session.flush()
        assert remarks(session, other.id, course_id, version_id) == []
        assert regrade(session, other.id, course_id, version_id, LATER, may_fall=True) == 0


def test_an_answer_to_another_question_is_left_alone() -> None:
    """Other words, or other choices: the old answer says nothing about it."""
    text, choice = probe(0), probe(2)
    assert isinstance(choice.body, Choices)
    assert asks_the_same(text, replace(text, body=ShortText(("oak",))))
    assert not asks_the_same(text, replace(text, stem=rich("Something else?")))
    other_key = tuple(replace(one, right=not one.right) for one in choice.body.choices)
    assert asks_the_same(choice, replace(choice, body=Choices(other_key)))
    assert not asks_the_same(choice, replace(choice, body=Choices((*other_key, Choice(rich("fir"), right=False)))))
