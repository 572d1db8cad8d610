"""The instructor's gradebook view: what stands where, and what to do about it."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from lti_tool.models import GradeOwed, LineItem
from lti_tool.models.engine import Database
from lti_tool.rules.grading import Rule
from lti_tool.services.grades import Reason
from lti_tool.services.grades.estimate import MANY
from tests.lti.acting import ABSENT, TOOL, ActingPlatform
from tests.web.gradebooks import book, changed, crowd, finishes, grades_of, is_now, owed_of, stopped
from tests.web.paper import Paper
from tests.web.test_queries import counted
from tests.web.test_teaching import teacher

__all__ = ["book"]


def test_the_page_says_what_stands_where(book: Paper) -> None:
    """Our value, the LMS's, when it was sent, the state, and those who need the teacher first."""
    assert "1 sent, 1 changed, 1 not taken, 1 waiting, 1 kept, 1 with nothing to send yet" in book.words
    rows = [
        " ".join(re.sub(r"<[^>]*>", " ", row).split())
        for row in re.findall(r"<tr.*?</tr>", book.response.text, re.DOTALL)
    ]
    names = [row.split()[0] for row in rows[1:]]
    assert names == ["Ada", "Bob", "Cem", "Dee", "No", "Eve"]
    assert rows[1].startswith("Ada 100 % 80 % – Changed in the LMS Seen there: Tue 24 Nov,")
    assert rows[1].endswith("Keep 80 % for Ada Send 100 % for Ada")
    assert "Not sent The LMS failed five times in a row" in rows[2]
    assert "Try again for Bob" in rows[2]
    assert rows[3] == "Cem 100 % – – Waiting"
    assert re.search(r"^Dee 100 % 100 % \w+ 24 Nov, \d\d:02 Sent$", rows[4])
    assert "No name shared user id in your platform: fay 100 % 55.5 % – Kept as it is in the LMS" in rows[5]
    assert "Eve – – – Not started" in rows[6]


def test_the_rule_is_told_in_a_sentence(book: Paper) -> None:
    """The one that the column goes by."""
    assert "Completion. 100 % once every question is answered right." in book.words


def test_keeping_is_one_press_and_can_be_undone(book: Paper, database: Database) -> None:
    """The row is quiet then, and still offers ours."""
    kept = book.press("Keep 80 % for Ada")
    assert "The grade in your LMS stands." in kept.words
    assert owed_of(database, "ada").blocked_reason == Reason.KEPT_IN_LMS
    assert "2 kept" in kept.words
    assert "could not be sent" in kept.words, "Bob's still needs her"
    kept.press("Send 100 % for Ada")
    owed = owed_of(database, "ada")
    assert (owed.blocked_reason, owed.overwrites) == (None, True)
    assert owed.due_at <= datetime.now(UTC)


def test_ours_is_one_press(book: Paper, database: Database) -> None:
    """It is due now, and may replace what a person put there; twice is once."""
    assert "Sprig’s grade is on its way, and replaces" in book.press("Send 100 % for Ada").words
    first = owed_of(database, "ada")
    book.press("Send 100 % for Ada")
    assert owed_of(database, "ada").wanted == first.wanted


def test_what_was_refused_is_tried_again(book: Paper, database: Database) -> None:
    """One press, and it is due now."""
    book.press("Try again for Bob")
    owed = owed_of(database, "bob")
    assert (owed.blocked_reason, owed.overwrites) == (None, False)
    assert owed.wanted > owed.sent


def test_the_courses_page_leads_here(book: Paper) -> None:
    """It counts what needs the teacher, and not what she has decided."""
    course = Paper.open(book.client, book.path.replace("/grades", "/course"))
    assert "2 grades could not be sent." in course.words
    assert f'href="{book.path}">Decide or try again' in course.response.text
    assert f'<a href="{book.path}">Grades</a>' in course.response.text


def test_several_are_listed_before_anything_is_done(book: Paper, database: Database) -> None:
    """All of them, or those that were ticked; what needs no decision is left out."""
    changed(database, "cem", 70.0)
    page = grades_of(Paper.open(book.client, book.path.replace("/grades", "/course")))
    assert "2 grades were changed in your LMS." in page.words
    ids = {sub: str(owed_of(database, sub).id) for sub in ("ada", "cem", "dee")}
    ticked = Paper.open(page.client, f"{page.path}/confirm?do=keep&owed={ids['cem']}&owed={ids['dee']}")
    assert "Cem 100 % 70 %" in ticked.words
    assert "Ada" not in ticked.words
    assert "Dee" not in ticked.words
    everybody = Paper.open(page.client, f"{page.path}/confirm?do=send&all=1")
    assert "Ada 100 % 80 %" in everybody.words
    assert owed_of(database, "ada").blocked_reason == Reason.CHANGED_IN_LMS, "nothing yet"
    listed = re.findall(r'type="hidden" name="owed" value="(\d+)"', everybody.response.text)
    assert set(listed) == {ids["ada"], ids["cem"]}
    everybody.press("Send 2 grades", owed=listed)
    assert [owed_of(database, sub).overwrites for sub in ("ada", "cem", "dee")] == [True, True, False]


def test_ticks_lead_to_that_list(book: Paper, database: Database) -> None:
    """Without scripts: boxes beside the rows, and buttons below."""
    changed(database, "cem", 70.0)
    page = Paper.open(book.client, book.path)
    form = page.forms["several"]
    boxes = re.findall(r'type="checkbox" name="owed" value="(\d+)" form="several"', page.response.text)
    assert {int(one) for one in boxes} == {owed_of(database, sub).id for sub in ("ada", "cem")}
    assert form.method == "get"
    assert [button[:2] for button in form.buttons] == [("do", "keep"), ("do", "send")]
    nothing = Paper.open(page.client, f"{form.action}?do=keep")
    assert "No grade is chosen" in nothing.words


