"""Scores on a bad day: everything arrives in the end, once, and right."""

import threading
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, text

from lti_tool.models import PlatformPause
from lti_tool.services.grades import Claimed, Delivered, Outcome, Reason, Tried
from lti_tool.services.grades.claiming import claim_due
from lti_tool.services.grades.settling import settle
from tests.services.grades.gradebook import Gradebook, Killed
from tests.services.grades.school import BASE, LEASE, START, School

NO_ANSWER = Tried(Outcome.NO_ANSWER)
HOUR = timedelta(hours=1)


def _once(tried: Tried | None) -> list[Tried | None]:
    """Something that happens to the first score only; taken from with `pop`."""
    return [tried]


def test_a_lost_answer_makes_the_same_bytes_go_again(school: School, gradebook: Gradebook) -> None:
    """Taken, but we were not told: the same score, recognised as the one that is there, does no harm."""
    school.graduates(school.lms(), 1)
    lost = _once(NO_ANSWER)
    gradebook.afterwards = lambda claimed: lost.pop() if lost else None
    assert school.send(gradebook) == Delivered(put_off=1)
    school.send_for(gradebook, HOUR)
    (first, second) = (body for _, body in gradebook.received)
    assert first == second
    assert [tried.outcome for tried in school.tries()] == ["no-answer", "already-there"]
    assert gradebook.grades() == {"learner-0": 100}


def test_a_score_that_never_arrived_goes_again(school: School, gradebook: Gradebook) -> None:
    """Not taken, and we were not told: the same bytes are taken the second time."""
    school.graduates(school.lms(), 1)
    lost = _once(NO_ANSWER)
    gradebook.trouble = lambda claimed, now: lost.pop() if lost else None
    school.send_for(gradebook, HOUR)
    assert len({body for _, body in gradebook.received}) == 1
    assert [tried.outcome for tried in school.tries()] == ["no-answer", "sent"]


@pytest.mark.parametrize("later", [Tried(Outcome.BUSY, 429), Tried(Outcome.UNSEEN, 500)])
def test_being_turned_away_later_does_not_make_the_first_try_certain(
    school: School, gradebook: Gradebook, later: Tried
) -> None:
    """Lost, then "too many requests", or results that cannot be read: the third try is still the same bytes."""
    school.graduates(school.lms(), 1)
    ill: list[Tried] = [later, NO_ANSWER]
    gradebook.trouble = lambda claimed, now: ill.pop() if ill else None
    school.send_for(gradebook, HOUR)
    assert len(gradebook.received) == 3
    assert len({body for _, body in gradebook.received}) == 1


def test_a_refusal_as_stale_makes_a_newer_time_go(school: School, gradebook: Gradebook) -> None:
    """The LMS still shows our earlier score: the same percent goes again, later."""
    school.graduates(school.lms(), 1)
    ill = _once(Tried(Outcome.OLDER_THERE, 409))
    gradebook.trouble = lambda claimed, now: ill.pop() if ill else None
    school.send_for(gradebook, HOUR)
    first, second = gradebook.times()
    assert second > first
    assert gradebook.grades() == {"learner-0": 100}


def test_a_worker_killed_before_it_settled_loses_nothing(school: School, gradebook: Gradebook) -> None:
    """Its lease runs out, and the next worker sends the same bytes."""
    school.graduates(school.lms(), 1)
    alive = [True]

    def kill(claimed: Claimed) -> None:
        if alive.pop() if alive else False:
            raise Killed

    gradebook.afterwards = kill
    with pytest.raises(Killed):
        school.send(gradebook)
    assert school.send(gradebook) == Delivered()  # the lease still holds
    school.clock.pass_by(LEASE)
    assert school.send(gradebook) == Delivered(sent=1)
    (first, second) = (body for _, body in gradebook.received)
    assert first == second
    assert gradebook.grades() == {"learner-0": 100}


def test_whoever_lost_the_lease_settles_nothing(school: School, gradebook: Gradebook) -> None:
    """A send that outlives its lease must not overrule the one that came after it."""
    school.graduates(school.lms(), 1)
    with school.database.writing() as session:
        (slow,) = claim_due(session, "slow", school.clock.now, lease=LEASE, most=1, backoff_base=BASE)
    school.clock.pass_by(LEASE)
    school.send(gradebook)
    with school.database.writing() as session:
        blocked = Tried(Outcome.BLOCKED, 400, Reason.NOT_GRADABLE)
        assert settle(session, slow, blocked, school.clock.now, backoff_base=BASE) is None
    row = school.only()
    assert (row.sent, row.blocked_reason) == (row.wanted, None)
    assert [tried.outcome for tried in school.tries()] == ["no-answer", "sent", "blocked"]


