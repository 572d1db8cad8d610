"""A teacher's own courses: upload a folder or a table, look at it, publish it."""

import re
from collections import Counter
from pathlib import Path

from flask import Blueprint, Response, make_response, render_template, request
from werkzeug.datastructures import MultiDict

from content.exchange.csv_table import About
from content.exchange.folder import read_folder
from content.exchange.formats import read_file, title_of
from content.exchange.zip_folder import LARGEST_FOLDER, write_zip
from content.model import Course, Kind
from content.problems import CourseInvalid, Problem
from lti_tool.errors import InputInvalid, NotFound
from lti_tool.services.authoring import (
    LARGEST_UPLOAD,
    Draft,
    delete_draft,
    draft,
    keep_draft,
    publish_draft,
    shelf,
)
from lti_tool.services.comparing import changes
from lti_tool.services.leafing import leaves_of, position_at
from lti_tool.web.access import Here, acting, looking, must_be_ours
from lti_tool.web.asking import question
from lti_tool.web.going import go
from lti_tool.web.words import locale
from lti_tool.words import N_

author = Blueprint("author", __name__, url_prefix="/t/<visit>/author")
CONTENT = Path(__file__).parents[2] / "content"
TEMPLATE, EXAMPLE = CONTENT / "exchange" / "template.csv", CONTENT / "courses" / "git-basics"
ROOM_FOR_THE_FORM = 64 * 1024
LONGEST_NAME, LONGEST_TITLE = 100, 200
KINDS = {
    Kind.SINGLE_CHOICE: N_("single choice"),
    Kind.MULTIPLE_CHOICE: N_("multiple choice"),
    Kind.TRUE_OR_FALSE: N_("true or false"),
    Kind.SHORT_TEXT: N_("short text"),
    Kind.NUMERIC: N_("number"),
    Kind.CLOZE: N_("gaps"),
    Kind.ORDER: N_("order"),
    Kind.MATCH: N_("match"),
    Kind.REVEAL: N_("answer to look at"),
}


@author.url_value_preprocessor
def make_room(_: str | None, __: dict[str, object] | None) -> None:
    """An upload may be larger than any other form, and this address alone takes one.  Comes before the form is read."""
    if request.endpoint == "author.upload":
        request.max_content_length = LARGEST_UPLOAD + ROOM_FOR_THE_FORM


@author.get("")
def uploads(visit: str) -> Response:
    """What this teacher uploaded, and the form for more."""
    with looking(visit) as here:
        here.visitor.must_choose()
        return _shelf(visit, here)


def _shelf(visit: str, here: Here, problems: tuple[Problem, ...] = (), name: str = "", title: str = "") -> Response:
    page = render_template(
        "author/shelf.html",
        visit=visit,
        here=here,
        shelf=shelf(here.session, here.visitor.learner_id),
        problems=problems,
        name=name,
        title=title,
        most=LARGEST_FOLDER // 1024,
        is_deleted="deleted" in request.args,
    )
    return make_response(page, 422 if problems else 200)


@author.post("")
def upload(visit: str) -> Response:
    """The file is kept as a draft, or the page says everything that is wrong with it."""
    must_be_ours()
    with looking(visit) as here:
        here.visitor.must_choose()
        language = re.match("[A-Za-z]{2,3}", here.visitor.locale or locale())
    name, title = _name(), request.form.get("title", "")[:LONGEST_TITLE]
    about = About(title.strip() or title_of(name), language[0] if language else "en")
    try:
        found = read_file(request.files["file"].read(LARGEST_UPLOAD + 1), name, about)
    except CourseInvalid as error:
        with looking(visit) as here:
            return _shelf(visit, here, error.problems, name, title)
    with acting(visit) as here:
        here.visitor.must_choose()
        kept = keep_draft(here.session, here.visitor.tenant_id, here.visitor.learner_id, found, here.moment.at)
    return go("author.look", visit=visit, number=kept)


def _name() -> str:
    """The file's name without its folders and without signs that cannot be shown; `InputInvalid` without a file."""
    file = request.files.get("file")
    if file is None or not file.filename:
        raise InputInvalid(what=N_("Choose a file first: a course as zip, or a table as CSV."))
    last = re.split(r"[\\/]", file.filename)[-1]
    return "".join(letter for letter in last if letter.isprintable())[-LONGEST_NAME:] or "upload"


