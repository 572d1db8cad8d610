"""Two courses, a teacher, an administrator, a dozen learners: all made up."""

import sqlite3

from practice_lms.config import Config
from practice_lms.state.courses import Course, add_course, add_link
from practice_lms.state.line_items import LineItem, add_line_item
from practice_lms.state.people import Kind, Person, add_person, enrol
from practice_lms.state.store import forget
from practice_lms.state.switches import Character, set_character

SITE, SKILLS, METHODS = 1, 2, 3
"""Course 1 is the site itself and has nobody in it, as in Moodle."""

TEACHER, ADMINISTRATOR, STUDENT_VIEW = 3, 2, 99
ASSISTANT, DEVELOPER, MENTOR, AUDITOR = 21, 22, 23, 24
"""In no course, so that rosters stay as they are: a teacher may enrol them on a course's member page."""

LEARNERS = (
    (5, "Ada", "Okafor", "", True),
    (6, "Bo", "Inventado", "", True),
    (7, "Żaneta", "Brzęczyszczykiewicz-Łoś", "Europe/Warsaw", True),
    (8, "ليلى", "الحداد", "", True),
    (9, "Suharto", "", "", True),
    (10, "María del Carmen Guadalupe Fernanda", "de la Fuente y Montenegro-Villaseñor de Castilla", "", True),
    (11, "Siobhán", "Ní Dhomhnaill", "", True),
    (12, "Nguyễn", "Thị Minh Khai", "Asia/Ho_Chi_Minh", True),
    (13, "Jonas", "Lindqvist", "", True),
    (14, "Priya", "Raman", "", True),
    (15, "Tomás", "O'Brien", "", True),
    (16, "Private", "Person", "", False),
)

ACTIVITIES = (
    ("Git basics", "git-basics", "iframe", "The whole course, a few minutes a day."),
    ("Lesson 1: Why keep a history", "git-basics.why", "iframe", "One lesson, with a column of its own."),
    ("Git basics in a new tab", "git-basics", "window", "The same course, without a frame around it."),
)


def _people() -> list[Person]:
    staff = [
        Person(TEACHER, Kind.TEACHER, "Tess Teacher", "Tess", "Teacher", "tess@school.example", "", True),
        Person(ADMINISTRATOR, Kind.ADMINISTRATOR, "Abel Admin", "Abel", "Admin", "abel@school.example", "", True),
    ]
    learners = [
        Person(
            number,
            Kind.LEARNER,
            f"{given} {family}".strip(),
            given,
            family,
            f"learner{number}@students.example",
            zone,
            shares,
        )
        for number, given, family, zone, shares in LEARNERS
    ]
    view = Person(STUDENT_VIEW, Kind.STUDENT_VIEW, "Test Student", "Test", "Student", "", "", True)
    return [*staff, *learners, view, *_others()]


def _others() -> list[Person]:
    return [
        Person(ASSISTANT, Kind.ASSISTANT, "Asa Assistant", "Asa", "Assistant", "asa@school.example", "", True),
        Person(DEVELOPER, Kind.DEVELOPER, "Cody Developer", "Cody", "Developer", "cody@school.example", "", True),
        Person(MENTOR, Kind.MENTOR, "Mo Mentor", "Mo", "Mentor", "mo@families.example", "", True, (5, 6)),
        Person(AUDITOR, Kind.AUDITOR, "Audra Auditor", "Audra", "Auditor", "audra@board.example", "", True),
    ]


def place(
    db: sqlite3.Connection, course_id: int, title: str, url: str, content_id: str, opens: str, text: str = ""
) -> None:
    """An activity with a column of 100 points."""
    link_id = add_link(db, course_id, title, text, url, {"content_id": content_id}, opens)
    add_line_item(db, LineItem(course_id, title, 100, link_id, content_id, "completion", belongs_to_activity=True))


def seed(db: sqlite3.Connection, config: Config) -> None:
    """The LMS is as on its first day; its signing key stays."""
    forget(db)
    if config.character:
        set_character(db, Character(config.character))
    for course in (
        Course(SITE, "SITE", "Practice LMS"),
        Course(SKILLS, "DIGI101", "Digital skills"),
        Course(METHODS, "RM200", "Research methods", tenant=2),
    ):
        add_course(db, course)
    for person in _people():
        add_person(db, person)
        if person.kind in {Kind.TEACHER, Kind.LEARNER}:
            role = "Instructor" if person.kind is Kind.TEACHER else "Learner"
            enrol(db, SKILLS, person.id, role)
            enrol(db, METHODS, person.id, role)
    for title, content_id, opens, text in ACTIVITIES:
        place(db, SKILLS, title, config.target(content_id), content_id, opens, text)


def seed_if_new(db: sqlite3.Connection, config: Config) -> None:
    """There is something in the file."""
    if db.execute("SELECT 1 FROM course").fetchone() is None:
        seed(db, config)
