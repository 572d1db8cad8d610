"""Markdown becomes safe HTML."""

import re
from contextlib import suppress

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from content.highlighting import CLASSES, highlight
from content.lines import Line
from content.markdown import block, inline
from content.mathml import FormulaInvalid, to_mathml
from content.problems import Report


def _lines(text: str) -> tuple[Line, ...]:
    return tuple(Line(number, one) for number, one in enumerate(text.split("\n"), 10))


def _html(text: str) -> str:
    return block(_lines(text), Report("x.md")).html


def _problems(text: str) -> list[str]:
    report = Report("x.md")
    block(_lines(text), report)
    return [str(problem) for problem in report.problems]


_ALLOWED_TAG = re.compile(
    r"</?(?:p|br|hr|em|strong|a|code|pre|span|div|blockquote|ul|ol|li|h[2-6]|table|thead|tbody|tr|th|td"
    r"|math|m[a-z]+)(?: [a-z]+=\"[^\"<>]*\")* ?/?>"
)


@pytest.mark.parametrize(
    "attempt",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg/onload=alert(1)>",
        "<math><mtext></mtext><script>alert(1)</script></math>",
        "[a](javascript:alert(1))",
        "[a](  JaVaScRiPt:alert(1))",
        "[a](data:text/html;base64,PHNjcmlwdD4=)",
        "[a](&#106;avascript:alert(1))",
        "<javascript:alert(1)>",
        "![a](javascript:alert(1))",
        '![" onerror="alert(1)](https://x.org/a.png)',
        '[a](https://x.org "\\" onclick=\\"alert(1)")',
        "[a](https://x.org/\"onclick='alert(1)')",
        "[a]: javascript:alert(1)\n\n[a]",
        "```<script>\nalert(1)\n```",
        "```html\n<script>alert(1)</script>\n```",
        '```" onload="alert(1)\nx\n```',
        r"$\text{<script>alert(1)</script>}$",
        r"$\href{javascript:alert(1)}{x}$",
        r"$\text{</math><img src=x onerror=alert(1)>}$",
        r"$\style{background:url(javascript:alert(1))}{x}$",
        r'$\class{" onclick="alert(1)}{x}$',
        "> [!note] <script>alert(1)</script>",
        '> [!note" onclick="alert(1)] a',
        "| <b onclick=alert(1)> |\n|---|\n| <script>x</script> |",
        "<!-- --!><script>alert(1)</script> -->",
        "<style>*{display:none}</style>",
        "<iframe srcdoc='<script>alert(1)</script>'>",
        '<a href="https://x.org" target="_top">x</a>',
        "<form action=https://x.org><button>",
    ],
)
def test_nothing_runs_and_nothing_leads_astray(attempt: str) -> None:
    """Raw HTML is shown as text; every tag that stands is one of ours, with our attributes."""
    for html in (_html(attempt), inline(_lines(attempt), Report("x")).html):
        tags = re.findall(r"<[^>]*>", html)
        assert all(_ALLOWED_TAG.fullmatch(tag) for tag in tags), html
        names = [re.sub('="[^"]*"', "", tag) for tag in tags]
        assert not any(re.search(r"\son|style|src", name) for name in names), html
        assert '="javascript:' not in html.casefold()


@examples(st.text(st.sampled_from("<>\"'&[](){}!$`*_|>#-\\\n =ab:/"), max_size=80))
def test_no_mixture_of_signs_gets_another_tag_through(text: str) -> None:
    """Whatever is written, the list of tags holds."""
    assert all(_ALLOWED_TAG.fullmatch(tag) for tag in re.findall(r"<[^>]*>", _html(text)))


def test_links_open_beside_the_frame() -> None:
    """A frame inside an LMS must not be navigated, and the other page must not get hold of it."""
    assert _html("[a](https://x.org)") == (
        '<p><a href="https://x.org" target="_blank" rel="noopener noreferrer">a</a></p>'
    )


def test_code_is_coloured_with_our_classes() -> None:
    """Tags stand for what is marked, never for a colour."""
    html = _html("```python\ndef f():\n    return 'a'  # why\n```")
    assert '<span class="hl-keyword">def</span>' in html
    assert '<span class="hl-comment"># why</span>' in html
    assert "style=" not in html


def test_a_console_shows_what_was_typed_and_what_was_answered() -> None:
    """Only a line that begins with `$ ` was typed, and what continues it."""
    code = '$ git commit -m "One\n> two"\n[main 1a2b] One\n# On branch main\n$ ls'
    html = highlight(code, "console")
    assert html.count('<span class="hl-prompt">$ </span>') == 2
    assert '<span class="hl-prompt">&gt; </span>' in html
    assert '<span class="hl-output">[main 1a2b] One\n# On branch main\n</span>' in html


