"""A teacher uploads a course, looks at it and publishes it; nobody else sees it before."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from content.exchange.folder import read_folder
from content.exchange.zip_folder import read_zip, write_zip
from lti_tool.models import CourseDraft
from lti_tool.models.engine import Database
from tests.lti.acting import INSTRUCTOR, LEARNER, MEMBERSHIP, TOOL, ActingPlatform, launch, visit_of
from tests.web.paper import Paper

COURSES = Path(__file__).parents[1] / "data" / "courses"
TABLE = b"question,right,wrong 1\nWhat is 2 + 2?,4,3\nWhat is 3 + 3?,6,7\n"
DEVELOPER = MEMBERSHIP + "ContentDeveloper"


def arrive(browser: FlaskClient, platform: ActingPlatform, sub: str = "teacher", role: str = INSTRUCTOR) -> str:
    """The address of this person's own courses."""
    return f"/t/{visit_of(launch(browser, platform, sub=sub, roles=[role]))}/author"


def upload(browser: FlaskClient, desk: str, data: bytes, name: str = "sums.csv", title: str = "") -> Paper:
    """The page after uploading this."""
    form = {"file": (BytesIO(data), name), "title": title}
    response = browser.post(desk, data=form, base_url=TOOL, follow_redirects=True)
    return Paper(browser, response, response.request.path)


def weighing(size: int) -> dict[str, Any]:
    """The body of an upload of so many bytes; werkzeug's own would leave a file open."""
    head = b'--part\r\nContent-Disposition: form-data; name="file"; filename="a.zip"\r\n\r\n'
    return {"data": head + bytes(size) + b"\r\n--part--\r\n", "content_type": "multipart/form-data; boundary=part"}


def kinds_as(key: str) -> bytes:
    """The course with every kind of question under another key, as a zip."""
    files = read_folder(COURSES / "kinds")
    files["course.md"] = files["course.md"].replace(b"key: kinds", f"key: {key}".encode())
    return write_zip(files, key)


def test_a_table_is_uploaded_looked_at_published_and_chosen(browser: FlaskClient, platform: ActingPlatform) -> None:
    """Four steps, by clicks alone."""
    desk = arrive(browser, platform)
    page = upload(browser, desk, TABLE, title="Little sums")
    assert "2 questions were taken" in page.words
    assert "Not published" in page.words
    picker = f"{desk.removesuffix('author')}pick"
    assert "Little sums" not in Paper.open(browser, picker).words
    published = page.press("Publish")
    assert "Teachers of your institution can now choose it." in published.words
    assert "Published, version 1" in published.words
    assert "Little sums" in Paper.open(browser, picker).words
    assert "Little sums" in Paper.open(browser, desk).words


def test_every_problem_of_a_zip_is_told(browser: FlaskClient, platform: ActingPlatform, database: Database) -> None:
    """With file, line and hint; nothing is kept."""
    files = read_folder(COURSES / "tiny")
    files["01-first.md"] = b"---\nkey: first\n---\n# A card\n"
    page = upload(browser, arrive(browser, platform), write_zip(files, "tiny"), "tiny.zip")
    assert page.response.status_code == 422
    assert "“tiny.zip” was not taken" in page.words
    assert "01-first.md , line 1: title: is missing add a line title: … to the head" in page.words
    with database.reading() as session:
        assert session.execute(select(func.count()).select_from(CourseDraft)).scalar_one() == 0


def test_rows_left_out_are_told_with_the_draft(browser: FlaskClient, platform: ActingPlatform) -> None:
    """And so is what was changed; each time the page is opened."""
    page = upload(browser, arrive(browser, platform), TABLE + b"Odd?,,\n")
    for words in ("1 was left out", "sums.csv , line 4:", "a key was made for 2 of the questions"):
        assert words in page.words
        assert words in Paper.open(browser, page.path).words


def test_each_kind_is_shown_as_learners_see_it(browser: FlaskClient, platform: ActingPlatform) -> None:
    """Card and question, one after another, with the right answer below and nothing to send."""
    page = upload(browser, arrive(browser, platform), kinds_as("mine"), "mine.zip")
    for number in range(1, 11):
        shown = Paper.open(browser, f"{page.path}/{number}")
        assert shown.response.status_code == 200
        assert f"{number} of 10" in shown.words
        assert shown.forms == {}
    assert browser.get(f"{page.path}/11", base_url=TOOL).status_code == 404
    assert "It is even." in Paper.open(browser, f"{page.path}/2").words


def test_publishing_tells_what_it_changes_first(browser: FlaskClient, platform: ActingPlatform) -> None:
    """New, reworded and retired questions, before anything happens."""
    desk = arrive(browser, platform)
    rows = b"key,question,right,wrong\na,A?,1,2\nb,B?,1,2\nc,C?,1,2\n"
    upload(browser, desk, rows).press("Publish")
    newer = rows.replace(b"b,B?", b"b,Bee?").replace(b"c,C?", b"d,D?")
    page = upload(browser, desk, newer)
    for words in (
        "1 new question", "1 question in other words", "1 question no longer asked", "1 question stays as it is",
        "Newer than the published version 1",
    ):  # fmt: skip
        assert words in page.words
    assert "Published, version 2" in page.press("Publish the changes").words


