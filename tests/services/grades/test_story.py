"""The ledger: for each posted value, the answers behind it."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from lti_tool.errors import NotFound
from lti_tool.models import Context, GradeAttempt
from lti_tool.models.engine import Database
from lti_tool.rules.grading import Rule
from lti_tool.services.arrivals import CHECKPOINT
from lti_tool.services.grades import Claimed, Outcome, Reason, Tried, owe_grades
from lti_tool.services.grades.behind import behind
from lti_tool.services.grades.planning import planned
from lti_tool.services.grades.story import PAGE, story_of
from tests.services.grades.graded import graded
from tests.services.probing import candidate, probe
from tests.services.school import BEGAN

RULES = [Rule.COMPLETION, Rule.PROGRESS, Rule.PRACTICE, Rule.MASTERY]


def day_of(at: datetime) -> int:
    """The day of practice on which something was."""
    return (at - BEGAN).days


def test_each_try_is_told_in_order(database: Database) -> None:
    """When, what, and what the LMS made of it, in words."""
    made = graded(database, Rule.COMPLETION, "first")
    made.one.sit("first", 0)
    verdicts = [Tried(Outcome.NO_ANSWER), Tried(Outcome.SERVER_TROUBLE, 502)]
    made.gradebook.trouble = lambda claimed, now: verdicts.pop(0) if verdicts else None
    for day in (0.1, 1, 2):
        made.sends(day)
    story = made.story(3)
    assert [one.said for one in story.tries] == [
        "The LMS does not answer.",
        "The LMS answered with an error of its own.",
        "The LMS took it.",
    ]
    assert [(one.percent, one.status, one.is_posted) for one in story.tries] == [
        (100, None, False),
        (100, 502, False),
        (100, 200, True),
    ]
    assert (story.reckoned, story.rule, story.older_than) == (100, Rule.COMPLETION, None)


def test_completion_stands_on_the_lesson_and_its_answers(database: Database) -> None:
    """Those of the lesson, and not what was practised since."""
    made = graded(database, Rule.COMPLETION, "first")
    made.one.sit("first", 0)
    made.sends(0.1)
    made.one.sit(None, 5)
    found = made.behind(made.story(6))
    assert found.tried.figures == {"done": 3, "required": 3}
    assert [(title, day_of(at)) for title, at in found.lessons] == [("First lesson", 0)]
    assert [(one.name, one.is_right, one.hints) for one in found.answers] == [("Town", True, 0), ("Sum", True, 0)]


def test_each_posted_value_has_answers_of_its_own(database: Database) -> None:
    """Progress: after one lesson, and after both."""
    made = graded(database, Rule.PROGRESS)
    made.one.sit("first", 0)
    made.sends(0.1)
    made.one.sit("second", 1)
    made.sends(1.1)
    story = made.story(2)
    first, second = made.behind(story, 0), made.behind(story, 1)
    assert (len(first.lessons), len(first.answers)) == (1, 2)
    assert (len(second.lessons), len(second.answers)) == (2, 3)
    assert first.tried.percent < second.tried.percent == 100


def test_practice_stands_on_rounds(database: Database) -> None:
    """The rounds that were finished by then, and their answers."""
    made = graded(database, Rule.PRACTICE)
    made.one.sit("first", 0)
    made.one.sit(None, 8)
    made.sends(8.5)
    made.one.sit(None, 30)
    found = made.behind(made.story(31))
    assert [day_of(at) for at in found.rounds] == [8]
    assert {day_of(one.answered_at) for one in found.answers} == {8}
    assert (found.lessons, found.tried.figures["kept"]) == ((), 1)


def test_mastery_stands_on_right_and_unaided_answers(database: Database) -> None:
    """Nothing else is read, so nothing else is shown."""
    made = graded(database, Rule.MASTERY)
    made.one.sit("first", 0)
    made.one.sit("second", 0)
    for day in (8, 30, 120):
        made.one.sit(None, day)
    made.sends(121)
    found = made.behind(made.story(122))
    assert found.tried.percent > 0
    assert all(one.is_right and not one.hints for one in found.answers)
    assert len(found.answers) >= 6


@pytest.mark.parametrize("rule", RULES)
def test_what_was_counted_is_what_was_posted(database: Database, rule: Rule) -> None:
    """The figures on record are those of the value; reckoned again from the same answers it is the same."""
    made = graded(database, rule)
    for lesson in ("first", "second"):
        made.one.sit(lesson, 0)
    for day in (8, 30, 120):
        made.one.sit(None, day)
    made.sends(121)
    story = made.story(121.1)
    (tried,) = story.tries
    assert (tried.percent, tried.figures) == (story.reckoned, story.counted)


def test_a_checkpoint_stands_on_the_try_that_counts(database: Database) -> None:
    """With its questions; the worse one is told, too, and a later one is not."""
    made = graded(database, Rule.CHECKPOINT, CHECKPOINT)
    tries = candidate(made.one, *(probe(number) for number in range(40)))
    tries.tries(right=4, day=0)
    tries.tries(right=8, day=1)
    made.sends(2)
    tries.tries(right=100, day=3)
    found = made.behind(made.story(4))
    assert [(one.number, one.right) for one in found.tries] == [(1, 4), (2, 8)]
    assert found.tried.figures["try"] == 2
    assert [one.is_right for one in found.answers] == [True] * 8 + [False] * 2


def test_a_dry_run_says_what_is_then_sent(database: Database) -> None:
    """Also what was earned since the score was owed; and it changes nothing."""
    made = graded(database, Rule.PROGRESS)
    made.one.sit("first", 0)
    with database.writing() as session:
        owe_grades(session, made.one.enrolment, BEGAN + timedelta(hours=1), debounce=timedelta(days=1))
    made.one.sit("second", 1)
    with database.reading() as session:
        line = made.story(1.5).line
        assert line is not None
        (plan,) = planned(session, [line], BEGAN + timedelta(days=1.5)).values()
        assert session.scalars(select(GradeAttempt)).all() == []
    made.sends(2)
    assert (plan.percent, plan.is_needed) == (made.story(2).tries[0].percent, True)
    after = made.story(3).line
    assert after is not None
    with database.reading() as session:
        assert planned(session, [after], BEGAN + timedelta(days=3)) == {}, "it waits no more"


def test_a_value_whose_first_try_died_is_explained_too(database: Database) -> None:
    """Its worker noted nothing; the time of the score tells which answers there were."""
    made = graded(database, Rule.COMPLETION, "first")
    made.one.sit("first", 0)
    made.sends(0.1)
    with database.writing() as session:
        session.execute(update(GradeAttempt).values(figures=None, up_to_review_id=None))
    made.one.sit(None, 5)
    found = made.behind(made.story(6))
    assert (len(found.lessons), len(found.answers)) == (1, 2)


def test_bytes_that_go_again_stand_on_what_they_stood_on(database: Database) -> None:
    """A resend has no figures of its own."""
    made = graded(database, Rule.COMPLETION, "first")
    made.one.sit("first", 0)
    lost: list[Claimed] = []

    def loses(claimed: Claimed) -> Tried | None:
        lost.append(claimed)
        return Tried(Outcome.NO_ANSWER) if len(lost) == 1 else None

    made.gradebook.afterwards = loses
    made.sends(0.1)
    made.sends(1)
    story = made.story(2)
    assert [one.outcome for one in story.tries] == [Outcome.NO_ANSWER, Outcome.ALREADY_THERE]
    assert story.tries[1].figures == {}
    assert made.behind(story).tried.figures == {"done": 3, "required": 3}


def test_many_tries_come_page_by_page(database: Database) -> None:
    """The latest first, in order within the page; none twice and none left out."""
    made = graded(database, Rule.COMPLETION, "first")
    made.one.sit("first", 0)
    made.gradebook.trouble = lambda claimed, now: Tried(Outcome.BLOCKED, 400, Reason.NOT_GRADABLE)
    made.sends(0.1)
    with database.writing() as session:
        row = session.scalars(select(GradeAttempt)).one()
        same = {c.name: getattr(row, c.name) for c in GradeAttempt.__table__.columns if c.name != "id"}
        session.add_all(GradeAttempt(**same) for _ in range(PAGE + 4))
    latest = made.story(1)
    earlier = made.story(1, latest.older_than or 0)
    assert (len(latest.tries), len(earlier.tries), earlier.older_than) == (PAGE, 5, None)
    assert [one.id for one in (*earlier.tries, *latest.tries)] == list(range(1, PAGE + 6))


def test_another_courses_story_is_not_told(database: Database) -> None:
    """Nor is another score's try."""
    made = graded(database, Rule.COMPLETION, "first")
    made.one.sit("first", 0)
    made.sends(0.1)
    story = made.story(1)
    with database.reading() as session:
        assert behind(session, story, 999) is None
        with pytest.raises(NotFound):
            story_of(session, made.context_id + 1, story.owed_id, BEGAN)
        assert session.scalars(select(Context.id)).all() == [made.context_id]
