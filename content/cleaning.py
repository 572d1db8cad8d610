"""The last gate before HTML is stored: what is not listed here does not pass.

nh3's own list has no MathML and admits much that lessons never need.
"""

import nh3

from content.highlighting import CLASSES

_TEXT = {"p", "br", "hr", "em", "strong", "a", "code", "pre", "span", "div", "blockquote", "ul", "ol", "li"}
_HEADINGS = {"h2", "h3", "h4", "h5", "h6"}
_TABLE = {"table", "thead", "tbody", "tr", "th", "td"}
_MATH = {
    "math", "mrow", "mi", "mn", "mo", "ms", "mtext", "mspace", "mfrac", "msqrt", "mroot", "msub", "msup", "msubsup",
    "munder", "mover", "munderover", "mmultiscripts", "mprescripts", "mtable", "mtr", "mtd", "mstyle", "mpadded",
    "mphantom", "menclose", "merror",
}  # fmt: skip
_MATH_ATTRIBUTES = {
    "mo": {"stretchy", "fence", "separator", "minsize", "maxsize", "lspace", "rspace", "largeop", "movablelimits"},
    "mi": {"mathvariant"},
    "mspace": {"width", "height", "depth"},
    "mfrac": {"linethickness"},
    "mtable": {"columnalign", "rowspacing", "columnspacing", "columnlines", "rowlines"},
    "mtd": {"columnalign"},
    "mstyle": {"displaystyle", "scriptlevel", "mathvariant"},
    "mpadded": {"width", "height", "depth", "lspace", "voffset"},
    "menclose": {"notation"},
    "mover": {"accent"},
    "munder": {"accentunder"},
}
_CLEANER = nh3.Cleaner(
    tags=_TEXT | _HEADINGS | _TABLE | _MATH,
    attributes={"a": {"href", "target"}, "ol": {"start"}, "math": {"display"}, **_MATH_ATTRIBUTES},
    allowed_classes={
        "span": set(CLASSES),
        "div": {"notice", "ok", "soon", "prose"},
        "p": {"h3"},
        "th": {"num"},
        "td": {"num"},
    },
    tag_attribute_values={"div": {"role": {"note"}}, "pre": {"tabindex": {"0"}}},
    url_schemes={"https"},
    link_rel="noopener noreferrer",
)


def clean(html: str) -> str:
    """The same HTML without anything that is not on the list."""
    return _CLEANER.clean(html)