def test_one_bad_score_stops_no_other(school: School, gradebook: Gradebook) -> None:
    """A mistake of our own with one learner's score leaves the others alone, and is tried again."""
    school.graduates(school.lms(), 8)

    def stumble(claimed: Claimed, now: datetime) -> None:
        if claimed.sub == "learner-3":
            raise ValueError("a bug")

    gradebook.trouble = stumble
    assert school.send(gradebook) == Delivered(sent=7, put_off=1)
    gradebook.trouble = lambda claimed, now: None
    school.send_for(gradebook, HOUR)
    assert len(gradebook.grades()) == 8


def test_a_score_that_cannot_be_computed_stops_no_other(school: School, gradebook: Gradebook) -> None:
    """Nor does one whose row is spoiled."""
    lms = school.lms()
    school.graduates(lms, 3)
    with school.database.writing() as session:
        spoiled = session.merge(school.owed()[0])
        spoiled.body, spoiled.body_wanted, spoiled.is_ambiguous = "not JSON", spoiled.wanted, True
    assert school.send(gradebook) == Delivered(sent=2)
    assert school.owed()[0].last_outcome == "tool-trouble"
    assert school.owed()[0].due_at > school.clock.now


def test_a_busy_platform_stops_itself_alone(school: School, gradebook: Gradebook) -> None:
    """After 429 nothing goes there for as long as it asked, while another LMS gets everything."""
    busy, other = school.lms("busy"), school.lms("other")
    school.graduates(busy, 8)
    school.graduates(other, 8)
    asked = timedelta(minutes=7)
    lifted = START + asked

    def refuse(claimed: Claimed, now: datetime) -> Tried | None:
        if claimed.platform.id == busy.platform_id and now < lifted:
            return Tried(Outcome.BUSY, 429, retry_after=asked)
        return None

    gradebook.trouble = refuse
    delivered = school.send(gradebook)
    assert delivered.sent == 8
    assert delivered.put_off <= 4  # as many as were under way
    school.clock.pass_by(asked - timedelta(seconds=1))
    assert school.send(gradebook) == Delivered()
    school.send_for(gradebook, HOUR)
    assert len([url for url, _ in gradebook.shown if "busy" in url]) == 8


def test_a_platform_that_was_down_for_hours_gets_everything(school: School, gradebook: Gradebook) -> None:
    """While it is down, now and then one score finds out; once it is back, all of them arrive within the hour."""
    school.graduates(school.lms(), 12)
    back = START + timedelta(hours=9)
    gradebook.trouble = lambda claimed, now: NO_ANSWER if now < back else None
    school.send_for(gradebook, timedelta(hours=9), every=timedelta(minutes=5))
    assert gradebook.grades() == {}
    assert len(gradebook.received) < 60
    school.send_for(gradebook, HOUR)
    assert gradebook.grades() == {f"learner-{number}": 100 for number in range(12)}


def test_a_score_that_always_times_out_does_not_keep_its_platform_shut(school: School, gradebook: Gradebook) -> None:
    """The score that finds out whether a platform is back is another one each time, so newcomers get through."""
    lms = school.lms()
    school.graduates(lms, 1)
    gradebook.trouble = lambda claimed, now: NO_ANSWER if claimed.sub == "learner-0" else None
    school.send_for(gradebook, HOUR)
    school.finish(school.learner(lms, "newcomer"))
    school.send_for(gradebook, timedelta(minutes=20))
    assert gradebook.grades() == {"newcomer": 100}


def test_scores_that_fail_together_count_once(school: School, gradebook: Gradebook) -> None:
    """Four time-outs at the same moment are one sign that the platform is down, not four."""
    school.graduates(school.lms(), 4)
    together = threading.Barrier(4)

    def fail(claimed: Claimed, now: datetime) -> Tried:
        together.wait()
        return NO_ANSWER

    gradebook.trouble = fail
    assert school.send(gradebook, threads=8) == Delivered(put_off=4)
    with school.database.reading() as session:
        pause = session.scalars(select(PlatformPause)).one()
    assert pause.tries == 1
    assert pause.until <= START + BASE * 1.25


