"""What a request lets us answer, and what stands in a content item."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from lti_tool.lti.claims import ASKED
from lti_tool.lti.deep_linking import Limits, content_item, limits_of, return_url_of
from lti_tool.lti.refusals import ClaimMissing
from lti_tool.services.arrivals import Dates
from lti_tool.services.picking import Chosen

ALL = Limits(takes_links=True, takes_several=True, takes_columns=True, takes_frames=True, takes_tabs=True)
NONE = Limits(takes_links=True, takes_several=False, takes_columns=False, takes_frames=False, takes_tabs=False)
CHOSEN = Chosen("git-basics.why", "Why keep a history", "Git basics")
MOODLES = {
    "deep_link_return_url": "https://moodle.example/mod/lti/contentitem_return.php?course=2&id=1&sesskey=x",
    "accept_types": ["ltiResourceLink"],
    "accept_presentation_document_targets": ["frame", "iframe", "window"],
    "accept_multiple": True,
    "auto_create": False,
    "title": "Sprig",
}
"""What a live Moodle 4.5.6 asked (README 26)."""


def test_moodles_request_takes_everything() -> None:
    """It says nothing of columns, and makes them."""
    assert limits_of(MOODLES) == ALL
    assert return_url_of(MOODLES) == MOODLES["deep_link_return_url"]


@pytest.mark.parametrize(
    ("request_", "limit", "expected"),
    [
        ({"accept_types": ["link", "ltiResourceLink"]}, "takes_links", True),
        ({"accept_types": ["link", "file", "html", "image"]}, "takes_links", False),
        ({"accept_types": []}, "takes_links", False),
        ({"accept_types": [None, 7, {}]}, "takes_links", False),
        ({}, "takes_links", True),
        ({"accept_multiple": True}, "takes_several", True),
        ({"accept_multiple": False}, "takes_several", False),
        ({"accept_multiple": "true"}, "takes_several", False),
        ({}, "takes_several", False),
        ({"accept_lineitem": True}, "takes_columns", True),
        ({"accept_lineitem": False}, "takes_columns", False),
        ({"accept_lineitem": None}, "takes_columns", True),
        ({"accept_presentation_document_targets": "iframe"}, "takes_frames", False),
        ({"accept_presentation_document_targets": ["embed", "window"]}, "takes_tabs", True),
    ],
)
def test_limits_are_read_as_they_stand(request_: dict[str, Any], limit: str, expected: bool) -> None:
    """Whatever is sent in their place is no crash, and no permission."""
    assert getattr(limits_of(request_), limit) is expected


@pytest.mark.parametrize("url", [None, 7, "", "javascript:alert(1)", "//lms.example/", "https://*/"])
def test_the_answer_goes_to_an_address_of_the_web(url: Any) -> None:
    """Anything else is refused."""
    with pytest.raises(ClaimMissing):
        return_url_of({"deep_link_return_url": url})


def nulls(value: Any) -> bool:
    """Somewhere in it stands null."""
    if isinstance(value, dict):
        return any(map(nulls, value.values()))
    return any(map(nulls, value)) if isinstance(value, list) else value is None


@pytest.mark.parametrize("limits", [ALL, NONE])
@pytest.mark.parametrize("review", ["Work", None])
@pytest.mark.parametrize("dates", [Dates(), Dates(due_at=datetime(2026, 12, 8, tzinfo=UTC))])
def test_null_is_never_told(limits: Limits, review: str | None, dates: Dates) -> None:
    """What we do not know is left out: null is not allowed in an item."""
    chosen = Chosen("tiny", "Tiny", "", dates=dates)
    assert not nulls(content_item(chosen, limits, "https://tool.example", review))


def test_an_item_holds_every_field_that_we_can_use() -> None:
    """In full, where the platform takes all of it."""
    west = timezone(timedelta(hours=-5))
    dates = Dates(*(datetime(2026, 12, day, 9, 30, tzinfo=west) for day in (1, 8, 15)))
    chosen = Chosen("git-basics.why", "Why", "Git basics", in_new_tab=True, dates=dates)
    assert content_item(chosen, ALL, "https://tool.example", "Work in Sprig") == {
        "type": "ltiResourceLink",
        "title": "Why",
        "text": "Git basics",
        "url": "https://tool.example/lti/launch?c=git-basics.why",
        "custom": {"content_id": "git-basics.why", **ASKED},
        "icon": {"url": "https://tool.example/static/icon.png", "width": 128, "height": 128},
        "window": {"targetName": "sprig-git-basics.why"},
        "available": {"startDateTime": "2026-12-01T14:30:00Z", "endDateTime": "2026-12-15T14:30:00Z"},
        "submission": {"endDateTime": "2026-12-08T14:30:00Z"},
        "lineItem": {
            "scoreMaximum": 100,
            "label": "Why",
            "resourceId": "git-basics.why",
            "tag": "completion",
            "submissionReview": {"reviewableStatus": ["Completed"], "label": "Work in Sprig"},
        },
    }


def test_an_item_holds_no_more_than_is_taken() -> None:
    """No icon that a page on https could not load, no target that was not offered, no column."""
    item = content_item(CHOSEN, NONE, "http://localhost:8000", "Work in Sprig")
    assert item.keys() == {"type", "title", "text", "url", "custom"}
    assert all(isinstance(value, str) for value in item["custom"].values())


def test_points_are_a_whole_number() -> None:
    """Moodle makes a column of 100 of anything else, or none (README 29); True is no number either."""
    points = content_item(CHOSEN, ALL, "https://tool.example", None)["lineItem"]["scoreMaximum"]
    assert type(points) is int
    assert 1 <= points <= 100
