"""Choosing what a link opens: the picker, the choice in detail, and its way back to the LMS."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, current_app, g, make_response, render_template, request

from lti_tool.errors import InputInvalid
from lti_tool.lti.claims import origin_of
from lti_tool.lti.deep_linking import (
    DROPS_DATES,
    Limits,
    answer,
    content_item,
    limits_of,
    return_url_of,
)
from lti_tool.rules.grading import Rule, Terms
from lti_tool.services.arrivals import CHECKPOINT
from lti_tool.services.courses import find_target
from lti_tool.services.grades.terms import rules_for
from lti_tool.services.keys import signing_key
from lti_tool.services.picking import Chosen, Pickable, dates_of, pickables_named, shelves, title_of, wrong_dates
from lti_tool.services.registrations import installation_of
from lti_tool.services.visits import set_target
from lti_tool.web import rules_told
from lti_tool.web.access import Here, acting, looking, settings
from lti_tool.web.going import go
from lti_tool.web.words import gettext, named
from lti_tool.words import N_
from scheduler.day import zone_from

pick = Blueprint("pick", __name__, url_prefix="/t/<visit>")
LONGEST_SEARCH = 100
HERE_ITSELF = Limits(takes_links=True, takes_several=False, takes_columns=True, takes_frames=False, takes_tabs=False)
"""What a link that is there already takes: one thing to open."""
SAVE = {
    "moodle": N_("Moodle shows your choice once more. Press Save there: before that, nothing is added."),
    "canvas": N_("Canvas goes back to its own window. If it shows a button to add or save, press it there."),
    "brightspace": N_("Brightspace goes back to your unit. If it shows the activity once more, press Save there."),
    "blackboard": N_(
        "Blackboard goes back to your course content. If it shows the activity once more, press Save there."
    ),
    "sakai": N_("Sakai goes back to the page you came from. Press Save there, or the activity may be lost."),
    "openedx": N_("Close the window, save the block in Studio, and publish the unit."),
}
"""What is left to do in each family's LMS.  Moodle's was seen (README 28); the others' are told with an “if”."""
SAVE_SOMEWHERE = N_("Your learning platform may ask you to press Save once more.")


@dataclass(frozen=True, slots=True)
class Typed:
    """A choice as it stands in the form, nonsense and all."""

    pickable: Pickable
    title: str
    rule: str = ""
    is_graded: bool = True
    in_new_tab: bool = False
    opens: str = ""
    due: str = ""
    closes: str = ""

    @property
    def rules(self) -> tuple[Rule, ...]:
        """What it can be graded by, the usual one first."""
        return rules_for(self.pickable.named.lesson_key)

    def chosen(self, zone: str) -> Chosen:
        """What it asks for, or `InputInvalid`."""
        if self.rule and self.rule not in self.rules:
            raise InputInvalid(what=N_("Choose how this activity is graded."))
        return Chosen(
            content_id=self.pickable.content_id,
            title=title_of(self.title, named(self.pickable.named)),
            text=self.pickable.text,
            is_graded=self.is_graded,
            terms=Terms(Rule(self.rule)) if self.rule and self.rule != self.rules[0] else None,
            in_new_tab=self.in_new_tab,
            dates=dates_of(self.opens, self.due, self.closes, zone),
        )


@pick.get("/pick")
def picker(visit: str) -> Response:
    """What can be added: each course as a whole, each lesson, its reviews, and its checkpoint."""
    with looking(visit) as here:
        here.visitor.must_choose()
        return _picker(visit, here)


def _picker(visit: str, here: Here, problem: str = "") -> Response:
    """The picker as it was sent, if it was: with the words that were looked for, and what was ticked."""
    limits = _limits(here)
    if not limits.takes_links:
        return make_response(render_template("teach/no_links.html", visit=visit, here=here))
    wanted, ticked = request.values.get("q", "")[:LONGEST_SEARCH], request.values.getlist("c")
    several = limits.takes_several and "several" in request.values
    if request.values.get("several") == "begin":  # what was ticked as the one choice is none of several
        ticked = []
    found = shelves(here.session, here.visitor.tenant_id, wanted, ticked if several else ())
    there = [one.content_id for shelf in found for one in shelf.pickables]
    ticked = [one for one in ticked if one in there] or ([] if several else there[:1])
    page = render_template(
        "teach/picker.html",
        visit=visit,
        here=here,
        shelves=found,
        wanted=wanted,
        ticked=ticked if several else ticked[:1],
        has_checkpoint=any(one.named.lesson_key == CHECKPOINT for shelf in found for one in shelf.pickables),
        several=several,
        limits=limits,
        save=_save(here),
        problem=problem,
    )
    return make_response(page, 422 if problem else 200)


