"""Scores on an ordinary day."""

import itertools
import json
import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest

from lti_tool.models import Platform
from lti_tool.models.engine import Database
from lti_tool.rules.grading import Rule
from lti_tool.services.grades import Claimed, Delivered, Outcome, Tried
from tests.services.grades.gradebook import Gradebook, Killed
from tests.services.grades.school import DEBOUNCE, START, School

SECOND = timedelta(seconds=1)


def test_a_finished_lesson_reaches_the_gradebook(school: School, gradebook: Gradebook) -> None:
    """The learner's line shows 100, the outbox knows when, and the try is on record."""
    school.finish(school.learner(school.lms(), "ann"))
    assert school.send(gradebook) == Delivered(sent=1)
    assert gradebook.grades() == {"ann": 100}
    row, (tried,) = school.only(), school.tries()
    assert (row.sent, row.sent_percent, row.sent_at, row.lease_holder) == (1, 100, START, None)
    assert (tried.outcome, tried.status, tried.percent) == ("sent", 200, 100)


def test_a_score_is_final_and_carries_its_comment_on_one_line(school: School, gradebook: Gradebook) -> None:
    """FullyGraded, of 100, at a whole UTC second, compact: whatever else would wipe a grade or hide a refusal."""
    school.finish(school.learner(school.lms(), "ann"))
    school.send(gradebook)
    ((_, body),) = gradebook.received
    assert json.loads(body) == {
        "userId": "ann",
        "scoreGiven": 100,
        "scoreMaximum": 100,
        "activityProgress": "Completed",
        "gradingProgress": "FullyGraded",
        "timestamp": "2026-09-01T09:00:00Z",
        "comment": "One: 100 %",
    }
    assert b"\n" not in body
    assert b": " not in body.replace(b"One: 100", b"")


def test_canvas_is_told_to_count_no_new_attempt(school: School, gradebook: Gradebook) -> None:
    """In Canvas a score would change lateness and use attempts up; and a teacher's grade stays on top."""
    school.finish(school.learner(school.lms(family="canvas"), "ann"))
    school.send(gradebook)
    told = json.loads(gradebook.received[0][1])["https://canvas.instructure.com/lti/submission"]
    assert told == {"new_submission": False, "prioritize_non_tool_grade": True}


def test_what_has_not_changed_is_not_sent_again(school: School, gradebook: Gradebook) -> None:
    """A second run sends nothing, nor does owing the same score again."""
    learner = school.learner(school.lms(), "ann")
    school.finish(learner)
    school.send(gradebook)
    school.finish(learner, "two")
    school.clock.pass_by(DEBOUNCE)
    assert school.send(gradebook) == Delivered()


def test_scores_within_the_debounce_time_go_as_one(school: School, gradebook: Gradebook) -> None:
    """Where progress is sent, nothing goes before the time is over, and then the newest figure, once."""
    school.publish("one", "two", "three")
    learner = school.learner(school.lms(lesson=None, rule=Rule.PROGRESS), "ann", lesson=None)
    school.finish(learner, "one")
    school.clock.pass_by(DEBOUNCE / 2)
    school.finish(learner, "two")
    assert school.send(gradebook) == Delivered()
    school.clock.pass_by(DEBOUNCE)
    assert school.send(gradebook) == Delivered(sent=1)
    assert gradebook.grades() == {"ann": 66}


def test_two_workers_at_once_send_each_score_once(school: School, gradebook: Gradebook, database_url: str) -> None:
    """However many look at the same time, one of them has the score."""
    school.graduates(school.lms(), 12)
    schools = [School(Database(database_url), school.clock) for _ in range(2)]
    together = threading.Barrier(2)

    def work(mine: School) -> None:
        together.wait()
        mine.send(gradebook)

    workers = [threading.Thread(target=work, args=(mine,)) for mine in schools]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    for mine in schools:
        mine.database.engine.dispose()
    assert gradebook.tries_per_learner() == {f"learner-{number}": 1 for number in range(12)}
    assert all(row.sent == row.wanted for row in school.owed())


def test_more_reached_during_a_send_is_sent_as_well(school: School, gradebook: Gradebook) -> None:
    """Whoever carries 50 % must not settle the 100 % that came meanwhile; it follows, a second later at least."""
    learner = school.learner(school.lms(lesson=None, rule=Rule.PROGRESS), "ann", lesson=None)
    school.finish(learner, "one")
    school.clock.pass_by(DEBOUNCE)

    def meanwhile(claimed: Claimed) -> Tried | None:
        if claimed.percent < 100:
            school.finish(learner, "two")
        return None

    gradebook.afterwards = meanwhile
    school.send(gradebook)
    assert gradebook.grades() == {"ann": 50}
    assert school.only().wanted > school.only().sent
    school.clock.pass_by(SECOND)
    school.send(gradebook)
    assert gradebook.grades() == {"ann": 100}
    assert school.only().wanted == school.only().sent


