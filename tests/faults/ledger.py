"""What must be true when a storm is over: of every grade, every time, every try and every column."""

import json
from collections import defaultdict
from datetime import datetime, timedelta
from itertools import pairwise

from sqlalchemy import select

from lti_tool.models import GradeAttempt, GradeOwed, Learner, LineItem
from lti_tool.services.grades import Outcome, Reason
from practice_lms.state.grades import Grade, ScoreCall, latest_score_calls
from practice_lms.state.line_items import LineItem as Column
from tests.faults.classroom import Activity
from tests.faults.storm import TEACHERS, Storm
from tests.faults.workers import Handed

LOCKED = {Reason.NOT_ALLOWED, Reason.PERHAPS_LOCKED}
"""What a teacher is told of a grade that the LMS does not let us write."""
SETTLED = {one.value for one in Outcome if one.is_settled}


def check(storm: Storm) -> None:
    """Everything below."""
    check_columns(storm)
    check_grades(storm)
    check_rows(storm)
    check_attempts(storm)
    check_times(storm)


def graded(storm: Storm) -> list[tuple[Activity, Column]]:
    """The activities that have a column."""
    return [(one, column) for one in storm.room.activities for column in storm.room.columns(one)]


def check_columns(storm: Storm) -> None:
    """One for each activity that should have one, and it is the one that the tool knows."""
    for activity in storm.room.activities:
        is_wanted = activity in storm.asked or not activity.made_by_tool
        assert len(storm.room.columns(activity)) == is_wanted, activity
    with storm.room.database.reading() as session:
        known = session.scalars(select(LineItem.url)).all()
    assert sorted(map(_column_id, known)) == sorted(column.id for _, column in graded(storm))


def check_grades(storm: Storm) -> None:
    """What a learner did, or what a teacher put there; nothing where nothing was done."""
    wrong = {}
    for activity, column in graded(storm):
        for person, cell in storm.room.cells(column).items():
            right = expected(storm, activity, column, person)
            if cell.shown != right:
                wrong[activity, person] = (cell.shown, right)
    assert wrong == {}


def expected(storm: Storm, activity: Activity, column: Column, person: int) -> float | None:
    """What the gradebook should show, computed anew."""
    if (activity, person) in storm.overridden:
        return TEACHERS
    percent = activity.percent(storm.room.done[person])
    return percent * column.score_maximum / 100 if percent and (activity, person) not in storm.locked else None


def check_rows(storm: Storm) -> None:
    """Nothing is owed; exactly what a teacher locked or changed is blocked, and listed with that reason."""
    query = select(Learner.sub, LineItem.url, GradeOwed).join_from(GradeOwed, Learner).join(LineItem)
    with storm.room.database.reading() as session:
        rows = session.execute(query).all()
    activities = {column.id: activity for activity, column in graded(storm)}
    listed = set()
    for sub, url, owed in rows:
        cell = (activities[_column_id(url)], int(sub))
        if owed.wanted > owed.sent:
            reasons = {Reason.CHANGED_IN_LMS} if cell in storm.overridden else LOCKED if cell in storm.locked else set()
            assert owed.blocked_reason in reasons, (cell, owed.blocked_reason, _tries(storm, owed.id))
            listed.add(cell)
        else:
            assert owed.blocked_reason is None, (cell, owed.blocked_reason, _tries(storm, owed.id))
            assert owed.sent_percent == cell[0].percent(storm.room.done[cell[1]])
    assert listed == storm.locked | storm.overridden


def _tries(storm: Storm, owed_id: int) -> list[str]:
    query = select(GradeAttempt).where(GradeAttempt.grade_owed_id == owed_id).order_by(GradeAttempt.id)
    with storm.room.database.reading() as session:
        return [f"{one.percent} % of {one.score_at}: {one.outcome} {one.status}" for one in session.scalars(query)]


def check_attempts(storm: Storm) -> None:
    """Each value in the LMS is what some body said, and a try with that body is on record as settled.

    No score was carried by two workers at once, and none stumbled over a mistake of ours.
    """
    query = select(LineItem.url, Learner.sub, GradeAttempt.score_at, GradeAttempt.percent)
    query = query.join_from(GradeAttempt, GradeOwed).join(LineItem).join(Learner)
    with storm.room.database.reading() as session:
        rows = session.execute(query.where(GradeAttempt.outcome.in_(SETTLED))).all()
        outcomes = set(session.scalars(select(GradeAttempt.outcome)))
    assert Outcome.TOOL_TROUBLE.value not in outcomes
    assert storm.workers.most_carried == 1
    tried = {(_column_id(row.url), int(row.sub), row.score_at): row.percent for row in rows}
    said = {(_column_id(one.url), int(one.sub), one.score_at): one for one in storm.workers.handed}
    for activity, column in graded(storm):
        for person, cell in storm.room.cells(column).items():
            if cell.scored_at is not None and (activity, person) not in storm.overridden:
                key = (column.id, person, cell.scored_at)
                assert _says(said[key], column, cell)
                assert tried[key] == said[key].percent


def _says(handed: Handed, column: Column, cell: Grade) -> bool:
    """Points and remark are those of the body."""
    has_remark = handed.comment.endswith(f": {handed.percent} %") and cell.comment == handed.comment
    return has_remark and cell.raw == handed.percent * column.score_maximum / 100


def check_times(storm: Storm) -> None:
    """For each learner and column: whole seconds, never ahead, only rising; one time, one body."""
    handed: dict[tuple[int, str], list[Handed]] = defaultdict(list)
    for one in storm.workers.handed:
        handed[_column_id(one.url), one.sub].append(one)
        assert one.score_at <= one.at
        assert one.score_at.microsecond == 0
    for ones in handed.values():
        assert len({one.score_at for one in ones}) == len({one.body for one in ones})
        assert all(earlier.score_at <= later.score_at for earlier, later in pairwise(ones))
    punctual = {(one.body, one.at) for one in storm.workers.handed}
    with storm.room.lms.state.reading() as db:
        calls = latest_score_calls(db, 100_000)[::-1]
    received: dict[tuple[int, str], list[ScoreCall]] = defaultdict(list)
    for call in calls:
        received[_column_id(call.path), json.loads(call.body)["userId"]].append(call)
    for ones in received.values():
        in_time = [_time(call) for call in ones if (call.body, call.at) in punctual]
        assert in_time == sorted(in_time)
        taken = [_time(call) for call in ones if call.status < 300]
        assert all(later - earlier >= timedelta(seconds=1) for earlier, later in pairwise(taken))


def _time(call: ScoreCall) -> datetime:
    return datetime.fromisoformat(json.loads(call.body)["timestamp"])


def _column_id(address: str) -> int:
    """The LMS's number of the column that stands in its address."""
    return int(address.partition("/lineitems/")[2].partition("/")[0])
