"""The instructor's gradebook view: what was sent, what is to be decided, and what each value stands on."""

from collections.abc import Iterator

from flask import Blueprint, Response, make_response, render_template, request

from lti_tool.errors import InputInvalid, NotFound
from lti_tool.services.classroom import PAGE
from lti_tool.services.connection import ask_for_connection, connection_of
from lti_tool.services.gradebook import Book, Entry, gradebook
from lti_tool.services.grades import GradeState, hurry, keep_lms, send_again, send_ours
from lti_tool.services.grades.behind import behind
from lti_tool.services.grades.export import as_csv
from lti_tool.services.grades.planning import planned
from lti_tool.services.grades.story import LATEST, story_of
from lti_tool.services.regrading import Remark, regrade, remarks
from lti_tool.web import rules_told
from lti_tool.web.access import Here, acting, looking
from lti_tool.web.addresses import LARGEST_ID
from lti_tool.web.going import go
from lti_tool.web.words import gettext
from lti_tool.words import N_

grades = Blueprint("grades", __name__, url_prefix="/t/<visit>/grades")
KEEP, SEND, AGAIN, HURRY, REGRADED = "keep", "send", "again", "hurry", "regraded"
DONE = {
    KEEP: N_("The grade in your LMS stands. You can still send Sprig’s."),
    SEND: N_("Sprig’s grade is on its way, and replaces the one in your LMS."),
    AGAIN: N_("Sprig tries again in a moment."),
    HURRY: N_("What waited is on its way."),
    REGRADED: N_("The answers were marked anew. Whose result changed sees it on her own page."),
}
STATES = {
    GradeState.SENT: N_("Sent"),
    GradeState.WAITING: N_("Waiting"),
    GradeState.TROUBLE: N_("Not sent yet"),
    GradeState.BLOCKED: N_("Not sent"),
    GradeState.KEPT: N_("Kept as it is in the LMS"),
}
CHANGED, NOTHING, NOT_STARTED = N_("Changed in the LMS"), N_("Nothing to send yet"), N_("Not started")


def state_of(entry: Entry) -> str:
    """Where a score is, as a message id."""
    if entry.line is None:
        return NOTHING if entry.pupil.started else NOT_STARTED
    return CHANGED if entry.line.is_changed else STATES[entry.line.state]


def _book(here: Here) -> Book:
    here.visitor.must_teach()
    return gradebook(here.session, here.visitor, here.course_id, here.version_id, here.moment.at)


