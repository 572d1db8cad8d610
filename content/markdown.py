"""Markdown becomes safe HTML, once, when a course is loaded."""

import re
from collections.abc import Iterator, MutableMapping, Sequence
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import OptionsDict
from mdit_py_plugins.dollarmath import dollarmath_plugin

from content.cleaning import clean
from content.highlighting import LANGUAGES, highlight
from content.lines import Lines, trimmed
from content.mathml import FormulaInvalid, to_mathml
from content.model import GAP_OPEN, Rich
from content.problems import Report, nearest

LONGEST_TEXT = 20_000
"""In characters, for one text: a card, a stem, a hint."""

_NOTICE = re.compile(r"\[!(\w{1,20})\][ \t]*(.*)")
_NOTICES = {"note": "notice ok prose", "warning": "notice soon prose"}
_MATH = ("math_inline", "math_inline_double", "math_block")


def block(lines: Lines, report: Report) -> Rich:
    """These lines as paragraphs, lists, tables, code and notices."""
    return _render(trimmed(lines), report, is_inline=False)


def inline(lines: Lines, report: Report) -> Rich:
    """These lines as a piece of a line: no paragraph around it, and no blocks in it."""
    return _render(trimmed(lines), report, is_inline=True)


def plain(lines: Lines, report: Report) -> str:
    """The words of a line without their markup."""
    text = _joined(lines)
    tokens = _MARKDOWN.parseInline(text)
    _check(tokens, lines, report)
    return "".join(one.content for token in tokens for one in token.children or ())


def _joined(lines: Lines) -> str:
    return "\n".join(line.text.rstrip() for line in lines)


def _render(lines: Lines, report: Report, *, is_inline: bool) -> Rich:
    text = _joined(lines)
    if len(text) > LONGEST_TEXT:
        report.add(lines[0].number, f"this text is longer than {LONGEST_TEXT} characters", "split it")
        return Rich("", "")
    env: dict[str, Any] = {}
    tokens = _MARKDOWN.parseInline(text, env) if is_inline else _MARKDOWN.parse(text, env)
    _check(tokens, lines, report)
    return Rich(text, clean(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, env)).strip())


def _placed(tokens: Sequence[Token]) -> Iterator[tuple[int, Token]]:
    """Each token with the line it is on, counting from 0."""
    at = 0
    for token in tokens:
        at = token.map[0] if token.map else at
        yield at, token
        inner = at
        for child in token.children or ():
            yield inner, child
            inner += child.type in ("softbreak", "hardbreak")


def _check(tokens: Sequence[Token], lines: Lines, report: Report) -> None:
    """What cannot be shown is reported; formulas become MathML."""
    for at, token in _placed(tokens):
        number = lines[min(at, len(lines) - 1)].number if lines else 1
        if token.type in _MATH:
            _formula(token, number, report)
        elif token.type == "fence":
            _language(token, number, report)
        elif token.type == "link_open":
            _address(token, number, report)
        elif token.type == "image":
            report.add(number, "images cannot be shown yet", "say it in words")
        elif token.type in ("th_open", "td_open"):
            is_right = token.attrs.pop("style", "") == "text-align:right"
            token.attrs.update({"class": "num"} if is_right else {})
        elif token.tag == "h1":
            token.tag = "h2"
        elif token.type == "blockquote_open" and "problem" in token.meta:
            report.add(number, *token.meta["problem"])


def _formula(token: Token, number: int, report: Report) -> None:
    latex, token.content = token.content, escape(token.content)
    if GAP_OPEN in latex:
        report.add(number, "a gap cannot stand in a formula", "close the formula before the gap")
        return
    try:
        token.content = to_mathml(latex.strip(), is_block=token.type != "math_inline")
    except FormulaInvalid as error:
        report.add(number, str(error), "if it is no formula, write the dollar sign as `\\$`")


def _language(token: Token, number: int, report: Report) -> None:
    words = token.info.split()
    token.info = words[0].casefold() if words else ""
    if token.info and token.info not in LANGUAGES:
        report.add(number, f"code in `{words[0]}` cannot be coloured", nearest(token.info, LANGUAGES))


def _address(token: Token, number: int, report: Report) -> None:
    address = str(token.attrs.get("href", ""))
    token.attrs["target"] = "_blank"
    if GAP_OPEN in address or "%EE%80%80" in address:
        report.add(number, "a gap cannot stand in an address")
    elif not re.match(r"https://[^/\s]", address):
        report.add(number, f"a link to `{address[:80]}` is not followed", "links lead to `https://…` addresses")


def _set_notices(state: StateCore) -> None:
    """A quotation that begins with `[!note] Title` is a notice."""
    tokens: list[Token] = []
    ends: list[str] = []
    for at, token in enumerate(state.tokens):
        tokens.append(token)
        if token.type == "blockquote_open":
            first = state.tokens[at + 2] if state.tokens[at + 1].type == "paragraph_open" else None
            found = _NOTICE.match(first.content) if first is not None else None
            ends.append("div" if found else "blockquote")
            if first is not None and found is not None:
                tokens.extend(_notice(token, first, found))
                # A title alone leaves an empty paragraph behind.
                state.tokens[at + 1].hidden = state.tokens[at + 3].hidden = not first.content
        elif token.type == "blockquote_close":
            token.tag = ends.pop()
    state.tokens = tokens


def _notice(opened: Token, first: Token, found: re.Match[str]) -> list[Token]:
    word, title = found.group(1).casefold(), found.group(2).strip()
    opened.tag, opened.attrs = "div", {"class": _NOTICES.get(word, "notice"), "role": "note"}
    if word not in _NOTICES:
        opened.meta["problem"] = (f"`[!{word}]` is no notice", nearest(word, _NOTICES))
    elif not title:
        opened.meta["problem"] = ("this notice has no title", f"write it on the same line: `> [!{word}] Title`")
    start = first.map[0] if first.map else 0
    first.content = first.content[found.end() :].lstrip("\n")
    first.map = [start + 1, start + 1]
    heading = Token("inline", "", 0, content=title, children=[], map=[start, start + 1], block=True)
    opening = Token("paragraph_open", "p", 1, attrs={"class": "h3"}, map=[start, start + 1], block=True)
    return [opening, heading, Token("paragraph_close", "p", -1, block=True)]


def _is_any_address(_: str) -> bool:
    return True


def _code(_: RendererHTML, tokens: Sequence[Token], at: int, __: OptionsDict, ___: MutableMapping[str, Any]) -> str:
    return f'<pre tabindex="0"><code>{highlight(tokens[at].content, tokens[at].info)}</code></pre>\n'


def _math(_: RendererHTML, tokens: Sequence[Token], at: int, __: OptionsDict, ___: MutableMapping[str, Any]) -> str:
    return tokens[at].content


def _build() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False, "maxNesting": 12}).enable("table")
    markdown.use(dollarmath_plugin, allow_labels=False, allow_space=False, allow_digits=False, double_inline=True)
    # Every address is let through to `_address`, which reports the bad ones; `clean` drops them in any case.
    markdown.validateLink = _is_any_address  # type: ignore[method-assign, assignment]  # the way markdown-it documents
    markdown.core.ruler.after("block", "notices", _set_notices)
    for name in ("fence", "code_block"):
        markdown.add_render_rule(name, _code)
    for name in _MATH:
        markdown.add_render_rule(name, _math)
    return markdown


_MARKDOWN = _build()
