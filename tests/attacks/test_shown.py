"""What a platform or a person says is shown as text, whatever it says."""

from html.parser import HTMLParser
from typing import Any

import pytest

from tests.attacks.test_strangers import FORM, addresses
from tests.attacks.world import World, deep_linking
from tests.lti.acting import INSTRUCTOR, LEARNER, TOOL, arrive, asked, launch, login, visit_of

MARK = "xq7z"
"""Stands in every payload, so that a page which shows it is known."""
PAYLOADS: dict[str, str] = {
    "a script": f"<script>{MARK}()</script>",
    "an image": f"<img src=x onerror={MARK}()>",
    "the end of an attribute": f'" onfocus={MARK}() autofocus x="',
    "the end of another": f"' onfocus={MARK}() autofocus x='",
    "the end of a title": f"</title><script>{MARK}()</script>",
    "a picture": f"<svg/onload={MARK}()>",
    "the end of a comment": f"--><script>{MARK}()</script>",
    "an expression": f"{{{{ {MARK}.__class__ }}}}{{% print({MARK}) %}}",
    "a format": f"%(password)s %s %d %n {{0}} {MARK}",
    "an entity": f"&lt;script&gt;{MARK}&#60;b",
    "letters from right to left": f"\u202e{MARK}<{MARK}>\u202c",
    "lines": f"{MARK}\r\nSet-Cookie: {MARK}=1\r\n\r\n<{MARK}>",
    "paragraphs": f"{MARK}\u2028<{MARK}>\u2029",
    "many": f"<{MARK}>" * 200,
}
PLACES: dict[str, Any] = {
    "name": lambda text: {"name": text},
    "parts of the name": lambda text: {"name": "", "given_name": text, "family_name": text},
    "course": lambda text: {"context": {"id": "shown", "title": text, "label": text}},
    "link": lambda text: {"resource_link": {"id": "shown", "title": text, "description": text}},
    "locale": lambda text: {"launch_presentation": {"locale": text[:20], "document_target": text}},
    "way back": lambda text: {"launch_presentation": {"return_url": f"https://lms.example/{text}"}},
    "zone": lambda text: {"custom": {"zone": text, "content_id": text, "opens_at": text, "due_at": text}},
    "people and roles": lambda text: {"sub": text[:250], "roles": ["{role}", text]},
}


class Reader(HTMLParser):
    """Reads a page as a browser does, and notes what is more than text."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._tag = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Nobody's word is a tag, an attribute, or an address that runs."""
        self._tag = tag
        names = [tag, *(name for name, _ in attrs)]
        addresses = [(value or "").strip().lower() for name, value in attrs if name in {"href", "src", "action"}]
        if any(MARK in name or name.startswith("on") or name == "srcdoc" for name in names):
            self.found.append(f"{names}")
        if any(address.startswith(("javascript", "vbscript", "data:text")) for address in addresses):
            self.found.append(f"{addresses}")
        if tag == "script" and "src" not in names:
            self.found.append("a script of the page's own")

    def handle_data(self, data: str) -> None:
        """Nor is it read as a program."""
        if self._tag in {"script", "style"} and MARK in data:
            self.found.append(data)

    def handle_comment(self, data: str) -> None:
        """Nor hidden."""
        if MARK in data:
            self.found.append(data)


def _is_text(answer: Any, address: str) -> bool:
    """Whether the page shows it; fails if it is anything but text there."""
    for name, value in answer.headers:
        assert MARK not in name, address
        assert "\n" not in value, address
        assert name != "Set-Cookie" or MARK not in value, address
    if answer.mimetype != "text/html":
        return False
    reader = Reader()
    reader.feed(answer.text)
    assert reader.found == [], address
    return MARK in answer.text


@pytest.mark.parametrize("who", [LEARNER, INSTRUCTOR], ids=["learner", "teacher"])
@pytest.mark.parametrize("place", PLACES)
def test_a_claim_is_shown_as_text(world: World, place: str, who: str) -> None:
    """On every page of the visit, and on those of a teacher who looks at the learner."""
    for number, (name, payload) in enumerate(PAYLOADS.items()):
        said = PLACES[place](payload)
        if "roles" in said:
            said["roles"] = [who, payload]
        changes = {
            "sub": f"{place} {number}",
            "roles": [who],
            "resource_link": {"id": f"{place} {who} {number}"},
        } | said
        browser = world.browser()
        answer = launch(browser, world.platform, **changes)
        assert answer.status_code == 303, (name, answer.text)
        visit = visit_of(answer)
        browser.post(f"/t/{visit}/sittings", data=FORM, base_url=TOOL)
        pages = addresses(world, visit, "GET") if number < 2 else [f"/t/{visit}/", f"/t/{visit}/lessons"]
        for address in pages:
            page = browser.get(address, base_url=TOOL, follow_redirects=True)
            assert page.status_code < 500, (name, address)
            _is_text(page, address)


