"""LaTeX becomes MathML, or the author learns why not."""

import re
from html import unescape
from xml.etree.ElementTree import Element, tostring

from latex2mathml.converter import convert_to_element

LONGEST_FORMULA = 1000
"""In characters.  A formula that fits a phone has less than a hundred."""

_DEEPEST = 12
_UNKNOWN = re.compile(r"\\[A-Za-z]+")
_ESCAPED = re.compile(r"\\.", re.DOTALL)
_PARTS = {"mfrac": 2, "msup": 2, "msub": 2, "mover": 2, "munder": 2, "mroot": 2, "msubsup": 3, "munderover": 3}


class FormulaInvalid(Exception):
    """The LaTeX cannot be read; the text says why."""


def to_mathml(latex: str, *, is_block: bool) -> str:
    """The formula as a `<math>` element, its texts escaped."""
    _check_source(latex)
    try:
        math = convert_to_element(latex, display="block" if is_block else "inline")
    except Exception as error:  # noqa: BLE001 - the converter fails in a dozen ways, all of them the formula's fault
        name = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(error).__name__.removesuffix("Error")).casefold()
        raise FormulaInvalid(f"the formula cannot be read: {name}") from None
    for element in math.iter():
        _check_element(element)
        # The converter writes entities into its texts, and leaves the author's signs as they are.
        element.text = unescape(element.text) if element.text else element.text
    return tostring(math, encoding="unicode")


def _check_source(latex: str) -> None:
    if not latex.strip():
        raise FormulaInvalid("the formula is empty")
    if len(latex) > LONGEST_FORMULA:
        raise FormulaInvalid(f"the formula is longer than {LONGEST_FORMULA} characters")
    depth = 0
    for sign in _ESCAPED.sub("", latex):
        depth += (sign == "{") - (sign == "}")
        if depth < 0:
            raise FormulaInvalid("the formula has a `}` without its `{`")
        if depth > _DEEPEST:
            raise FormulaInvalid(f"the formula nests more than {_DEEPEST} braces")
    if depth:
        raise FormulaInvalid("the formula has a `{` without its `}`")
    if latex.count("\\left") > _DEEPEST or latex.count("\\begin") > _DEEPEST:
        raise FormulaInvalid(f"the formula has more than {_DEEPEST} of `\\left` or `\\begin`")


def _check_element(element: Element) -> None:
    unknown = _UNKNOWN.search(element.text or "")
    if unknown and element.tag != "mtext":
        raise FormulaInvalid(f"the formula uses `{unknown.group()}`, which is not known")
    if len(element) != _PARTS.get(element.tag, len(element)):
        raise FormulaInvalid("the formula has a command that lacks one of its arguments")