@pytest.mark.parametrize("language", ["console", "diff", "yaml", "python", "html", "bash", "text", "json"])
@examples(code=st.text(max_size=200))
def test_colouring_changes_no_character(language: str, code: str) -> None:
    """Without its tags, coloured code is the code."""
    html = highlight(code, language)
    bare = re.sub(rf'<span class="(?:{"|".join(CLASSES)})">|</span>', "", html)
    shown = bare.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert shown == code.replace("\r\n", "\n").replace("\r", "\n") or shown == code


def test_formulas_survive_the_cleaning() -> None:
    """Inline and in a block of their own."""
    assert _html("So $x^2$.") == (
        '<p>So <math display="inline"><mrow><msup><mi>x</mi><mn>2</mn></msup></mrow></math>.</p>'
    )
    assert '<math display="block"><mrow><mfrac><mrow><mi>a</mi></mrow>' in _html("$$\n\\frac{a}{b}\n$$")


def test_formulas_survive_within_a_line() -> None:
    """Choices and table cells hold them too."""
    assert "<msqrt>" in inline(_lines(r"$\sqrt{2}$"), Report("x")).html
    assert "<msqrt>" in _html("| a |\n|---|\n| $\\sqrt{2}$ |")


def test_money_is_no_formula() -> None:
    """A dollar sign before a number and another later on mean dollars."""
    assert _html("It costs $5, then $10.") == "<p>It costs $5, then $10.</p>"


@pytest.mark.parametrize(
    ("latex", "why"),
    [
        ("a}b", "has a `}` without its `{`"),
        ("{a", "has a `{` without its `}`"),
        (r"\foo{a}", r"uses `\foo`, which is not known"),
        (r"\frac{a}", "lacks one of its arguments"),
        (r"\left( x", "cannot be read"),
        (r"\begin{matrix} a", "cannot be read"),
        ("x^", "cannot be read"),
        ("x" * 1001, "is longer than 1000 characters"),
        ("{" * 20 + "}" * 20, "nests more than 12 braces"),
        (r"\left(" * 20, r"more than 12 of `\left`"),
    ],
)
def test_a_bad_formula_is_a_problem_with_its_line(latex: str, why: str) -> None:
    """And no crash."""
    (problem,) = _problems(f"A line\nand ${latex}$.")
    assert problem.startswith("x.md:11: the formula ")
    assert why in problem


@examples(st.text(st.sampled_from("\\{}^_&$ab1 ()[]frcsqtleghi"), max_size=60))
def test_no_formula_crashes(latex: str) -> None:
    """It becomes MathML or is refused."""
    with suppress(FormulaInvalid):
        assert to_mathml(latex, is_block=False).startswith("<math")


def test_notices_have_a_title() -> None:
    """A note and a warning differ by their class; what follows stays in the notice."""
    assert _html("> [!note] Good *to* know\n> Text.\n>\n> - more") == (
        '<div class="notice ok prose" role="note">\n<p class="h3">Good <em>to</em> know</p>\n<p>Text.</p>\n'
        "<ul>\n<li>more</li>\n</ul>\n</div>"
    )
    assert _html("> [!warning] Careful") == (
        '<div class="notice soon prose" role="note">\n<p class="h3">Careful</p>\n</div>'
    )


def test_a_quotation_is_no_notice() -> None:
    """Nor does a notice make its neighbours into notices."""
    assert _html("> [!note] A\n\n> B").endswith("</div>\n<blockquote>\n<p>B</p>\n</blockquote>")


def test_columns_of_numbers_are_aligned() -> None:
    """By a class; styles do not pass."""
    assert '<td class="num">1</td>' in _html("| a | b |\n|--:|:-:|\n| 1 | 2 |")


def test_headings_stay_below_the_page_s_own() -> None:
    """There is one first-level heading on a page, and it is not the author's."""
    assert _html("Title\n=====") == "<h2>Title</h2>"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a\n[b](http://x.org)", "x.md:11: a link to `http://x.org` is not followed (links lead to `https://…`"),
        ("[b](notes.md)", "x.md:10: a link to `notes.md` is not followed"),
        ("[b](mailto:a@x.org)", "x.md:10: a link to `mailto:a@x.org` is not followed"),
        ("a\n\n![b](c.png)", "x.md:12: images cannot be shown yet"),
        ("a\n\n```pyhton\nb\n```", "x.md:12: code in `pyhton` cannot be coloured (did you mean `python`?)"),
        ("> [!warnign] a", "x.md:10: `[!warnign]` is no notice (did you mean `warning`?)"),
        ("a\n\n> [!note]\n> b", "x.md:12: this notice has no title"),
        ("a " * 10_001, "x.md:10: this text is longer than 20000 characters (split it)"),
        ("| a |\n|---|\n| $}$ |", "x.md:12: the formula has a `}` without its `{`"),
        ("- a\n- b\n  - $}$", "x.md:12: the formula has a `}` without its `{`"),
    ],
)
def test_what_cannot_be_shown_is_a_problem_at_its_line(text: str, problem: str) -> None:
    """Learners never see a hole where an author saw something."""
    assert [one for one in _problems(text) if one.startswith(problem)], _problems(text)
