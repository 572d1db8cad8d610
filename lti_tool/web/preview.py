"""A look at content before it is chosen: a card or a question as learners see it, and nothing of it kept."""

from flask import Blueprint, Response, make_response, render_template, request

from content.marking import ResponseInvalid, given
from lti_tool.services.picking import described, previewed
from lti_tool.web.access import looking
from lti_tool.web.asking import SLIPS, question
from lti_tool.web.going import go
from lti_tool.web.words import gettext

preview = Blueprint("preview", __name__, url_prefix="/t/<visit>/preview")


@preview.get("/")
def named(visit: str) -> Response:
    """The preview of what was ticked first."""
    with looking(visit) as here:
        here.visitor.must_choose()
    return go("preview.show", visit=visit, content_id=request.args.get("c", "-"))


@preview.get("/<content_id>")
def show(visit: str, content_id: str) -> Response:
    """A card or a question of the content, as learners see it.  Answers are marked, and kept nowhere.

    Reviews and checkpoints are told in words: no teacher sees held-back questions by chance, with learners behind her.
    """
    with looking(visit) as here:
        here.visitor.must_choose()
        tenant_id, number = here.visitor.tenant_id, request.args.get("at", 1, type=int)
        is_panel = "panel" in request.args
        told = described(here.session, tenant_id, content_id)
        if told is not None:
            page = render_template("teach/preview_told.html", visit=visit, one=told, is_panel=is_panel)
            return make_response(page)
        shown, problem = previewed(here.session, tenant_id, content_id, number, None), ""
        if shown.item is not None and "answered" in request.args:
            try:
                response = given(shown.item, request.args.to_dict(flat=False))
                shown = previewed(here.session, tenant_id, content_id, number, response)
            except ResponseInvalid as error:
                problem = gettext(SLIPS[error.slip])
        page = render_template(
            "teach/preview.html",
            visit=visit,
            content_id=content_id,
            at=shown,
            q=question(shown, request.args) if shown.item is not None else None,
            problem=problem,
            is_panel=is_panel,
        )
        return make_response(page)
