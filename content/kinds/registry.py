"""Which module handles which kind.  A new kind is a file, a line here, and its body in `content.model`."""

from collections.abc import Mapping
from typing import Any

from content.kinds.choice import MULTIPLE_CHOICE, SINGLE_CHOICE, TRUE_OR_FALSE
from content.kinds.cloze import CLOZE
from content.kinds.match import MATCH
from content.kinds.numeric import NUMERIC
from content.kinds.order import ORDER
from content.kinds.reveal import REVEAL
from content.kinds.short_text import SHORT_TEXT
from content.kinds.written import Handling
from content.model import Kind

HANDLING: Mapping[Kind, Handling[Any]] = {
    Kind.SINGLE_CHOICE: SINGLE_CHOICE,
    Kind.MULTIPLE_CHOICE: MULTIPLE_CHOICE,
    Kind.TRUE_OR_FALSE: TRUE_OR_FALSE,
    Kind.SHORT_TEXT: SHORT_TEXT,
    Kind.NUMERIC: NUMERIC,
    Kind.CLOZE: CLOZE,
    Kind.ORDER: ORDER,
    Kind.MATCH: MATCH,
    Kind.REVEAL: REVEAL,
}