def _limits(here: Here) -> Limits:
    return limits_of(here.visitor.deep_link) if here.visitor.deep_link is not None else HERE_ITSELF


def _save(here: Here) -> str:
    """What is left to do in the LMS afterwards; nothing for a link that is there already."""
    if here.visitor.deep_link is None:
        return ""
    platform = installation_of(here.session, here.visitor.context_id)
    return gettext(SAVE.get(platform.family, SAVE_SOMEWHERE))


@pick.get("/pick/details")
def details(visit: str) -> Response:
    """Title, column and dates of what was ticked."""
    with looking(visit) as here:
        here.visitor.must_choose()
        try:
            chosen = _named(here, request.args.getlist("c"))
        except InputInvalid as error:
            return _picker(visit, here, gettext(error.values["what"]))
        if here.visitor.deep_link is None:  # the link has its name and its dates already
            return go("pick.picker", visit=visit)
        return _details(visit, here, [Typed(one, named(one.named)) for one in chosen])


def _details(visit: str, here: Here, typed: Sequence[Typed], problem: str = "") -> Response:
    platform = installation_of(here.session, here.visitor.context_id)
    page = render_template(
        "teach/details.html",
        zone=_zone(here),
        visit=visit,
        here=here,
        typed=typed,
        told=rules_told,
        limits=_limits(here),
        takes_dates=platform.family not in DROPS_DATES,
        problem=problem,
        wrong_dates=wrong_dates,
        save=_save(here),
    )
    return make_response(page, 422 if problem else 200)


def _zone(here: Here) -> str:
    """By whose clocks dates are typed: the LMS's for this teacher, else the browser's, as the picker's script told."""
    return zone_from(here.visitor.zone, request.values.get("zone"), here.moment.zone).key


def _named(here: Here, content_ids: Sequence[str]) -> list[Pickable]:
    found = pickables_named(here.session, here.visitor.tenant_id, content_ids)
    if len(found) > 1 and not _limits(here).takes_several:
        raise InputInvalid(what=N_("Your learning platform takes one activity at a time here. Choose one."))
    return found


@pick.post("/pick")
def choose(visit: str) -> Response:
    """The choice goes back to the LMS, signed; or, on a link that is not set up yet, is what it opens from now on."""
    typed: list[Typed] = []
    try:
        with acting(visit) as here:
            here.visitor.must_choose()
            if here.visitor.deep_link is None:
                _open_with(here, request.form.get("c", ""))
            elif "cancel" in request.form or not _limits(here).takes_links:
                return _hand_back(here, [])
            else:
                typed = _typed(_named(here, request.form.getlist("c")))
                return _hand_back(here, [one.chosen(_zone(here)) for one in typed])
    except InputInvalid as error:
        with looking(visit) as here:
            problem = gettext(error.values["what"])
            return _details(visit, here, typed, problem) if typed else _picker(visit, here, problem)
    return go("learn.start", visit=visit)


def _open_with(here: Here, content_id: str) -> None:
    """The link that is there opens this from now on."""
    (one,) = pickables_named(here.session, here.visitor.tenant_id, [content_id])
    target = find_target(here.session, here.visitor.tenant_id, one.content_id)
    assert target is not None  # it is offered
    set_target(here.session, here.visitor, target.course_id, target.lesson_key)


def _typed(chosen: Sequence[Pickable]) -> list[Typed]:
    """The choice as the page of details sent it, if it did; else as it stands in the content."""
    form = request.form
    if "detailed" not in form:
        return [Typed(one, named(one.named)) for one in chosen]
    return [
        Typed(
            one,
            title=form.get(f"title:{one.content_id}", ""),
            rule=form.get(f"rule:{one.content_id}", ""),
            is_graded=one.content_id in form.getlist("graded"),
            in_new_tab=one.content_id in form.getlist("tab"),
            opens=form.get(f"opens:{one.content_id}", ""),
            due=form.get(f"due:{one.content_id}", ""),
            closes=form.get(f"closes:{one.content_id}", ""),
        )
        for one in chosen
    ]


def _hand_back(here: Here, chosen: Sequence[Chosen]) -> Response:
    wanted: Any = here.visitor.deep_link
    limits, public_url = limits_of(wanted), settings().public_url
    platform = installation_of(here.session, here.visitor.context_id)
    box = current_app.extensions["sprig"].key_box
    key = signing_key(here.session, box, here.moment.at, platform.pinned_kid)
    review = gettext("Work in Sprig")
    items = [content_item(one, limits, public_url, review) for one in chosen]
    goes_to = return_url_of(wanted)
    g.form_targets = origin_of(goes_to)
    page = render_template(
        "teach/hand_back.html",
        address=goes_to,
        signed=answer(wanted, items, platform, key, here.moment.at),
        chosen=chosen,
        save=_save(here),
    )
    return make_response(page)