def test_a_teacher_sees_names_as_text(world: World) -> None:
    """Each learner's name on the page of the course, whatever it is."""
    for number, payload in enumerate(PAYLOADS.values()):
        come = launch(world.browser(), world.platform, sub=f"pupil {number}", name=payload)
        assert come.status_code == 303
    browser = world.browser()
    visit = visit_of(launch(browser, world.platform, sub="teacher", roles=[INSTRUCTOR]))
    shown = [
        _is_text(browser.get(address, base_url=TOOL, follow_redirects=True), address)
        for address in addresses(world, visit, "GET")
    ]
    assert any(shown)


@pytest.mark.parametrize("name", PAYLOADS)
def test_a_refusal_shows_words_as_text(world: World, name: str) -> None:
    """The platform's error, a deployment that is none, a parameter that is not there."""
    browser, payload = world.browser(), PAYLOADS[name]
    begun = asked(login(browser, world.platform))
    form = {"error": payload, "error_description": payload, "error_uri": payload, "state": begun["state"]}
    assert _is_text(browser.post("/lti/launch", data=form, base_url=TOOL), "error")
    for params in ({"lti_storage_target": payload}, {"login_hint": payload}, {"iss": payload}):
        for headers in ({}, {"Sec-Fetch-Dest": "iframe"}):
            data = {"iss": world.platform.issuer, "login_hint": "h", "target_link_uri": TOOL, "probe": "1"} | params
            _is_text(world.browser().post("/lti/login", data=data, base_url=TOOL, headers=headers), str(params))
    stranger = world.browser()
    token = world.platform.token(world.platform.claims(begun["nonce"]))
    _is_text(arrive(stranger, begun["state"], f"{payload}{token}"), "pending")
    world.platform.register(world.database, deployments=("1",))
    try:
        _is_text(launch(world.browser(), world.platform, deployment_id=payload[:255]), "deployment")
    finally:
        world.platform.register(world.database, any_deployment=True)


@pytest.mark.parametrize("name", PAYLOADS)
def test_a_form_comes_back_as_text(world: World, name: str) -> None:
    """What was typed stands there again, in a learner's forms and in a teacher's."""
    browser, payload = world.browser(), PAYLOADS[name]
    visit = visit_of(launch(browser, world.platform, sub=f"typing {name}"))
    browser.post(f"/t/{visit}/sittings", data={"lesson": "first", "zone": payload}, base_url=TOOL)
    browser.post(f"/t/{visit}/s/1/1", base_url=TOOL)
    form = dict.fromkeys(("a", "hint", "t", "goal", "off", "theme", "pause", "zone", "lesson", "c", "from"), payload)
    for address in addresses(world, visit, "POST"):
        answer = browser.post(address, data=form, base_url=TOOL)
        assert answer.status_code < 500, address
        _is_text(answer, address)
    for address in addresses(world, visit, "GET"):
        answer = browser.get(
            address, base_url=TOOL, query_string=form | {"q": payload, "at": payload, "panel": payload}
        )
        assert answer.status_code < 500, address
        _is_text(answer, address)
    choosing = world.browser()
    picked = visit_of(
        launch(choosing, world.platform, sub="picking", **deep_linking(title=payload, text=payload, data=payload))
    )
    typed = {"c": "tiny", "detailed": "1", **{f"{part}:tiny": payload for part in ("title", "opens", "due", "closes")}}
    for data in (typed, {"c": payload}, typed | {"opens:tiny": "", "due:tiny": "", "closes:tiny": ""}):
        answer = choosing.post(f"/t/{picked}/pick", data=data, base_url=TOOL)
        assert answer.status_code < 500
        _is_text(answer, "pick")
    page = choosing.get(f"/t/{picked}/pick", base_url=TOOL, query_string={"q": payload})
    _is_text(page, "search")


TABLES = (PAYLOADS, PLACES)
