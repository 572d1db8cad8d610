"""Whether the process, its database and its queue are well."""

import hmac
import ipaddress

from flask import Blueprint, Response, jsonify, make_response, request
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from lti_tool.errors import NotFound, WrongSchema
from lti_tool.models import GradeOwed, Review, Visit
from lti_tool.models.schema import check_schema
from lti_tool.web.access import now, settings
from lti_tool.web.db import db, reading

health = Blueprint("health", __name__)


@health.get("/healthz")
def healthz() -> Response:
    """The process answers."""
    return make_response("ok\n", 200, {"Content-Type": "text/plain"})


@health.get("/readyz")
def readyz() -> Response:
    """The database answers and is at the right version; the state of no LMS matters here."""
    try:
        check_schema(db.engine)
    except (SQLAlchemyError, WrongSchema) as error:
        response = jsonify({"ready": False, "why": type(error).__name__})
        response.status_code = 503
        return response
    return jsonify({"ready": True})


def _may_read_metrics() -> bool:
    token = settings().metrics_token
    if token:
        return hmac.compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {token}".encode())
    if request.headers.get("X-Forwarded-For"):
        return False
    return ipaddress.ip_address(request.remote_addr or "0.0.0.0").is_loopback  # noqa: S104 - an address to compare, none to bind


@health.get("/metrics")
def metrics() -> Response:
    """Figures for Prometheus, computed from the database, so that every process says the same."""
    if not _may_read_metrics():
        raise NotFound
    is_owed = GradeOwed.wanted > GradeOwed.sent
    with reading() as session:
        owed = select(func.count(), func.min(GradeOwed.due_at)).where(is_owed, GradeOwed.blocked_reason.is_(None))
        waiting, oldest = session.execute(owed).one()
        blocked = session.execute(
            select(func.count()).where(is_owed, GradeOwed.blocked_reason.is_not(None))
        ).scalar_one()
        reviews = session.execute(select(func.max(Review.id))).scalar_one() or 0
        visits = session.execute(select(func.count()).where(Visit.expires_at > now())).scalar_one()
    age = max(0.0, (now() - oldest).total_seconds()) if waiting else 0.0
    lines = (
        ("sprig_grades_owed", "gauge", "Scores that wait to be sent", waiting),
        ("sprig_grades_owed_oldest_seconds", "gauge", "How long the oldest of them has been due", round(age, 1)),
        ("sprig_grades_blocked", "gauge", "Scores that need a person", blocked),
        ("sprig_reviews_total", "counter", "Answers on record", reviews),
        ("sprig_visits_open", "gauge", "Visits that have not ended", visits),
    )
    text = "".join(f"# HELP {name} {says}\n# TYPE {name} {kind}\n{name} {value}\n" for name, kind, says, value in lines)
    return make_response(text, 200, {"Content-Type": "text/plain; version=0.0.4"})