@grades.get("")
def book(visit: str) -> Response:
    """Everybody's grades, page by page, those that need the teacher first."""
    with looking(visit) as here:
        found = _book(here)
        pages = max(1, -(-len(found.entries) // PAGE))
        page = min(max(1, request.args.get("page", 1, type=int)), pages)
        shown = {
            "entries": found.entries[(page - 1) * PAGE : page * PAGE],
            "page": page,
            "pages": pages,
            "connection": connection_of(here.session, here.visitor.platform_id, found, here.moment.at),
            "done": DONE.get(request.args.get("done", "")),
            "was_asked": "asked" in request.args,
            "corrected": len(_remarks(here)) if found.room.opens.is_checkpoint else 0,
        }
        return _page("teach/grades.html", visit, here, book=found, **shown)


def _remarks(here: Here) -> list[Remark]:
    return remarks(here.session, here.visitor.context_id, here.course_id, here.version_id)


def _page(name: str, visit: str, here: Here, **shown: object) -> Response:
    return make_response(render_template(name, visit=visit, here=here, told=rules_told, state_of=state_of, **shown))


@grades.get("/preview")
def preview(visit: str) -> Response:
    """What would be sent now, and why the rest would not; nothing is sent by looking."""
    with looking(visit) as here:
        found = _book(here)
        shown = found.waiting[:PAGE]
        plan = planned(here.session, [one.line for one in shown if one.line], here.moment.at)
        more = len(found.waiting) - len(shown)
        return _page("teach/grades_preview.html", visit, here, book=found, shown=shown, plan=plan, more=more)


@grades.get("/confirm")
def confirm(visit: str) -> Response:
    """What a choice for several would do, before it is made."""
    deed = request.args.get("do", "")
    with looking(visit) as here:
        found = _book(here)
        open_to = {KEEP: found.changed, SEND: found.changed, AGAIN: found.blocked}
        if deed not in open_to:
            raise NotFound
        ticked = None if "all" in request.args else set(_ids(request.args.getlist("owed")))
        chosen = [one for one in open_to[deed] if one.line and (ticked is None or one.line.owed_id in ticked)]
        return _page("teach/grades_confirm.html", visit, here, book=found, deed=deed, chosen=chosen)


@grades.post("/choose")
def choose(visit: str) -> Response:
    """The LMS's grade stands, or ours is sent, or is tried again: for these scores."""
    deed = request.form.get("do", "")
    with acting(visit) as here:
        here.visitor.must_teach()
        ids = _ids(request.form.getlist("owed"))
        if not ids:
            raise InputInvalid(what=N_("Choose at least one grade first."))
        session, context_id, now = here.session, here.visitor.context_id, here.moment.at
        if deed == KEEP:
            keep_lms(session, context_id, ids, now)
        elif deed == SEND:
            send_ours(session, context_id, ids, now)
        elif deed == AGAIN:
            send_again(session, context_id, ids, now)
        else:
            raise NotFound
    if "story" in request.form:
        return go("grades.story", visit=visit, owed=ids[0])
    return go("grades.book", visit=visit, done=deed)


def _ids(values: list[str]) -> list[int]:
    if not all(one.isascii() and one.isdecimal() and len(one) <= 10 for one in values):
        raise NotFound
    found = [int(one) for one in values]
    if not all(0 < one <= LARGEST_ID for one in found):
        raise NotFound
    return found


@grades.get("/regrade")
def corrected(visit: str) -> Response:
    """Which results a corrected question would change, and nothing is changed."""
    with looking(visit) as here:
        here.visitor.must_teach()
        found = _remarks(here)
        rises = sum(one.is_right for one in found)
        return _page("teach/regrade.html", visit, here, book=_book(here), found=found, rises=rises)


@grades.post("/regrade")
def do_regrade(visit: str) -> Response:
    """The answers are marked anew; those that lose by it only if the teacher says so."""
    with acting(visit) as here:
        here.visitor.must_teach()
        may_fall = request.form.get("fall") == "1"
        regrade(
            here.session, here.visitor.context_id, here.course_id, here.version_id, here.moment.at, may_fall=may_fall
        )
    return go("grades.book", visit=visit, done=REGRADED)


@grades.post("/hurry")
def do_hurry(visit: str) -> Response:
    """What waits for the link's columns is due now."""
    with acting(visit) as here:
        here.visitor.must_teach()
        hurry(here.session, here.visitor.link_id, here.moment.at)
    return go("grades.book", visit=visit, done=HURRY)


@grades.post("/check")
def check(visit: str) -> Response:
    """The worker looks in a moment whether the LMS lets us in."""
    with acting(visit) as here:
        here.visitor.must_teach()
        ask_for_connection(here.session, here.visitor.platform_id, here.moment.at)
    return go("grades.book", visit=visit, asked=1, _anchor="connection")


@grades.get("/<id:owed>")
def story(visit: str, owed: int) -> Response:
    """One learner's grade: every try in order, and the answers behind each value that was posted."""
    with looking(visit) as here:
        here.visitor.must_teach()
        found = story_of(here.session, here.visitor.context_id, owed, here.moment.at, _number("before"))
        chosen = _number("try") if "try" in request.args else None
        shown = behind(here.session, found, chosen, _number("answers"))
        return _page("teach/grade_story.html", visit, here, story=found, behind=shown)


def _number(name: str) -> int:
    """A row's number from the address; the largest where it holds none."""
    return min(max(request.args.get(name, LATEST, type=int), 0), LATEST)


@grades.get("/table.csv")
def table(visit: str) -> Response:
    """Everything as a file: one line for each learner and column."""
    with looking(visit) as here:
        data = as_csv(_rows(_book(here)))
    response = make_response(data)
    response.mimetype = "text/csv"
    response.headers["Content-Disposition"] = 'attachment; filename="sprig-grades.csv"'
    return response


HEAD = (
    N_("Learner"), N_("User id"), N_("Graded by"), N_("Sprig, percent"), N_("LMS, percent"), N_("LMS read at"),
    N_("Last sent, percent"), N_("Last sent at"), N_("State"), N_("What happened"),
)  # fmt: skip


def _rows(found: Book) -> Iterator[list[str]]:
    yield [gettext(one) for one in HEAD]
    for entry in found.entries:
        pupil, line = entry.pupil, entry.line
        figures = [""] * 5
        if line is not None:
            read_at = line.lms_read_at.isoformat(timespec="seconds") if line.lms_read_at else ""
            sent_at = line.sent_at.isoformat(timespec="seconds") if line.sent_at else ""
            lms = f"{line.lms_percent:.4g}" if line.lms_percent is not None else ""
            figures = [str(line.value), lms, read_at, "" if line.percent is None else str(line.percent), sent_at]
        said = gettext(line.explained.sentence) if line is not None and line.explained is not None else ""
        rule = rules_told.rule_name(entry.column.terms.rule)
        yield [pupil.name or "", pupil.lms_id, rule, *figures, gettext(state_of(entry)), said]
