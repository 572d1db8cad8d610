"""Asking platforms to tell us of copied courses (Platform Notification Service 1.0)."""

import json
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import String, cast, literal, select, update

from lti_tool.logs import get_log
from lti_tool.lti.ags_urls import may_take_token
from lti_tool.lti.claims import CONTEXT_COPY_NOTICE
from lti_tool.lti.http import CallFailed, call
from lti_tool.lti.tokens import AccessTokens, NoToken
from lti_tool.models import Deployment, Platform
from lti_tool.models.engine import Database
from lti_tool.services.keys import KeyBox
from lti_tool.services.leases import leased, take_lease
from lti_tool.services.registrations import COLUMNS, WIDTH, Registration

SCOPE = "https://purl.imsglobal.org/spec/lti/scope/noticehandlers"
TRIED = "notices-tried:"
TRIED_EVERY = timedelta(hours=6)
"""A platform that does not take our address is asked again after this time."""
MOST_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class _Waiting:
    deployment_id: int
    platform: Registration
    url: str


class NoticeHandlers:
    """The platforms that could tell us.  One for each worker."""

    def __init__(self, database: Database, box: KeyBox, seconds: float) -> None:
        self._database = database
        self._tokens = AccessTokens(database, box, seconds)
        self._seconds = seconds

    def ask(self, address: str, clock: Callable[[], datetime], stop: threading.Event | None = None) -> None:
        """Every deployment whose platform offers notices, and has not taken our address yet, was asked to."""
        for one in self._waiting(clock()):
            if stop is not None and stop.is_set():
                return
            with self._database.writing() as session:  # never given back: the next try is hours away
                name, holder = f"{TRIED}{one.deployment_id}", secrets.token_hex(8)
                is_mine = take_lease(session, name, holder, clock(), TRIED_EVERY)
            if is_mine and self._is_taken(one, address, clock()):
                with self._database.writing() as session:
                    mine = update(Deployment).where(
                        Deployment.id == one.deployment_id, Deployment.notices_url == one.url
                    )
                    session.execute(mine.values(notices_asked_at=clock()))

    def _waiting(self, now: datetime) -> list[_Waiting]:
        query = (
            select(*COLUMNS, Deployment.id, Deployment.notices_url, Deployment.lms_id)
            .join(Deployment, Deployment.platform_id == Platform.id)
            .where(
                Platform.is_enabled,
                Deployment.is_held.is_(False),
                Deployment.notices_url.is_not(None),
                Deployment.notices_asked_at.is_(None),
                ~leased(literal(TRIED) + cast(Deployment.id, String), now),
            )
            .order_by(Deployment.id)
            .limit(MOST_AT_ONCE)
        )
        with self._database.reading() as session:
            return [
                _Waiting(row[WIDTH], Registration(*row[:WIDTH]).at(row.lms_id), row.notices_url)
                for row in session.execute(query)
            ]

    def _is_taken(self, one: _Waiting, address: str, now: datetime) -> bool:
        log = get_log(platform=one.platform.id)
        if not may_take_token(one.url, one.platform):
            log.warning("notices not asked for", reason="foreign address")
            return False
        try:
            token = self._tokens.get(one.platform, {SCOPE}, now, needed=SCOPE)
            answer = call(
                "PUT",
                one.url,
                seconds=self._seconds,
                headers={"Authorization": f"Bearer {token.value}", "Content-Type": "application/json"},
                data=json.dumps({"notice_type": CONTEXT_COPY_NOTICE, "handler": address}).encode(),
            )
        except (NoToken, CallFailed) as error:
            log.warning("notices not asked for", reason=str(error))
            return False
        if answer.status == 401:
            self._tokens.forget(one.platform, token)
        log.info("notices asked for", status=answer.status)
        return 200 <= answer.status < 300
