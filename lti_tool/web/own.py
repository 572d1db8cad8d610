"""What learners set for themselves, and what we hold about them."""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from flask import Blueprint, Response, make_response, render_template, request
from werkzeug.datastructures import MultiDict

from lti_tool.errors import InputInvalid
from lti_tool.services.courses import edition
from lti_tool.services.mentors import watchers
from lti_tool.services.preferences import Preferences, pause_until, prefer
from lti_tool.services.privacy import export_learner
from lti_tool.services.retention import DAYS_TO_THINK, ask_erasure, note_told, take_erasure_back
from lti_tool.web.access import Here, acting, looking, settings
from lti_tool.web.going import go
from lti_tool.web.words import gettext
from lti_tool.words import N_

own = Blueprint("own", __name__, url_prefix="/t/<visit>")
MONDAY = date(2026, 1, 5)


@dataclass(frozen=True, slots=True)
class Form:
    """The settings' form, as stored or as typed."""

    goal: int
    off: tuple[int, ...]
    is_calm: bool
    theme: str
    pause: str

    @classmethod
    def posted(cls, form: MultiDict[str, str]) -> Self:
        """What was typed, nonsense and all."""
        return cls(
            goal=form.get("goal", 0, type=int),
            off=tuple(int(value) for value in form.getlist("off") if value.isdecimal() and len(value) < 3),
            is_calm="game" not in form,
            theme=form.get("theme", ""),
            pause=form.get("pause", ""),
        )

    def wish(self) -> Preferences:
        """What it asks for, or `InputInvalid`."""
        try:
            until = date.fromisoformat(self.pause) if self.pause else None
        except ValueError:
            raise InputInvalid(what=N_("That is not a day. Choose one, or leave it empty.")) from None
        return Preferences(self.goal, self.off, self.is_calm, self.theme, until)


@own.get("/settings")
def settings_page(visit: str) -> Response:
    """What the learner sets for herself."""
    with looking(visit) as here:
        enrolled = here.enrolled
        until = pause_until(here.session, enrolled.id, here.moment)
        form = Form(
            enrolled.goal_days, enrolled.off_days, enrolled.is_calm, enrolled.theme, until.isoformat() if until else ""
        )
        return _page(visit, here, form, saved="saved" in request.args)


def _page(visit: str, here: Here, form: Form, *, saved: bool = False, problem: str = "") -> Response:
    page = render_template(
        "learn/settings.html",
        visit=visit,
        here=here,
        course=edition(here.session, here.version_id).course,
        form=form,
        saved=saved,
        problem=problem,
        weekdays=[MONDAY + timedelta(days=n) for n in range(7)],
    )
    return make_response(page, 422 if problem else 200)


@own.post("/settings")
def change_settings(visit: str) -> Response:
    """The settings are as wished, or the form comes back and says why not."""
    form = Form.posted(request.form)
    try:
        with acting(visit) as here:
            prefer(here.session, here.enrolled.id, form.wish(), here.moment)
    except InputInvalid as error:
        with looking(visit) as here:
            return _page(visit, here, form, problem=gettext(error.values["what"]))
    return go("own.settings_page", visit=visit, saved=1)


@own.get("/privacy")
def privacy(visit: str) -> Response:
    """What is kept, who sees it, for how long, and what the visitor can do about it."""
    with looking(visit) as here:
        return privacy_page(visit, here)


def privacy_page(visit: str, here: Here, problem: str = "", agreement: int | None = None) -> Response:
    """The page of privacy; with what was wrong about the answer to this agreement."""
    asked = here.visitor.erasure_asked_at
    page = render_template(
        "learn/privacy.html",
        visit=visit,
        here=here,
        keep_days=settings().keep_days,
        days_to_think=DAYS_TO_THINK,
        keeps_mail=here.visitor.has_mail,
        watchers=watchers(here.session, here.visitor),
        erased_on=(asked + timedelta(days=DAYS_TO_THINK)).date() if asked else None,
        problem=problem,
        agreement=agreement,
    )
    return make_response(page, 422 if problem else 200)


@own.post("/privacy/told")
def told(visit: str) -> Response:
    """The notice is not shown again."""
    with acting(visit) as here:
        note_told(here.session, here.visitor.learner_id, here.moment.at)
    return go("learn.start", visit=visit)


@own.post("/privacy/erase")
def erase(visit: str) -> Response:
    """Everything about the visitor goes in a week."""
    with acting(visit) as here:
        ask_erasure(here.session, here.visitor.learner_id, here.moment.at)
    return go("own.privacy", visit=visit)


@own.post("/privacy/keep")
def keep(visit: str) -> Response:
    """It does not."""
    with acting(visit) as here:
        take_erasure_back(here.session, here.visitor.learner_id)
    return go("own.privacy", visit=visit)


@own.get("/my-data.json")
def my_data(visit: str) -> Response:
    """Everything we hold about the visitor, as a file."""
    with looking(visit) as here:
        found = export_learner(here.session, here.visitor.learner_id)
    response = make_response(json.dumps(found, indent=1))  # in ASCII: an answer may hold lone surrogates
    response.mimetype = "application/json"
    response.headers["Content-Disposition"] = 'attachment; filename="sprig-my-data.json"'
    return response
