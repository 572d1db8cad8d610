"""Two links that name one column: it is the first one's, and the other's scores do not go into it."""

import threading

from sqlalchemy import select

from lti_tool.models import LineItem, ResourceLink
from lti_tool.services.arrivals import Role
from tests.services.grades.gradebook import Gradebook
from tests.services.grades.school import Lms, School


def _owners(school: School) -> list[str]:
    """The links that send into a column, by the LMS's id."""
    query = select(ResourceLink.lms_id).join(LineItem).where(LineItem.shares_id.is_(None))
    with school.database.reading() as session:
        return list(session.scalars(query))


def _second(school: School, lms: Lms) -> None:
    """A second link names the column; it opens lesson two."""
    school.launch(lms, "somebody-else", Role.INSTRUCTOR, "two", link="10")


def test_only_the_first_link_sends_into_a_column(school: School, gradebook: Gradebook) -> None:
    """Lesson two would otherwise be read as the grade for lesson one."""
    lms = school.lms()
    _second(school, lms)
    learner = school.learner(lms, "ann")
    assert school.launch(lms, "ann", lesson="two", link="10") == learner
    assert school.finish(learner, "two") == 0
    school.launch(lms, "ann", lesson="two", link="10")
    school.owe()
    school.send(gradebook)
    assert gradebook.grades() == {}
    assert school.finish(learner, "one") == 1
    school.send(gradebook)
    assert [row.lesson_key for row in school.owed()] == ["one"]
    assert gradebook.grades() == {"ann": 100}


def test_a_later_launch_does_not_take_the_column_over(school: School) -> None:
    """However often either of them is opened."""
    lms = school.lms()
    for _ in range(2):
        _second(school, lms)
        school.launch(lms, "ann")
    assert _owners(school) == ["9"]


def test_two_links_that_come_at_once_make_one_owner(school: School) -> None:
    """And both of them open."""
    lms = school.lms()
    lms.url += "&new=1"
    together = threading.Barrier(2)
    arrived: list[str] = []

    def arrive(link: str) -> None:
        together.wait()
        school.launch(lms, f"teacher-{link}", Role.INSTRUCTOR, link=link)
        arrived.append(link)

    both = [threading.Thread(target=arrive, args=(link,)) for link in ("20", "21")]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(arrived) == ["20", "21"]
    query = select(LineItem.shares_id).where(LineItem.url == lms.url)
    with school.database.reading() as session:
        shares = list(session.scalars(query))
    assert len(shares) == 2
    assert shares.count(None) == 1


def test_another_lms_takes_no_column_by_naming_it(school: School) -> None:
    """Whoever else names the address first: a column is looked for within its own LMS course."""
    hostile, honest = school.lms("hostile"), school.lms("honest")
    hostile.url = "https://honest.example/columns/2"
    school.launch(hostile, "somebody-else", Role.INSTRUCTOR)
    honest.url = hostile.url
    assert school.finish(school.learner(honest, "ann")) == 2  # its own first column, and this one