def test_a_server_error_puts_one_score_off_and_not_its_platform(school: School, gradebook: Gradebook) -> None:
    """Moodle answers 502 to a single odd user id; the others go on at once."""
    school.graduates(school.lms(), 5)
    broken = Tried(Outcome.SERVER_TROUBLE, 502)
    gradebook.trouble = lambda claimed, now: broken if claimed.sub == "learner-0" else None
    assert school.send(gradebook) == Delivered(sent=4, put_off=1)


def test_tries_come_ever_more_rarely(school: School, gradebook: Gradebook) -> None:
    """A score that fails for two days is tried about every six hours in the end, not every minute."""
    school.graduates(school.lms(), 1)
    gradebook.trouble = lambda claimed, now: Tried(Outcome.SERVER_TROUBLE, 500)
    school.send_for(gradebook, timedelta(days=2), every=timedelta(minutes=20))
    tried_at = [tried.tried_at for tried in school.tries()]
    assert 8 < len(tried_at) < 20
    assert tried_at[-1] - tried_at[-2] > timedelta(hours=4)


def test_a_lasting_lock_is_blocked_after_five_tries(school: School, gradebook: Gradebook) -> None:
    """Moodle says nothing else about a locked grade; a person must look."""
    school.graduates(school.lms(), 1)
    gradebook.trouble = lambda claimed, now: Tried(Outcome.LOCKED, 500)
    school.send_for(gradebook, timedelta(days=1), every=timedelta(minutes=20))
    assert len(gradebook.received) == 5
    assert school.only().blocked_reason == Reason.PERHAPS_LOCKED


def test_a_stumble_among_other_trouble_is_no_lock(school: School, gradebook: Gradebook) -> None:
    """Only five in a row count."""
    school.graduates(school.lms(), 1)
    lock, other = Tried(Outcome.LOCKED, 500), Tried(Outcome.SERVER_TROUBLE, 500)
    ill = [lock, lock, lock, other, lock, lock, lock, lock]
    gradebook.trouble = lambda claimed, now: ill.pop() if ill else None
    school.send_for(gradebook, timedelta(days=2), every=timedelta(minutes=20))
    assert gradebook.grades() == {"learner-0": 100}


def test_a_no_is_taken_for_a_no(school: School, gradebook: Gradebook) -> None:
    """What the LMS refuses for good is not tried again by itself."""
    school.graduates(school.lms(), 1)
    gradebook.trouble = lambda claimed, now: Tried(Outcome.BLOCKED, 400, Reason.NOT_GRADABLE)
    assert school.send(gradebook) == Delivered(blocked=1)
    school.send_for(gradebook, timedelta(days=1), every=4 * HOUR)
    assert len(gradebook.received) == 1
    assert school.only().blocked_reason == Reason.NOT_GRADABLE


def test_a_statement_that_fails_stops_no_other_score(school: School, gradebook: Gradebook) -> None:
    """The database refuses one row: the others of the same claim go out, on PostgreSQL as well."""
    school.graduates(school.lms(), 3)
    spoiled = school.owed()[0].id
    with school.database.writing() as session:
        if school.database.engine.dialect.name == "sqlite":
            trigger = (
                "CREATE TRIGGER refuse BEFORE UPDATE ON grade_owed"
                f" WHEN NEW.id = {spoiled} AND NEW.lease_holder IS NOT NULL"
                " BEGIN SELECT RAISE(ABORT, 'no'); END"
            )
            session.execute(text(trigger))
        else:
            check = f"CHECK (id <> {spoiled} OR lease_holder IS NULL)"
            session.execute(text(f"ALTER TABLE grade_owed ADD CONSTRAINT refuse {check}"))
    assert school.send(gradebook) == Delivered(sent=2)
    assert school.owed()[0].last_outcome == "tool-trouble"


def test_a_slow_platform_leaves_the_others_half_of_the_threads(school: School, gradebook: Gradebook) -> None:
    """Its scores are older and do not end; another LMS gets all of its own meanwhile."""
    slow, quick = school.lms("slow"), school.lms("quick")
    school.graduates(slow, 8)
    school.clock.pass_by(timedelta(minutes=1))
    school.graduates(quick, 6)
    left = [None] * 6
    all_through = threading.Event()
    was_in_time = []

    def dawdle(claimed: Claimed, now: datetime) -> None:
        if claimed.platform.id == slow.platform_id:
            was_in_time.append(all_through.wait(5))
            return
        left.pop()
        if not left:
            all_through.set()

    gradebook.trouble = dawdle
    assert school.send(gradebook, threads=4) == Delivered(sent=14)
    assert all(was_in_time)
