"""The right answer to any item, as a response and as a form."""

from content.marking import Form
from content.model import Choices, Cloze, Item, Match, Numeric, Order, Response, Reveal, ShortText


def right_response(item: Item) -> Response:
    """What a learner who knows it gives."""
    match item.body:
        case Choices(choices=choices):
            return tuple(str(at) for at, choice in enumerate(choices) if choice.right)
        case ShortText(accepted=accepted):
            return (accepted[0],)
        case Numeric(low=low, units=units):
            return (f"{low} {units[0]}" if units else low,)
        case Cloze(gaps=gaps):
            return tuple(gap[0] for gap in gaps)
        case Order(entries=entries):
            return tuple(str(at) for at in range(len(entries)))
        case Match(answers=answers):
            return tuple(str(answer) for answer in answers)
        case Reveal():
            return ("yes",)


def form_of(item: Item, response: Response) -> Form:
    """The form in which that response arrives."""
    match item.body:
        case Order():
            return {f"a{entry}": [str(place)] for place, entry in enumerate(response, 1)}
        case Match() | Cloze():
            return {f"a{at}": [given] for at, given in enumerate(response)}
        case _:
            return {"a": list(response)}
