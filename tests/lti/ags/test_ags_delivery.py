"""A grade's whole way, from the outbox over the wire."""

import json
from datetime import timedelta

from lti_tool.lti.ags import AgsGradebook
from lti_tool.models import Lease
from lti_tool.models.engine import Database, insert_once
from lti_tool.services.grades import Delivered
from lti_tool.services.keys import KeyBox, ensure_key
from tests.lti.ags.conftest import SECONDS
from tests.lti.ags.lms import Asked, Canned, TalkingLms, recorded, said
from tests.services.grades.school import START, School


def _school(database: Database, lms: TalkingLms, learners: int) -> tuple[School, AgsGradebook]:
    school, box = School(database), KeyBox("a secret")
    school.publish("one", "two")
    with database.writing() as session:
        ensure_key(session, box, START)
    school.graduates(school.lms(address=lms.origin), learners)
    return school, AgsGradebook(database, box, SECONDS)


def test_scores_arrive_while_others_write(database: Database, lms: TalkingLms) -> None:
    """No transaction is open while the LMS is asked, for a token or with a score; on SQLite nobody else could write."""
    school, gradebook = _school(database, lms, 6)

    def write(asked: Asked) -> None:
        with database.writing() as session:
            insert_once(session, Lease, {"name": f"written {asked.body[-40:]!r}", "holder": "me", "until": START})

    lms.meanwhile = write
    assert school.send(gradebook) == Delivered(sent=6)
    assert len(lms.asked["token"]) == 1
    sent = {json.loads(asked.body)["userId"] for asked in lms.asked["scores"]}
    assert sent == {f"learner-{number}" for number in range(6)}


def test_a_bad_evening_ends_well(database: Database, lms: TalkingLms) -> None:
    """Dropped, down, refused as stale because the first try had arrived: settled, with one score the LMS ever saw."""
    school, gradebook = _school(database, lms, 1)
    mine = [{"id": "r", "userId": "learner-0", "resultScore": 10, "resultMaximum": 10}]
    lms.answers["scores"] = [
        Canned(drops=True),
        said(502),
        recorded("errors-ags-score-expired-token"),
        recorded("errors-ags-score-same-timestamp"),
    ]
    lms.answers["results"] = [*[said(200, [])] * 3, said(500), said(200, mine)]
    school.send(gradebook)
    school.send_for(gradebook, timedelta(minutes=30))
    assert [tried.outcome for tried in school.tries()] == ["no-answer", "server-trouble", "unread", "already-there"]
    assert len({asked.body for asked in lms.asked["scores"]}) == 1
    assert school.only().sent_percent == 100
