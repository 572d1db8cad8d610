"""A close look at a page: what axe finds, whether it scrolls sideways, whether its action is in view."""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal

import axe_playwright_python  # type: ignore[import-untyped]  # it has no stubs
from playwright.sync_api import Frame, Page

SIZES = ((320, 640), (390, 844), (1280, 800), (390, 400), (1280, 400))
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
RUN_AXE = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations
  .flatMap(rule => rule.nodes.map(node => `${rule.id}: ${node.html.slice(0, 160)}`))"""
TOO_WIDE = """() => {
  const edge = document.scrollingElement.clientWidth;
  if (document.scrollingElement.scrollWidth <= edge) return [];
  return [...document.querySelectorAll("body *")].filter(it => it.getBoundingClientRect().right > edge + .5)
    .slice(0, 3).map(it => it.outerHTML.slice(0, 100));
}"""
ACTION_BOTTOM = """() => {
  const actions = [...document.querySelectorAll(".actions :is(a, button)")];
  return actions.length ? Math.max(...actions.map(it => it.getBoundingClientRect().bottom)) - innerHeight : 0;
}"""


@cache
def _axe() -> str:
    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")


@dataclass(slots=True)
class Looked:
    """What was seen on all pages."""

    pages: set[str] = field(default_factory=set)
    violations: list[str] = field(default_factory=list)
    sideways: list[str] = field(default_factory=list)
    hidden_actions: list[str] = field(default_factory=list)

    def look(self, page: Page, name: str, frame: Frame | None = None) -> None:
        """The page (or what is in the frame) was looked at, in each size and scheme."""
        shown = frame or page.main_frame
        if name in self.pages:
            return
        self.pages.add(name)
        self._measure(page, shown, name)
        shown.evaluate(_axe())
        for width, height in SIZES[1:3]:
            page.set_viewport_size({"width": width, "height": height})
            for scheme in SCHEMES:
                page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                where = f"{name}, {width} px, {scheme}"
                self.violations += [f"{where}: {found}" for found in shown.evaluate(RUN_AXE)]

    def _measure(self, page: Page, shown: Frame, name: str) -> None:
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            shown.evaluate("() => scrollTo(0, 0)")
            where = f"{name}, {width} × {height}"
            self.sideways += [f"{where}: {found}" for found in shown.evaluate(TOO_WIDE)]
            below = shown.evaluate(ACTION_BOTTOM)
            if below > 0.5:
                self.hidden_actions.append(f"{where}: {below:.0f} px below")
