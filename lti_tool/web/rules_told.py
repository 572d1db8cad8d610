"""A grade rule in one sentence, for teachers and learners, and the completion setting that goes with it in each LMS."""

from lti_tool.rules.grading import Rule, Terms
from lti_tool.services.days import Moment
from lti_tool.web.words import gettext, instant, ngettext

ANY_GRADE = frozenset({Rule.COMPLETION})
"""Rules whose grade is there only when all is done: any grade means completion."""


def rule_name(rule: Rule) -> str:
    """What the rule is called."""
    return {
        Rule.COMPLETION: gettext("Completion"),
        Rule.PROGRESS: gettext("Progress"),
        Rule.PRACTICE: gettext("Practice"),
        Rule.MASTERY: gettext("Mastery"),
        Rule.CHECKPOINT: gettext("Checkpoint"),
    }[rule]


def told_teacher(terms: Terms) -> str:
    """What the grade says, and when it is sent."""
    if terms.rule is Rule.COMPLETION:
        return gettext("100 %% once every question is answered right. Nothing is sent before.") % {}
    if terms.rule is Rule.PROGRESS:
        return gettext("The share of the steps in finished lessons, sent after each lesson.")
    if terms.rule is Rule.PRACTICE:
        return gettext(
            "Sittings kept on schedule, the best %(best)s of %(all)s. "
            "What was missed can be made up for before the close."
        ) % {"best": max(1, terms.sittings - terms.spare), "all": terms.sittings}
    if terms.rule is Rule.MASTERY:
        return gettext(
            "The share of outcomes whose questions were each answered right, without a hint, on three different days."
        )
    if terms.is_first_try:
        return gettext("The share of unseen questions answered right, at the first try.")
    return gettext("The share of unseen questions answered right, at the best try.")


def told_usually(rule: Rule) -> str:
    """The same for a rule as it comes."""
    return told_teacher(Terms(rule))


def told_learner(terms: Terms, moment: Moment) -> str:
    """How one earns it; after the close, that nothing is earned any more."""
    if terms.closes_at is not None and terms.closes_at < moment.at:
        return gettext(
            "This closed %(when)s. What you do now helps you remember, and no longer changes your grade."
        ) % {"when": instant(terms.closes_at, moment.zone)}
    earned = _earned(terms)
    if terms.due_at is None or terms.due_at < moment.at:
        return earned
    due = gettext("Due %(when)s.") % {"when": instant(terms.due_at, moment.zone)}
    if not terms.late_percent:
        return f"{earned} {due}"
    late = gettext("Each day after that takes off %(percent)s %%.") % {"percent": terms.late_percent}
    return f"{earned} {due} {late}"


def _earned(terms: Terms) -> str:
    if terms.rule is Rule.COMPLETION:
        return gettext("You get 100 %% once every question is answered right. How often you try does not matter.") % {}
    if terms.rule is Rule.PROGRESS:
        return gettext("Each lesson you finish adds to your grade.")
    if terms.rule is Rule.PRACTICE:
        offered = min(terms.sittings, terms.allowed_sittings or terms.sittings)
        need = max(1, offered - terms.spare * offered // terms.sittings)
        return ngettext(
            "One sitting of reviews on time is all your grade needs.",
            "%(number)s sittings of reviews, spread over the time, make your grade full. "
            "You can make up for missed ones.",
            need,
        ) % {"number": need}
    if terms.rule is Rule.MASTERY:
        return gettext("Answer each question right, without a hint, on three different days. Take as long as you need.")
    if terms.is_first_try:
        return gettext("Your first try counts.")
    return gettext("Your best try counts.")


def completion_setting(family: str, terms: Terms) -> str:
    """What to choose in the LMS so that the activity is marked as done when it is done."""
    if family == "moodle":
        if terms.rule in ANY_GRADE:
            return gettext("In Moodle, under “Activity completion”, choose “Receive a grade”.")
        return gettext(
            "In Moodle, set “Grade to pass” under “Grade”; then, under “Activity completion”, choose “Receive a grade” "
            "and “Passing grade”. With “Any grade” the first sitting would tick it off."
        )
    if family == "canvas":
        return gettext(
            "In Canvas, add a requirement to the module: “Score at least”, with the points that you ask for."
        )
    return gettext(
        "If your learning platform marks activities as done by a grade, ask for the points that you want there."
    )


def told_lateness(terms: Terms) -> str:
    """Which side takes something off for lateness."""
    if terms.late_percent:
        return gettext(
            "Sprig takes off %(percent)s %% for each day after the due date. Switch off your learning platform’s own "
            "rule for this activity, or it takes off a second time."
        ) % {"percent": terms.late_percent}
    return gettext("Sprig takes nothing off for lateness. If your learning platform does, it alone does.")