def test_the_preview_sends_nothing_and_says_what_would_go(book: Paper, database: Database) -> None:
    """To whom, by itself when, and why nothing for the others."""
    is_now(database, "cem", due_at=datetime.now(UTC) + timedelta(hours=6))
    with database.reading() as session:
        before = [(one.id, one.wanted, one.sent, one.due_at) for one in session.scalars(select(GradeOwed))]
    page = grades_of(Paper.open(book.client, book.path.replace("/grades", "/course")), "/preview")
    assert "1 grade waits" in page.words
    assert "Cem 100 % –" in page.words
    for name, why in [
        ("Ada", "A person changed these there."),
        ("Bob", "The LMS did not take these."),
        ("Dee", "The gradebook shows the same value already."),
        ("Eve", "there is no grade to tell yet"),
        ("fay", "You chose that."),
    ]:
        assert re.search(rf"{why}.*?{name}", page.words), name
    with database.reading() as session:
        assert [(one.id, one.wanted, one.sent, one.due_at) for one in session.scalars(select(GradeOwed))] == before
    assert "What waited is on its way." in page.press("Send 1 waiting").words
    assert owed_of(database, "cem").due_at <= datetime.now(UTC)


def test_a_value_that_the_gradebook_shows_is_not_sent_again(book: Paper, database: Database) -> None:
    """It waits on paper, and the preview says that nothing goes out."""
    is_now(database, "cem", sent_percent=100)
    page = Paper.open(book.client, f"{book.path}/preview")
    assert "Cem Nothing: it is there already 100 %" in page.words


def test_the_file_has_the_same_and_does_nothing(
    book: Paper, app: Flask, platform: ActingPlatform, database: Database
) -> None:
    """One line for each learner and column; a name that is a formula is text."""
    finishes(app, platform, database, "mal", "=HYPERLINK(0)")
    answer = book.client.get(f"{book.path}/table.csv", base_url=TOOL)
    assert answer.mimetype == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.data.startswith(b"\xef\xbb\xbf")
    head, *rows = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))
    assert head[:5] == ["Learner", "User id", "Graded by", "Sprig, percent", "LMS, percent"]
    ada = next(row for row in rows if row[0] == "Ada")
    assert ada[:5] == ["Ada", "ada", "Completion", "100", "80"]
    assert ada[8] == "Changed in the LMS"
    assert len(rows) == 7
    assert "'=HYPERLINK(0)" in [row[0] for row in rows]


def test_both_columns_of_a_link_are_shown(book: Paper, database: Database) -> None:
    """Each learner in each, with the rule that tells them apart."""
    with database.writing() as session:
        first = session.scalars(select(LineItem)).one()
        place = {"context_id": first.context_id, "resource_link_id": first.resource_link_id, "scopes": first.scopes}
        session.add(
            LineItem(url="https://lms.example/items/2", rule=Rule.MASTERY.value, created_at=first.created_at, **place)
        )
    page = Paper.open(book.client, book.path)
    assert "Mastery. The share of outcomes" in page.words
    assert len(re.findall(r"<tr ", page.response.text)) == 1 + 2 * 6
    assert "Eve Completion – – – Not started" in page.words
    assert "Eve Mastery – – – Not started" in page.words


def test_a_large_class_costs_no_more_statements(book: Paper, app: Flask, database: Database) -> None:
    """Neither the page nor the file asks the database once more for each learner."""

    def statements() -> list[int]:
        found = []
        for path in ("", "/table.csv", "/confirm?do=keep&all=1"):
            with counted(app) as seen:
                assert book.client.get(book.path + path, base_url=TOOL).status_code == 200
            found.append(len(seen))
        return found

    small = statements()
    crowd(database, MANY // 2, reason=Reason.CHANGED_IN_LMS)
    assert statements() == small
    crowd(database, 150, reason=Reason.CHANGED_IN_LMS)
    assert statements() == small
    page = Paper.open(book.client, book.path)
    assert "Page 1 of 2" in page.words
    assert "Dee" not in page.words, "those who need her come first"
    assert "Dee" in Paper.open(book.client, f"{book.path}?page=2").words


def test_where_many_wait_the_page_says_how_long(book: Paper, database: Database) -> None:
    """Two seconds each, four at once, as long as nothing else is known."""
    assert "At its pace" not in book.words
    crowd(database, 1199)
    page = Paper.open(book.client, book.path)
    assert "1200 grades wait for your LMS. At its pace that takes about 10 min." in page.words
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(GradeOwed)) == 1204


def test_a_link_without_a_column_says_so(browser: FlaskClient, platform: ActingPlatform) -> None:
    """Nothing can be sent, and nothing is offered to be."""
    ags = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
    page = grades_of(teacher(browser, platform, **{ags: ABSENT}))
    assert "This activity has no gradebook column" in page.words
    assert "Preview" not in page.words


def test_a_column_that_is_gone_matters_while_grades_are_stuck(book: Paper, database: Database) -> None:
    """Those that were sent there, or have nothing to send, are left out."""
    with database.writing() as session:
        session.execute(update(LineItem).values(is_gone=True))
    stopped(database, "bob", Reason.COLUMN_GONE)
    page = Paper.open(book.client, book.path)
    assert "Bob" in page.words
    assert "Dee" not in page.words
