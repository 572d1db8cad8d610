"""How the LMSs differ in taking scores: every quirk in one place, each with its reason.

Moodle's were recorded from a live Moodle 4.5.6; the others come from sources and documentation (LTI.md §4) and were not
run.  An unknown family is taken to follow AGS 2.0.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Family:
    """What to do differently for one product."""

    body_means_refusal: bool = False
    """Moodle: a score that was taken has an empty body; `[]` is a refusal, whatever the status (README 38)."""
    empty_list_500_is_lock: bool = False
    """Moodle: a locked grade or column is a lasting 500 with `[]` (README 44)."""
    needs_json_404: bool = False
    """Moodle: a column that is gone is a 404 in JSON; a 404 page in HTML comes from something in front of it."""
    says_stale_with_400: bool = False
    """Canvas and Open edX: an equal or older timestamp is a 400 that names it, not a 409."""
    throttles_with_403: bool = False
    """Canvas: too many calls are a 403 with `X-Rate-Limit-Remaining: 0` or "Rate Limit Exceeded"."""
    submits: bool = False
    """Canvas: each score makes a new attempt, which changes lateness and uses attempts up, unless told otherwise;
    `prioritize_non_tool_grade` leaves a teacher's grade on top."""
    zeroes_missing: bool = False
    """Canvas can give 0 for what is late or missing, by itself: that is nobody's grade.  One that a person gave stays
    on top there in any case (`prioritize_non_tool_grade`)."""
    filters_results: bool = True
    """The results can be asked for by `user_id`.  Not Blackboard's: it works there, but loses comments, which we do not
    read."""


FAMILIES = {
    "moodle": Family(body_means_refusal=True, empty_list_500_is_lock=True, needs_json_404=True),
    "canvas": Family(says_stale_with_400=True, throttles_with_403=True, submits=True, zeroes_missing=True),
    "openedx": Family(says_stale_with_400=True),
    "other": Family(says_stale_with_400=True, throttles_with_403=True),
}


def family(name: str) -> Family:
    """The quirks of this product (`Platform.family`)."""
    return FAMILIES.get(name, FAMILIES["other"])
