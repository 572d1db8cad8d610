"""Fenced code becomes HTML with a handful of classes, named after what they mark."""

from collections.abc import Iterable, Iterator
from html import escape
from itertools import groupby

from pygments.lexers import get_lexer_by_name
from pygments.token import Token

from content.model import GAP_CLOSE, GAP_OPEN

LONGEST_CODE = 8000
"""In characters; longer blocks are shown without colours."""

PLAIN = ("text", "plain", "output")
LANGUAGES = (
    "bash", "c", "cpp", "console", "csharp", "css", "csv", "diff", "docker", "go", "haskell", "html", "http", "ini",
    "java", "javascript", "json", "julia", "kotlin", "latex", "lua", "make", "markdown", "perl", "php", "powershell",
    "python", "r", "ruby", "rust", "scala", "sh", "shell", "sql", "swift", "toml", "typescript", "xml", "yaml", *PLAIN,
)  # fmt: skip
"""What may stand after the three backticks.  A closed list: a lexer that is slow on hostile input stays out."""

_NAMES = {
    Token.Generic.Prompt: "hl-prompt",
    Token.Generic.Output: "hl-output",
    Token.Generic.Inserted: "hl-added",
    Token.Generic.Deleted: "hl-removed",
    Token.Generic.Heading: "hl-heading",
    Token.Generic.Subheading: "hl-heading",
    Token.Comment: "hl-comment",
    Token.Literal.String: "hl-string",
    Token.Literal.Number: "hl-number",
    Token.Keyword: "hl-keyword",
    Token.Operator.Word: "hl-keyword",
    Token.Name.Builtin: "hl-name",
    Token.Name.Function: "hl-name",
    Token.Name.Class: "hl-name",
    Token.Name.Tag: "hl-name",
    Token.Name.Attribute: "hl-name",
}
CLASSES = tuple(sorted(set(_NAMES.values())))
_SAME = {"shell": "console", "sh": "bash"}
_GAP_WORD = "qgapq"


def highlight(code: str, language: str) -> str:
    """The code as HTML, escaped; without colours if the language is unknown or the block is very long."""
    language = _SAME.get(language, language)
    if language not in LANGUAGES or language in PLAIN or len(code) > LONGEST_CODE or _GAP_WORD in code:
        return escape(code, quote=False)
    # A gap is one word to the lexer, so that it is not cut in two.
    worded = code.replace(GAP_OPEN, _GAP_WORD).replace(GAP_CLOSE, "z")
    tokens = _console(worded) if language == "console" else _tokens(worded, language)
    html = _to_html(tokens)
    for number in range(code.count(GAP_OPEN)):
        html = html.replace(f"{_GAP_WORD}{number}z", f"{GAP_OPEN}{number}{GAP_CLOSE}")
    return html if _GAP_WORD not in html else escape(code, quote=False)


def _tokens(code: str, language: str) -> Iterator[tuple[object, str]]:
    lexer = get_lexer_by_name(language, stripnl=False, stripall=False, ensurenl=False)
    yield from lexer.get_tokens(code)


def _console(code: str) -> Iterator[tuple[object, str]]:
    """What was typed after `$ `, going on over `> ` while a line is not complete; everything else is an answer."""
    goes_on = False
    for line in code.splitlines(keepends=True):
        if line.startswith("$ ") or (goes_on and line.startswith("> ")):
            yield Token.Generic.Prompt, line[:2]
            yield from _tokens(line[2:], "bash")
            goes_on = line.startswith("> ") or _is_incomplete(line)
        else:
            yield Token.Generic.Output, line
            goes_on = False


def _is_incomplete(line: str) -> bool:
    return line.rstrip().endswith(("\\", "|", "&&")) or line.count('"') % 2 == 1 or "<<" in line


def _to_html(tokens: Iterable[tuple[object, str]]) -> str:
    named = ((_name(kind), text) for kind, text in tokens)
    parts = []
    for name, group in groupby(named, key=lambda one: one[0]):
        text = escape("".join(text for _, text in group), quote=False)
        parts.append(f'<span class="{name}">{text}</span>' if name and text.strip() else text)
    return "".join(parts)


def _name(kind: object) -> str:
    while kind is not None:
        if kind in _NAMES:
            return _NAMES[kind]
        kind = getattr(kind, "parent", None)
    return ""
