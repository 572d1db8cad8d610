"""Courses of every shape the model allows, for properties that hold for all of them."""

from decimal import Decimal

from hypothesis import strategies as st

from content.model import (
    Body,
    Card,
    Choice,
    Choices,
    Cloze,
    Course,
    Foreseen,
    Item,
    Kind,
    Leniency,
    Lesson,
    Match,
    Numeric,
    Order,
    Outcome,
    Pace,
    Pool,
    Reveal,
    Rich,
    ShortText,
)  # fmt: skip

words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
answers = st.from_regex("[a-z0-9]{1,9}( [a-z]{1,9})?", fullmatch=True)
keys = st.from_regex("[a-z]{1,6}", fullmatch=True)
riches = st.builds(Rich, words, words)
leniencies = st.builds(Leniency, st.integers(0, 2), st.booleans(), st.booleans())


def _tuples(of: st.SearchStrategy[object], fewest: int, most: int) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(of, min_size=fewest, max_size=most).map(tuple)


@st.composite
def _choices(draw: st.DrawFn, kind: Kind) -> Choices:
    count = 2 if kind is Kind.TRUE_OR_FALSE else draw(st.integers(2, 5))
    first = draw(st.integers(0, count - 1))
    others = draw(st.sets(st.integers(0, count - 1))) if kind is Kind.MULTIPLE_CHOICE else set()
    made = (Choice(draw(riches), at == first or at in others, draw(st.none() | riches)) for at in range(count))
    return Choices(tuple(made), draw(st.booleans()))


@st.composite
def _short_text(draw: st.DrawFn) -> ShortText:
    accepted = draw(st.lists(answers, min_size=1, max_size=3, unique=True))
    foreseen = draw(st.lists(st.builds(Foreseen, answers.map("not {}".format), riches), max_size=2))
    return ShortText(tuple(accepted), tuple(foreseen), draw(leniencies))


@st.composite
def _numeric(draw: st.DrawFn) -> Numeric:
    low, width = draw(st.decimals(-999, 999, places=2)), draw(st.decimals(0, 9, places=2))
    units = draw(_tuples(st.sampled_from(["km", "m/s", "%"]), 0, 2))
    return Numeric(str(low), str(low), str(low + Decimal(width)), units, draw(st.booleans()))  # type: ignore[arg-type]  # texts


@st.composite
def _match(draw: st.DrawFn) -> Match:
    left, right = draw(st.lists(riches, min_size=2, max_size=8)), draw(st.lists(riches, min_size=2, max_size=9))
    places = st.lists(st.integers(0, len(right) - 1), min_size=len(left), max_size=len(left))
    return Match(tuple(left), tuple(right), tuple(draw(places)))


def _bodies(kind: Kind) -> st.SearchStrategy[Body]:
    match kind:
        case Kind.SINGLE_CHOICE | Kind.MULTIPLE_CHOICE | Kind.TRUE_OR_FALSE:
            return _choices(kind)
        case Kind.SHORT_TEXT:
            return _short_text()
        case Kind.NUMERIC:
            return _numeric()
        case Kind.CLOZE:
            gaps = st.lists(st.lists(answers, min_size=1, max_size=3).map(tuple), min_size=1, max_size=4).map(tuple)
            return st.builds(Cloze, gaps, leniencies)
        case Kind.ORDER:
            return st.builds(Order, st.lists(riches, min_size=3, max_size=8).map(tuple))
        case Kind.MATCH:
            return _match()
        case Kind.REVEAL:
            return st.builds(Reveal, riches)


@st.composite
def items(draw: st.DrawFn) -> Item:
    """An item of any kind."""
    kind = draw(st.sampled_from(Kind))
    return Item(
        key=draw(keys),
        kind=kind,
        outcome=draw(keys),
        pool=draw(st.sampled_from(Pool)),
        stem=draw(riches),
        body=draw(_bodies(kind)),
        hints=tuple(draw(st.lists(riches, max_size=2))),
        why=draw(st.none() | riches),
        applies=draw(st.booleans()),
        task=draw(st.booleans()),
        fact=draw(st.none() | words),
        meaning=draw(st.integers(1, 99)),
        title=draw(words),
        source=draw(words),
    )


_cards = st.builds(Card, keys, words, riches)
_lessons = st.builds(
    Lesson,
    keys,
    words,
    st.integers(1, 60),
    st.lists(_cards | items(), max_size=3).map(tuple),
    st.lists(items(), max_size=1).map(tuple),
    words,
    words,
)
courses = st.builds(
    Course,
    key=keys,
    title=words,
    language=keys,
    summary=words,
    about=riches,
    licence=words,
    source=words,
    decimal=st.sampled_from([".", ","]),
    outcomes=st.lists(st.builds(Outcome, keys, words, words), max_size=2).map(tuple),
    lessons=st.lists(_lessons, max_size=2).map(tuple),
    pace=st.builds(Pace, st.floats(0.7, 0.97), st.integers(0, 100), st.integers(1, 500)),
)
