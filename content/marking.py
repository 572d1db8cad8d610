"""From a form to a response, and from a response to a verdict."""

from hashlib import sha256

from content.kinds.registry import HANDLING
from content.model import Choices, Item, Kind, Marked, Match, Order, Response
from content.responses import LONGEST_RESPONSE, Form, ResponseInvalid, Slip

__all__ = ["LONGEST_RESPONSE", "Form", "ResponseInvalid", "Slip", "arrange", "given", "mark"]


def given(item: Item, form: Form) -> Response:
    """What the learner gave, or `ResponseInvalid`.  A field `unsure` says "I don't know yet", before all others."""
    if "unsure" in form:
        return ()
    response: Response = HANDLING[item.kind].given(item.body, form)
    return response


def mark(item: Item, response: Response, decimal: str) -> Marked:
    """The verdict; `decimal` is the course's decimal sign.  "I don't know yet" is never right."""
    if response == ():
        return Marked(right=False)
    marked: Marked = HANDLING[item.kind].mark(item.body, response, decimal)
    return marked


def arrange(item: Item, seed: int) -> tuple[int, ...]:
    """The positions in the order to show them: choices, entries to put in order, or right sides.

    The same seed gives the same order, on every machine and in every release.  Entries never stand in their right
    order already.
    """
    body = item.body
    if isinstance(body, Choices):
        is_fixed = not body.shuffle or item.kind is Kind.TRUE_OR_FALSE
        return tuple(range(len(body.choices))) if is_fixed else _shuffled(item, len(body.choices), seed)
    if isinstance(body, Match):
        return _shuffled(item, len(body.right), seed)
    if isinstance(body, Order):
        order = _shuffled(item, len(body.entries), seed)
        return order if order != tuple(range(len(order))) else (*order[1:], *order[:1])
    return ()


def _shuffled(item: Item, count: int, seed: int) -> tuple[int, ...]:
    return tuple(sorted(range(count), key=lambda at: sha256(f"{seed} {item.key} {at}".encode()).digest()))
