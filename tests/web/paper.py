"""A page as somebody without scripts sees it: its forms, and what can be sent with them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.lti.acting import TOOL

VOID = {"input", "br", "meta", "link", "img", "hr"}


@dataclass
class Choice:
    """Something to tick."""

    name: str
    value: str
    label: str = ""


@dataclass
class Form:
    """One form of a page."""

    id: str
    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    choices: list[Choice] = field(default_factory=list)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)
    """(name, value, text)"""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: dict[str, Form] = {}
        self.open: Form | None = None
        self.label: Choice | None = None
        self.in_label = False
        self.button: tuple[Form, str, str] | None = None
        self.text: list[str] = []
        self.words: list[str] = []
        self.select: tuple[str, Form] | None = None

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "form":
            key = given.get("id") or f"form{len(self.forms)}"
            self.open = self.forms[key] = Form(key, given.get("action", ""), given.get("method", "get"))
        form = self.forms.get(given.get("form", "")) or self.open
        if tag == "label":
            self.in_label, self.label, self.text = True, None, []
        if tag == "button" and form is not None:
            self.button, self.text = (form, given.get("name", ""), given.get("value", "")), []
        if tag == "select" and form is not None:
            self.select = (given.get("name", ""), form)
            form.fields[given.get("name", "")] = ""
        if tag == "option" and self.select is not None and "selected" in given:
            name, owner = self.select
            owner.fields[name] = given.get("value", "")
            self._pending = (name, owner) if "value" not in given else None
        if tag == "input" and form is not None:
            self._input(form, given)

    def _input(self, form: Form, given: dict[str, str]) -> None:
        name, value = given.get("name", ""), given.get("value", "")
        if given.get("type") in {"radio", "checkbox"}:
            self.label = Choice(name, value)
            form.choices.append(self.label)
            if "checked" in given and given["type"] == "radio":
                form.fields[name] = value
        else:
            form.fields[name] = value

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        self.text.append(data)
        pending = getattr(self, "_pending", None)
        if pending:
            pending[1].fields[pending[0]] = data.strip()
            self._pending = None

    def handle_endtag(self, tag: str) -> None:
        if tag == "label":
            if self.label is not None:
                self.label.label = " ".join("".join(self.text).split())
            self.in_label = False
        if tag == "button" and self.button is not None:
            form, name, value = self.button
            form.buttons.append((name, value, " ".join("".join(self.text).split())))
            self.button = None
        if tag == "select":
            self.select = None
        if tag == "form":
            self.open = None


class Paper:
    """A page that was opened, and what can be done on it."""

    def __init__(self, client: FlaskClient, response: TestResponse, path: str) -> None:
        self.client, self.response, self.path = client, response, path
        reader = _Reader()
        reader.feed(response.text)
        self.forms = reader.forms
        self.words = " ".join(" ".join(reader.words).split())

    @classmethod
    def open(cls, client: FlaskClient, path: str) -> "Paper":
        """The page at an address, redirects followed."""
        response = client.get(path, base_url=TOOL, follow_redirects=True)
        return cls(client, response, response.request.path)

    def form_with(self, button: str) -> tuple[Form, tuple[str, str, str]]:
        """The form that has a button with these words."""
        for form in self.forms.values():
            for one in form.buttons:
                if button in one[2]:
                    return form, one
        raise AssertionError(f"no button {button!r} on: {self.words}")

    def data(self, button: str, **typed: str | list[str]) -> tuple[str, dict[str, str | list[str]]]:
        """Where pressing the button sends what."""
        form, (name, value, _) = self.form_with(button)
        data: dict[str, str | list[str]] = dict(form.fields)
        data |= typed
        if name:
            data[name] = value
        return form.action or self.path, data

    def press(self, button: str, **typed: str | list[str]) -> "Paper":
        """The page after pressing the button with this typed in."""
        path, data = self.data(button, **typed)
        response = self.client.post(path, data=data, base_url=TOOL, follow_redirects=True)
        return Paper(self.client, response, response.request.path)

    def choice(self, label: str) -> str:
        """The value behind a choice with these words."""
        for form in self.forms.values():
            for one in form.choices:
                if one.label == label:
                    return one.value
        raise AssertionError(f"no choice {label!r} on: {self.words}")