@author.get("/template.csv")
def template(visit: str) -> Response:
    """A table to begin with: one row of each kind."""
    with looking(visit) as here:
        here.visitor.must_choose()
    return _file(TEMPLATE.read_bytes(), "text/csv", "questions.csv")


@author.get("/example.zip")
def example(visit: str) -> Response:
    """The shipped course, as it is written."""
    with looking(visit) as here:
        here.visitor.must_choose()
    return _file(write_zip(read_folder(EXAMPLE), EXAMPLE.name), "application/zip", f"{EXAMPLE.name}.zip")


def _file(data: bytes, mimetype: str, name: str) -> Response:
    """A file to keep; `name` is a key and an ending, or a word of ours."""
    response = make_response(data)
    response.mimetype = mimetype
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@author.get("/<id:number>")
def look(visit: str, number: int) -> Response:
    """The upload: what was taken, what is in it, and what publishing it would change."""
    with looking(visit) as here:
        shown = _mine(here, number)
        page = render_template(
            "author/draft.html",
            visit=visit,
            here=here,
            draft=shown,
            leaves=list(leaves_of(shown.course)),
            counts=_counts(shown.course),
            kinds=KINDS,
            changes=changes(here.session, shown),
            done=request.args.get("done", ""),
        )
        return make_response(page)


def _mine(here: Here, number: int) -> Draft:
    here.visitor.must_choose()
    return draft(here.session, here.visitor.learner_id, number)


def _counts(course: Course) -> list[tuple[str, int, list[tuple[Kind, int]]]]:
    """For each outcome its title, its questions, and how many of each kind they are."""
    found = []
    for outcome in course.outcomes:
        kinds = Counter(item.kind for item in course.items() if item.outcome == outcome.key)
        found.append((outcome.title, kinds.total(), kinds.most_common()))
    return found


@author.get("/<id:number>/<id:at>")
def leaf(visit: str, number: int, at: int) -> Response:
    """A card or a question as a learner sees it, with its answer and all that is said about it."""
    with looking(visit) as here:
        shown = _mine(here, number)
        leaves = list(leaves_of(shown.course))
        if not 1 <= at <= len(leaves):
            raise NotFound
        one = leaves[at - 1]
        q = question(position_at(shown.course, one, len(leaves)), MultiDict()) if one.item else None
        page = render_template(
            "author/leaf.html", visit=visit, here=here, draft=shown, leaf=one, most=len(leaves), q=q, kinds=KINDS
        )
        return make_response(page)


@author.post("/<id:number>/publish")
def publish(visit: str, number: int) -> Response:
    """The upload is published for the teacher's institution; a second time, nothing happens."""
    with looking(visit) as here:
        shown = _mine(here, number)
    with acting(visit) as here:
        here.visitor.must_choose()
        seen = request.form.get("seen", "")
        done = publish_draft(here.session, here.visitor.learner_id, shown, seen, here.moment.at)
    return go("author.look", visit=visit, number=number, done="published" if done.is_new else "same")


@author.post("/<id:number>/delete")
def delete(visit: str, number: int) -> Response:
    """The draft is gone; a second time, nothing happens."""
    with acting(visit) as here:
        here.visitor.must_choose()
        delete_draft(here.session, here.visitor.learner_id, number)
    return go("author.uploads", visit=visit, deleted=1)


@author.get("/<id:number>/course.zip")
def folder(visit: str, number: int) -> Response:
    """The course's folder, to edit and to upload again."""
    with looking(visit) as here:
        shown = _mine(here, number)
    return _file(shown.files, "application/zip", f"{shown.shelved.slug}.zip")


@author.get("/<id:number>/questions.csv")
def table(visit: str, number: int) -> Response:
    """The table that the course came from, with its keys."""
    with looking(visit) as here:
        found = _mine(here, number)
    if found.table is None:
        raise NotFound
    return _file(found.table, "text/csv", f"{found.shelved.slug}.csv")
