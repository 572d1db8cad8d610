"""Each rule from the answers on record to the outbox."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from lti_tool.models import Allowance, ClearSpan, Enrolment, GradeTerms, Learner, LineItem, ResourceLink, Sitting
from lti_tool.rules.grading import Rule
from lti_tool.services.arrivals import Dates
from lti_tool.services.grades import Delivered, note_practice, owe_grades
from lti_tool.services.grades.figures import Asked, figure
from lti_tool.services.grades.ruling import note_own_dates
from lti_tool.services.grades.terms import terms_of, with_terms
from tests.services.grades.gradebook import Gradebook
from tests.services.grades.school import DEBOUNCE, Lms, School

WEEK = timedelta(days=7)


def rounds(school: School, enrolment: int, weeks: int, *, first: int = 0) -> None:
    """A finished round of reviews in each of so many weeks."""
    with school.database.writing() as session:
        for week in range(first, first + weeks):
            at = school.clock.now + week * WEEK
            session.add(
                Sitting(
                    enrolment_id=enrolment,
                    study_on=at.date(),
                    planned=1,
                    steps=1,
                    passed=1,
                    started_at=at,
                    finished_at=at,
                )
            )


def begins(school: School, lms: Lms) -> int:
    """A learner who has finished her first lesson."""
    learner = school.learner(lms, "ann", lesson=None)
    school.finish(learner, "one")
    with school.database.writing() as session:
        session.get_one(Enrolment, learner).first_lesson_on = school.clock.now.date()
    return learner


def owe(school: School, enrolment: int) -> int:
    """The gradebook is told what there is to tell."""
    with school.database.writing() as session:
        return owe_grades(session, enrolment, school.clock.now, debounce=DEBOUNCE)


def test_practice_sends_each_kept_sitting(school: School, gradebook: Gradebook) -> None:
    """The best eight of ten: three weeks are three eighths, and eight weeks are all."""
    school.publish("one", "two")
    learner = begins(school, school.lms(lesson=None, rule=Rule.PRACTICE))
    assert owe(school, learner) == 0  # a lesson is no sitting of reviews
    rounds(school, learner, 3)
    school.clock.pass_by(3 * WEEK)
    owe(school, learner)
    school.clock.pass_by(DEBOUNCE)
    assert school.send(gradebook) == Delivered(sent=1)
    assert gradebook.grades() == {"ann": 37}
    rounds(school, learner, 5)
    school.clock.pass_by(5 * WEEK)
    owe(school, learner)
    school.send(gradebook)
    assert gradebook.grades() == {"ann": 100}


def test_the_ledger_keeps_what_the_rule_counted(school: School, gradebook: Gradebook) -> None:
    """With each try, for whoever asks later."""
    school.publish("one", "two")
    learner = begins(school, school.lms(lesson=None, rule=Rule.PRACTICE))
    rounds(school, learner, 1)
    school.clock.pass_by(WEEK)
    owe(school, learner)
    school.clock.pass_by(DEBOUNCE)
    school.send(gradebook)
    (tried,) = school.tries()
    assert tried.figures == {"kept": 1, "needed": 8, "offered": 10}


def test_an_allowance_lowers_what_is_needed(school: School) -> None:
    """Five sittings offered, four needed."""
    school.publish("one", "two")
    lms = school.lms(lesson=None, rule=Rule.PRACTICE)
    learner = begins(school, lms)
    with school.database.writing() as session:
        person = session.scalars(select(Learner.id).where(Learner.sub == "ann")).one()
        link = session.scalars(select(ResourceLink.id)).one()
        session.add(
            Allowance(
                resource_link_id=link, learner_id=person, due_at=None, closes_at=None, sittings=5,
                noted_at=school.clock.now,
            )
        )  # fmt: skip
    rounds(school, learner, 4)
    school.clock.pass_by(4 * WEEK)
    owe(school, learner)
    assert school.only().reached == 100


def test_another_rule_is_another_grade_and_what_was_sent_stands_until_then(
    school: School, gradebook: Gradebook
) -> None:
    """Progress has sent half; by practice an eighth is less, and nobody's grade falls."""
    school.publish("one", "two")
    lms = school.lms(lesson=None, rule=Rule.PROGRESS)
    learner = begins(school, lms)
    school.clock.pass_by(DEBOUNCE)
    school.send(gradebook)
    assert gradebook.grades() == {"ann": 50}
    with school.database.writing() as session:
        session.scalars(select(GradeTerms)).one().rule = Rule.PRACTICE.value
    assert owe(school, learner) == 0
    rounds(school, learner, 1)
    school.clock.pass_by(WEEK)
    owe(school, learner)
    school.clock.pass_by(DEBOUNCE)
    school.send(gradebook)
    assert gradebook.grades() == {"ann": 50}
    rounds(school, learner, 4, first=0)
    school.clock.pass_by(4 * WEEK)
    owe(school, learner)
    school.clock.pass_by(DEBOUNCE)
    school.send(gradebook)
    assert gradebook.grades() == {"ann": 62}


