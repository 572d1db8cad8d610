"""All interface text goes through gettext: a pseudo-locale shows what does not."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from flask import Flask
from flask.testing import FlaskClient

from lti_tool import words
from tests.documents import ROOT
from tests.lti.acting import CLAIM, INSTRUCTOR, TOOL, ActingPlatform, launch, visit_of
from tests.web.choosing import asks_for_content
from tests.web.paper import Paper
from tests.web.test_learning import finish_first

METHODS = [("**.py", "python"), ("**.html", "jinja2")]
OPTIONS = {"**.html": {"newstyle_gettext": "true", "trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}}
KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}
MARK = "⟦"
PLACE = re.compile(r"%\(\w+\)s|%%")


def pseudo(text: str) -> str:
    """The text between brackets that no other text has; its places stay."""
    return f"{MARK}{text}⟧"


def catalogue() -> Catalog:
    """Every message of the interface, in the pseudo-locale."""
    made = Catalog(locale="en")
    for folder in ("lti_tool", "templates"):
        found = extract_from_dir(ROOT / folder, METHODS, OPTIONS, KEYWORDS, directory_filter=lambda _: True)
        for _, _, message, _, _ in found:
            translated = tuple(map(pseudo, message)) if isinstance(message, tuple) else pseudo(message)
            made.add(message, translated)
    return made


@pytest.fixture
def pseudo_locale(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A compiled catalogue under the name en_XA, where the program looks for its languages."""
    folder = tmp_path / "en_XA" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "sprig.mo").open("wb") as file:
        write_mo(file, catalogue())
    monkeypatch.setattr(words, "LOCALES", tmp_path)
    for cached in (words.translations_for, words.best_locale):
        cached.cache_clear()
    yield
    for cached in (words.translations_for, words.best_locale):
        cached.cache_clear()


class _Texts(HTMLParser):
    """What a person reads or hears of a page, but for names, code, days and numbers."""

    SILENT = frozenset({"script", "style", "code", "svg", "time", "bdi"})
    SPOKEN = frozenset({"aria-label", "title", "alt", "placeholder"})

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.silent += tag in self.SILENT
        self.found.extend(value for name, value in attributes if name in self.SPOKEN and value)

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in self.SILENT

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.found.append(data)


COURSE_WORDS = (
    "Tiny course", "can add small numbers", "can name things",
    "Two short lessons for tests.", "First lesson", "Second lesson", "Add numbers", "Name things",
    "One idea", "Another idea", "Two and two make four.", "Three and three make six.", "What is 2 + 2?", "Sum",
    "Name the capital of France.", "It is Paris.", "Town", "Product", "What is 2 × 3?", "Made for tests.", "CC0-1.0",
    "Count on from two.", "One more.", "A course", "Sprig", "Three and three.",
)  # fmt: skip
OTHERS = re.compile(r"[A-Z][a-z]{2} \d+ [A-Z][a-z]{2}|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)(?:s|nes|rs|ur)?(?:day)?|UTC")


def untranslated(page: Paper) -> list[str]:
    """Texts on the page that did not go through gettext."""
    reader = _Texts()
    reader.feed(page.response.text)
    left = []
    for text in reader.found:
        shown = re.sub(r"⟦[^⟧]*⟧?|[^⟦]*⟧", "", " ".join(text.split()))
        for known in sorted(COURSE_WORDS, key=len, reverse=True):
            shown = shown.replace(known, "")
        shown = OTHERS.sub("", shown)
        if re.search(r"[A-Za-z]{2}", shown):
            left.append(text.strip())
    return left


LOCALE = {"launch_presentation": {"locale": "en_XA", "return_url": "https://lms.example/"}}
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # no other engine is asked


@SQLITE
def test_the_learners_pages_are_translated(
    pseudo_locale: None, app: Flask, browser: FlaskClient, platform: ActingPlatform
) -> None:
    """Every text of ours on every page of a lesson, its end, the list and the settings."""
    start = Paper.open(browser, f"/t/{visit_of(launch(browser, platform, **LOCALE))}/")
    assert MARK in start.words
    visit = start.path
    card = start.press(pseudo("Start lesson 1"))
    question = card.press("Continue")
    hinted = question.press("Show a hint")
    feedback = hinted.press("Check", a=question.choice("3"))
    empty = Paper.open(browser, f"{visit}s/1/3").press("Check", a="")
    pages = [start, card, question, hinted, feedback, empty]
    Paper.open(browser, f"{visit}s/1/3").press("Check", a="Paris")
    again = Paper.open(browser, f"{visit}s/1/4")
    pages += [again, again.press("Check", a=again.choice("4"))]
    pages += [Paper.open(browser, visit + path) for path in ("s/1/end", "", "lessons", "settings", "s/9/1")]
    for page in pages:
        assert untranslated(page) == [], page.path


@SQLITE
def test_the_teachers_pages_are_translated(
    pseudo_locale: None, app: Flask, browser: FlaskClient, platform: ActingPlatform
) -> None:
    """Picker, the page that hands back, and the course, with and without learners."""
    role = {"roles": [INSTRUCTOR], "sub": "teacher"}
    picker = Paper.open(browser, f"/t/{visit_of(launch(browser, platform, **LOCALE, **role, **asks_for_content()))}/")
    empty = Paper.open(browser, f"/t/{visit_of(launch(browser, platform, **LOCALE, **role))}/")
    client = app.test_client()
    finish_first(Paper.open(client, f"/t/{visit_of(launch(client, platform, name='Sprig'))}/"))
    full = Paper.open(browser, f"/t/{visit_of(launch(browser, platform, **LOCALE, **role))}/")
    for page in (picker, picker.press("Add this"), empty, full):
        assert untranslated(page) == [], page.path


@SQLITE
def test_refusals_are_translated(pseudo_locale: None, browser: FlaskClient, platform: ActingPlatform) -> None:
    """In the browser's language, since the launch did not get far enough to tell another."""
    response = browser.get("/lti/login", base_url=TOOL, headers={"Accept-Language": "en-XA"})
    page = Paper(browser, response, "/lti/login")
    assert MARK in page.words
    assert untranslated(page) == []


def test_places_survive_translation() -> None:
    """Each message keeps its places, so that a translator cannot break a page unnoticed."""
    for message in catalogue():
        if message.id and isinstance(message.id, str):
            assert sorted(PLACE.findall(message.id)) == sorted(PLACE.findall(str(message.string)))


def test_there_is_something_to_translate() -> None:
    """The extraction found the interface (a silent failure would make the tests above pass)."""
    ids = {message.id if isinstance(message.id, str) else message.id[0] for message in catalogue()}
    assert {"Check", "Add to your course", "This link was already used", "The LMS does not answer."} <= ids
    assert len(ids) > 150
    assert CLAIM