def test_what_a_killed_worker_may_have_sent_is_known_for_ours(school: School, gradebook: Gradebook) -> None:
    """It took 50 % along, and 100 % did not get through at once: the 50 % that the LMS shows is no person's."""
    learner = school.learner(school.lms(lesson=None, rule=Rule.PROGRESS), "ann", lesson=None)
    school.finish(learner, "one")
    school.clock.pass_by(DEBOUNCE)
    known: list[frozenset[float]] = []

    def kill(claimed: Claimed) -> None:
        raise Killed

    def fail(claimed: Claimed, now: datetime) -> Tried:
        known.append(claimed.shown)
        return Tried(Outcome.UNREACHED)

    gradebook.afterwards = kill
    with pytest.raises(Killed):
        school.send(gradebook)
    school.finish(learner, "two")
    gradebook.trouble = fail
    school.send_for(gradebook, timedelta(minutes=30))
    assert len(known) > 1
    assert set(known) == {frozenset({50})}


def test_times_of_one_learner_rise_by_whole_seconds_and_are_never_ahead(school: School, gradebook: Gradebook) -> None:
    """Moodle keeps whole seconds and refuses an equal one; a time in the future would block what comes after it."""
    lessons = [f"lesson-{number}" for number in range(5)]
    school.publish(*lessons)
    learner = school.learner(school.lms(lesson=None, rule=Rule.PROGRESS), "ann", lesson=None)
    sent_at: list[datetime] = []

    def note(claimed: Claimed, now: datetime) -> None:
        sent_at.append(now)

    gradebook.trouble = note
    for lesson in lessons:
        school.finish(learner, lesson)
        with school.database.writing() as session:
            session.merge(school.only()).due_at = school.clock.now
        for _ in range(4):
            school.send(gradebook)
            school.clock.pass_by(timedelta(milliseconds=300))
    times = gradebook.times()
    assert len(times) == 5
    assert all(later - earlier >= SECOND for earlier, later in itertools.pairwise(times))
    assert all(time <= now for time, now in zip(times, sent_at, strict=True))


def test_the_score_is_the_one_of_the_moment_it_is_sent(school: School, gradebook: Gradebook) -> None:
    """What was reached after it was owed goes with it."""
    learner = school.learner(school.lms(lesson=None, rule=Rule.PROGRESS), "ann", lesson=None)
    school.finish(learner, "one")
    school.finish(learner, "two", is_noted=False)  # and nobody notes it
    school.clock.pass_by(DEBOUNCE)
    school.send(gradebook)
    assert gradebook.grades() == {"ann": 100}


def test_a_longer_edition_takes_nothing_away(school: School, gradebook: Gradebook) -> None:
    """Whoever had finished when the author added a lesson has finished, even if the LMS was down that day."""
    learner = school.learner(school.lms(lesson=None), "ann", lesson=None)
    school.finish(learner, "one")
    school.finish(learner, "two")
    school.publish("one", "two", "three")
    school.send(gradebook)
    assert gradebook.grades() == {"ann": 100}


def test_a_worker_that_is_stopping_takes_nothing_new(school: School, gradebook: Gradebook) -> None:
    """What is under way is finished, the rest is left to the next one."""
    school.graduates(school.lms(), 6)
    stop = threading.Event()

    def stopping(claimed: Claimed) -> None:
        stop.set()

    gradebook.afterwards = stopping
    delivered = school.send(gradebook, threads=4, stop=stop)
    assert delivered == Delivered(sent=2)
    assert all(row.lease_holder is None for row in school.owed())


def test_a_platform_that_is_switched_off_gets_nothing(school: School, gradebook: Gradebook) -> None:
    """Its scores wait for the day it is switched on again."""
    lms = school.lms()
    school.graduates(lms, 1)
    with school.database.writing() as session:
        session.get_one(Platform, lms.platform_id).is_enabled = False
    assert school.send(gradebook) == Delivered()
    with school.database.writing() as session:
        session.get_one(Platform, lms.platform_id).is_enabled = True
    assert school.send(gradebook) == Delivered(sent=1)


def test_the_clock_of_a_score_is_utc(school: School, gradebook: Gradebook) -> None:
    """Whatever zone the worker's clock has."""
    school.graduates(school.lms(), 1)
    school.clock.now = school.clock.now.astimezone(timezone(timedelta(hours=5, minutes=30)))
    school.send(gradebook)
    assert gradebook.times() == [START.replace(microsecond=0).astimezone(UTC)]