def test_pressing_twice_is_harmless(browser: FlaskClient, platform: ActingPlatform, database: Database) -> None:
    """The same upload is one draft; the same publishing makes no second version."""
    desk = arrive(browser, platform)
    page = upload(browser, desk, TABLE)
    assert upload(browser, desk, TABLE).path == page.path
    page.press("Publish")
    assert "Nothing has changed since version 1" in page.press("Publish").words
    other = upload(browser, desk, TABLE, title="Other")
    for _ in range(2):
        assert "The draft is deleted." in other.press("Delete draft").words
    assert "Other" not in Paper.open(browser, desk).words


def test_a_published_course_is_not_deleted_as_a_draft(browser: FlaskClient, platform: ActingPlatform) -> None:
    """Whoever has it open keeps the right to publish it anew."""
    page = upload(browser, arrive(browser, platform), TABLE)
    page.press("Publish")
    page.press("Delete draft")
    assert "Published, version 1" in Paper.open(browser, page.path).words


def test_what_is_published_is_what_was_looked_at(browser: FlaskClient, platform: ActingPlatform) -> None:
    """Another tab's newer upload is not published unseen."""
    desk = arrive(browser, platform)
    page = upload(browser, desk, TABLE)
    upload(browser, desk, TABLE + b"Four and four?,8,9\n")
    late = page.press("Publish")
    assert late.response.status_code == 422
    assert "There is a newer upload" in late.words
    assert "Not published" in Paper.open(browser, page.path).words


def test_everybodys_course_is_not_replaced(browser: FlaskClient, platform: ActingPlatform) -> None:
    """The page says why there is no button, and pressing it all the same does nothing."""
    page = upload(browser, arrive(browser, platform), kinds_as("tiny"), "tiny.zip")
    assert "cannot be published under its key “tiny”" in page.words
    with pytest.raises(AssertionError):
        page.form_with("Publish")
    seen = page.forms["form1"].fields["seen"] if "form1" in page.forms else ""
    forced = browser.post(f"{page.path}/publish", data={"seen": seen}, base_url=TOOL)
    assert forced.status_code == 422
    assert "This key belongs to another course" in forced.text


def test_a_colleague_sees_no_draft_and_takes_no_key(browser: FlaskClient, platform: ActingPlatform) -> None:
    """What one teacher uploaded is hers; once published, the key is hers too."""
    mine = upload(browser, arrive(browser, platform), TABLE, title="Sums")
    other = browser.application.test_client()
    desk = arrive(other, platform, sub="colleague")
    there = f"{desk}/{mine.path.rsplit('/', 1)[1]}"
    for path in (there, f"{there}/1", f"{there}/course.zip", f"{there}/questions.csv"):
        assert other.get(path, base_url=TOOL).status_code == 404
    assert other.post(f"{there}/publish", data={"seen": ""}, base_url=TOOL).status_code == 404
    other.post(f"{there}/delete", base_url=TOOL)
    mine.press("Publish")
    assert "cannot be published under its key “sums”" in upload(other, desk, TABLE, title="Sums").words


def test_the_files_come_back(browser: FlaskClient, platform: ActingPlatform) -> None:
    """The folder as zip and the table with its keys, both to be uploaded again; and something to begin with."""
    desk = arrive(browser, platform)
    page = upload(browser, desk, TABLE, title="Sums")
    folder = browser.get(f"{page.path}/course.zip", base_url=TOOL)
    assert folder.headers["Content-Disposition"] == 'attachment; filename="sums.zip"'
    keys = {item.key for item in read_zip(folder.data).course.items()}
    table = browser.get(f"{page.path}/questions.csv", base_url=TOOL)
    assert all(key in table.text for key in keys)
    assert upload(browser, desk, folder.data, "sums.zip").path == page.path
    assert browser.get(f"{page.path}/questions.csv", base_url=TOOL).status_code == 404  # the folder is the newer truth
    for name in ("template.csv", "example.zip"):
        begun = upload(browser, desk, browser.get(f"{desk}/{name}", base_url=TOOL).data, name)
        assert "were taken" in begun.words


def test_a_course_developer_may_and_a_learner_may_not(browser: FlaskClient, platform: ActingPlatform) -> None:
    """Whoever may choose content may bring some."""
    assert "2 questions were taken" in upload(browser, arrive(browser, platform, "dev", DEVELOPER), TABLE).words
    desk = arrive(browser, platform, "pupil", LEARNER)
    for path in (
        desk,
        f"{desk}/1",
        f"{desk}/1/1",
        f"{desk}/1/course.zip",
        f"{desk}/template.csv",
        f"{desk}/example.zip",
    ):
        assert browser.get(path, base_url=TOOL).status_code == 403
    assert upload(browser, desk, TABLE).response.status_code == 403
    for path in (f"{desk}/1/publish", f"{desk}/1/delete"):
        assert browser.post(path, base_url=TOOL).status_code == 403


def test_only_an_upload_may_be_large(browser: FlaskClient, platform: ActingPlatform) -> None:
    """Two megabytes are too much here, and three hundred kilobytes everywhere else."""
    desk = arrive(browser, platform)
    for kilobytes, status in ((2048, 413), (900, 422)):
        sent = browser.post(desk, base_url=TOOL, **weighing(kilobytes * 1024))
        assert sent.status_code == status
    other = browser.post(f"{desk}/1/publish", data={"seen": "x" * 300_000}, base_url=TOOL)
    assert other.status_code == 413