def test_more_time_spaces_no_sitting_out(school: School) -> None:
    """Eight weeks of ten were kept; ten weeks more for her take none of them away."""
    school.publish("one", "two")
    learner = begins(school, school.lms(lesson=None, rule=Rule.PRACTICE))
    rounds(school, learner, 8)
    with school.database.writing() as session:
        terms = session.scalars(select(GradeTerms)).one()
        terms.opens_at, terms.closes_at = school.clock.now, school.clock.now + 10 * WEEK
        person = session.scalars(select(Learner.id).where(Learner.sub == "ann")).one()
        later = school.clock.now + 20 * WEEK
        session.add(
            Allowance(
                resource_link_id=terms.resource_link_id, learner_id=person, closes_at=later, noted_at=school.clock.now
            )
        )
    school.clock.pass_by(8 * WEEK)
    owe(school, learner)
    assert school.only().reached == 100


def test_an_extension_that_the_lms_tells_her_counts(school: School) -> None:
    """The class is closed; her own launch says that she is not."""
    lms = school.lms()
    with school.database.writing() as session:
        session.scalars(select(GradeTerms)).one().closes_at = school.clock.now - WEEK
    learner = school.learner(lms, "ann")
    with school.database.writing() as session:
        link = session.scalars(select(ResourceLink.id)).one()
        person = session.scalars(select(Learner.id).where(Learner.sub == "ann")).one()
        note_own_dates(session, link, person, Dates(closes_at=school.clock.now + WEEK), school.clock.now)
    school.finish(learner)
    assert school.only().reached == 100


@pytest.mark.parametrize(
    ("lesson", "said", "now"),
    [
        (None, "checkpoint", Rule.COMPLETION),
        ("one", "practice", Rule.COMPLETION),
        ("~checkpoint", "mastery", Rule.CHECKPOINT),
        ("~reviews", "completion", Rule.PRACTICE),
        ("~reviews", "mastery", Rule.MASTERY),
    ],
)
def test_a_rule_that_does_not_fit_what_the_link_opens_is_none(
    school: School, lesson: str | None, said: str, now: Rule
) -> None:
    """A teacher chose other content since: it is graded as is usual for that."""
    school.lms(lesson=lesson, rule=Rule(said))
    with school.database.reading() as session:
        row = session.execute(with_terms(select(ResourceLink.id).join(LineItem), None)).one()
        assert terms_of(row).rule is now


def test_a_round_belongs_to_the_day_on_which_it_was_finished(school: School) -> None:
    """Eight begun, one a week, and all finished on one day: that is one sitting."""
    school.publish("one", "two")
    learner = begins(school, school.lms(lesson=None, rule=Rule.PRACTICE))
    rounds(school, learner, 8)
    with school.database.writing() as session:
        for sitting in session.scalars(select(Sitting)):
            sitting.finished_at = school.clock.now + 9 * WEEK
    school.clock.pass_by(9 * WEEK)
    owe(school, learner)
    assert school.only().reached == 12


def test_time_in_which_nothing_was_due_is_owed_though_nobody_comes(school: School) -> None:
    """The worker looks at every class with a practice column a few times a day."""
    school.publish("one", "two")
    learner = begins(school, school.lms(lesson=None, rule=Rule.PRACTICE))
    rounds(school, learner, 1)
    today = school.clock.now.date()
    with school.database.writing() as session:
        ends = today + timedelta(days=62)
        session.add(ClearSpan(enrolment_id=learner, from_on=today + timedelta(days=1), until_on=ends))
    school.clock.pass_by(8 * WEEK)
    with school.database.writing() as session:
        note_practice(session)
    school.owe()
    assert school.only().reached == 100


@pytest.mark.parametrize(("closes", "percent"), [(None, 100), (-WEEK, None), (WEEK, 100)])
def test_a_close_counts_for_every_rule(school: School, closes: timedelta | None, percent: int | None) -> None:
    """What is done after it is done for the learner, and not for the grade."""
    lms = school.lms()
    with school.database.writing() as session:
        terms = session.scalars(select(GradeTerms)).one()
        terms.closes_at = school.clock.now + closes if closes is not None else None
    learner = school.learner(lms, "ann")
    school.finish(learner)
    with school.database.reading() as session:
        query = with_terms(select(ResourceLink.id).join(LineItem), None)
        asked = Asked(learner, "one", terms_of(session.execute(query).one()))
        assert figure(session, asked, school.clock.now).percent == percent


def test_a_grade_that_was_told_does_not_fall_by_new_terms(school: School, gradebook: Gradebook) -> None:
    """A teacher who moves the due date back takes nothing from anybody."""
    lms = school.lms()
    learner = school.learner(lms, "ann")
    school.finish(learner)
    school.send(gradebook)
    with school.database.writing() as session:
        terms = session.scalars(select(GradeTerms)).one()
        terms.due_at, terms.late_percent = school.clock.now - 3 * WEEK, 10
    assert owe(school, learner) == 0
    school.clock.pass_by(WEEK)
    assert school.send(gradebook) == Delivered()
    assert gradebook.grades() == {"ann": 100}
