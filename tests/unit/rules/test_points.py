"""Points."""

from lti_tool.rules.points import Reason, points_for


def test_what_each_reason_is_worth() -> None:
    """A lesson is worth 10 points, a due item 2 when right and 1 when tried; nothing else earns any."""
    assert {reason: points_for(reason) for reason in Reason} == {Reason.LESSON: 10, Reason.RIGHT: 2, Reason.TRIED: 1}


def test_reasons_are_stored_by_these_words() -> None:
    """The ledger's words stay readable: renaming one would let points be earned twice."""
    assert [str(reason) for reason in Reason] == ["lesson", "right", "tried"]
