"""A platform whose courses are copied: launches from the originals and from the copies."""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from lti_tool.models import Context, Deployment, ResourceLink, Tenant
from lti_tool.models.engine import Database
from lti_tool.services.arrivals import Arrival, Installed, Role, Target
from lti_tool.services.launches import digest, open_visit
from lti_tool.services.visits import Visitor, visitor
from tests.services.grades.school import START, School

BARE = Arrival(
    deployment_id="1",
    sub="tea",
    name=None,
    role=Role.INSTRUCTOR,
    context_id="old",
    context_title="Old",
    link_id="a",
    link_title="Lesson one",
    content_id=None,
    line_item=None,
    locale="en",
    return_url=None,
    zone=None,
    frame_ancestors="",
)


@dataclass
class Place:
    """A platform where launches happen."""

    database: Database
    course_id: int
    installed: Installed

    def launch(self, lesson: str | None = None, **changes: Any) -> str:
        """The key of the visit that a launch opened; `lesson` is named by the link itself."""
        target = Target(self.course_id, lesson) if lesson else None
        with self.database.writing() as session:
            return open_visit(session, self.installed, replace(BARE, **changes), target, digest("browser"), START).key

    def copy(self, lesson: str | None = None, **changes: Any) -> str:
        """The same from a copied course."""
        known = {"context_id": "new", "context_title": "New", "link_id": "b"}
        return self.launch(lesson, **(known | changes))

    def link(self, lms_id: str, context: str = "new") -> ResourceLink:
        """As it is on record."""
        query = select(ResourceLink).join(Context).where(ResourceLink.lms_id == lms_id, Context.lms_id == context)
        with self.database.reading() as session:
            return session.scalars(query).one()

    def context(self, lms_id: str) -> Context:
        """As it is on record."""
        with self.database.reading() as session:
            return session.scalars(select(Context).where(Context.lms_id == lms_id)).one()

    def visitor(self, key: str) -> Visitor:
        """Who is there."""
        with self.database.reading() as session:
            return visitor(session, key, "browser", START)

    def elsewhere(self, tenant: str = "", lms_id: str = "2") -> "Place":
        """Another deployment of the same platform; of another institution, if named."""
        with self.database.writing() as session:
            tenant_id = self.installed.tenant_id
            if tenant:
                session.add(row := Tenant(name=tenant))
                session.flush()
                tenant_id = row.id
            here = {"platform_id": self.installed.platform_id, "tenant_id": tenant_id, "created_at": START}
            session.add(made := Deployment(lms_id=lms_id, **here))
            session.flush()
            return replace(self, installed=Installed(made.id, made.platform_id, tenant_id, is_held=False))


def copying_place(database: Database) -> Place:
    """With a course of two lessons, and an LMS course in which link a opens the first."""
    school = School(database)
    school.publish("one", "two")
    school.lms()
    with database.reading() as session:
        made = session.scalars(select(Deployment)).one()
    found = Place(database, school.course_id, Installed(made.id, made.platform_id, made.tenant_id, is_held=False))
    found.launch("one")
    return found
