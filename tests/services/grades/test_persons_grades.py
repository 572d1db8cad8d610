"""What stands in the gradebook because of us, and what does not."""

from datetime import datetime, timedelta

from lti_tool.models import LineItem
from lti_tool.rules.grading import Rule
from lti_tool.services.grades import Claimed, Outcome, Reason, Seen, Tried
from tests.services.grades.gradebook import Gradebook
from tests.services.grades.school import DEBOUNCE, School

MINUTE = timedelta(minutes=1)


def carried(school: School, gradebook: Gradebook, verdict: Tried | None = None) -> Claimed:
    """The next score as the worker takes it along; the LMS says this of it, or takes it."""
    seen: list[Claimed] = []

    def note(claimed: Claimed, _now: datetime) -> Tried | None:
        seen.append(claimed)
        return verdict

    gradebook.trouble = note
    school.clock.pass_by(DEBOUNCE)
    school.send(gradebook)
    gradebook.trouble = lambda claimed, now: None
    return seen[-1]


def learner_of_three(school: School) -> int:
    """Somebody in a course of three lessons that is graded by progress."""
    school.publish("one", "two", "three")
    return school.learner(school.lms(lesson=None, rule=Rule.PROGRESS), "ann", lesson=None)


def test_only_the_last_that_was_taken_is_ours(school: School, gradebook: Gradebook) -> None:
    """A teacher who goes back to an earlier value of ours has changed the grade, and is not overwritten."""
    learner = learner_of_three(school)
    for lesson in ("one", "two"):
        school.finish(learner, lesson)
        carried(school, gradebook)
    school.finish(learner, "three")
    assert carried(school, gradebook).shown == {66}


def test_what_may_have_arrived_since_is_ours_too(school: School, gradebook: Gradebook) -> None:
    """A lost answer: both the one before and the one that was lost may stand there."""
    learner = learner_of_three(school)
    school.finish(learner, "one")
    carried(school, gradebook)
    school.finish(learner, "two")
    carried(school, gradebook, Tried(Outcome.SERVER_TROUBLE, 502))
    school.finish(learner, "three")
    school.clock.pass_by(10 * MINUTE)
    assert carried(school, gradebook).shown == {33, 66}


def test_only_tries_that_could_not_see_count_as_unseen(school: School, gradebook: Gradebook) -> None:
    """An LMS that was down for an hour has not been unable to tell: the next score looks first."""
    school.graduates(school.lms(), 1)
    counts = []
    for verdict in (*[Tried(Outcome.NO_ANSWER)] * 3, *[Tried(Outcome.UNSEEN, 500)] * 2, None):
        school.clock.pass_by(timedelta(hours=7))
        counts.append(carried(school, gradebook, verdict).unseen)
    assert counts == [0, 0, 0, 0, 1, 2]


def test_what_the_lms_makes_of_ours_is_known_the_next_time(school: School, gradebook: Gradebook) -> None:
    """It took 50 and showed 45 right after: 45 is ours, and the next one is read back as well."""
    school.publish("one", "two")
    learner = school.learner(school.lms(lesson=None, rule=Rule.PROGRESS), "ann", lesson=None)
    school.finish(learner, "one")
    carried(school, gradebook, Tried(Outcome.SENT, 200, seen=Seen(45.0)))
    school.finish(learner, "two")
    next_one = carried(school, gradebook)
    assert next_one.is_altered
    assert next_one.shown == {50, 45.0}


def test_a_column_that_moved_to_one_we_know_is_gone(school: School, gradebook: Gradebook) -> None:
    """It is not tried for ever: the link's other column is on record, and has its own scores."""
    lms = school.lms()
    school.graduates(lms, 1)
    there = "https://moodle.example/columns/2"
    with school.database.writing() as session:
        column = session.get_one(LineItem, lms.line_item_id)
        named = {"context_id": column.context_id, "resource_link_id": column.resource_link_id, "scopes": []}
        session.add(LineItem(url=there, created_at=school.clock.now, **named))
    carried(school, gradebook, Tried(Outcome.MOVED, 404, moved_to=there))
    assert school.only().blocked_reason == Reason.COLUMN_GONE
    assert [tried.outcome for tried in school.tries()] == ["blocked"]


def test_a_column_that_moved_is_followed(school: School, gradebook: Gradebook) -> None:
    """The next try goes there."""
    school.graduates(school.lms(), 1)
    there = "https://moodle.example/columns/2"
    carried(school, gradebook, Tried(Outcome.MOVED, 404, moved_to=there))
    school.clock.pass_by(10 * MINUTE)
    assert carried(school, gradebook).url == there
    assert gradebook.grades() == {"learner-0": 100}
