"""The practice LMS and the tool, both listening: people go from one to the other as in a browser."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import requests
from flask import Flask

from lti_tool.lti.ags import AgsGradebook
from lti_tool.models.engine import Database
from lti_tool.services.grades import Delivered, owe_classes, send_due
from lti_tool.services.keys import KeyBox
from lti_tool.services.platforms import AddPlatform, add_platform
from practice_lms.manners import audience_of, deployment_of, issuer_of, manners, tenants_of
from practice_lms.state.courses import Link, links_of
from practice_lms.state.line_items import LineItem, line_items_of
from practice_lms.state.seed import TEACHER
from practice_lms.state.switches import Character
from tests.lti.acting import TOOL, visit_of
from tests.practice_lms.acting_tool import fields_of
from tests.practice_lms.serving import RunningLms, on_a_socket, running_lms
from tests.web.paper import Paper
from tests.web_client import ENVIRONMENT, app_over, publish_tiny

FAMILIES = {Character.MOODLE: "moodle", Character.CANVAS: "canvas"}


@dataclass(frozen=True, slots=True)
class Practice:
    """Both of them, and the tool's database."""

    lms: RunningLms
    app: Flask
    database: Database

    def goes(self, person: int, path: str) -> Paper:
        """The tool's page that this person comes to from an address of the LMS; each time in a new browser."""
        browser, client = self.lms.browser(person), self.app.test_client()
        begun = fields_of(browser.get(self.lms.url + path, timeout=10).text)
        asked = client.post("/lti/login", data=begun, base_url=TOOL)
        assert asked.status_code == 302, asked.text
        sent = fields_of(browser.get(asked.location, timeout=10).text)
        return Paper.open(client, f"/t/{visit_of(client.post('/lti/launch', data=sent, base_url=TOOL))}/")

    def chooses(self, course: int) -> Paper:
        """The picker, as the teacher comes to it from a course."""
        return self.goes(TEACHER, f"/courses/{course}/add-activity/open")

    def opens(self, person: int, link: Link) -> Paper:
        """The page that an activity opens for this person."""
        return self.goes(person, f"/courses/{link.course_id}/activities/{link.id}/open")

    def takes(self, page: Paper) -> requests.Response:
        """The LMS's answer to what the tool hands back."""
        back = page.forms["back"]
        return requests.post(back.action, data={"JWT": back.fields["JWT"]}, timeout=10)

    def links(self, course: int) -> list[Link]:
        """The activities of a course."""
        with self.lms.state.reading() as db:
            return links_of(db, course)

    def columns(self, course: int) -> list[LineItem]:
        """Its columns."""
        with self.lms.state.reading() as db:
            return line_items_of(db, course)

    def delivers(self) -> Delivered:
        """One run of the worker."""
        owe_classes(self.database, lambda: datetime.now(UTC))
        return send_due(
            self.database,
            AgsGradebook(self.database, KeyBox(ENVIRONMENT["SECRET_KEY"]), 10),
            lambda: datetime.now(UTC),
            holder="test",
            threads=1,
            lease=timedelta(minutes=2),
            backoff_base=timedelta(seconds=10),
        )


def _register(database: Database, lms: RunningLms, character: Character) -> None:
    with lms.state.reading() as db:
        ways = manners(db)
    registration = AddPlatform(
        issuer=issuer_of(lms.config, ways),
        client_id=lms.config.client_id,
        auth_url=f"{lms.url}/auth",
        token_url=lms.config.token_url,
        token_audience=audience_of(lms.config, ways),
        jwks_url=f"{lms.url}/jwks",
        deployments=tuple(deployment_of(lms.config, ways, 1, tenant) for tenant in tenants_of(ways)),
        family=FAMILIES.get(character, "other"),
    )
    with database.writing() as session:
        add_platform(session, registration, datetime.now(UTC))


@contextmanager
def practice(folder: Path, database: Database, database_url: str, character: Character) -> Iterator[Practice]:
    """The LMS with this character's ways, in which the tool is registered, and the tool with the tiny course."""
    publish_tiny(database)
    made: list[Flask] = []

    def build(url: str) -> Flask:
        made.append(app_over(database_url, PUBLIC_URL=url))
        return made[0]

    with on_a_socket(build) as tool_url, running_lms(folder, tool_url) as lms:
        lms.be(character)
        _register(database, lms, character)
        yield Practice(lms, made[0], database)
    made[0].extensions["sprig"].database.engine.dispose()
